import type { Bearer, Caller, Ground, RepositoryRow, Role, TeamRole } from '../model/emulation.ts'
import type { TokenSeed } from './ground.ts'

/** Every scope there is (auth/scopes.py). */
export const scopeTexts: Readonly<Record<string, string>> = {
  'repo:read': 'This application will be able to view and pull all repositories visible to the granting user',
  'repo:write':
    'This application will be able to view, push and pull to all repositories to which the granting user has write access',
  'repo:admin':
    'This application will have administrator access to all repositories to which the granting user has access',
  'repo:create':
    'This application will be able to create repositories in all namespaces that the granting user is allowed to create repositories',
  'user:read': 'This application will be able to read user information such as username and email address.',
  'org:admin':
    'This application will be able to administer your organizations including creating robots, creating teams, adjusting team membership, and changing billing settings. You should have absolute trust in the requesting application before granting this permission.',
  'super:user':
    'This application will be able to administer your installation including managing users, managing organizations and other features found in the superuser panel. You should have absolute trust in the requesting application before granting this permission.',
  'user:admin':
    'This application will be able to administer your account including creating robots and granting them permissions to your repositories. You should have absolute trust in the requesting application before granting this permission.',
}

/** Blanks or commas between them; one unknown scope voids all (auth/scopes.py). */
function scopeSet(text: string): ReadonlySet<string> {
  const scopes = text.split(/[\s,]+/).filter(Boolean)
  return new Set(scopes.every((scope) => Object.hasOwn(scopeTexts, scope)) ? scopes : [])
}

const nobody: Caller = { user: null, superuser: false, fullAccess: false, scope: () => false }

/** `Bearer TOKEN`, whatever the scheme's case; anything else is nobody (auth/oauth.py). */
const bearer = (header: string | undefined): string | undefined => /^bearer (\S+)$/i.exec(header ?? '')?.[1]

const isAlive = (token: TokenSeed | Bearer | undefined, ground: Ground): token is TokenSeed | Bearer =>
  token !== undefined &&
  !('expired' in token && token.expired) &&
  (ground.accounts.get(token.user)?.enabled ?? false)

/** Whom a request's header stands for; nobody where the token is unknown or expired, or its user disabled or gone. */
export function identify(
  header: string | undefined,
  known: (token: string) => TokenSeed | Bearer | undefined,
  ground: Ground,
  fullAccess: boolean,
): Caller {
  const text = bearer(header)
  const token = text === undefined ? undefined : known(text)
  return isAlive(token, ground) ? callerOf(token, ground, fullAccess) : nobody
}

/** Whom a session stands for, with all that they may. */
export function signedIn(user: string | null | undefined, ground: Ground, fullAccess: boolean): Caller {
  const all = { user: user ?? '', scopes: Object.keys(scopeTexts).join(' ') }
  return isAlive(all, ground) ? callerOf(all, ground, fullAccess) : nobody
}

function callerOf({ user, scopes: text }: Bearer, ground: Ground, fullAccess: boolean): Caller {
  const scopes = scopeSet(text)
  const superuser = (ground.accounts.get(user)?.superuser ?? false) && scopes.has('super:user')
  return {
    user,
    superuser,
    fullAccess: superuser && fullAccess,
    scope: (...names) => names.some((name) => scopes.has(name)),
  }
}

const teamRoles: readonly TeamRole[] = ['member', 'creator', 'admin']
const roles: readonly Role[] = ['read', 'write', 'admin']

const strongest = <T>(order: readonly T[], held: readonly T[]): T | null =>
  order.findLast((role) => held.includes(role)) ?? null
const weaker = <T>(order: readonly T[], a: T | null, b: T | null): T | null =>
  a === null || b === null ? null : order.indexOf(a) < order.indexOf(b) ? a : b

/** Whether a team role is enough where another is asked for. */
export const reachesTeam = (role: TeamRole | null, need: TeamRole): boolean =>
  role !== null && teamRoles.indexOf(role) >= teamRoles.indexOf(need)
/** Whether a role is enough where another is asked for. */
export const reaches = (role: Role | null, need: Role): boolean =>
  role !== null && roles.indexOf(role) >= roles.indexOf(need)

/** The most that a token lets its user be in a namespace (auth/permissions.py:35). */
const teamCeiling = (caller: Caller): TeamRole | null =>
  caller.scope('org:admin') ? 'admin' : caller.scope('repo:create') ? 'creator' : null
/** The same on a repository. */
const roleCeiling = (caller: Caller): Role | null =>
  roles.findLast((role) => caller.scope(`repo:${role}`)) ?? null

const teamsOf = (ground: Ground, namespace: string, user: string) =>
  [...(ground.organizations.get(namespace)?.teams.values() ?? [])].filter((team) => team.members.has(user))

/** A user's role in a namespace: their own is theirs, an organization's comes from its teams. */
function heldRole(ground: Ground, namespace: string, user: string): TeamRole | null {
  if (namespace === user) return 'admin'
  return strongest(
    teamRoles,
    teamsOf(ground, namespace, user).map((team) => team.role),
  )
}

/** A user's role on a repository: the namespace's admins have all, others what they or their teams were granted. */
function heldRepositoryRole(ground: Ground, namespace: string, name: string, user: string): Role | null {
  if (heldRole(ground, namespace, user) === 'admin') return 'admin'
  const repository = ground.repositories.get(`${namespace}/${name}`)
  const grants = teamsOf(ground, namespace, user).map((team) => repository?.teamGrants.get(team.name))
  return strongest(
    roles,
    [repository?.userGrants.get(user), ...grants].filter((role) => role !== undefined),
  )
}

/** The caller's role in a namespace, cut by the token's scopes. */
export function roleIn(ground: Ground, caller: Caller, namespace: string): TeamRole | null {
  if (caller.fullAccess) return 'admin'
  if (caller.user === null) return null
  return weaker(teamRoles, heldRole(ground, namespace, caller.user), teamCeiling(caller))
}

/** The caller's role on a repository, cut by the token's scopes; anybody may read a public one. */
export function roleOn(ground: Ground, caller: Caller, namespace: string, name: string): Role | null {
  if (caller.fullAccess) return 'admin'
  const held = caller.user === null ? null : heldRepositoryRole(ground, namespace, name, caller.user)
  const open = ground.repositories.get(`${namespace}/${name}`)?.public ? 'read' : null
  return weaker(roles, held, roleCeiling(caller)) ?? open
}

/** Whether the user may see a repository, whatever the token's scopes, which Quay's list does not apply (seen on a server of August 2026). */
export const seen = (ground: Ground, caller: Caller, row: RepositoryRow): boolean =>
  row.public ||
  caller.fullAccess ||
  (caller.user !== null && heldRepositoryRole(ground, row.namespace, row.name, caller.user) !== null)
