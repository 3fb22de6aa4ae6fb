import type { Ground, Tables } from '../../model/emulation.ts'
import { claimEnd, nextSlot } from '../../model/emulation-mirrors.ts'
import { maxRetries, type OrganizationMirrorRow, organizationMirrorTable } from './emulator-rows.ts'

/** Seconds that a worker's claim of a search lasts. */
const claimLength = 30 * 60

/** A request to sync at once does not help a mirror that is off, other than a repository's. */
function isDue(row: OrganizationMirrorRow, now: Date): boolean {
  if (!row.enabled || row.expiration !== null) return false
  return row.status === 'SYNC_NOW' || (row.retries > 0 && Date.parse(row.startDate) <= now.getTime())
}

/** One step of the workers: a search that is due begins, one that has begun ends, and has found nothing. */
export function tick(_ground: Ground, tables: Tables, now: Date): void {
  for (const row of organizationMirrorTable(tables)?.values() ?? []) {
    if (row.status === 'SYNCING')
      Object.assign(row, {
        status: 'SUCCESS',
        expiration: null,
        retries: maxRetries,
        startDate: nextSlot(row.startDate, row.interval, now),
      })
    else if (isDue(row, now))
      Object.assign(row, { status: 'SYNCING', expiration: claimEnd(now, claimLength) })
  }
}

/** A mirror is gone with its robot, which nothing holds. */
export function deleted(ground: Ground, path: string, tables: Tables): void {
  const table = organizationMirrorTable(tables)
  for (const [name, row] of table ?? []) {
    if (row.robot !== path) continue
    table?.delete(name)
    const organization = ground.organizations.get(name)
    if (organization) organization.mirrored = false
  }
}

export function renamed(_ground: Ground, from: string, to: string, tables: Tables): void {
  for (const row of organizationMirrorTable(tables)?.values() ?? [])
    if (row.robot.startsWith(`${from}+`)) row.robot = to + row.robot.slice(from.length)
}
