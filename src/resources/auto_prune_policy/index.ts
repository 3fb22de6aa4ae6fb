import type { Address } from '../../model/address.ts'
import type { Change, Desired, Judgement, Live } from '../../model/change.ts'
import { patternFault } from '../../model/regex.ts'
import type { Quay, Remark, ResourceType, Write } from '../../model/resource.ts'
import type { Server } from '../../model/server.ts'
import { schema } from './schema.ts'
import { changePolicy, createPolicy, deletePolicy, listPolicies, takesOne } from './wire.ts'
import { type AutoPrunePolicy, folded, fromQuay, nameOf, reach, step } from './wire-live.ts'

const since = '/repository/{repository}/autoprunepolicy/'

export const autoPrunePolicy: ResourceType<AutoPrunePolicy> = {
  ...step,
  summary: 'A policy by which Quay deletes tags: all but the newest, or those above an age.',
  parents: ['repository', 'organization', 'namespace'],
  block: 'auto_prune',
  identity: 'list',
  exact: true,
  schema,
  removable: true,
  after: ['mirror'],
  since,
  feature: 'AUTO_PRUNE',
  independent: 'apart',
  listings: [
    { path: '/repository/{repository}/autoprunepolicy/', covers: 'parent', under: 'repository' },
    { path: '/organization/{orgname}/autoprunepolicy/', covers: 'parent', under: 'organization' },
    { path: '/user/autoprunepolicy/', covers: 'parent', under: 'namespace' },
  ],

  nameOf,
  check: ({ attributes }) => [...valueFaults(attributes), ...patternFaults(attributes)],
  admits: (desired, server, others: () => readonly AutoPrunePolicy[] = () => []) =>
    severalDemand(desired, server, others),
  judge: (change, { parent }) => judge(change, parent),

  async read({ parent }, reader) {
    if (!parent) return []
    return folded(parent.address, await listPolicies(parent.address, reader))
  },
  async find({ address }, reader) {
    const found = folded(ownerOf(address), await listPolicies(ownerOf(address), reader))
    return found.find((live) => live.address.name === address.name) ?? null
  },
  async create({ address, values }, { api, server }) {
    await createPolicy(ownerOf(address), values, api, server)
    return undefined
  },
  update: (write, quay) => update(write, quay),
  delete: (before, quay) => remove(before, quay),
}

const ownerOf = ({ parent, text }: Address): Address => {
  if (!parent) throw new TypeError(`${text} stands below nothing`)
  return parent
}

/** Their UUIDs. */
type Remote = readonly string[]
const remoteOf = (live: Live | null): Remote => (live?.remote as Remote | undefined) ?? []

async function update(
  { address, values, live: before }: Write<AutoPrunePolicy>,
  { api }: Quay,
): Promise<void> {
  const owner = ownerOf(address)
  const [first, ...surplus] = remoteOf(before)
  if (first !== undefined && values.value !== undefined)
    await changePolicy(owner, first, { ...before?.attributes, ...values }, api)
  for (const uuid of surplus) await deletePolicy(owner, uuid, api)
}

/** Where an owner takes one policy only, its UUID may be that of the new one by now. */
async function remove(before: Live<AutoPrunePolicy>, { api, server }: Quay): Promise<void> {
  const owner = ownerOf(before.address)
  const views = takesOne(server) ? await listPolicies(owner, api.fresh) : null
  const taken = views?.filter((view) => nameOf(fromQuay(view)) !== before.address.name) ?? []
  for (const uuid of remoteOf(before))
    if (taken.every((view) => view.uuid !== uuid)) await deletePolicy(owner, uuid, api)
}

function valueFaults({ method, value }: AutoPrunePolicy): readonly Remark[] {
  if (value === undefined || method === undefined) return []
  const counts = method === 'number_of_tags'
  if (counts === (typeof value === 'number')) return []
  return [
    {
      code: 'QC1004',
      severity: 'error',
      attribute: 'value',
      message: `unexpected value "${value}" beside the method ${method}`,
      hint: counts ? 'expected a number of tags, like 50' : 'expected an age, like 30d, 12h or 8w',
    },
  ]
}

/** Quay takes any pattern, and its worker fails on one that is broken. */
function patternFaults({ tag_pattern: pattern, tag_pattern_matches }: AutoPrunePolicy): readonly Remark[] {
  const about = { severity: 'error' } as const
  if (pattern === undefined)
    return tag_pattern_matches === undefined
      ? []
      : [
          {
            ...about,
            code: 'QC1006',
            attribute: 'tag_pattern_matches',
            message: 'tag_pattern_matches needs a tag_pattern beside it',
          },
        ]
  const fault = patternFault(pattern)
  const attribute = 'tag_pattern'
  return fault
    ? [{ ...about, code: 'QC1004', attribute, message: `tag_pattern is no regular expression: ${fault}` }]
    : []
}

/** Told at one of the two lines; more than two there cannot be without patterns. */
function severalDemand(
  { attributes }: Desired<AutoPrunePolicy>,
  server: Server,
  others: () => readonly AutoPrunePolicy[],
): readonly Remark[] {
  const own = nameOf(attributes) ?? ''
  if (!takesOne(server) || others().every((other) => (nameOf(other) ?? '') >= own)) return []
  return [
    {
      code: 'QC3001',
      severity: 'error',
      message:
        'this server takes one auto-prune policy only: Quay 3.13 brought several, and this one is older',
      hint: 'keep one of the entries',
    },
  ]
}

/** A repository without tags has none to lose yet. */
function judge(
  { action, address, live: before, values }: Change<AutoPrunePolicy>,
  parent: Live | null,
): Judgement {
  if (action === 'delete') return {}
  const policy = { ...before?.attributes, ...values }
  if (before && reach(policy.value) >= reach(before.attributes.value)) return {}
  return {
    impacts: parent && !parent.empty ? ['data'] : [],
    consequences: [lossOf(policy, ownerOf(address))],
    narrows: action === 'update',
  }
}

function lossOf({ value, tag_pattern, tag_pattern_matches }: AutoPrunePolicy, owner: Address): string {
  const those = tag_pattern
    ? ` that ${tag_pattern_matches === false ? 'do not match' : 'match'} "${tag_pattern}"`
    : ''
  const which = typeof value === 'number' ? `beyond the newest ${value}` : `older than ${value}`
  const where = owner.type === 'repository' ? '' : `, in every repository of ${owner.name}`
  return `tags${those} ${which} are deleted${where}`
}
