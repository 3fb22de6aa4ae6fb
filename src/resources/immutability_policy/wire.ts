import { createHash } from 'node:crypto'
import type { Address } from '../../model/address.ts'
import { type ApiPath, path, pathOf, type QuayApi, type Reader } from '../../model/api.ts'
import { ApiError } from '../../model/errors.ts'
import type { Infer } from '../../model/schema.ts'
import { flag, list, name, optional, orNull, record, type Told, text } from '../../model/shape.ts'
import type { schema } from './schema.ts'

export type ImmutabilityPolicy = Infer<typeof schema>

const policyView = record({
  uuid: name,
  tagPattern: orNull(text),
  tagPatternMatches: optional(flag),
})
export type PolicyView = Told<typeof policyView>

/** Quay tells policies apart by the pattern alone (data/model/immutability.py:223). */
export const nameOf = ({ tag_pattern }: ImmutabilityPolicy): string | null =>
  tag_pattern === undefined ? null : createHash('sha256').update(tag_pattern).digest('hex').slice(0, 8)

export const fromQuay = ({ tagPattern, tagPatternMatches }: PolicyView): ImmutabilityPolicy => ({
  tag_pattern: tagPattern?.trim() ?? '',
  tag_pattern_matches: tagPatternMatches ?? true,
})

const body = ({ tag_pattern, tag_pattern_matches }: ImmutabilityPolicy): object => ({
  tagPattern: tag_pattern,
  tagPatternMatches: tag_pattern_matches ?? true,
})

/** Of a repository, or of a namespace: a user's name passes for an organization's here. */
const policiesPath = ({ type, name, parent }: Address): ApiPath =>
  type === 'repository'
    ? path`/repository/${parent?.name ?? ''}/${name}/immutabilitypolicy/`
    : path`/organization/${name}/immutabilitypolicy/`
const onePath = (owner: Address, uuid: string): ApiPath => pathOf(`${policiesPath(owner)}${path`${uuid}`}`)

/** All of one owner; Quay lists none of a namespace that is not there. */
export async function listPolicies(owner: Address, reader: Reader): Promise<readonly PolicyView[]> {
  const found = await reader.find(policiesPath(owner), record({ policies: list(policyView) }))
  return found?.policies ?? []
}

/** Marks the tags that are there before it answers, which may take long (data/model/immutability.py:307). */
export const createPolicy = (owner: Address, policy: ImmutabilityPolicy, api: QuayApi): Promise<void> =>
  api.post(policiesPath(owner), body(policy))

/** A PUT replaces the whole policy: what is not sent becomes true. Refused while another one has the pattern. */
export const changePolicy = (
  owner: Address,
  uuid: string,
  policy: ImmutabilityPolicy,
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
