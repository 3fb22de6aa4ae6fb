import { type Address, addressOf, rootOf } from '../../model/address.ts'
import type { Reader } from '../../model/api.ts'
import type { Change, Desired, Difference, Judgement, Live } from '../../model/change.ts'
import { ApiError } from '../../model/errors.ts'
import type { Quay, Remark, ResourceType, Write } from '../../model/resource.ts'
import type { Server } from '../../model/server.ts'
import { spread } from '../../model/spread.ts'
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

  check: (desired) => checkCredentials(desired),
  demands: (change, server) => architectureDemand(change, server),
  /** The robot is looked at first; one of an organization has been read by then. */
  scopes: ({ action, address }) =>
    action === 'create' && rootOf(address).type === 'namespace' ? [{ scope: 'user:admin' }] : [],
  judge: (change, facts) => judge(change, facts.parent),

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

/** Quay does not say whether a user name has a password; most have. */
const live = (repository: Address, view: MirrorView): Live<Mirror> => ({
  address: addressOf(step, repository, ''),
  attributes: fromQuay(view, organizationOf(repository)),
  ...(view.external_registry_username && { hidden: ['/password'] }),
})

/** A configuration that went dormant cannot be created again: it is changed whole, and its repository put back in state MIRROR. */
async function create({ address, values }: Write<Mirror>, { api, now }: Quay): Promise<void> {
  const repository = repositoryOf(address)
  const namespace = organizationOf(repository)
  const all = scheduled(address, values, now())
  const dormant = await findMirror(namespace, repository.name, api.fresh)
  if (!dormant) {
    await checkRobot(address, rootOf(address), values.robot ?? '', api)
    return createMirror(namespace, repository.name, all, api)
  }
  checkIdle(address, dormant)
  const empty = blank(dormant)
  await changeMirror(
    namespace,
    repository.name,
    { ...empty, ...all, proxy: { ...empty.proxy, ...all.proxy } },
    api,
  )
  await changeState(namespace, repository.name, 'MIRROR', api)
}

/** A creation for a robot that is not there fails, and leaves an orphan rule behind (data/model/repo_mirror.py:711). */
async function checkRobot(address: Address, owner: Address, short: string, api: Reader): Promise<void> {
  if (await hasRobot(owner, short, api)) return
  throw new ApiError('QC7410', `${address.text} is not created: robot ${owner.name}+${short} is not there`, [
    'run apply again: it creates the robot first',
  ])
}

async function update({ address, values }: Write<Mirror>, { api, now }: Quay): Promise<void> {
  const repository = repositoryOf(address)
  const namespace = organizationOf(repository)
  checkIdle(address, await findMirror(namespace, repository.name, api.fresh))
  await changeMirror(namespace, repository.name, withoutPassword(scheduled(address, values, now())), api)
}

/** Quay keeps the password of a user name that goes, and would pair it with the next. */
const withoutPassword = (values: MirrorValues): MirrorValues =>
  values.username === null && values.password === undefined ? { ...values, password: null } : values

async function remove({ address }: Live<Mirror>, { api }: Quay): Promise<void> {
  const repository = repositoryOf(address)
  const namespace = organizationOf(repository)
  checkIdle(address, await findMirror(namespace, repository.name, api.fresh))
  await disableMirror(namespace, repository.name, api)
}

/** A PUT during a sync makes the worker lose its result, and the mirror stays SYNCING for good (data/model/repo_mirror.py:102). */
function checkIdle(address: Address, view: MirrorView | null): void {
  if (view?.sync_status !== 'SYNCING') return
  throw new ApiError(
    'QC7409',
    `${address.text} is being synchronised: a change now would leave it so for good`,
    ['run apply again when the sync has ended, or cancel the sync'],
  )
}

function scheduled(address: Address, values: Write<Mirror>['values'], now: Date): MirrorValues {
  if (values.sync_start_date !== 'spread') return values
  return { ...values, sync_start_date: spread(address.text, values.sync_interval ?? 86400, now) }
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

/** Until the tags themselves are read, whatever can delete some counts as `data`: a repository without any has none to lose. */
function judge(
  { action, differences, live: before, address }: Change<Mirror>,
  parent: Live | null,
): Judgement {
  const repository = repositoryOf(address).place
  const of = (name: string) => differences.find(({ attribute }) => attribute === name)
  if (action === 'delete')
    return {
      consequences: [
        'the mirror is disabled and its repository takes pushes again; its configuration and its robot stay bound in Quay',
      ],
    }
  const holdsTags = parent !== null && !parent.empty
  if (action === 'create')
    return holdsTags
      ? {
          impacts: ['data'],
          consequences: [`live tags of ${repository} that no upstream tag matches are deleted by its syncs`],
        }
      : {}
  const kept = new Set((of('tags')?.after as readonly string[] | undefined) ?? before?.attributes.tags)
  const narrowed = before?.attributes.tags?.some((tag) => !kept.has(tag)) ?? false
  const redirected = of('external_reference') !== undefined || of('enabled')?.after === true
  const data = holdsTags && (narrowed || redirected)
  return {
    impacts: [...(data ? (['data'] as const) : []), ...(of('password') ? (['credential'] as const) : [])],
    consequences: data ? [`live tags of ${repository} that match no more are deleted by the next sync`] : [],
    narrows: narrowed,
  }
}

/** What Quay is known to answer with success and not to keep. */
function defect({ attribute }: Difference): string | null {
  if (attribute === 'tags')
    return 'a failed creation left orphan rules in Quay, and none of 10 attempts reached the live one: the repository must be created anew'
  return attribute === 'proxy' ? 'Quay loses the first proxy value of a configuration that has none' : null
}
