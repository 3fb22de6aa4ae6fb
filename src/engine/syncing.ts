import type { Address } from '../model/address.ts'
import type { SyncState } from '../model/change.ts'
import { ApiError, ConfigError, QuayctlError } from '../model/errors.ts'
import type { Quay, Registry, ResourceType } from '../model/resource.ts'
import { type Server, whyMissing } from '../model/server.ts'
import { hanging, hangs } from '../model/sync-actions.ts'
import type { SyncAction, SyncRow } from '../model/syncs.ts'

export interface Asking {
  readonly action: SyncAction
  /** Until each sync is over, not only asked for. */
  readonly waits: boolean
  /** Ends early when the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>
  /** Once it is aborted nobody waits any more. */
  readonly signal: AbortSignal
  report?(row: SyncRow): void
}

/** Quay's workers look every half minute what there is to do. */
const FIRST = 1_000
const LONGEST = 30_000
/** Of many mirrors each is looked at less often: so many milliseconds for each of them. */
const SHARE = 200

const STILL: readonly string[] = ['SYNC_NOW', 'SYNCING']
/** After a cancel; before Quay 3.15 the second. */
const RESTING: readonly string[] = ['CANCEL', 'NEVER_RUN']

/** Asks all of them at once, and brings what came of it, in their order. */
export const askAll = (
  addresses: readonly Address[],
  registry: Registry,
  quay: Quay,
  asking: Asking,
): Promise<readonly SyncRow[]> =>
  Promise.all(
    addresses.map(async (address) => {
      const row = await askOne(address, registry, quay, asking, SHARE * addresses.length)
      asking.report?.(row)
      return row
    }),
  )

async function askOne(
  address: Address,
  registry: Registry,
  quay: Quay,
  asking: Asking,
  share: number,
): Promise<SyncRow> {
  const type = registry.get(address.type)
  const look = async (reader = quay.api.fresh) => (await type?.syncOf?.(address, reader)) ?? null
  const row = (
    outcome: SyncRow['outcome'],
    status: string | null,
    notes: readonly string[] = [],
    error: QuayctlError | null = null,
  ): SyncRow => ({ address: address.text, outcome, status, notes, error })
  let seen: SyncState | null = null
  try {
    if (type) checkOffered(type, quay.server)
    seen = await look(quay.api)
    const before = seen
    await type?.actions?.[asking.action]?.(address, quay)
    if (asking.action === 'cancel') {
      seen = await look()
      const notes = seen?.status === 'CANCEL' ? [RESTS] : []
      // One that was over in the meantime was not cancelled.
      const isCancelled = seen?.status !== before?.status && RESTING.includes(seen?.status ?? '')
      return row(isCancelled ? 'done' : 'already', seen?.status ?? null, notes)
    }
    const notes = before?.enabled === false ? [DISABLED] : []
    const isOn = before?.status === 'SYNCING'
    if (!asking.waits) return row(isOn ? 'already' : 'done', isOn ? 'SYNCING' : 'SYNC_NOW', notes)
    seen = await waitFor(address, look, quay, asking, share)
    if (seen && STILL.includes(seen.status))
      return row('unfinished', seen.status, notes, goesOn(address, seen))
    const wrong = wrongWith(address, seen)
    return row(wrong ? 'failed' : 'done', seen?.status ?? null, notes, wrong)
  } catch (error) {
    if (!(error instanceof QuayctlError)) throw error
    return row('failed', seen?.status ?? null, [], error)
  }
}

/** Where the feature is off, a mirror's path leads to another repository, which is not there. */
function checkOffered(type: ResourceType, server: Server): void {
  if (type.since === undefined || server.offers(type.since)) return
  throw new ConfigError('QC7437', `this Quay has no ${type.block}: ${whyMissing(type, server)}`, [
    'ask the Quay operator for the feature',
  ])
}

const DISABLED = 'it is disabled: Quay begins no other sync of it by itself'
const RESTS = 'it rests until a sync is asked for'

/** How it stands once it is over, or once nobody waits any more. */
async function waitFor(
  address: Address,
  look: () => Promise<SyncState | null>,
  { now }: Quay,
  { sleep, signal }: Asking,
  share: number,
): Promise<SyncState | null> {
  for (let pause = FIRST; ; pause = Math.min(1.5 * pause, LONGEST)) {
    await sleep(Math.max(pause, share), signal)
    const seen = await look()
    if (seen && hangs(seen, now())) throw hanging(address)
    if (signal.aborted || !seen || !STILL.includes(seen.status)) return seen
  }
}

function wrongWith({ text }: Address, sync: SyncState | null): QuayctlError | null {
  if (sync?.status === 'SUCCESS') return null
  if (sync?.status === 'FAIL')
    return new ApiError('QC7434', `the sync of ${text} failed`, [
      "the reason stands in the repository's usage logs in Quay; quayctl mirror preview says whether the upstream answers",
    ])
  return new ApiError('QC7435', `the sync of ${text} was cancelled, or its mirror is gone`, [
    `quayctl mirror sync ${text} asks for another`,
  ])
}

const goesOn = ({ text }: Address, { status }: SyncState): QuayctlError =>
  new ApiError(
    'QC7436',
    status === 'SYNCING'
      ? `${text} is still being synchronised`
      : `no worker of Quay has begun the sync of ${text} yet`,
    ['it goes on without quayctl; --timeout says how long to wait for it'],
  )
