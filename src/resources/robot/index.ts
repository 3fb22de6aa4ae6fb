import { type Address, addressOf } from '../../model/address.ts'
import type { Live } from '../../model/change.ts'
import type { ResourceType } from '../../model/resource.ts'
import { schema } from './schema.ts'
import {
  createRobot,
  credentialOf,
  deleteRobot,
  findRobot,
  fromQuay,
  listRobots,
  type Robot,
  type RobotView,
  shortName,
} from './wire.ts'
import { replaceRobot } from './wire-replace.ts'

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
  makesCredential: true,
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
    const credential = view && credentialOf(view)
    return view && { ...live(parent?.address ?? address.parent, view), ...(credential && { credential }) }
  },
  create: ({ address, values }, { api }) => createRobot(ownerOf(address), address.name, values, api),
  delete: ({ address }, quay) => deleteRobot(ownerOf(address), address.name, quay),
  replace: ({ address, values }, quay) => replaceRobot(address, ownerOf(address), values, quay),
}

const ownerOf = ({ parent, text }: Address): Address => {
  if (!parent) throw new TypeError(`${text} stands below nothing`)
  return parent
}

function live(parent: Address | null, view: RobotView): Live<Robot> {
  return {
    address: addressOf(step, parent, shortName(view.name)),
    attributes: fromQuay(view),
  }
}
