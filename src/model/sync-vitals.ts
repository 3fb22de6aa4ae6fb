import type { SyncView } from './sync.ts'
import { isoOf, type Sync, type Trouble, timeOf, type Vitals } from './vitals.ts'

/** After so many failures in a row Quay waits for the next slot (data/model/repo_mirror.py, MAX_SYNC_RETRIES). */
const RETRIES = 3

interface Scheduled extends SyncView {
  readonly sync_interval: number
  readonly sync_start_date: string | null
}

/** The syncs of a mirror, as its view tells. */
export function syncOf(view: Scheduled): Sync {
  const { is_enabled, sync_status, sync_expiration_date, sync_retries_remaining: retries = null } = view
  const next = timeOf(view.sync_start_date)
  const isOver = sync_status === 'SUCCESS' || (sync_status === 'FAIL' && retries === RETRIES)
  return {
    enabled: is_enabled,
    result: sync_status.toLowerCase(),
    since: isOver && next ? isoOf(Date.parse(next) - view.sync_interval * 1000) : null,
    next,
    until: timeOf(sync_expiration_date),
    retries,
    interval: view.sync_interval,
  }
}

/** The same as of a time: where somebody moved the next sync ahead, it says nothing of the last. */
export function vitalsAt(now: Date, vitals: Vitals): Vitals {
  const { sync } = vitals
  const isAhead = sync?.since && Date.parse(sync.since) > now.getTime()
  return isAhead ? { ...vitals, sync: { ...sync, since: null } } : vitals
}

/** What may be wrong with the syncs of a mirror, and what that means. */
export const syncTroubles = {
  'failed-mirror': 'its last sync failed',
  'stale-mirror':
    'its next sync has been due for a whole interval and none began, so none has succeeded for two',
  'wedged-mirror': 'it is SYNCING beyond the time of the worker, which Quay never ends by itself',
  'never-run-mirror': 'no sync has ever run, though its first was due an interval ago',
  'cancelled-mirror': 'a sync was cancelled, and Quay begins no other by itself',
  'disabled-mirror': 'it is disabled',
} as const

const REVIVE = 'sync-cancel and then sync-now revive it'

/** `ends`: Quay takes up by itself what a worker has left undone. */
export function troublesOf(sync: Sync, now: Date, { ends }: { readonly ends: boolean }): readonly Trouble[] {
  const found = troubleOf(sync, now.getTime(), ends)
  return found ? [found] : []
}

type Found = Trouble & { readonly kind: keyof typeof syncTroubles }

function troubleOf(sync: Sync, now: number, ends: boolean): Found | null {
  const { enabled, result, next, until, retries, interval } = sync
  const isOver = until !== null && Date.parse(until) <= now
  if (result === 'syncing')
    return isOver && !ends
      ? {
          kind: 'wedged-mirror',
          level: 'failing',
          words: `hangs: its sync was to end by ${until}; ${REVIVE}`,
        }
      : null
  if (!enabled) return { kind: 'disabled-mirror', level: 'note', words: 'disabled' }
  if (result === 'cancel')
    return {
      kind: 'cancelled-mirror',
      level: 'warning',
      words: 'rests: its sync was cancelled; sync-now begins another',
    }
  const isLate = next !== null && Date.parse(next) + interval * 1000 < now
  if (result === 'never_run')
    return isLate
      ? {
          kind: 'never-run-mirror',
          level: 'failing',
          words: `has never run: its first sync was due at ${next}`,
        }
      : null
  if (isLate)
    return {
      kind: 'stale-mirror',
      level: 'failing',
      words: `is stale: its next sync was due at ${next}, and none began; the last result is ${result}`,
    }
  if (result !== 'fail') return null
  return retries === null || retries >= RETRIES
    ? {
        kind: 'failed-mirror',
        level: 'failing',
        words: `failed ${RETRIES} times; next at ${next ?? 'no time'}`,
      }
    : { kind: 'failed-mirror', level: 'warning', words: `failed, and is tried again; ${retries} left` }
}
