import { path, type QuayApi } from '../model/api.ts'
import { ApiError, AuthError, MissingRouteError, ServerError, UnavailableError } from '../model/errors.ts'
import type { Server } from '../model/server.ts'
import {
  anything,
  flag,
  list,
  mapOf,
  name,
  optional,
  orNull,
  record,
  type Told,
  text,
} from '../model/shape.ts'

const discovery = record({
  paths: optional(mapOf(anything)),
  definitions: optional(
    mapOf(record({ properties: optional(mapOf(anything)), required: optional(list(text)) })),
  ),
})
const publicConfig = record({
  config: optional(mapOf(anything)),
  features: optional(mapOf(anything)),
  version_number: optional(orNull(text)),
  registry_state: optional(orNull(text)),
  account_recovery_mode: optional(flag),
})
const self = record({
  username: optional(text),
  /** Only where the token may see its user whole; without it nothing else is said that is true only. */
  email: optional(text),
  /** Only where true, and only for a token with super:user. */
  super_user: optional(flag),
  organizations: optional(list(record({ name, is_org_admin: optional(flag) }))),
})
type Self = Told<typeof self>

/** What can be told of a server, and what keeps the rest from being told. */
export interface Sighting {
  /** Null where nothing can be; its `user` is null where the token's is not known. */
  readonly server: Server | null
  /** Why there is no server. */
  readonly failure: unknown
  /** Why there is no user. */
  readonly stranger: unknown
  /** Is the server in its mode of account recovery? */
  readonly recovers: boolean
}

/** Three requests: what the server offers, how it is configured, and as whom it is asked. */
export async function readServer(url: string, api: QuayApi, session = false): Promise<Server> {
  const { server, failure, stranger, isQuay } = await sight(url, api, session ? 'session' : 'token')
  if (!isQuay) throw failure
  if (stranger || !server) throw stranger ?? failure
  return server
}

/** By what Quay knows who asks. */
export type Means = 'token' | 'session'

/** The same, as far as it goes; without any means nobody is asked for. */
export async function sight(
  url: string,
  api: QuayApi,
  means: Means | null,
): Promise<Sighting & { readonly isQuay: boolean }> {
  const [one, two, three] = await Promise.allSettled([
    api.get(path`/discovery`, discovery),
    api.root('/config', publicConfig),
    means ? whoAmI(api, means) : null,
  ])
  const stranger = reasonOf(three)
  const blind = { server: null, stranger, recovers: false }
  const strange = foreign(url, reasonOf(one)) ?? foreign(url, reasonOf(two))
  if (strange) return { ...blind, failure: strange, isQuay: false }
  const failure = reasonOf(one) ?? reasonOf(two)
  if (one.status === 'rejected' || two.status === 'rejected') return { ...blind, failure, isQuay: true }
  const user = three.status === 'fulfilled' ? three.value : null
  const garbled = means && !stranger && !user?.username
  if (!one.value?.paths || !two.value || garbled) return { ...blind, failure: unlike(url), isQuay: false }
  const recovers = two.value.account_recovery_mode === true
  const server = { ...serverOf(url, one.value, two.value, user), session: means === 'session' }
  return { server, failure, stranger, recovers, isQuay: true }
}

const reasonOf = (answer: PromiseSettledResult<unknown>): unknown =>
  answer.status === 'rejected' ? answer.reason : null

function serverOf(
  url: string,
  { paths: routes = {}, definitions = {} }: Told<typeof discovery>,
  told: Told<typeof publicConfig>,
  user: Self | null,
): Server {
  const { config = {}, features = {}, version_number, registry_state } = told
  const paths = new Set(Object.keys(routes).map((name) => name.replace(/^\/api\/v1/, '')))
  const administered = new Set(user?.organizations?.flatMap((one) => (one.is_org_admin ? [one.name] : [])))
  return {
    url,
    version: version_number || null,
    user: user?.username ?? null,
    superuser: user?.email === undefined ? null : user.super_user === true,
    readOnly: registry_state === 'readonly',
    administers: (organization) => administered.has(organization),
    feature: (name, unsaid = false) => (Object.hasOwn(features, name) ? features[name] === true : unsaid),
    setting: (name) => config[name],
    capability: () => undefined,
    offers(what) {
      if (what.startsWith('/')) return paths.has(what)
      const [definition = '', property = '', required] = what.split('.')
      const schema = Object.hasOwn(definitions, definition) ? definitions[definition] : undefined
      return required === undefined
        ? property in (schema?.properties ?? {})
        : (schema?.required?.includes(required) ?? false)
    },
  }
}

const unlike = (url: string): UnavailableError =>
  noQuay(url, 'it answers with JSON, but with no list of routes or without the user who asks')

/** Every Quay has these routes, and answers them with JSON: without, what else it refuses says nothing. */
function foreign(url: string, error: unknown): UnavailableError | null {
  const lacks = error instanceof MissingRouteError || (error instanceof ApiError && error.status === 404)
  const garbled = error instanceof UnavailableError && error.code === 'QC7610'
  if (garbled) return noQuay(url, error.message, error)
  if (!lacks || !error.failed) return null
  const { method, path: asked, status, said } = error.failed
  return noQuay(url, `${method} ${asked} -> ${status}${said ? ` (${said})` : ''}`, error)
}

const noQuay = (url: string, why: string, error?: ServerError): UnavailableError =>
  new UnavailableError(
    'QC7613',
    `${url} does not look like a Quay: ${why}`,
    [
      'check the URL; it is that of Quay itself, without a path',
      'something on the way may have answered, such as a proxy or a sign-in page',
    ],
    error?.failed,
    error,
  )

/** Asked first of all: a dead token is shown public organizations as if they were all there is. */
async function whoAmI(api: QuayApi, means: Means): Promise<Self> {
  try {
    return await api.get(path`/user/`, self)
  } catch (error) {
    if (means === 'session' || !(error instanceof ServerError) || error.status !== 401) throw error
    throw new AuthError(
      'QC7401',
      'Quay does not accept the token: it is invalid, expired or revoked, or lacks the scope user:read or user:admin',
      [
        'create one with the scopes org:admin user:admin user:read repo:admin repo:create, and super:user for quotas',
        'put it into QUAY_TOKEN, or name its file with --token-file',
      ],
      error.failed,
    )
  }
}
