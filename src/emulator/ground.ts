import type { AccountRow, EmulatorModule, Ground, Tables } from '../model/emulation.ts'

/** Who exists when the emulated Quay starts, and with which tokens. */
export interface Accounts {
  readonly users: Readonly<Record<string, AccountSeed>>
  readonly tokens: Readonly<Record<string, TokenSeed>>
}
export interface AccountSeed {
  readonly superuser?: boolean
  readonly email?: string
  readonly enabled?: boolean
  readonly prompts?: readonly string[]
}
export interface TokenSeed {
  readonly user: string
  readonly scopes: string
  readonly expired?: boolean
}

/** Two weeks: DEFAULT_TAG_EXPIRATION. */
export const defaultTagExpiration = 1209600

/** A user with Quay's defaults. */
export const accountRow = (name: string, email: string, seed: AccountSeed = {}): AccountRow => ({
  name,
  email,
  superuser: seed.superuser ?? false,
  enabled: seed.enabled ?? true,
  prompts: seed.prompts ?? [],
  invoiceEmail: false,
  invoiceAddress: null,
  tagExpiration: defaultTagExpiration,
  profile: {},
})

/** A server that holds these users and nothing else. */
export function newGround(accounts: Accounts): Ground {
  const rows = Object.entries(accounts.users).map(([name, seed]): [string, AccountRow] => [
    name,
    accountRow(name, seed.email ?? `${name}@example.com`, seed),
  ])
  return {
    accounts: new Map(rows),
    organizations: new Map(),
    robots: new Map(),
    repositories: new Map(),
    reserved: new Set(),
    lockedRobots: new Set(),
  }
}

const isNamespace = (path: string): boolean => !/[/+:]/.test(path)
/** Whether a key is the path or, of a namespace, something in it. */
const isWithin = (key: string, path: string): boolean =>
  key === path || (isNamespace(path) && (key.startsWith(`${path}/`) || key.startsWith(`${path}+`)))

const mutable = (ground: Ground): readonly Map<string, unknown>[] => [
  ground.accounts,
  ground.organizations,
  ground.robots,
  ground.repositories,
]

/** Memberships and grants of users and robots that are gone. */
function forget(ground: Ground, path: string): void {
  for (const organization of ground.organizations.values())
    for (const team of organization.teams.values())
      for (const member of team.members) if (isWithin(member, path)) team.members.delete(member)
  for (const repository of ground.repositories.values())
    for (const user of repository.userGrants.keys())
      if (isWithin(user, path)) repository.userGrants.delete(user)
}

/** Takes a namespace, robot or repository out of the ground; a namespace's name and a mirror's robot stay taken until the collector runs. */
export function remove(ground: Ground, path: string): void {
  const repository = ground.repositories.get(path)
  if (repository?.mirrorRobot) ground.lockedRobots.add(repository.mirrorRobot)
  if (isNamespace(path)) ground.reserved.add(path)
  for (const rows of mutable(ground)) for (const key of rows.keys()) if (isWithin(key, path)) rows.delete(key)
  for (const robot of ground.lockedRobots) if (isWithin(robot, path)) ground.lockedRobots.delete(robot)
  forget(ground, path)
}

/** Tells every type that something is gone. */
export function removeEverywhere(
  ground: Ground,
  tables: Tables,
  modules: readonly EmulatorModule[],
  path: string,
): void {
  remove(ground, path)
  for (const rows of tables.values()) for (const key of rows.keys()) if (isWithin(key, path)) rows.delete(key)
  for (const module of modules) module.deleted?.(ground, path, tables)
}
