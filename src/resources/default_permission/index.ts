import { accessOf } from '../../model/access.ts'
import { type Address, addressOf } from '../../model/address.ts'
import { adminRobots } from '../../model/admin-robots.ts'
import type { Change, Judgement, Live } from '../../model/change.ts'
import { changed, gone, made, told } from '../../model/log.ts'
import type { Quay, ResourceType, Write } from '../../model/resource.ts'
import { subjectOf } from '../../model/subject.ts'
import { schema } from './schema.ts'
import {
  changeRole,
  createPrototype,
  type DefaultPermission,
  deletePrototypes,
  fromQuay,
  listPrototypes,
  type PrototypeView,
} from './wire.ts'

const step = { name: 'default_permission', separator: ':', keeps: ':' }

const LOGGED = {
  create_prototype_permission: made,
  modify_prototype_permission: changed(),
  delete_prototype_permission: gone,
}

export const defaultPermission: ResourceType<DefaultPermission> = {
  ...step,
  summary: 'A default permission: what somebody may do in each new repository of an organization.',
  parents: ['organization'],
  block: 'default_permissions',
  identity: 'list',
  schema,
  keyPattern: '^(\\*|(user|robot):[^\\s:]+):(user|team|robot):[^\\s:]+$',
  keyExpected: 'the creator or *, a colon, and who gets the role, like *:team:developers',
  exampleName: '*:team:developers',
  prunable: true,
  removable: true,
  revokes: true,
  after: ['team', 'robot'],
  listings: [{ path: '/organization/{orgname}/prototypes', covers: 'parent' }],

  nameOf: (attributes) => nameOf(attributes),
  lint: ({ address, attributes: { to = '', role } }, around) =>
    adminRobots(role, to, `each new repository of ${organizationOf(address).text}`, around),
  judge: (change) => judge(change),

  logged(entry, root) {
    const { activating_username: creator, delegate_user: user, delegate_team: team } = entry.metadata
    const by = typeof creator === 'string' ? subjectOf(creator, root) : '*'
    const to = typeof user === 'string' ? subjectOf(user, root) : `team:${team}`
    return told(entry, LOGGED, [`${by}:${to}`])
  },
  async read({ parent }, reader) {
    if (!parent) return []
    return fold(parent.address, await listPrototypes(parent.address.name, reader))
  },
  async find({ address }, reader) {
    const organization = organizationOf(address)
    const all = fold(organization, await listPrototypes(organization.name, reader))
    return all.find((live) => live.address.text === address.text) ?? null
  },
  async create(write, quay) {
    const isThere = await change(write, quay)
    if (!isThere) await createPrototype(organizationOf(write.address).name, write.values, quay.api)
    return undefined
  },
  async update(write, quay) {
    await change(write, quay)
  },
  async delete({ address }, { api }) {
    const present = await defaultPermission.find({ address, parent: null }, api.fresh)
    if (present) await deletePrototypes(organizationOf(address).name, idsOf(present), api)
  },
}

const organizationOf = ({ parent, text }: Address): Address => {
  if (!parent) throw new TypeError(`${text} stands below nothing`)
  return parent
}

const idsOf = ({ remote }: Live): readonly string[] => (remote as { readonly ids: readonly string[] }).ids

const nameOf = ({ creator, to }: DefaultPermission): string | null =>
  to === undefined ? null : `${creator ?? '*'}:${to}`

/** Nothing keeps Quay from having several for one creator and subject: they are one here, with the role of the first. */
function fold(organization: Address, views: readonly PrototypeView[]): readonly Live<DefaultPermission>[] {
  const groups = new Map<string, { attributes: DefaultPermission; ids: string[] }>()
  for (const view of views) {
    const attributes = fromQuay(view, organization.name)
    const name = nameOf(attributes) ?? ''
    const group = groups.get(name) ?? { attributes, ids: [] }
    group.ids.push(view.id)
    groups.set(name, group)
  }
  return [...groups].map(([name, { attributes, ids }]) => ({
    address: addressOf(step, organization, name),
    attributes,
    remote: { ids },
    ...(ids.length > 1 && { surplus: ids.length - 1 }),
  }))
}

/** By what is there now, and false without it: a replace of its robot makes it anew, and a team that takes the place of another brings some. The surplus goes first: a changed one moves behind the others. */
async function change({ address, values }: Write<DefaultPermission>, { api }: Quay): Promise<boolean> {
  const organization = organizationOf(address).name
  const present = await defaultPermission.find({ address, parent: null }, api.fresh)
  if (!present) return false
  const [kept, ...surplus] = idsOf(present)
  await deletePrototypes(organization, surplus, api)
  const { role } = values
  if (kept !== undefined && role !== undefined && role !== present.attributes.role)
    await changeRole(organization, kept, role, api)
  return true
}

function judge({ action, live: before, desired }: Change<DefaultPermission>): Judgement {
  const { to = '' } = before?.attributes ?? desired?.attributes ?? {}
  const after = action === 'delete' ? null : desired?.attributes.role
  const access = accessOf(schema.role, to, before?.attributes.role, after)
  const narrows = action === 'update' && access.some(({ effect }) => effect === 'narrows')
  return { impacts: ['access'], narrows, access }
}
