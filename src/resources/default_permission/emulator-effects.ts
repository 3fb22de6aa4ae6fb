import type { Call, Ground, RepositoryRow, Role, Tables } from '../../model/emulation.ts'
import { type PrototypeRow, prototypesOf, prototypeTable } from './emulator-rows.ts'

/** Of several for one delegate the first counts, unless one is for this creator (data/model/permission.py:270). */
function decide(rows: readonly PrototypeRow[]): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>()
  for (const { delegate, activating, role } of rows)
    if (activating !== null || !roles.has(delegate)) roles.set(delegate, role)
  return roles
}

/** What a new repository grants besides its creator's own rights, which stay as they are. */
export function created(repository: RepositoryRow, call: Call): void {
  const creator = call.caller.user
  const rows = prototypesOf(call, repository.namespace).filter(
    ({ activating }) => activating === null || activating === creator,
  )
  for (const [team, role] of decide(rows.filter(({ kind }) => kind === 'team')))
    repository.teamGrants.set(team, role)
  for (const [user, role] of decide(rows.filter(({ kind }) => kind === 'user')))
    if (user !== creator) repository.userGrants.set(user, role)
}

/** What names a robot, team or user goes with it; a user is a UUID until the garbage collector runs. */
export function deleted(_ground: Ground, path: string, tables: Tables): void {
  const table = prototypeTable(tables)
  const [organization = '', team] = path.split(':')
  for (const [key, row] of table ?? []) {
    const isOfTeam = row.kind === 'team' && row.delegate === team && key.startsWith(`${organization}/`)
    const isOfUser = row.activating === path || (row.kind === 'user' && row.delegate === path)
    if (isOfTeam || isOfUser) table?.delete(key)
  }
}

export function renamed(_ground: Ground, from: string, to: string, tables: Tables): void {
  const table = prototypeTable(tables)
  const name = (old: string): string =>
    old === from || old.startsWith(`${from}+`) ? to + old.slice(from.length) : old
  for (const [key, row] of table ?? [])
    table?.set(key, {
      ...row,
      activating: row.activating && name(row.activating),
      delegate: row.kind === 'user' ? name(row.delegate) : row.delegate,
    })
}
