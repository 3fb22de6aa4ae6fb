import type { Address } from '../../model/address.ts'
import { type ApiPath, path, pathOf, type QuayApi, type Reader } from '../../model/api.ts'
import { ApiError } from '../../model/errors.ts'
import type { Server } from '../../model/server.ts'
import { list, record } from '../../model/shape.ts'
import { type AutoPrunePolicy, type PolicyView, policyView } from './wire-live.ts'

/** A null is refused, so what is not there is left out (endpoints/api/policy.py). */
const body = ({ method, value, tag_pattern, tag_pattern_matches }: AutoPrunePolicy): object => ({
  method,
  value,
  ...(tag_pattern !== undefined && {
    tagPattern: tag_pattern,
    tagPatternMatches: tag_pattern_matches ?? true,
  }),
})

/** Of a repository, of an organization, or of the token's own user. */
function policiesPath({ type, name, parent }: Address): ApiPath {
  if (type === 'repository') return path`/repository/${parent?.name ?? ''}/${name}/autoprunepolicy/`
  return type === 'namespace' ? path`/user/autoprunepolicy/` : path`/organization/${name}/autoprunepolicy/`
}
const onePath = (owner: Address, uuid: string): ApiPath => pathOf(`${policiesPath(owner)}${path`${uuid}`}`)

/** All of one owner; Quay lists none of an organization that is not there. The system's default policy is in no list. */
export async function listPolicies(owner: Address, reader: Reader): Promise<readonly PolicyView[]> {
  const found = await reader.find(policiesPath(owner), record({ policies: list(policyView) }))
  return found?.policies ?? []
}

/** Up to 3.12 an owner has one policy at most, and none has a pattern. */
export const takesOne = (server: Server): boolean => !server.offers('AutoPrunePolicyConfig.tagPattern')

/** Where an owner takes one policy only, the one that is there becomes the new one. */
export async function createPolicy(
  owner: Address,
  policy: AutoPrunePolicy,
  api: QuayApi,
  server: Server,
): Promise<void> {
  const [other] = takesOne(server) ? await listPolicies(owner, api.fresh) : []
  if (other) await api.put(onePath(owner, other.uuid), body(policy))
  else await api.post(policiesPath(owner), body(policy))
}

/** A PUT replaces the whole policy: a pattern that is not sent is cleared. */
export const changePolicy = (
  owner: Address,
  uuid: string,
  policy: AutoPrunePolicy,
  api: QuayApi,
): Promise<void> => api.put(onePath(owner, uuid), body(policy))

/** One that is gone is deleted. */
export async function deletePolicy(owner: Address, uuid: string, api: QuayApi): Promise<void> {
  try {
    await api.delete(onePath(owner, uuid))
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error
  }
}
