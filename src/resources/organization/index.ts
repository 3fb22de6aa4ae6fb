import { addressOf } from '../../model/address.ts'
import type { Change, Live } from '../../model/change.ts'
import { AuthError } from '../../model/errors.ts'
import { kinds } from '../../model/kinds.ts'
import { made, told } from '../../model/log.ts'
import type { Survey } from '../../model/reading.ts'
import type { Remark, ResourceType } from '../../model/resource.ts'
import { type Server, seesAll } from '../../model/server.ts'
import { weighOrganization } from './index-judge.ts'
import { schema } from './schema.ts'
import {
  changeOrganization,
  createOrganization,
  deleteOrganization,
  expirationOptions,
  findOrganization,
  fromQuay,
  listNames,
  listOrganizations,
  type Organization,
  type OrganizationOwner,
  type OrganizationView,
  ownerOf,
} from './wire.ts'

const step = { name: 'organization', separator: '' }

export const organization: ResourceType<Organization> = {
  ...step,
  summary: 'An organization: a namespace with its own robots, teams and repositories.',
  parents: [],
  block: 'organizations',
  document: { kind: 'Organization', template: 'OrganizationTemplate', part: 'OrganizationPart' },
  identity: 'key',
  schema,
  keyPattern: '^[a-z0-9]+([._-][a-z0-9]+)*$',
  keyExpected: '2 to 255 lower-case letters and digits, joined by single . _ or -',
  exampleName: 'acme',
  removable: true,
  brings: [{ type: 'team', name: 'owners', attributes: { role: 'admin' } }],
  log: '/organization/{}/logs',
  listings: [
    { path: '/organization/{orgname}', covers: 'object' },
    { path: '/superuser/organizations/', covers: 'everything' },
  ],
  survey: survey(),

  checkName: (name) => (name.length < 2 || name.length > 255 ? 'it must have 2 to 255 characters' : null),
  lint: ({ address }, { has }) =>
    has('quota') ? [] : [{ rule: 'missing_quota', message: `${address.text} has no quota` }],
  demands: (change, server) => expirationDemand(change, server),
  /** An organization that is there shows the token's rights when it is read. */
  scopes: ({ action }) => (action === 'create' ? [{ scope: 'user:admin' }, { scope: 'org:admin' }] : []),
  judge: ({ action }) =>
    action === 'delete'
      ? {
          impacts: ['data'],
          consequences: ['its repositories with their images, its robots and teams are deleted with it'],
        }
      : {},
  weigh: (change, _, reader) => weighOrganization(change, reader),

  names: (server, reader) => listNames(server, reader),
  /** One that only parts speak of need not be seen whole. */
  logged: (entry) => told(entry, { org_create: made }, []),
  async read({ names, declared, server }, reader) {
    const views = await Promise.all(names.map((name) => findOrganization(name, reader)))
    return views
      .filter((view) => view !== null)
      .map((view) => (declared(view.name)?.mustExist ? shown(view) : live(view, server)))
  },
  async find({ address }, reader) {
    const view = await findOrganization(address.name, reader)
    return view && live(view)
  },
  async create({ address, values }, { api }) {
    await createOrganization(address.name, values, api)
    return undefined
  },
  update: ({ address, values }, { api }) => changeOrganization(address.name, values, api),
  delete: ({ address }, { api }) => deleteOrganization(address.name, api),
}

/** All there are by one request, with e-mail and quotas only. */
function survey(): Survey<Organization> {
  return {
    admits({ names: [name = ''], declared, below, server }) {
      const attributes = Object.keys(declared(name)?.attributes ?? { gone: true })
      return attributes.every((attribute) => attribute === 'email') && !below(name, 'team') && seesAll(server)
    },
    async *pages(scopes, reader) {
      const wanted = new Set(scopes.flatMap(({ names }) => names))
      yield (await listOrganizations(reader))
        .filter((view) => wanted.has(view.name))
        .map((view) => ({ ...shown(view), remote: ownerOf(view) }))
    },
    /** What is to be changed must be seen as its administrators see it. */
    proves({ names: [name = ''], declared, below }, [live]) {
      const email = declared(name)?.attributes.email
      if (!live) return true
      return (
        (email === undefined || email === live.attributes.email) &&
        (!below(name, 'quota') || (live.remote as OrganizationOwner).quotas !== undefined)
      )
    },
  }
}

/** To anybody but its administrators Quay shows an organization without what is to be compared. */
function live(view: OrganizationView, server?: Server): Live<Organization> {
  if (view.is_admin) return shown(view)
  if (server?.administers(view.name))
    throw new AuthError(
      'QC7403',
      `the token lacks the scope org:admin: Quay shows it organization ${view.name} only in part`,
      ['make a token with the scope org:admin: a token cannot be given another one later'],
    )
  throw new AuthError(
    'QC7403',
    `the user is no administrator of organization ${view.name}: Quay shows it only in part`,
    [
      'put the user on a team of role admin; a token needs the scope org:admin, too',
      'a superuser of Quay up to 3.15 needs to take ownership first',
    ],
  )
}

const shown = (view: Pick<OrganizationView, 'name' | 'email'>): Live<Organization> => ({
  address: addressOf(step, null, view.name),
  attributes: fromQuay(view),
})

function expirationDemand({ differences }: Change<Organization>, server: Server): readonly Remark[] {
  const wanted = differences.find(({ attribute }) => attribute === 'tag_expiration')?.after
  if (typeof wanted !== 'number') return []
  const offered = expirationOptions(server.setting('TAG_EXPIRATION_OPTIONS'))
  const about = { code: 'QC3001', severity: 'error', attribute: 'tag_expiration' } as const
  if (!server.feature('CHANGE_TAG_EXPIRATION', true))
    return [{ ...about, message: 'this server does not let organizations change their tag expiration' }]
  if (!offered || offered.includes(wanted)) return []
  const choices = offered.map((seconds) => kinds.duration.print(seconds)).join(', ')
  return [
    {
      ...about,
      message: `this server does not offer a tag expiration of ${kinds.duration.print(wanted)}`,
      hint: `it offers ${choices}`,
    },
  ]
}
