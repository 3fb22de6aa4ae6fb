import { type Address, addressOf } from '../../model/address.ts'
import type { Reader } from '../../model/api.ts'
import type { Change, Desired, Live } from '../../model/change.ts'
import { changed, gone, made, told } from '../../model/log.ts'
import type { Scope, Survey } from '../../model/reading.ts'
import type { Breach, Quay, Remark, ResourceType } from '../../model/resource.ts'
import type { Need } from '../../model/scopes.ts'
import { type Server, seesAll } from '../../model/server.ts'
import { type SyncView, undisturbed } from '../../model/sync.ts'
import { judgeRepository, weighRepository } from './index-judge.ts'
import { schema } from './schema.ts'
import {
  allRepositories,
  changeRepository,
  createRepository,
  deleteRepository,
  findRepository,
  findSync,
  fromQuay,
  listRepositories,
  mirrorPath,
  type Repository,
  type RepositoryView,
  triggersOf,
  vitalsOf,
} from './wire.ts'
import { takeBack } from './wire-grants.ts'

const step = { name: 'repository', separator: '/', keeps: '/' }

const LOGGED = {
  create_repo: made,
  delete_repo: gone,
  set_repo_description: changed('description'),
  change_repo_visibility: changed('visibility'),
  change_repo_state: changed('state'),
}

/** Words that end a path of Quay's API: a nested repository of such a name is taken for the thing below (endpoints/api/__init__.py:99). */
const RESERVED = new Set(
  'aggregatelogs authorizedemail autoprunepolicy build changestate changetrust changevisibility exportlogs image immutabilitypolicy logs manifest mirror notification permissions signatures sync-cancel sync-now tag tokens trigger'.split(
    ' ',
  ),
)

export const repository: ResourceType<Repository> = {
  ...step,
  summary: 'A repository: a named set of images.',
  parents: ['organization', 'namespace'],
  block: 'repositories',
  identity: 'key',
  schema,
  keyPattern: '^[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*$',
  keyExpected: 'lower-case letters, digits, . _ and -, beginning with a letter or digit; parts joined by /',
  exampleName: 'api',
  removable: true,
  independent: true,
  after: ['robot', 'quota', 'default_permission'],
  scopeBelow: 'repo:admin',
  listings: [
    { path: '/repository?namespace={orgname}&last_modified=true', covers: 'parent', page: 100 },
    { path: '/repository?public=true&last_modified=true', covers: 'everything', page: 100 },
  ],
  survey: survey(),

  checkName,
  lint: (desired) => openness(desired),
  demands: (change, server) => nestedDemand(change, server),
  scopes: (change) => needs(change),
  judge: (change) => judgeRepository(change, null),
  weigh: (change, _, reader) => weighRepository(change, reader),

  logged: (entry) => told(entry, LOGGED, [entry.metadata.repo]),
  async read(scope, reader) {
    const { parent } = scope
    if (!parent) return []
    const listed = await listRepositories(parent.address.name, reader)
    const views = [...listed, ...(await unlisted(scope, listed, reader))]
    const triggers = scope.everything === 'told' && scope.server.offers(TRIGGERS)
    return Promise.all(
      views.map(async (view) => ({
        ...live(parent.address, view),
        ...(triggers && (await noted(parent.address.name, view, reader))),
      })),
    )
  },
  async find({ address }, reader) {
    const view = await findRepository(organizationOf(address), address.name, reader)
    return view && live(address.parent, view)
  },
  async create({ address, values, exact }, { api }) {
    await createRepository(organizationOf(address), address.name, values, api)
    const listed = exact.get('permission')
    if (listed) await takeBack(organizationOf(address), address.name, listed, api)
    return undefined
  },
  update: ({ address, values, live: before }, quay) => {
    const write = () => changeRepository(organizationOf(address), address.name, values, quay.api)
    return values.state === undefined ? write() : unsynced(address, before, quay, write)
  },
  delete: (before, quay) => {
    const { address } = before
    const write = () => deleteRepository(organizationOf(address), address.name, quay.api)
    return unsynced(address, before, quay, write)
  },
}

/** A sync goes on in a repository that is no mirror any more, and deletes what is pushed meanwhile; in a deleted one it may push, and so make it anew. */
async function unsynced(
  address: Address,
  before: Live<Repository> | null,
  quay: Quay,
  write: () => Promise<void>,
): Promise<void> {
  if (before?.attributes.state !== 'mirror') return write()
  const namespace = organizationOf(address)
  const mirror = {
    address,
    path: mirrorPath(namespace, address.name),
    ends: false,
    harm: 'the sync of its mirror would go on all the same, and delete or push tags',
    find: () => findSync(namespace, address.name, quay.api.fresh),
  }
  await undisturbed<SyncView>(mirror, quay, async () => {
    await write()
    return false
  })
}

/** Everything that Quay shows the token, which is all of an organization to its administrators; to superusers of others only where Quay is new enough, and no flag tells that. */
function survey(): Survey<Repository> {
  return {
    admits: ({ parent, server }) => parent !== null && (isOwn(parent, server) || seesAll(server)),
    async *pages(scopes, reader) {
      const parents = new Map(scopes.map(({ parent }) => [parent?.address.name, parent?.address ?? null]))
      for await (const views of allRepositories(reader))
        yield views.flatMap((view) => {
          const parent = parents.get(view.namespace)
          return parent ? [live(parent, view)] : []
        })
    },
    proves({ parent, names, matched, server }, shown) {
      const there = new Set(shown.map(({ address }) => address.name))
      const isComplete = !matched && names.every((name) => there.has(name))
      return isComplete || (parent !== null && isOwn(parent, server))
    },
  }
}

const isOwn = ({ address: { name } }: Live, server: Server): boolean =>
  server.administers(name) || server.user === name

const TRIGGERS = '/repository/{repository}/trigger/'

/** Build triggers are made by a person in Quay's pages only. A mirror's repository is not built. */
async function noted(namespace: string, { name, state }: RepositoryView, reader: Reader) {
  const services = state === 'NORMAL' ? await triggersOf(namespace, name, reader) : []
  return services.length > 0 && { notes: services.map((service) => `a build trigger (${service})`) }
}

const organizationOf = (address: Address): string => address.parent?.name ?? ''

const live = (parent: Address | null, view: RepositoryView): Live<Repository> => ({
  address: addressOf(step, parent, view.name),
  attributes: fromQuay(view),
  vitals: vitalsOf(view),
  ...(view.last_modified === null && { empty: true as const }),
})

/** A list shows what its caller may see; unless that is all, absence is asked for one by one. */
async function unlisted({ parent, names, server }: Scope, listed: readonly RepositoryView[], reader: Reader) {
  if (!parent || isOwn(parent, server)) return []
  const organization = parent.address.name
  const known = new Set(listed.map(({ name }) => name))
  const found = await Promise.all(
    names.filter((name) => !known.has(name)).map((name) => findRepository(organization, name, reader)),
  )
  return found.filter((view) => view !== null)
}

function checkName(name: string): string | null {
  if (name.length > 255) return 'it has more than 255 characters'
  const word = name
    .split('/')
    .slice(1)
    .find((part) => RESERVED.has(part))
  return word ? `after a / the word ${word} means a part of Quay's API` : null
}

function openness({ address, attributes }: Desired<Repository>): readonly Breach[] {
  if (attributes.visibility !== 'public') return []
  const message = `everybody can pull from ${address.text}`
  return [{ rule: 'public_repository', attribute: 'visibility', message }]
}

function nestedDemand({ action, address }: Change<Repository>, server: Server): readonly Remark[] {
  if (action !== 'create' || !address.name.includes('/') || server.feature('EXTENDED_REPOSITORY_NAMES', true))
    return []
  return [
    {
      code: 'QC3001',
      severity: 'error',
      message: 'this server has no nested repository names: FEATURE_EXTENDED_REPOSITORY_NAMES is off',
    },
  ]
}

/** Administrators of an organization may create in it, whatever scope of repositories the token has (auth/permissions.py:35). A created one is read back. */
function needs({ action, address, differences, values, exact }: Change<Repository>): readonly Need[] {
  const admin = { scope: 'repo:admin' } as const
  if (action === 'delete') return [admin]
  if (action === 'create')
    return [
      { scope: 'repo:read' },
      ...(address.parent?.type === 'namespace' ? [{ scope: 'repo:create' } as const] : []),
      ...(exact?.has('permission') || values.state === 'read_only' ? [admin] : []),
    ]
  return differences.map(({ attribute }) =>
    attribute === 'description' ? { scope: 'repo:write', attribute } : { ...admin, attribute },
  )
}
