import { type Address, addressOf } from '../../model/address.ts'
import type { Reader } from '../../model/api.ts'
import { canonicalJson } from '../../model/canonical.ts'
import type { Change, Desired, Judgement, Live } from '../../model/change.ts'
import { gone, made, told } from '../../model/log.ts'
import type { Remark, ResourceType } from '../../model/resource.ts'
import type { Value } from '../../model/schema.ts'
import type { Server } from '../../model/server.ts'
import { countOf, someOf, unlessRefused } from '../../model/tally.ts'
import { schema } from './schema.ts'
import {
  type Belongings,
  belongingsOf,
  credentialOf,
  deleteRobot,
  findRobot,
  fromQuay,
  listRobots,
  type Robot,
  type RobotView,
  shortName,
  vitalsOf,
} from './wire.ts'
import {
  createFederated,
  federationPathOf,
  type Identities,
  readFederation,
  writeFederation,
} from './wire-federation.ts'
import { replaceRobot } from './wire-replace.ts'
import { rotateToken } from './wire-rotate.ts'
import { usesOf } from './wire-uses.ts'

const step = { name: 'robot', separator: '+' }

const MIRRORS: ReadonlySet<string> = new Set(['mirror', 'organization_mirror'])

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
    { path: '/organization/{orgname}/robots', covers: 'parent', under: 'organization' },
    { path: '/user/robots', covers: 'parent', under: 'namespace' },
  ],

  checkName: (name) => (name.length < 2 ? 'it must have at least 2 characters' : null),
  admits: (desired, server) => federationAdmits(desired, server),
  /** What it has is read first, and put back afterwards: also its permissions on repositories. */
  scopes: ({ action }) => (action === 'replace' ? [{ scope: 'user:admin' }, { scope: 'repo:admin' }] : []),
  judge: (change) => judge(change, null),
  weigh: (change, _, reader) => weigh(change, reader),
  keepsFromReplace(users) {
    const mirrors = users.filter(({ type }) => MIRRORS.has(type)).map(({ text }) => text)
    return mirrors.length > 0
      ? `${mirrors.join(', ')} uses it, and Quay deletes no robot that a mirror uses`
      : null
  },

  /** What no list shows is asked for one by one, where it is declared. */
  logged: (entry) => told(entry, { create_robot: made, delete_robot: gone }, [entry.metadata.robot]),
  async read({ parent, declares, server }, reader) {
    if (!parent) return []
    const owner = parent.address
    const views = await listRobots(owner, reader)
    const isFederated = server.offers(federationPathOf(owner))
    return Promise.all(
      views.map(async (view) => {
        const short = shortName(view.name)
        const [whole, federation] = await Promise.all([
          declares(short, 'unstructured_metadata') ? findRobot(owner, short, reader) : null,
          isFederated && declares(short, 'federation') ? readFederation(owner, short, reader) : null,
        ])
        return live(owner, whole ?? view, federation)
      }),
    )
  },
  async find({ address, parent, desired }, reader) {
    const owner = ownerOf(address)
    const view = await findRobot(owner, address.name, reader)
    if (!view) return null
    const asked = desired?.attributes.federation !== undefined
    const federation = asked ? await readFederation(owner, address.name, reader) : null
    const credential = credentialOf(view)
    return { ...live(parent?.address ?? owner, view, federation), ...(credential && { credential }) }
  },
  create: ({ address, values }, quay) => createFederated(ownerOf(address), address.name, values, quay),
  /** Nothing else of a robot can be changed. */
  async update({ address, values: { federation } }, { api }) {
    if (federation) await writeFederation(ownerOf(address), address.name, federation, api)
  },
  delete: ({ address }, quay) => deleteRobot(ownerOf(address), address.name, quay),
  replace: ({ address, values }, quay) => replaceRobot(address, ownerOf(address), values, quay),
  actions: { rotate: (address, quay) => rotateToken(address, ownerOf(address), quay) },
  uses: (address, quay) => usesOf(ownerOf(address), address.name, quay),
}

const ownerOf = ({ parent, text }: Address): Address => {
  if (!parent) throw new TypeError(`${text} stands below nothing`)
  return parent
}

function live(parent: Address, view: RobotView, federation: Identities | null): Live<Robot> {
  return {
    address: addressOf(step, parent, shortName(view.name)),
    attributes: fromQuay(view, federation),
    vitals: vitalsOf(view),
  }
}

/** Robots of users got it later than those of organizations. */
function federationAdmits({ address, attributes }: Desired<Robot>, server: Server): readonly Remark[] {
  const owner = ownerOf(address)
  if (!attributes.federation || owner.type === 'organization' || server.offers(federationPathOf(owner)))
    return []
  return [
    {
      code: 'QC3001',
      severity: 'error',
      attribute: 'federation',
      message:
        'this server has no federation for the robots of a user: Quay 3.18 brought it, and this one is older',
      hint: 'remove the line, or let the robot belong to an organization',
    },
  ]
}

/** Looks at what the robot has: one list tells it of all robots of its owner. */
async function weigh(change: Change<Robot>, reader: Reader): Promise<Judgement | null> {
  const { action, address } = change
  if (action !== 'delete' && action !== 'replace') return null
  return judge(change, await unlessRefused(belongingsOf(ownerOf(address), address.name, reader)))
}

/** `has`: its teams and permissions, where they were read. */
function judge({ action, differences }: Change<Robot>, has: Belongings | null): Judgement {
  if (action === 'delete' || action === 'replace') {
    const lost = has ? wordsOf(has) : ''
    return {
      impacts: ['credential'],
      consequences: [
        'clients that use its token stop working',
        ...(lost === '' ? [] : [action === 'delete' ? `it loses ${lost}` : `it is given again ${lost}`]),
      ],
    }
  }
  const federation = differences.find(({ attribute }) => attribute === 'federation')
  if (action === 'create' || !federation) return {}
  const kept = new Set(identitiesOf(federation.after))
  const narrows = identitiesOf(federation.before).some((identity) => !kept.has(identity))
  return { impacts: ['access'], ...(narrows && { narrows }) }
}

const wordsOf = ({ repositories, teams }: Belongings): string =>
  [
    ...(repositories.length > 0
      ? [
          `its permissions on ${countOf({ names: repositories }, 'repository', 'repositories')}: ${someOf({ names: repositories })}`,
        ]
      : []),
    ...(teams.length > 0
      ? [`its place on ${countOf({ names: teams }, 'team')}: ${someOf({ names: teams })}`]
      : []),
  ].join('; ')

const identitiesOf = (federation: Value | undefined): readonly string[] =>
  Array.isArray(federation) ? federation.map(canonicalJson) : []
