import { notFound, serverError } from '../../model/answers.ts'
import type { Call, Tables } from '../../model/emulation.ts'

export interface TokenRow {
  readonly uuid: string
  readonly name: string
  readonly scope: string
  readonly created: Date
  readonly expires: Date
  readonly user: string
  readonly secret: string
}

/** The body of a creation or an update: an update replaces everything. */
export interface ApplicationBody {
  readonly name: string
  readonly application_uri?: string
  readonly redirect_uri?: string
  readonly description?: string
  readonly avatar_email?: string
}

/** What an application says of itself. */
export interface ApplicationRow {
  readonly id: string
  readonly secret: string
  readonly name: string
  readonly description: string
  readonly uri: string
  readonly redirect: string
  readonly avatarEmail: string | null
  /** The oldest first. */
  readonly tokens: Map<string, TokenRow>
}

/** By `organization/client id`. */
export const applications = (call: Call): Map<string, ApplicationRow> =>
  call.rows<ApplicationRow>('application')

/** The same outside of a call. */
export const applicationTable = (tables: Tables) =>
  tables.get('application') as Map<string, ApplicationRow> | undefined

export const keyOf = (organization: string, id: string): string => `${organization}/${id}`

/** The one that the path names. */
export function applicationOf(call: Call): ApplicationRow {
  const row = applications(call).get(keyOf(call.organization('admin').name, call.params.client_id ?? ''))
  if (!row) throw notFound()
  return row
}

/** The columns hold 255 characters, the description any number; no text may have a NUL. */
function storable(text: string, longest = 255): string {
  if (text.length > longest || text.includes('\0')) throw serverError()
  return text
}

/** What a body sets, the absent keys too. */
export const attributesOf = (body: ApplicationBody) => ({
  name: storable(body.name),
  description: storable(body.description ?? '', Number.POSITIVE_INFINITY),
  uri: storable(body.application_uri ?? ''),
  redirect: storable(body.redirect_uri ?? ''),
  avatarEmail: body.avatar_email === undefined ? null : storable(body.avatar_email),
})

export const applicationView = (row: ApplicationRow): object => ({
  name: row.name,
  description: row.description,
  application_uri: row.uri,
  client_id: row.id,
  client_secret: row.secret,
  redirect_uri: row.redirect,
  avatar_email: row.avatarEmail,
})
