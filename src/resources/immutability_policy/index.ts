import { type Address, addressOf } from '../../model/address.ts'
import type { Change, Judgement, Live } from '../../model/change.ts'
import { patternFault } from '../../model/regex.ts'
import type { Quay, Remark, ResourceType, Write } from '../../model/resource.ts'
import { schema } from './schema.ts'
import {
  changePolicy,
  createPolicy,
  deletePolicy,
  fromQuay,
  type ImmutabilityPolicy,
  listPolicies,
  nameOf,
  type PolicyView,
} from './wire.ts'

const step = { name: 'immutability_policy', separator: '#' }
const since = '/repository/{repository}/immutabilitypolicy/'

export const immutabilityPolicy: ResourceType<ImmutabilityPolicy> = {
  ...step,
  summary: 'A policy by which tags become immutable: nobody overwrites or deletes them.',
  parents: ['repository', 'organization', 'namespace'],
  block: 'immutability',
  identity: 'list',
  exact: true,
  schema,
  removable: true,
  after: ['mirror'],
  since,
  introduced: '3.17',
  feature: 'IMMUTABLE_TAGS',
  independent: 'apart',
  listings: [
    { path: '/repository/{repository}/immutabilitypolicy/', covers: 'parent', under: 'repository' },
    { path: '/organization/{orgname}/immutabilitypolicy/', covers: 'parent', under: 'organization' },
  ],

  nameOf,
  check: ({ attributes }) => patternFaults(attributes),
  judge: (change, { parent }) => judge(change, parent),

  async read({ parent }, reader) {
    if (!parent) return []
    return folded(parent.address, await listPolicies(parent.address, reader))
  },
  async find({ address }, reader) {
    const found = folded(ownerOf(address), await listPolicies(ownerOf(address), reader))
    return found.find((live) => live.address.name === address.name) ?? null
  },
  async create({ address, values }, { api }) {
    await createPolicy(ownerOf(address), values, api)
    return undefined
  },
  update: (write, quay) => update(write, quay),
  async delete(before, { api }) {
    for (const uuid of remoteOf(before)) await deletePolicy(ownerOf(before.address), uuid, api)
  },
}

const ownerOf = ({ parent, text }: Address): Address => {
  if (!parent) throw new TypeError(`${text} stands below nothing`)
  return parent
}

/** Their UUIDs. */
type Remote = readonly string[]
const remoteOf = (live: Live | null): Remote => (live?.remote as Remote | undefined) ?? []

/** Parallel creations leave several of one pattern. */
function folded(owner: Address, views: readonly PolicyView[]): readonly Live<ImmutabilityPolicy>[] {
  const byName = new Map<string, PolicyView[]>()
  for (const view of views) {
    const name = nameOf(fromQuay(view)) ?? ''
    byName.set(name, [...(byName.get(name) ?? []), view])
  }
  return [...byName].flatMap(([name, equal]) =>
    equal.slice(0, 1).map((first) => ({
      address: addressOf(step, owner, name),
      attributes: fromQuay(first),
      remote: equal.map(({ uuid }) => uuid),
      ...(equal.length > 1 && { surplus: equal.length - 1 }),
    })),
  )
}

/** The surplus first: a PUT is refused while another one has the pattern. */
async function update(
  { address, values, live: before }: Write<ImmutabilityPolicy>,
  { api }: Quay,
): Promise<void> {
  const owner = ownerOf(address)
  const [first, ...surplus] = remoteOf(before)
  for (const uuid of surplus) await deletePolicy(owner, uuid, api)
  if (first !== undefined && values.tag_pattern_matches !== undefined)
    await changePolicy(owner, first, { ...before?.attributes, ...values }, api)
}

function patternFaults({ tag_pattern: pattern }: ImmutabilityPolicy): readonly Remark[] {
  const fault = pattern === undefined ? null : patternFault(pattern)
  if (!fault) return []
  const attribute = 'tag_pattern'
  return [
    {
      code: 'QC1004',
      severity: 'error',
      attribute,
      message: `tag_pattern is no regular expression: ${fault}`,
    },
  ]
}

/** No policy's end makes a tag mutable again. A repository without tags has none that it could hit yet. */
function judge(
  { action, address, live: before, values }: Change<ImmutabilityPolicy>,
  parent: Live | null,
): Judgement {
  if (action === 'delete') return { consequences: ['tags that it made immutable stay so'] }
  if (before && values.tag_pattern_matches === undefined) return {}
  const { tag_pattern, tag_pattern_matches } = { ...before?.attributes, ...values }
  const owner = ownerOf(address)
  const which = tag_pattern_matches === false ? 'do not match' : 'match'
  const where = owner.type === 'repository' ? '' : `, in every repository of ${owner.name},`
  return {
    impacts: parent && !parent.empty ? ['data'] : [],
    consequences: [
      `tags that ${which} "${tag_pattern}"${where} become immutable, and stay so when the policy goes`,
    ],
    narrows: action === 'update',
  }
}
