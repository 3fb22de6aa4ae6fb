import type { Ground } from '../model/emulation.ts'
import { uuid } from './chance.ts'
import { rename } from './rename.ts'
import type { State } from './state.ts'

const isNamespace = (path: string): boolean => !/[/+:]/.test(path)
/** Whether a key is the path or, of a namespace, something in it. */
const isWithin = (key: string, path: string): boolean =>
  key === path || (isNamespace(path) && (key.startsWith(`${path}/`) || key.startsWith(`${path}+`)))

const rowsOf = (ground: Ground): readonly Map<string, unknown>[] => [
  ground.accounts,
  ground.organizations,
  ground.robots,
  ground.repositories,
]

function dropMember(ground: Ground, name: string): void {
  for (const organization of ground.organizations.values())
    for (const team of organization.teams.values()) team.members.delete(name)
}

function dropGrants(ground: Ground, name: string): void {
  for (const repository of ground.repositories.values()) repository.userGrants.delete(name)
}

/** Takes something out of the ground and of every type's tables, for good; a mirror's robot stays locked. */
function erase({ ground, tables, modules }: State, path: string): void {
  const robot = ground.repositories.get(path)?.mirrorRobot
  if (robot) ground.lockedRobots.add(robot)
  for (const rows of [...rowsOf(ground), ...tables.values()])
    for (const key of rows.keys()) if (isWithin(key, path)) rows.delete(key)
  dropMember(ground, path)
  dropGrants(ground, path)
  for (const module of modules) module.deleted?.(ground, path, tables)
}

/**
 * Robots, teams and memberships go at once; the rest waits for the garbage collector, disabled and under a UUID, and the
 * name stays taken (data/model/user.py, mark_namespace_for_deletion).
 */
function retire(state: State, name: string): void {
  const { ground, tables, modules } = state
  for (const robot of ground.robots.keys()) if (isWithin(robot, name)) erase(state, robot)
  const teams = ground.organizations.get(name)?.teams
  for (const team of teams?.keys() ?? []) erase(state, `${name}:${team}`)
  teams?.clear()
  dropMember(ground, name)
  const hidden = uuid(state.random)
  rename(ground, tables, modules, name, hidden)
  const row = ground.organizations.get(hidden) ?? ground.accounts.get(hidden)
  if (row) row.email = hidden
  const account = ground.accounts.get(hidden)
  if (account) account.enabled = false
  ground.deleted.add(hidden)
  // Up to 3.18 the name is free at once.
  if (state.since('3.19')) ground.reserved.add(name)
}

/** A namespace, robot, team or repository is deleted. */
export function remove(state: State, path: string): void {
  const { accounts, organizations } = state.ground
  if (accounts.has(path) || organizations.has(path)) retire(state, path)
  else erase(state, path)
}

/** The garbage collector: what was deleted is gone, names and robots are free again. */
export function collect(state: State): void {
  const { ground, tables, modules } = state
  for (const name of ground.deleted) erase(state, name)
  for (const names of [ground.deleted, ground.reserved, ground.lockedRobots]) names.clear()
  for (const module of modules) module.collected?.(ground, tables)
}
