import { type Address, addressOf, rootOf } from '../../model/address.ts'
import type { Reader } from '../../model/api.ts'
import type { Desired, Difference, Live } from '../../model/change.ts'
import { ApiError } from '../../model/errors.ts'
import type { Quay, Remark, ResourceType, Write } from '../../model/resource.ts'
import { spread } from '../../model/spread.ts'
import { type Synced, undisturbed, workOf } from '../../model/sync.ts'
import { type Askable, syncActions, syncState } from '../../model/sync-actions.ts'
import { syncOf, syncTroubles, troublesOf } from '../../model/sync-vitals.ts'
import { architectureDemand } from './index-demands.ts'
import { judgeMirror, weighMirror } from './index-judge.ts'
import { lintMirror } from './index-lint.ts'
import { loggedOf } from './index-logged.ts'
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
  logged: (entry) => loggedOf(entry),
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
  actions: syncActions((address, quay) => askable(address, quay)),
  async syncOf(address, reader) {
    const { namespace, name } = placeOf(address)
    const view = await findMirror(namespace, name, reader)
    return view && syncState(view, false)
  },
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
    find: (reader = api.fresh) => findMirror(namespace, name, reader),
  }
}

/** A sync that is asked for runs although the mirror is disabled, but not in a repository of another state (data/model/repo_mirror.py:46). */
function askable(address: Address, quay: Quay): Askable<MirrorView> {
  const { namespace, name } = placeOf(address)
  const mirror = synced(address, quay)
  return {
    ...mirror,
    async idle() {
      const state = await stateOf(namespace, name, quay.api)
      return state === 'MIRROR'
        ? null
        : { why: `its repository is ${state ?? 'not there'}, not MIRROR`, fix: IDLE_FIX }
    },
    async prepare(view) {
      const start = scheduled(address, {}, quay.now(), view)
      if (start.sync_start_date) await changeMirror(mirror, namespace, start, quay)
    },
    isCancellable: ({ sync_status }) => sync_status === 'SYNCING' || sync_status === 'SYNC_NOW',
  }
}

const IDLE_FIX = 'declare the mirror and run quayctl apply: it puts the repository back in that state'

/** Quay does not say whether a user name has a password; most have. */
function live(repository: Address, view: MirrorView): Live<Mirror> {
  const address = addressOf(step, repository, '')
  const work = workOf(view, { address, ends: false })
  return {
    address,
    attributes: fromQuay(view, organizationOf(repository)),
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

/** What Quay is known to answer with success and not to keep. */
function defect({ attribute }: Difference): string | null {
  if (attribute === 'tags')
    return 'a failed creation left orphan rules in Quay, and none of 10 attempts reached the live one: the repository must be created anew'
  return attribute === 'proxy' ? 'Quay loses the first proxy value of a configuration that has none' : null
}
