import { created, invalidRequest, message, noContent, notFound, ok } from '../../model/answers.ts'
import type { Answer, Call, EmulatorModule } from '../../model/emulation.ts'
import {
  addRow,
  type Owner,
  organizationOwner,
  ownRows,
  policyRoutes,
  repositoryOwner,
} from '../../model/emulation-owners.ts'
import { patternIssue } from './emulator-pattern.ts'

const immutabilityPolicyConfig = {
  type: 'object',
  required: ['tagPattern'],
  properties: { tagPattern: { type: 'string' }, tagPatternMatches: { type: 'boolean' } },
}
interface Policy {
  readonly tagPattern: string
  readonly tagPatternMatches: boolean
}

const table = 'immutability policy'
const policiesOf = (call: Call, key: string): Map<string, Policy> => ownRows(call, table, key)

function read(call: Call): Policy {
  const body = call.read<{ tagPattern: string; tagPatternMatches?: boolean }>(immutabilityPolicyConfig)
  return { tagPattern: body.tagPattern.trim(), tagPatternMatches: body.tagPatternMatches ?? true }
}

/** The owner and the body; on organizations the body is looked at before the rights. */
function sent(owner: Owner, call: Call): { readonly key: string; readonly policy: Policy } {
  if (owner.kind === 'organization') {
    const policy = read(call)
    return { key: owner.permit(call), policy }
  }
  const key = owner.permit(call)
  const policy = read(call)
  return { key, policy }
}

function check({ tagPattern }: Policy): void {
  if (tagPattern === '') throw invalidRequest('tag_pattern is required and must be a non-empty string')
  if ([...tagPattern].length > 256) throw invalidRequest('tag_pattern must be 256 characters or less')
  const issue = patternIssue(tagPattern)
  if (issue) throw invalidRequest(`Invalid regex pattern: ${issue}`)
}

/** A missing repository is a 404, a missing namespace a rejection of the data layer. */
function present(owner: Owner, call: Call, key: string): void {
  if (owner.exists(call, key)) return
  throw owner.kind === 'repository' ? notFound() : message(`Username does not exist: ${key}`)
}

/** The pattern alone tells policies apart. */
function unique(call: Call, key: string, { tagPattern }: Policy, but?: string): void {
  const isTaken = [...policiesOf(call, key)].some(
    ([uuid, one]) => uuid !== but && one.tagPattern === tagPattern,
  )
  if (isTaken) throw invalidRequest('A policy with the same tag_pattern already exists')
}

/** Organization-level mirroring and immutable tags exclude each other. */
function unmirrored(owner: Owner, call: Call, key: string): void {
  const [namespace = ''] = key.split('/')
  if (owner.kind === 'organization' && call.ground.organizations.get(namespace)?.mirrored)
    throw invalidRequest(
      'Cannot create immutability policy: organization is managed by organization-level mirroring',
    )
}

function log(call: Call, deed: string, key: string, metadata: object): void {
  const [namespace, ...repository] = key.split('/')
  const place = { namespace, ...(repository.length === 0 ? {} : { repo: repository.join('/') }) }
  call.log(`${deed}_immutability_policy`, { ...place, ...metadata })
}
const logged = ({ tagPattern, tagPatternMatches }: Policy): object => ({
  tag_pattern: tagPattern,
  tag_pattern_matches: tagPatternMatches,
})

/** A namespace that does not exist has an empty list, a repository none. */
function list(owner: Owner, call: Call): Answer {
  const key = owner.permit(call)
  if (owner.kind === 'repository') present(owner, call, key)
  return ok({ policies: [...policiesOf(call, key)].map(([uuid, policy]) => ({ uuid, ...policy })) })
}

function create(owner: Owner, call: Call): Answer {
  const { key, policy } = sent(owner, call)
  if (owner.kind === 'repository') present(owner, call, key)
  check(policy)
  present(owner, call, key)
  unmirrored(owner, call, key)
  unique(call, key, policy)
  const uuid = addRow(call, table, key, policy)
  log(call, 'create', key, logged(policy))
  return created({ uuid })
}

/** The policy that the path names; no namesake's. */
function lookUp(call: Call, key: string): { readonly uuid: string; readonly policy: Policy } {
  const { policy: uuid = '' } = call.params
  const policy = policiesOf(call, key).get(uuid)
  if (!policy) throw notFound()
  return { uuid, policy }
}

function get(owner: Owner, call: Call): Answer {
  const { uuid, policy } = lookUp(call, owner.permit(call))
  return ok({ uuid, ...policy })
}

/** Replaces the whole policy; an updated row moves to the end. */
function update(owner: Owner, call: Call): Answer {
  const { key, policy } = sent(owner, call)
  check(policy)
  present(owner, call, key)
  const { uuid } = lookUp(call, key)
  unique(call, key, policy, uuid)
  const own = policiesOf(call, key)
  own.delete(uuid)
  own.set(uuid, policy)
  log(call, 'update', key, logged(policy))
  return noContent()
}

/** What it made immutable stays so; nothing is stored here. */
function remove(owner: Owner, call: Call): Answer {
  const key = owner.permit(call)
  present(owner, call, key)
  const { uuid } = lookUp(call, key)
  policiesOf(call, key).delete(uuid)
  log(call, 'delete', key, { policy_uuid: uuid })
  return ok({ uuid })
}

const kind = {
  word: 'immutabilitypolicy',
  feature: 'IMMUTABLE_TAGS',
  since: '3.17',
  body: { ImmutabilityPolicyConfig: immutabilityPolicyConfig },
} as const

/** Quay's policies of immutable tags, of namespaces and of repositories. */
export const emulator: EmulatorModule = {
  routes: [organizationOwner, repositoryOwner].flatMap((owner) =>
    policyRoutes(owner, kind, { list, create, get, update, remove }),
  ),
}
