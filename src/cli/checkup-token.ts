import { path, type Reader } from '../model/api.ts'
import { fine, type Row, skipped } from '../model/checkup.ts'
import { AuthError, QuayctlError, ServerError } from '../model/errors.ts'
import { hasScope, type TokenScope } from '../model/scopes.ts'
import type { Server } from '../model/server.ts'
import { anything, list, name, optional, record } from '../model/shape.ts'
import { checkToken, checkWay } from '../quay/checks.ts'
import { failed, failedBy } from './checkup-rows.ts'
import { exitCodes } from './exit.ts'
import { type Credentials, credentialsOf } from './target.ts'
import type { ConnectFlags, Surroundings } from './world.ts'

/** What may be sent there; nothing, and why, where there is nothing. */
export function credentialsFor(
  url: URL,
  flags: ConnectFlags,
  { cwd, env }: Surroundings,
):
  | { readonly credentials: Credentials; readonly row: null }
  | { readonly credentials: null; readonly row: Row } {
  try {
    const credentials = credentialsOf(flags['token-file'], cwd, env)
    if (credentials.token === undefined) checkWay('the password', url)
    else checkToken(credentials.token, url)
    return { credentials, row: null }
  } catch (error) {
    const code = error instanceof QuayctlError ? error.code : ''
    if (code === 'QC3105') return { credentials: null, row: failedBy('url', error) }
    const fix = code === 'QC3104' ? 'copy it again, without what stands around it' : undefined
    return { credentials: null, row: failedBy('token', error, fix) }
  }
}

const REPLACEMENT =
  'make a new one: in Quay an organization, Applications, Generate Token. A robot token, a password and a token for docker login are refused in the same way; a disabled user is enabled by a superuser: PUT /api/v1/superuser/users/NAME {"enabled": true}'

/** Whose it is. `alive`: Quay takes it, and does not say whose it is. */
export function tokenRow(
  { user, session = false }: Server,
  stranger: unknown,
  alive: boolean,
  file: string | undefined,
): Row {
  if (session)
    return user === null
      ? failedBy('token', stranger)
      : fine('token', `none: ${user} is signed in, by QUAY_USERNAME and QUAY_PASSWORD`)
  const from = file === undefined ? 'from QUAY_TOKEN' : `from ${file}`
  if (user !== null) return fine('token', `of ${user}, ${from}`)
  if (alive) return fine('token', `accepted, ${from}; Quay does not tell whose it is`)
  if (!(stranger instanceof AuthError)) return failedBy('token', stranger)
  const finding = 'Quay does not accept it: it is invalid, expired or revoked, or its user is disabled'
  return failed('token', stranger.code, exitCodes.auth, finding, REPLACEMENT)
}

/** Is a token that may not read its user alive? A dead one is 401 where a weak one is 403. */
export async function isAlive(reader: Reader): Promise<boolean> {
  try {
    await reader.get(path`/user/robots?token=false&permissions=false&limit=1`, anything)
    return true
  } catch (error) {
    if (error instanceof ServerError) return error.status === 403
    throw error
  }
}

/** What is known of the scopes that Quay does not tell. */
export interface Scopes {
  readonly there: readonly string[]
  readonly missing: readonly TokenScope[]
  /** Those that no question tells, with why. */
  readonly untold: ReadonlyMap<string, string>
}

/** Asks for what each scope alone lets the token see, in its user's own namespace. */
export async function probeScopes(reader: Reader, server: Server): Promise<Scopes> {
  if (server.session)
    return {
      there: order.filter((scope) => scope !== 'super:user' || server.superuser),
      missing: [],
      untold: new Map(),
    }
  const user = server.user ?? ''
  const near = { namespace: user, repository: 'quayctl' }
  const has = (scope: TokenScope) => hasScope(scope, near, reader, server)
  const asked = ['user:admin', 'org:admin', 'repo:read', 'repo:admin', 'repo:create', 'super:user'] as const
  const found = await Promise.all(asked.map(async (scope) => [scope, await has(scope)] as const))
  const held = new Map<TokenScope, boolean>(found)
  const write =
    held.get('repo:admin') || (held.get('repo:read') ? await mayWrite(user, reader, server) : false)
  if (write !== null) held.set('repo:write', write)
  // Without super:user superusers look like all others: that is said of them.
  const [there, missing] = [true, false].map((is) =>
    order.filter((scope) => held.get(scope) === is && (is || scope !== 'super:user')),
  )
  const untold = new Map<string, string>()
  if (write === null) untold.set('repo:write', `it shows at a repository only, and ${user} has none`)
  return { there: ['user:read', ...(there ?? [])], missing: missing ?? [], untold }
}

const order: readonly TokenScope[] = [
  'user:admin',
  'org:admin',
  'repo:read',
  'repo:write',
  'repo:admin',
  'repo:create',
  'super:user',
]

/** Null: there is no repository of one's own to see it by. */
async function mayWrite(user: string, reader: Reader, server: Server): Promise<boolean | null> {
  const { repositories = [] } = await reader.get(
    path`/repository?namespace=${user}`,
    record({ repositories: optional(list(record({ name }))) }),
  )
  const [own] = repositories
  return own ? hasScope('repo:write', { namespace: user, repository: own.name }, reader, server) : null
}

/** What a weak token's scopes come to where nothing more can be told. */
export const readless: readonly Row[] = [
  failed(
    'scopes',
    'QC7401',
    exitCodes.auth,
    'the token has neither user:read nor user:admin: whose it is cannot be told, nor its other scopes',
    'make a token with the scope user:read, or user:admin where organizations are to be created: a token cannot be given another one later',
  ),
  skipped('superuser', 'not looked at: the token does not tell its user'),
]
