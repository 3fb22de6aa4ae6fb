import { message, noContent, notFound, ok } from '../../model/answers.ts'
import type { Answer, Bearer, Call, Caller, Route, Tables } from '../../model/emulation.ts'
import { withMicroseconds } from '../../model/emulation-mirrors.ts'
import { applicationOf, applicationTable, type TokenRow } from './emulator-rows.ts'

const newToken = {
  type: 'object',
  required: ['name', 'scope'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 255 },
    scope: { type: 'string' },
    expiration: { type: 'number', minimum: 1 },
  },
}
interface Creation {
  readonly name: string
  readonly scope: string
  readonly expiration?: number
}

/** Ten years, in seconds. */
const longestLife = 315576000
const maxTokens = 1000
const pageSize = 50

/** The scopes that hold each scope (auth/scopes.py). */
const heldBy: Readonly<Record<string, readonly string[]>> = {
  'repo:read': ['repo:read', 'repo:write', 'repo:admin'],
  'repo:write': ['repo:write', 'repo:admin'],
  'repo:admin': ['repo:admin'],
  'repo:create': ['repo:create'],
  'user:read': ['user:read'],
  'user:admin': ['user:admin'],
  'org:admin': ['org:admin'],
  'super:user': ['super:user'],
}

/** Blanks or commas between them, each once. */
const scopesOf = (text: string): readonly string[] => [
  ...new Set(text.replaceAll(',', ' ').split(/\s+/).filter(Boolean)),
]

/** Nobody mints a scope that their own token lacks, or a superuser's without being one. */
const mayMint = (caller: Caller, scope: string): boolean =>
  caller.scope(...(heldBy[scope] ?? [])) && (scope !== 'super:user' || caller.superuser)

const view = (row: TokenRow): object => ({
  uuid: row.uuid,
  name: row.name,
  scope: row.scope,
  expires_at: withMicroseconds(row.expires),
  created: withMicroseconds(row.created),
  created_by: row.user,
  last_accessed: null,
})

const alive = (call: Call, tokens: ReadonlyMap<string, TokenRow>): TokenRow[] =>
  [...tokens.values()].filter((row) => row.expires > call.now)

/** The newest first. */
function list(call: Call): Answer {
  const { tokens } = applicationOf(call)
  const { rows, ...next } = call.page(alive(call, tokens).reverse(), pageSize)
  return ok({ tokens: rows.map(view), ...next })
}

/** Two may have one name. The token itself is shown this once. */
function create(call: Call): Answer {
  const body = call.read<Creation>(newToken)
  const { tokens, ...application } = applicationOf(call)
  const name = body.name.trim()
  if (name === '') throw message("'name' cannot be empty")
  const scopes = scopesOf(body.scope)
  if (scopes.length === 0 || scopes.some((scope) => !Object.hasOwn(heldBy, scope)))
    throw message(`Invalid scope: ${body.scope}`)
  call.require(scopes.every((scope) => mayMint(call.caller, scope)))
  if (alive(call, tokens).length >= maxTokens)
    throw message(`Token limit reached: maximum ${maxTokens} non-expired tokens per application`)
  const life = Math.min(Math.trunc(body.expiration ?? longestLife), longestLife)
  const row: TokenRow = {
    uuid: call.uuid(),
    name,
    scope: scopes.join(' '),
    created: call.now,
    expires: new Date(call.now.getTime() + life * 1000),
    user: call.caller.user ?? '',
    secret: call.secret(40),
  }
  tokens.set(row.uuid, row)
  call.log('create_oauth_api_token', {
    oauth_token_uuid: row.uuid,
    scope: row.scope,
    token_display_name: name,
    application_name: application.name,
    auth_method: 'OAuth',
    client_id: application.id,
  })
  return ok({ ...view(row), token: row.secret })
}

function revoke(call: Call): Answer {
  const { tokens, name, id } = applicationOf(call)
  const { token_uuid: uuid = '' } = call.params
  if (!tokens.delete(uuid)) throw notFound()
  call.log('revoke_oauth_api_token', { oauth_token_uuid: uuid, application_name: name, client_id: id })
  return noContent()
}

const path = '/organization/{org}/applications/{client_id}/tokens'

/** Whom a token stands for, while it is alive. */
export function bearer(tables: Tables, text: string, now: Date): Bearer | undefined {
  const rows = [...(applicationTable(tables)?.values() ?? [])].flatMap(({ tokens }) => [...tokens.values()])
  const row = rows.find(({ secret, expires }) => secret === text && expires > now)
  return row && { user: row.user, scopes: row.scope }
}

const since = '3.18'

/** Tokens of an application (endpoints/api/organization_application_tokens.py). */
export const tokenRoutes: readonly Route[] = [
  { operation: `GET ${path}`, since, handle: list },
  { operation: `POST ${path}`, since, body: { NewToken: newToken }, handle: create },
  { operation: `DELETE ${path}/{token_uuid}`, since, handle: revoke },
]
