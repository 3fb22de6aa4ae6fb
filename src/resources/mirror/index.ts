import { type Address, addressOf, rootOf } from '../../model/address.ts'
import type { Reader } from '../../model/api.ts'
import type { Change, Desired, Difference, Live } from '../../model/change.ts'
import { ApiError } from '../../model/errors.ts'
import type { Quay, Remark, ResourceType, Write } from '../../model/resource.ts'
import type { Server } from '../../model/server.ts'
import { spread } from '../../model/spread.ts'
import { type Synced, undisturbed, workOf } from '../../model/sync.ts'
import { syncOf, syncTroubles, troublesOf } from '../../model/syncing.ts'
import { judgeMirror, weighMirror } from './index-judge.ts'
import { lintMirror } from './index-lint.ts'
import { schema } from './schema.ts'
import {
  blank,
  changeMirror,
  changeState,
  createMirror,
  disableMirror,
  findMirror,
  fromQuay,
  hasRobot,
  type Mirror,
  type MirrorValues,
  type MirrorView,
  mirrorPath,
  stateOf,
} from './wire.ts'

const step = { name: 'mirror', separator: '' }

export const mirror: ResourceType<Mirror> = {
  ...step,
  summary: 'The mirror of an upstream repository: Quay pulls the tags that match.',
  parents: ['repository'],
  block: 'mirror',
  identity: 'singleton',
  schema,
  none: 'disabled, and its repository takes pushes again; the configuration stays in Quay',
  independent: true,
  // An orphan rule (data/model/repo_mirror.py:711).
  createsOnce: true,
  after: ['permission'],
  ownsOfParent: ['state'],
  upstreamOf: 'external_reference',
  since: '/repository/{repository}/mirror',
  feature: 'REPO_MIRROR',
  listings: [{ path: '/repository/{repository}/mirror', covers: 'object' }],

  ailments: syncTroubles,
  troubles: ({ vitals }, now) => (vitals?.sync ? troublesOf(vitals.sync, now, { ends: false }) : []),
  check: (desired) => checkCredentials(desired),
  lint: (desired) => lintMirror(desired),
  demands: (change, server) => architectureDemand(change, server),
  /** The robot is looked at first; one of an organization has been read by then. */
  scopes: ({ action, address }) =>
    action === 'create' && rootOf(address).type === 'namespace' ? [{ scope: 'user:admin' }] : [],
  judge: (change, { parent }) => judgeMirror(change, parent, null),
  weigh: (change, { parent }, reader) => weighMirror(change, parent, reader),

  /** Live is a configuration of a repository in state MIRROR; elsewhere it is dormant, and the repository's list already says so. */
  async read({ parent }, reader) {
    if (parent?.attributes.state !== 'mirror') return []
    const view = await findMirror(organizationOf(parent.address), parent.address.name, reader)
    return view ? [live(parent.address, view)] : []
  },
  async find({ address }, reader) {
    const repository = repositoryOf(address)
    const namespace = organizationOf(repository)
    if ((await stateOf(namespace, repository.name, reader)) !== 'MIRROR') return null
    const view = await findMirror(namespace, repository.name, reader)
    return view && live(repository, view)
  },
  async create(write, quay) {
    await create(write, quay)
    return undefined
  },
  update: (write, quay) => update(write, quay),
  delete: (before, quay) => remove(before, quay),
  defect: (difference) => defect(difference),
}

const repositoryOf = ({ parent }: Address): Address => {
  if (!parent) throw new TypeError('a mirror stands below a repository')
  return parent
}
const organizationOf = (repository: Address): string => repository.parent?.name ?? ''

function placeOf(address: Address): { readonly namespace: string; readonly name: string } {
  const repository = repositoryOf(address)
  return { namespace: organizationOf(repository), name: repository.name }
}

/** A PUT during a sync makes the worker lose its result, and the mirror stays SYNCING for good (data/model/repo_mirror.py:102). */
function synced(address: Address, { api }: Quay): Synced<MirrorView> {
  const { namespace, name } = placeOf(address)
  return {
    address,
    path: mirrorPath(namespace, name),
    ends: false,
    harm: 'a change now would leave it so for good',
    find: () => findMirror(namespace, name, api.fresh),
  }
}

/** Quay does not say whether a user name has a password; most have. */
function live(repository: Address, view: MirrorView): Live<Mirror> {
  const namespace = organizationOf(repository)
  const work = workOf(view, { path: mirrorPath(namespace, repository.name), ends: false })
  return {
    address: addressOf(step, repository, ''),
    attributes: fromQuay(view, namespace),
    vitals: { sync: syncOf(view) },
    ...(view.external_registry_username && { hidden: ['/password'] }),
    ...(work && { work }),
  }
}

/** A configuration that went dormant cannot be created again: it is changed whole, and its repository put back in state MIRROR. One whose sync was cancelled is to work again. */
async function create({ address, values }: Write<Mirror>, quay: Quay): Promise<void> {
  const { namespace, name } = placeOf(address)
  const mirror = synced(address, quay)
  const all = scheduled(address, values, quay.now())
  const write = async (dormant: MirrorView | null) => {
    if (dormant) {
      const empty = blank(dormant)
      const proxy = { ...empty.proxy, ...all.proxy }
      await changeMirror(mirror, namespace, { ...empty, ...all, proxy }, quay)
      await changeState(namespace, name, 'MIRROR', quay.api)
    } else {
      await checkRobot(address, rootOf(address), values.robot ?? '', quay.api)
      await createMirror(namespace, name, all, quay.api)
    }
    return values.enabled !== false
  }
  await undisturbed(mirror, quay, write, { revives: true })
}

/** A creation for a robot that is not there fails, and leaves an orphan rule behind (data/model/repo_mirror.py:711). */
async function checkRobot(address: Address, owner: Address, short: string, api: Reader): Promise<void> {
  if (await hasRobot(owner, short, api)) return
  throw new ApiError('QC7410', `${address.text} is not created: robot ${owner.name}+${short} is not there`, [
    'run apply again: it creates the robot first',
  ])
}

/** One that is enabled is to work again, like a new one. */
async function update({ address, values }: Write<Mirror>, quay: Quay): Promise<void> {
  const { namespace } = placeOf(address)
  const mirror = synced(address, quay)
  const write = async (before: MirrorView | null) => {
    const sent = withoutPassword(scheduled(address, values, quay.now(), before))
    await changeMirror(mirror, namespace, sent, quay)
    return values.enabled ?? before?.is_enabled ?? false
  }
  await undisturbed(mirror, quay, write, values.enabled ? { revives: true } : {})
}

/** Quay keeps the password of a user name that goes, and would pair it with the next. */
const withoutPassword = (values: MirrorValues): MirrorValues =>
  values.username === null && values.password === undefined ? { ...values, password: null } : values

async function remove({ address }: Live<Mirror>, quay: Quay): Promise<void> {
  const { namespace, name } = placeOf(address)
  await undisturbed(synced(address, quay), quay, async () => {
    await disableMirror(namespace, name, quay.api)
    return false
  })
}

/** One that a cancelled sync has left without a start gets one: without it Quay could not end the next (data/model/repo_mirror.py, release_mirror). */
function scheduled(
  address: Address,
  values: MirrorValues,
  now: Date,
  before: MirrorView | null = null,
): MirrorValues {
  const start = values.sync_start_date ?? (before && !before.sync_start_date ? 'spread' : undefined)
  if (start !== 'spread') return values
  const interval = values.sync_interval ?? before?.sync_interval ?? 86400
  return { ...values, sync_start_date: spread(address.text, interval, now) }
}

function checkCredentials({ attributes, absent }: Desired<Mirror>): readonly Remark[] {
  if (absent || attributes.password === undefined || attributes.username) return []
  return [
    {
      code: 'QC2005',
      severity: 'error',
      attribute: 'password',
      message: 'a password needs a username: Quay takes them together only',
      hint: 'add the username beside it',
    },
  ]
}

/** Before 3.17 nothing but the flag says it. */
function architectureDemand({ differences }: Change<Mirror>, server: Server): readonly Remark[] {
  const wanted = differences.find(({ attribute }) => attribute === 'architectures')?.after
  if (!Array.isArray(wanted) || wanted.length === 0) return []
  const about = { code: 'QC3001', severity: 'error', attribute: 'architectures' } as const
  if (!filtersArchitectures(server))
    return [
      {
        ...about,
        message: 'this server mirrors whole images only: FEATURE_SPARSE_INDEX is off',
        hint: 'remove the line, or ask the Quay operator for the feature',
      },
    ]
  const offered = server.capability('mirror_architectures')
  const unknown = Array.isArray(offered) ? wanted.filter((name) => !offered.includes(name)) : []
  if (!Array.isArray(offered) || unknown.length === 0) return []
  return [
    {
      ...about,
      message: `this server mirrors no images for ${unknown.join(', ')}`,
      hint: `it offers ${offered.join(', ')}`,
    },
  ]
}

function filtersArchitectures(server: Server): boolean {
  const sparse = server.capability('sparse_manifests')
  return typeof sparse === 'object' && sparse !== null && 'supported' in sparse
    ? sparse.supported === true
    : server.feature('SPARSE_INDEX')
}

/** What Quay is known to answer with success and not to keep. */
function defect({ attribute }: Difference): string | null {
  if (attribute === 'tags')
    return 'a failed creation left orphan rules in Quay, and none of 10 attempts reached the live one: the repository must be created anew'
  return attribute === 'proxy' ? 'Quay loses the first proxy value of a configuration that has none' : null
}
