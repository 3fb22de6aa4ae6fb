import { isDeepStrictEqual } from 'node:util'
import { created, invalidRequest, noContent, notFound, ok, serverError } from '../../model/answers.ts'
import type { Answer, Call, EmulatorModule } from '../../model/emulation.ts'
import {
  addRow,
  type Owner,
  organizationOwner,
  ownRows,
  policyRoutes,
  repositoryOwner,
  userOwner,
} from '../../model/emulation-owners.ts'
import {
  autoPrunePolicyConfig,
  check,
  hasPatterns,
  logged,
  type Policy,
  policyView,
  readPolicy,
} from './emulator-policy.ts'

const table = 'auto-prune policy'
const policiesOf = (call: Call, key: string): Map<string, Policy> => ownRows(call, table, key)
const noun = (owner: Owner): string => (owner.kind === 'repository' ? 'repository' : 'namespace')

/** The owner and the body; on organizations the body is looked at before the rights. */
function sent(owner: Owner, call: Call): { readonly key: string; readonly policy: Policy } {
  if (owner.kind === 'organization') {
    const policy = readPolicy(call)
    return { key: owner.permit(call), policy }
  }
  const key = owner.permit(call)
  const policy = readPolicy(call)
  return { key, policy }
}

function present(owner: Owner, call: Call, key: string): void {
  if (!owner.exists(call, key)) throw notFound()
}

function log(owner: Owner, call: Call, deed: string, key: string, metadata: object): void {
  const [namespace, ...repository] = key.split('/')
  const place = { namespace, ...(repository.length === 0 ? {} : { repo: repository.join('/') }) }
  call.log(`${deed}_${noun(owner)}_autoprune_policy`, { ...metadata, ...place })
}

/** A UUID is looked up in every repository of that name, whatever its namespace (data/model/autoprune.py). */
function lookUp(owner: Owner, call: Call, key: string): Policy {
  const uuid = call.params.policy ?? ''
  const own = policiesOf(call, key).get(uuid)
  if (own) return own
  const name = `/${call.params.repo}`
  const keys = owner.kind === 'repository' ? [...call.rows(table).keys()] : []
  const found = keys.filter((other) => other.slice(other.indexOf('/')) === name)
  const policy = found.map((other) => policiesOf(call, other).get(uuid)).find((one) => one !== undefined)
  if (!policy) throw notFound()
  return policy
}

/** A namespace that does not exist has an empty list, a repository none. */
function list(owner: Owner, call: Call): Answer {
  const key = owner.permit(call)
  if (owner.kind === 'repository') present(owner, call, key)
  return ok({ policies: [...policiesOf(call, key)].map(([uuid, policy]) => policyView(call, uuid, policy)) })
}

function create(owner: Owner, call: Call): Answer {
  const { key, policy } = sent(owner, call)
  present(owner, call, key)
  // Up to 3.12 there is one at most, which is looked at first.
  if (!hasPatterns(call) && policiesOf(call, key).size > 0)
    throw invalidRequest(
      `Policy for this ${noun(owner)} already exists, delete existing to create new policy`,
    )
  check(policy)
  if ([...policiesOf(call, key).values()].some((one) => isDeepStrictEqual(one, policy)))
    throw invalidRequest(
      `Existing policy with same values for this ${noun(owner)}, duplicate policies are not permitted`,
    )
  const uuid = addRow(call, table, key, policy)
  log(owner, call, 'create', key, logged(call, policy))
  return created({ uuid })
}

const get = (owner: Owner, call: Call): Answer =>
  ok(policyView(call, call.params.policy ?? '', lookUp(owner, call, owner.permit(call))))

/** Replaces the whole policy, equals or not; an updated row moves to the end. A policy of a namesake elsewhere is not touched. */
function update(owner: Owner, call: Call): Answer {
  const { key, policy } = sent(owner, call)
  present(owner, call, key)
  lookUp(owner, call, key)
  check(policy)
  const { policy: uuid = '' } = call.params
  const own = policiesOf(call, key)
  if (own.delete(uuid)) own.set(uuid, policy)
  log(owner, call, 'update', key, logged(call, policy))
  return noContent()
}

/** A policy of a namesake elsewhere is found and not deleted, which is not caught. */
function remove(owner: Owner, call: Call): Answer {
  const key = owner.permit(call)
  present(owner, call, key)
  lookUp(owner, call, key)
  const { policy: uuid = '' } = call.params
  if (!policiesOf(call, key).delete(uuid)) throw serverError()
  log(owner, call, 'delete', key, { policy_uuid: uuid })
  return ok({ uuid })
}

const kind = {
  word: 'autoprunepolicy',
  feature: 'AUTO_PRUNE',
  body: { AutoPrunePolicyConfig: autoPrunePolicyConfig },
}

/** Quay's auto-prune policies, of organizations, of the calling user and of repositories. */
export const emulator: EmulatorModule = {
  routes: [organizationOwner, userOwner, repositoryOwner].flatMap((owner) =>
    policyRoutes(owner, kind, { list, create, get, update, remove }),
  ),
}
