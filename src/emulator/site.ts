import { notFound, ok } from '../model/answers.ts'
import type { Answer, Call, EmulatorModule, Release } from '../model/emulation.ts'
import { discovery } from './discovery.ts'
import type { Entry } from './router.ts'

/** What the server tells about itself. */
export interface Site {
  readonly routes: readonly Entry[]
  readonly features: Readonly<Record<string, boolean>>
  readonly config: Readonly<Record<string, unknown>>
  readonly readOnly: boolean
  readonly accountRecovery: boolean
}

const errorTexts: Readonly<Record<string, string>> = {
  external_service_timeout: 'An external service timed out. Retrying the request may resolve the issue.',
  invalid_request: 'The request was invalid. It may contain invalid values or be improperly formatted.',
  invalid_response: 'The response was invalid.',
  invalid_token: 'The access token provided is invalid.',
  expired_token: 'The access token provided has expired.',
  insufficient_scope: 'The access token did not have sufficient scope to access the requested resource.',
  fresh_login_required: 'The action requires a fresh login to succeed.',
  exceeds_license: 'The action was refused because the current license does not allow it.',
  not_found: 'The resource was not found.',
  downstream_issue: 'An error occurred in a downstream service.',
  tag_immutable: 'The tag is immutable and cannot be modified or deleted.',
  token_rotation_failed: 'The token could not be rotated.',
}

/** The releases that brought some of them. */
const introduced: Readonly<Record<string, Release>> = {
  tag_immutable: '3.17',
  token_rotation_failed: '3.18',
}

function describeError(call: Call): Answer {
  const title = call.params.error_type ?? ''
  const description = Object.hasOwn(errorTexts, title) ? errorTexts[title] : undefined
  if (description === undefined || !call.since(introduced[title] ?? '3.0')) throw notFound()
  return ok({ type: `${call.base}/api/v1/error/${title}`, title, description })
}

/** The keys that anybody may see. */
const open = [
  'AUTHENTICATION_TYPE',
  'REGISTRY_TITLE',
  'REGISTRY_TITLE_SHORT',
  'SERVER_HOSTNAME',
  'TAG_EXPIRATION_OPTIONS',
]

const trigger = (endpoint: string, rest: object): object => ({
  AUTHORIZE_ENDPOINT: `${endpoint}`,
  CLIENT_ID: null,
  ...rest,
})
const oauth = {
  GITHUB_TRIGGER_CONFIG: trigger('https://github.com/login/oauth/authorize', {
    GITHUB_ENDPOINT: 'https://github.com',
    ORG_RESTRICT: false,
  }),
  GITLAB_TRIGGER_CONFIG: trigger('https://gitlab.com/oauth/authorize', {
    GITLAB_ENDPOINT: 'https://gitlab.com',
  }),
}

/** `/config` of the root (endpoints/web.py:1137). */
const config = (site: Site, call: Call): Answer =>
  ok({
    config: Object.fromEntries(Object.entries(site.config).filter(([key]) => open.includes(key))),
    features: site.features,
    oauth,
    external_login: [],
    registry_state: site.readOnly ? 'readonly' : 'normal',
    account_recovery_mode: site.accountRecovery,
    // The latest says so too: it goes by an old file of changes.
    ...(call.since('3.16') ? { version_number: 'Quay v3.11.0' } : {}),
  })

/** The superuser's dump, 403 without FEATURE_SUPERUSER_CONFIGDUMP. */
function dump(site: Site, call: Call): Answer {
  call.require(call.caller.superuser && call.feature('SUPERUSER_CONFIGDUMP'))
  const flags = Object.entries(site.features).map(([name, on]) => [`FEATURE_${name}`, on])
  return ok({ config: { ...site.config, ...Object.fromEntries(flags) }, warning: {}, env: {}, schema: {} })
}

const capabilities = (call: Call): Answer =>
  ok({
    sparse_manifests: {
      supported: call.feature('SPARSE_INDEX'),
      required_architectures: [],
      optional_architectures_allowed: false,
    },
    mirror_architectures: ['amd64', 'arm64', 'ppc64le', 's390x'],
  })

/** Discovery documents, each made once: what is served stays as it is. */
function documentsOf(site: Site): (call: Call) => object {
  const made = new Map<boolean, object>()
  return (call) => {
    const internal = call.flag('internal', false)
    const document = made.get(internal) ?? discovery(site.routes, internal, call.since)
    made.set(internal, document)
    return document
  }
}

/** The routes by which a client learns what the server can. */
export const siteModule = (site: Site, document = documentsOf(site)): EmulatorModule => ({
  routes: [
    { operation: 'GET /discovery', handle: (call) => ok(document(call)) },
    { operation: 'GET /error/{error_type}', handle: describeError },
    { operation: 'GET /registry/capabilities', since: '3.17', handle: capabilities },
    { operation: 'GET /superuser/config', since: '3.15', handle: (call) => dump(site, call) },
    {
      operation: 'GET /superuser/registrystatus',
      internal: true,
      handle: () => ok({ provider_id: 'k8s', status: 'ready' }),
    },
    { operation: 'GET /config', root: true, handle: (call) => config(site, call) },
    {
      operation: 'GET /health/instance',
      root: true,
      handle: () => ok({ data: { services: {} }, status_code: 200 }),
    },
    { operation: 'GET /_internal_ping', root: true, handle: () => ok(true) },
    {
      operation: 'GET /v2/',
      root: true,
      handle: () => ({ status: 401, contentType: 'text/html', body: 'true' }),
    },
  ],
})
