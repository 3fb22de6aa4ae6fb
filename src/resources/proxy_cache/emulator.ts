import { created, invalidRequest, message, notFound, ok, type Refusal } from '../../model/answers.ts'
import type { Answer, Call, EmulatorModule, OrganizationRow } from '../../model/emulation.ts'
import { checkRegistryUrl } from '../../model/emulation-hosts.ts'
import { asKeywords, type CacheBody, type CacheRow, rowOf } from './emulator-rows.ts'

/** Nothing else is looked at (endpoints/api/organization.py:1021). */
const newProxyCacheConfig = {
  type: 'object',
  required: ['upstream_registry'],
  properties: { upstream_registry: { type: 'string' } },
}

/** By organization. */
const caches = (call: Call): Map<string, CacheRow> => call.rows<CacheRow>('proxy cache')

/** An organization without one, or none at all, has three empty texts. */
function get(call: Call): Answer {
  const row = caches(call).get(call.findOrganization('member')?.name ?? '')
  return ok({
    upstream_registry: row?.upstream ?? '',
    expiration_s: row === undefined ? '' : row.expiration,
    insecure: row?.insecure ?? '',
  })
}

interface Sent {
  readonly organization: OrganizationRow | undefined
  readonly body: CacheBody
}

/** The body, and the organization of the path, which has none yet. */
function sent(call: Call): Sent {
  const body = call.read<CacheBody>(newProxyCacheConfig)
  const organization = call.findOrganization('admin')
  if (organization?.cached) throw invalidRequest('Proxy Cache Configuration already exists')
  return { organization, body }
}

const missing = (name: string): Refusal => message(`Organization does not exist: ${name}`)

/** With a scheme or without; whatever is checked, the text is kept as it was sent. */
function checkUpstream({ since }: Call, { upstream_registry: text }: CacheBody): void {
  if (since('3.18')) checkRegistryUrl(text.includes('://') ? text : `https://${text}`)
}

/** Whose it becomes, and its values; up to 3.16 the body names the organization, which then need not be the path's. */
function target(call: Call, { organization, body }: Sent): Sent {
  if (call.since('3.17')) return { organization, body }
  const named = asKeywords(body)
  const row = call.ground.organizations.get(named.org_name)
  if (!row) throw missing(named.org_name)
  return { organization: row, body: named }
}

/** Immutable tags would refuse it, policies do not; there are no tags here. */
function create(call: Call): Answer {
  const { organization: row, body } = target(call, sent(call))
  if (row?.mirrored)
    throw invalidRequest('Cannot create proxy cache: organization is managed by organization-level mirroring')
  if (!row) throw missing(call.params.org ?? '')
  checkUpstream(call, body)
  caches(call).set(row.name, rowOf(body))
  row.cached = true
  call.log('create_proxy_cache_config', { upstream_registry: body.upstream_registry || null })
  return created('Created')
}

/** What was cached stays. */
function remove(call: Call): Answer {
  const row = call.findOrganization('admin')
  if (!row || !caches(call).delete(row.name)) throw notFound()
  row.cached = false
  call.log('delete_proxy_cache_config', {})
  return created('Deleted')
}

/** There is no registry to be reached from here, and so none that a login succeeds at. */
function validate(call: Call): Answer {
  const { organization, body } = sent(call)
  checkUpstream(call, body)
  if (!organization) throw missing(call.params.org ?? '')
  throw invalidRequest('Failed login to remote registry. Please verify entered details and try again.')
}

const feature = 'PROXY_CACHE'
const body = { NewProxyCacheConfig: newProxyCacheConfig }
const path = '/organization/{org}/proxycache'

/** Quay's organizations that cache another registry. */
export const emulator: EmulatorModule = {
  routes: [
    { operation: `GET ${path}`, feature, handle: get },
    { operation: `POST ${path}`, feature, body, handle: create },
    { operation: `DELETE ${path}`, feature, handle: remove },
    { operation: 'POST /organization/{org}/validateproxycache', feature, body, handle: validate },
  ],
}
