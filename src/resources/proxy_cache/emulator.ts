import { created, invalidRequest, message, notFound, ok } from '../../model/answers.ts'
import type { Answer, Call, EmulatorModule, OrganizationRow } from '../../model/emulation.ts'
import { checkRegistryUrl } from '../../model/emulation-hosts.ts'
import { type CacheBody, type CacheRow, rowOf } from './emulator-rows.ts'

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

/** The body, and the organization of the path, which has none yet; the name that a body has is not looked at. */
function sent(call: Call): Sent {
  const body = call.read<CacheBody>(newProxyCacheConfig)
  const organization = call.findOrganization('admin')
  if (organization?.cached) throw invalidRequest('Proxy Cache Configuration already exists')
  return { organization, body }
}

const missing = (call: Call): Error => message(`Organization does not exist: ${call.params.org}`)

/** With a scheme or without; whatever is checked, the text is kept as it was sent. */
const checkUpstream = ({ upstream_registry: text }: CacheBody): void =>
  checkRegistryUrl(text.includes('://') ? text : `https://${text}`)

/** Immutable tags would refuse it, policies do not; there are no tags here. */
function create(call: Call): Answer {
  const { organization: row, body } = sent(call)
  if (row?.mirrored)
    throw invalidRequest('Cannot create proxy cache: organization is managed by organization-level mirroring')
  if (!row) throw missing(call)
  checkUpstream(body)
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
  checkUpstream(body)
  if (!organization) throw missing(call)
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
