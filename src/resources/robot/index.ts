import { type Address, addressOf } from '../../model/address.ts'
import type { Live } from '../../model/change.ts'
import type { ResourceType } from '../../model/resource.ts'
import { schema } from './schema.ts'
import {
  createRobot,
  deleteRobot,
  findRobot,
  listRobots,
  type Robot,
  type RobotView,
  shortName,
} from './wire.ts'
import { putBack, readHoldings } from './wire-holdings.ts'

const step = { name: 'robot', separator: '+' }

export const robot: ResourceType<Robot> = {
  ...step,
  summary: 'A robot account: the name and token of a machine.',
  parents: ['organization', 'namespace'],
  block: 'robots',
  identity: 'key',
  schema,
  keyPattern: '^[a-z0-9]+([._-][a-z0-9]+)*$',
  keyExpected: '2 to 255 lower-case letters and digits, joined by single . _ or -, without the organization',
  exampleName: 'ci',
  prunable: true,
  removable: true,
  independent: true,
  listings: [
    { path: '/organization/{orgname}/robots', covers: 'parent' },
    { path: '/user/robots', covers: 'parent' },
  ],

  checkName: (name) => (name.length < 2 ? 'it must have at least 2 characters' : null),
  judge: ({ action }) =>
    action === 'delete' || action === 'replace'
      ? { impacts: ['credential'], consequences: ['clients that use its token stop working'] }
      : {},
  keepsFromReplace(users) {
    const mirrors = users.filter(({ type }) => type === 'mirror').map(({ text }) => text)
    return mirrors.length > 0
      ? `${mirrors.join(', ')} uses it, and Quay deletes no robot that a mirror uses`
      : null
  },

  async read({ parent, names, declares }, reader) {
    if (!parent) return []
    const views = await listRobots(parent.address, reader)
    return Promise.all(
      views.map(async (view) => {
        const short = shortName(view.name)
        const whole = names.includes(short) && declares(short, 'unstructured_metadata')
        return live(parent.address, (whole && (await findRobot(parent.address, short, reader))) || view)
      }),
    )
  },
  async find({ address, parent }, reader) {
    const view = await findRobot(ownerOf(address), address.name, reader)
    return view && live(parent?.address ?? address.parent, view)
  },
  create: ({ address, values }, { api }) => createRobot(ownerOf(address), address.name, values, api),
  delete: ({ address }, { api }) => deleteRobot(ownerOf(address), address.name, api),
  async replace({ address, values }, { api, server }) {
    const owner = ownerOf(address)
    const before = await findRobot(owner, address.name, api.fresh)
    const holdings = await readHoldings(owner, address.name, api, server)
    await deleteRobot(owner, address.name, api)
    const credential = await createRobot(
      owner,
      address.name,
      { ...(before && live(null, before).attributes), ...values },
      api,
    )
    await putBack(owner, address.name, holdings, api)
    return credential
  },
}

const ownerOf = ({ parent, text }: Address): Address => {
  if (!parent) throw new TypeError(`${text} stands below nothing`)
  return parent
}

function live(parent: Address | null, view: RobotView): Live<Robot> {
  return {
    address: addressOf(step, parent, shortName(view.name)),
    attributes: {
      description: view.description ?? '',
      ...(view.unstructured_metadata !== undefined && {
        unstructured_metadata: view.unstructured_metadata ?? {},
      }),
    },
  }
}
