import type { AccountRow, Ground } from '../model/emulation.ts'
import { Namespaced } from '../model/emulation-namespaced.ts'

/** Who exists when the emulated Quay starts, and with which tokens. */
export interface Accounts {
  readonly users: Readonly<Record<string, AccountSeed>>
  readonly tokens: Readonly<Record<string, TokenSeed>>
}
export interface AccountSeed {
  readonly superuser?: boolean
  readonly password?: string
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
const defaultTagExpiration = 1209600

/** A user with Quay's defaults. */
export const accountRow = (name: string, email: string, seed: AccountSeed = {}): AccountRow => ({
  name,
  email,
  superuser: seed.superuser ?? false,
  ...(seed.password !== undefined && { password: seed.password }),
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
    repositories: new Namespaced(),
    deleted: new Set(),
    reserved: new Set(),
    lockedRobots: new Set(),
  }
}
