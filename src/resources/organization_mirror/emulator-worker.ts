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

/** There is no registry to search: what the filters name without a glob is taken to be there; without filters one repository, called like the namespace. */
function upstream({ filters, namespace }: OrganizationMirrorRow): readonly string[] {
  const names = filters.length > 0 ? filters : [namespace.toLowerCase()]
  return names.filter((name) => /^[a-z0-9][a-z0-9._-]*$/.test(name))
}

/** As its robot makes it, which so is its admin. */
function make(name: string, namespace: string, row: OrganizationMirrorRow, { repositories }: Ground): void {
  row.found.add(name)
  const key = `${namespace}/${name}`
  if (repositories.has(key)) return
  repositories.set(key, {
    namespace,
    name,
    description: null,
    public: row.visibility === 'public',
    state: 'ORG_MIRROR',
    userGrants: new Map([[row.robot, 'admin']]),
    teamGrants: new Map(),
    mirrorRobot: null,
    badgeToken: `badge of ${key}`,
  })
}

/** One step of the workers: a search that is due begins, one that has begun ends, and what it has found is made. */
export function tick(ground: Ground, tables: Tables, now: Date): void {
  for (const [organization, row] of organizationMirrorTable(tables) ?? []) {
    if (row.status === 'SYNCING') {
      for (const name of upstream(row)) make(name, organization, row, ground)
      Object.assign(row, {
        status: 'SUCCESS',
        expiration: null,
        retries: maxRetries,
        startDate: nextSlot(row.startDate, row.interval, now),
      })
    } else if (isDue(row, now))
      Object.assign(row, { status: 'SYNCING', expiration: claimEnd(now, claimLength) })
  }
}

/** A mirror is gone with its robot, which nothing holds; and it has made no repository that is gone. */
export function deleted(ground: Ground, path: string, tables: Tables): void {
  const table = organizationMirrorTable(tables)
  for (const [name, row] of table ?? []) {
    if (path.startsWith(`${name}/`)) row.found.delete(path.slice(name.length + 1))
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
