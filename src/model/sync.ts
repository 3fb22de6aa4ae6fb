import type { Address } from './address.ts'
import { type ApiPath, pathOf, type Reader } from './api.ts'
import { BusyError } from './busy.ts'
import type { Work } from './change.ts'
import { ApiError, ServerError } from './errors.ts'
import type { Quay } from './resource.ts'
import { flag, number, optional, orNull, record, type Told, text } from './shape.ts'

/** As much of a mirror as tells whether a worker of Quay's is at it. */
export const syncView = {
  is_enabled: flag,
  sync_status: text,
  /** When the worker's claim ends. */
  sync_expiration_date: optional(orNull(text)),
  sync_retries_remaining: optional(orNull(number)),
}
const views = record(syncView)
export type SyncView = Told<typeof views>

/** A mirror whose syncs a write must not meet. */
export interface Synced<V extends SyncView> {
  /** What is written. */
  readonly address: Address
  /** The mirror's own path; `sync-now` and `sync-cancel` stand below it. */
  readonly path: ApiPath
  /** Quay takes up by itself what a worker has left undone. */
  readonly ends: boolean
  /** What a write during a sync would do. */
  readonly harm: string
  /** Reads it afresh, or by another reader. */
  find(reader?: Reader): Promise<V | null>
}

/** The commands that ask for these. */
export const asking = ({ text }: Pick<Address, 'text'>, ...actions: readonly string[]): string =>
  actions.map((action) => `quayctl mirror ${action} ${text}`).join(', then ')

/** What there is to say of a mirror besides its attributes. */
export function workOf(
  { is_enabled, sync_status, sync_expiration_date: until = null }: SyncView,
  { address, ends }: Pick<Synced<SyncView>, 'address' | 'ends'>,
): Work | undefined {
  if (sync_status === 'SYNCING')
    return {
      words: 'is being synchronised',
      until: ends ? null : until,
      remedy: `cancel the sync and ask for another: ${asking(address, 'cancel', 'sync')}; with a change of it, --cancel-sync does both`,
    }
  if (sync_status !== 'CANCEL' || !is_enabled) return undefined
  return {
    words: 'rests: its sync was cancelled, and Quay begins no other by itself',
    remedy: `ask for one: ${asking(address, 'sync')}`,
  }
}

/** Writes while no worker is at the mirror; throws a `BusyError` where one is and may not be cancelled. A cancelled sync begins anew once `write` is over, if it says that the mirror is on; `revives`: also one that somebody cancelled before. */
export async function undisturbed<V extends SyncView>(
  mirror: Synced<V>,
  quay: Quay,
  write: (view: V | null) => Promise<boolean>,
  { revives = quay.cancelSync ?? false }: { readonly revives?: boolean } = {},
): Promise<void> {
  const found = await mirror.find()
  const view = found?.sync_status === 'SYNCING' ? await cancelled(mirror, found, quay) : found
  const rests = revives && view?.sync_status === 'CANCEL'
  let isOn: boolean
  try {
    isOn = await write(view)
  } catch (error) {
    if (rests && view.is_enabled) await begin(mirror, quay).catch(() => {})
    throw error
  }
  if (rests && isOn) await begin(mirror, quay)
}

/** The mirror without its sync. A refusal means that it has ended meanwhile. */
async function cancelled<V extends SyncView>(mirror: Synced<V>, view: V, quay: Quay): Promise<V | null> {
  if (!quay.cancelSync) throw busy(mirror, view, quay.now())
  try {
    await quay.api.post(pathOf(`${mirror.path}/sync-cancel`))
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
  }
  const now = await mirror.find()
  if (now?.sync_status === 'SYNCING') throw busy(mirror, now, quay.now())
  return now
}

/** Why a write has to wait. A claim that is over is never taken up again (data/model/repo_mirror.py, claim_mirror). */
export function busy<V extends SyncView>(mirror: Synced<V>, view: V, now: Date): BusyError {
  const { address, harm } = mirror
  const until = workOf(view, mirror)?.until
  if (until && Date.parse(until) <= now.getTime())
    return new BusyError(
      'QC7417',
      `${address.text} hangs: its sync was to end by ${until}, and Quay never ends it by itself`,
      [
        '--cancel-sync cancels it, writes the change, and lets it begin anew',
        `without a change: ${asking(address, 'cancel', 'sync')}`,
      ],
      { endless: true },
    )
  return new BusyError('QC7409', `${address.text} is being synchronised: ${harm}`, [
    'run apply again when the sync has ended; --sync-wait says how long to wait for that',
    '--cancel-sync cancels it first, and lets it begin anew',
  ])
}

/** After a refusal a look decides: a worker may have begun by itself. */
async function begin<V extends SyncView>({ address, path, find }: Synced<V>, { api }: Quay): Promise<void> {
  try {
    await api.post(pathOf(`${path}/sync-now`))
  } catch (error) {
    if (!(error instanceof ServerError)) throw error
    const view = await find().catch(() => null)
    if (view?.sync_status === 'SYNCING' || view?.sync_status === 'SYNC_NOW') return
    throw new BusyError(
      'QC7418',
      `${address.text} is changed, and rests: Quay does not begin the sync anew that was cancelled for the change`,
      [error.message, asking(address, 'sync')],
      { endless: true },
    )
  }
}
