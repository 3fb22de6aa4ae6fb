import type { Address } from './address.ts'
import { pathOf } from './api.ts'
import { BusyError } from './busy.ts'
import type { SyncState } from './change.ts'
import { ApiError } from './errors.ts'
import type { Quay, ResourceType } from './resource.ts'
import { asking, type Synced, type SyncView } from './sync.ts'

/** A mirror that can be asked to begin a sync, or to end one. */
export interface Askable<V extends SyncView> extends Synced<V> {
  /** Why Quay would take the request and never begin, and what helps; null where it begins. */
  idle(view: V): Promise<{ readonly why: string; readonly fix: string } | null>
  /** Gives it what Quay needs to end a sync. */
  prepare?(view: V): Promise<void>
  /** Is there anything to cancel? */
  isCancellable(view: V): boolean
}

const isUnderWay = ({ sync_status }: SyncView): boolean => sync_status === 'SYNCING'

/** How far Quay is, of what it answers. `ends`: it takes up by itself what a worker has left undone. */
export const syncState = (view: SyncView, ends: boolean): SyncState => ({
  status: view.sync_status,
  enabled: view.is_enabled,
  until: ends || !isUnderWay(view) ? null : (view.sync_expiration_date ?? null),
})

/** Does it go on for longer than Quay ends by itself? */
export const hangs = ({ until }: SyncState, now: Date): boolean =>
  until !== null && Date.parse(until) <= now.getTime()

/** What can be asked of mirrors. Both resolve where there is nothing to do: a sync that goes on already, or none to cancel. */
export function syncActions<V extends SyncView>(
  askable: (address: Address, quay: Quay) => Askable<V>,
): NonNullable<ResourceType['actions']> {
  const asked = async (
    mirror: Askable<V>,
    quay: Quay,
    call: string,
    isThere: (view: V) => boolean,
    ready: (view: V) => Promise<void>,
  ) => {
    const view = await mirror.find(quay.api)
    if (!view) throw none(mirror.address)
    if (isThere(view)) return undefined
    await ready(view)
    try {
      await quay.api.post(pathOf(`${mirror.path}/${call}`))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      // Quay says the same of a mirror that is gone and of one in another status; a worker may have moved it meanwhile.
      const now = await mirror.find()
      if (!now) throw none(mirror.address)
      if (!isThere(now)) throw error
    }
    return undefined
  }
  return {
    sync(address, quay) {
      const mirror = askable(address, quay)
      const isAtIt = (view: V) => {
        if (hangs(syncState(view, mirror.ends), quay.now())) throw hanging(mirror.address)
        return isUnderWay(view)
      }
      return asked(mirror, quay, 'sync-now', isAtIt, async (view) => {
        const idle = await mirror.idle(view)
        if (idle) throw new ApiError('QC7432', `${address.text} would never begin: ${idle.why}`, [idle.fix])
        await mirror.prepare?.(view)
      })
    },
    cancel(address, quay) {
      const mirror = askable(address, quay)
      return asked(
        mirror,
        quay,
        'sync-cancel',
        (view) => !mirror.isCancellable(view),
        async () => {},
      )
    },
  }
}

const none = ({ text }: Address): ApiError =>
  new ApiError('QC7431', `${text} is not there: Quay shows this token no such mirror`, [
    'check the address; quayctl apply makes one that the files declare',
  ])

/** A claim that is over is never taken up again (data/model/repo_mirror.py, claim_mirror). */
export const hanging = ({ text }: Pick<Address, 'text'>): BusyError =>
  new BusyError(
    'QC7417',
    `${text} hangs: the time of its sync is over, and Quay never ends it by itself`,
    [asking({ text }, 'cancel', 'sync')],
    { endless: true },
  )
