import type { Ground, RepositoryRow, Since, Tables } from '../../model/emulation.ts'
import { claimEnd, nextSlot, withMicroseconds } from '../../model/emulation-mirrors.ts'
import { type MirrorRow, maxRetries, mirrorTable, write } from './emulator-rows.ts'

/** Seconds that a worker's claim lasts (data/model/repo_mirror.py:39). */
const claimLength = (since: Since): number => (since('3.15') ? 12 : 2) * 60 * 60

function isDue(row: MirrorRow, now: Date): boolean {
  // A request to sync at once is served for a disabled mirror too (data/model/repo_mirror.py:46).
  if (row.status === 'SYNC_NOW') return true
  return (
    row.enabled && row.status !== 'CANCEL' && row.retries > 0 && Date.parse(row.startDate) <= now.getTime()
  )
}

function claim(row: MirrorRow, now: Date, since: Since): void {
  write(row, { status: 'SYNCING', expiration: claimEnd(now, claimLength(since)) })
  row.claim = row.transaction
}

/** The result of a run; an update since the claim, or an interval of zero, leaves the mirror SYNCING for good. */
function release(row: MirrorRow, repository: RepositoryRow, now: Date): void {
  if (row.claim !== row.transaction || row.interval === 0) {
    expire(row, now)
    return
  }
  const mayPush = repository.userGrants.get(repository.mirrorRobot ?? '') ?? 'read'
  const failed = mayPush === 'read'
  const retries = failed ? row.retries - 1 : 0
  write(row, {
    status: failed ? 'FAIL' : 'SUCCESS',
    expiration: null,
    ...(retries > 0
      ? { retries }
      : { retries: maxRetries, startDate: nextSlot(row.startDate, row.interval, now) }),
  })
}

/** A claim whose time is over is not taken up: the next worker only ends it once more, and so does the one after (data/model/repo_mirror.py, claim_mirror). */
function expire(row: MirrorRow, now: Date): void {
  const isOver = row.expiration !== null && Date.parse(row.expiration) <= now.getTime()
  if (isOver && row.enabled) write(row, { expiration: withMicroseconds(now), retries: maxRetries })
}

/** One step of the mirror workers: what is due is claimed, what was claimed is done. A robot that may not push makes it fail. */
export function tick(ground: Ground, tables: Tables, now: Date, since: Since): void {
  for (const [key, row] of mirrorTable(tables) ?? []) {
    const repository = ground.repositories.get(key)
    if (repository === undefined) continue
    if (row.status === 'SYNCING') release(row, repository, now)
    else if (repository.state === 'MIRROR' && isDue(row, now)) claim(row, now, since)
  }
}
