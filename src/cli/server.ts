import { path, type QuayApi } from '../model/api.ts'
import { AuthError, ServerError } from '../model/errors.ts'
import type { Server } from '../model/server.ts'

interface Discovery {
  readonly paths?: Readonly<Record<string, unknown>>
  readonly definitions?: Readonly<
    Record<
      string,
      { readonly properties?: Readonly<Record<string, unknown>>; readonly required?: readonly string[] }
    >
  >
}
interface PublicConfig {
  readonly config?: Readonly<Record<string, unknown>>
  readonly features?: Readonly<Record<string, unknown>>
  readonly version_number?: string
  readonly registry_state?: string
}
interface Self {
  readonly username: string
  /** Only where the token may see its user whole; without it nothing else is said that is true only. */
  readonly email?: string
  /** Only where true, and only for a token with super:user. */
  readonly super_user?: boolean
  readonly organizations?: readonly { readonly name: string; readonly is_org_admin?: boolean }[]
}

/** Three requests: what the server offers, how it is configured, and who the token is. */
export async function readServer(url: string, api: QuayApi): Promise<Server> {
  const [discovery, { config = {}, features = {}, version_number, registry_state }, self] = await Promise.all(
    [api.get<Discovery>(path`/discovery`), api.root<PublicConfig>('/config'), whoAmI(api)],
  )
  const paths = new Set(Object.keys(discovery.paths ?? {}).map((name) => name.replace(/^\/api\/v1/, '')))
  const administered = new Set(
    self.organizations?.flatMap(({ name, is_org_admin }) => (is_org_admin ? [name] : [])),
  )
  return {
    url,
    version: version_number || null,
    user: self.username,
    superuser: self.email === undefined ? null : self.super_user === true,
    readOnly: registry_state === 'readonly',
    administers: (organization) => administered.has(organization),
    feature: (name, unsaid = false) => (name in features ? features[name] === true : unsaid),
    setting: (name) => config[name],
    offers(what) {
      if (what.startsWith('/')) return paths.has(what)
      const [definition = '', property = '', required] = what.split('.')
      const schema = discovery.definitions?.[definition]
      return required === undefined
        ? property in (schema?.properties ?? {})
        : (schema?.required?.includes(required) ?? false)
    },
  }
}

/** Asked first of all: a dead token is shown public organizations as if they were all there is. */
async function whoAmI(api: QuayApi): Promise<Self> {
  try {
    return await api.get<Self>(path`/user/`)
  } catch (error) {
    if (!(error instanceof ServerError) || error.status !== 401) throw error
    throw new AuthError(
      'QC7401',
      'Quay does not accept the token: it is invalid, expired or revoked, or lacks the scope user:read',
      [
        'create one with the scopes org:admin user:admin user:read repo:admin repo:create, and super:user for quotas',
        'put it into QUAY_TOKEN, or name its file with --token-file',
      ],
      error.failed,
    )
  }
}
