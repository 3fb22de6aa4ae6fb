import { EVERYBODY } from '../../model/access.ts'
import { type Address, addressOf } from '../../model/address.ts'
import type { Reader } from '../../model/api.ts'
import type { Change, Desired, Judgement, Live } from '../../model/change.ts'
import { ApiError, asError } from '../../model/errors.ts'
import type { Quay, Remark, ResourceType, Write } from '../../model/resource.ts'
import { spread } from '../../model/spread.ts'
import { type Synced, undisturbed, workOf } from '../../model/sync.ts'
import { syncActions, syncState } from '../../model/sync-actions.ts'
import { syncOf, syncTroubles, troublesOf } from '../../model/sync-vitals.ts'
import { UnfinishedError } from '../../model/unfinished.ts'
import { lintMirror } from './index-lint.ts'
import { loggedOf } from './index-logged.ts'
import { schema } from './schema.ts'
import {
  changeMirror,
  createMirror,
  deleteMirror,
  findMirror,
  foundBy,
  fromQuay,
  holdsRepositories,
  type MirrorValues,
  type MirrorView,
  mirrorPath,
  type OrganizationMirror,
} from './wire.ts'

const step = { name: 'organization_mirror', separator: '' }

const since = '/organization/{orgname}/mirror'

export const organizationMirror: ResourceType<OrganizationMirror> = {
  ...step,
  summary: 'The mirror of a whole upstream organization: Quay makes the repositories, and pulls their tags.',
  parents: ['organization'],
  block: 'organization_mirror',
  identity: 'singleton',
  schema,
  excludes: [
    { type: 'proxy_cache' },
    { type: 'mirror' },
    { type: 'immutability_policy', parent: 'organization' },
  ],
  provides: 'repository',
  since,
  introduced: '3.17',
  feature: 'ORG_MIRROR',
  listings: [{ path: since, covers: 'object' }],

  ailments: syncTroubles,
  troubles: ({ vitals }, now) => (vitals?.sync ? troublesOf(vitals.sync, now, { ends: true }) : []),
  check: (desired) => checkCredentials(desired),
  lint: (desired) => lintMirror(desired),
  obstacles: (change, reader) => obstacles(change, reader),
  judge: (change) => judge(change),
  keepsFromReplace: (_users, live: Live | null = null) =>
    remoteOf(live).found > 0 ? 'it has made repositories, and Quay makes a mirror beside none' : null,

  logged: (entry) => loggedOf(entry),
  async read({ parent }, reader) {
    if (!parent) return []
    const view = await findMirror(parent.address.name, reader)
    return view ? [live(parent.address, view)] : []
  },
  async find({ address }, reader) {
    const organization = organizationOf(address)
    const view = await findMirror(organization.name, reader)
    return view && live(organization, view)
  },
  async create({ address, values }, { api, now }) {
    await createMirror(organizationOf(address).name, scheduled(address, values, now()), api)
    return undefined
  },
  update: ({ address, values }, quay) =>
    undisturbed(synced(address, quay), quay, async (before) => {
      await changeMirror(organizationOf(address).name, withoutPassword(values), before, quay.api)
      return values.enabled ?? before?.is_enabled ?? false
    }),
  delete: ({ address }, quay) =>
    undisturbed(synced(address, quay), quay, async () => {
      await deleteMirror(organizationOf(address).name, quay.api)
      return false
    }),
  async replace(write, quay) {
    await undisturbed(synced(write.address, quay), quay, async () => {
      await makeAnew(write, quay)
      return false
    })
    return undefined
  },
  actions: syncActions((address, quay) => ({
    ...synced(address, quay),
    // A sync that is asked for does not help one that is off, other than a repository's (data/model/org_mirror.py).
    idle: async ({ is_enabled }: MirrorView) => (is_enabled ? null : IDLE),
    // From any other status: it stops the schedule, and what its repositories still pull.
    isCancellable: ({ sync_status }) => sync_status !== 'CANCEL',
  })),
  async syncOf(address, reader) {
    const view = await findMirror(organizationOf(address).name, reader)
    return view && syncState(view, true)
  },
}

const IDLE = { why: 'it is disabled', fix: 'write "enabled: true" and run quayctl apply' }

const organizationOf = ({ parent, text }: Address): Address => {
  if (!parent) throw new TypeError(`${text} stands below nothing`)
  return parent
}

/** A claim ends by itself here, but a change writes back all that it has read: a sync that ends meanwhile would be undone, and repositories that it makes would be as before the change (data/model/org_mirror.py, update_org_mirror_config). */
function synced(address: Address, { api }: Quay): Synced<MirrorView> {
  const { name } = organizationOf(address)
  return {
    address,
    path: mirrorPath(name),
    ends: true,
    harm: 'it would go on as before a change, and could undo one',
    find: (reader = api.fresh) => findMirror(name, reader),
  }
}

interface Remote {
  /** Repositories. */
  readonly found: number
  readonly password: boolean
}
const remoteOf = (before: Live | null): Remote =>
  (before?.remote as Remote | undefined) ?? { found: 0, password: false }

function live(organization: Address, view: MirrorView): Live<OrganizationMirror> {
  const remote: Remote = { found: foundBy(view), password: view.has_external_registry_password }
  const address = addressOf(step, organization, '')
  const work = workOf(view, { address, ends: true })
  return {
    address,
    attributes: fromQuay(view, organization.name),
    vitals: { sync: syncOf(view) },
    remote,
    ...(remote.password && { hidden: ['/password'] }),
    ...(work && { work }),
  }
}

/** Quay demands a start. */
function scheduled(address: Address, values: MirrorValues, now: Date): MirrorValues {
  const { sync_start_date: start = 'spread', sync_interval: interval = 86400 } = values
  return { ...values, sync_start_date: start === 'spread' ? spread(address.text, interval, now) : start }
}

/** Quay keeps the password of a user name that goes, and would pair it with the next. */
const withoutPassword = (values: MirrorValues): MirrorValues =>
  values.username === null && values.password === undefined ? { ...values, password: null } : values

/** Deletes nothing that Quay would not let it create again: a mirror that has worked has made repositories. */
async function makeAnew(write: Write<OrganizationMirror>, { api, now }: Quay): Promise<void> {
  const { address, values, live: before } = write
  const organization = organizationOf(address).name
  if (await holdsRepositories(organization, api.fresh))
    throw new ApiError(
      'QC7416',
      `${address.text} is not replaced: Quay would not create it again while ${organization} has repositories`,
      ['delete the repositories first, or write what Quay has'],
    )
  const was: MirrorValues = before?.attributes ? { ...before.attributes, password: undefined } : {}
  const all = { ...was, ...values, proxy: { ...was.proxy, ...values.proxy } }
  await deleteMirror(organization, api)
  try {
    await createMirror(organization, scheduled(address, all, now()), api)
  } catch (error) {
    if (await findMirror(organization, api.fresh).catch(() => null)) return
    const said = asError(error).message
    throw new UnfinishedError('QC7412', `${address.text} is deleted and was not created again`, [said], {
      cause: error,
    })
  }
}

/** Repositories that the plan deletes are there when it is created: deletes come last. */
async function obstacles(
  { action, address }: Change<OrganizationMirror>,
  reader: Reader,
): Promise<readonly Remark[]> {
  const { name } = organizationOf(address)
  if (action !== 'create' || !(await holdsRepositories(name, reader))) return []
  return [
    {
      code: 'QC3008',
      severity: 'error',
      message: `${address.text} cannot be created: ${name} has repositories, and Quay makes an organization mirror beside none`,
      hint: 'delete the repositories first, or remove the block',
    },
  ]
}

function checkCredentials({ attributes, absent }: Desired<OrganizationMirror>): readonly Remark[] {
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

function judge({ action, differences, live: before, values }: Change<OrganizationMirror>): Judgement {
  const of = (name: string) => differences.find(({ attribute }) => attribute === name)
  const visibility = of('visibility')?.after
  const updates = action === 'update'
  const redirected = updates && (of('external_registry_url') ?? of('external_namespace'))
  const loses = action === 'replace' && remoteOf(before).password && values.password === undefined
  const data = [
    ...(action === 'delete' ? ['its repositories stay, take pushes again, and are mirrored no more'] : []),
    ...(action === 'replace' ? ['it is deleted, and created anew'] : []),
    ...(redirected ? ['images of its repositories are overwritten by those of the new upstream'] : []),
  ]
  return {
    impacts: [
      ...(data.length > 0 ? (['data'] as const) : []),
      ...(visibility === 'public' ? (['public'] as const) : []),
      ...(updates && of('password') ? (['credential'] as const) : []),
    ],
    consequences: [
      ...data,
      ...(loses ? ['the password that Quay has is lost: no file names it'] : []),
      ...(visibility === 'public' ? ['everybody can pull from the repositories that it makes'] : []),
      ...(updates && visibility === 'private' ? ['the repositories that it has made stay as they are'] : []),
    ],
    access:
      visibility === 'public'
        ? [{ subject: EVERYBODY, before: null, after: 'read', effect: 'broadens' }]
        : [],
  }
}
