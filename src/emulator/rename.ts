import type { EmulatorModule, Ground, RepositoryRow, Tables } from '../model/emulation.ts'

/** `old`, `old/x` and `old+x` under the new name; anything else as it is. */
const moved = (key: string, from: string, to: string): string =>
  key === from || key.startsWith(`${from}/`) || key.startsWith(`${from}+`) ? to + key.slice(from.length) : key

function rekey<T>(
  rows: Map<string, T>,
  name: (key: string) => string,
  change: (row: T, key: string) => T,
): void {
  const entries = [...rows].map(([key, row]): [string, T] => [name(key), change(row, name(key))])
  rows.clear()
  for (const [key, row] of entries) rows.set(key, row)
}

function renameMembers(members: Set<string>, name: (key: string) => string): void {
  const names = [...members].map(name)
  members.clear()
  for (const one of names) members.add(one)
}

/** A namespace's robots, repositories, grants and mirrors follow its new name; the old one is free at once. */
export function rename(
  ground: Ground,
  tables: Tables,
  modules: readonly EmulatorModule[],
  from: string,
  to: string,
): void {
  const name = (key: string): string => moved(key, from, to)
  const named = <T extends { readonly name: string }>(row: T, key: string): T => ({ ...row, name: key })
  rekey(ground.accounts, name, named)
  rekey(ground.organizations, name, named)
  rekey(ground.robots, name, named)
  rekey(
    ground.repositories,
    name,
    (row): RepositoryRow => ({
      ...row,
      namespace: name(row.namespace),
      mirrorRobot: row.mirrorRobot && name(row.mirrorRobot),
    }),
  )
  for (const row of ground.repositories.values()) rekey(row.userGrants, name, (role) => role)
  for (const row of ground.organizations.values())
    for (const team of row.teams.values()) renameMembers(team.members, name)
  renameMembers(ground.lockedRobots, name)
  for (const rows of tables.values()) rekey(rows, name, (row) => row)
  for (const module of modules) module.renamed?.(ground, from, to, tables)
}
