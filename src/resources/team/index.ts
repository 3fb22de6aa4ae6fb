import { type Address, addressOf } from '../../model/address.ts'
import type { Reader } from '../../model/api.ts'
import type { Desired, Live } from '../../model/change.ts'
import { changed, gone, made, told } from '../../model/log.ts'
import type { Scope } from '../../model/reading.ts'
import type { ResourceType } from '../../model/resource.ts'
import { subjectOf } from '../../model/subject.ts'
import { adminsOf } from './index-admins.ts'
import { checkTeam, judgeTeam } from './index-judge.ts'
import { lintTeam } from './index-lint.ts'
import { keepsAdmin, settle } from './index-settle.ts'
import { schema } from './schema.ts'
import { deleteTeam, fromQuay, listTeams, type Team, type TeamView } from './wire.ts'
import type { Place } from './wire-members.ts'
import { findMembers } from './wire-members.ts'
import { directoryDemand, syncNeeds, takeoverNeeds } from './wire-sync.ts'
import { isComplete, type Remote, readLacking } from './wire-takeover.ts'
import { changeTeam, createTeam } from './wire-write.ts'

const step = { name: 'team', separator: '/' }

const LOGGED = {
  org_create_team: made,
  org_delete_team: gone,
  org_add_team_member: changed('members'),
  org_remove_team_member: changed('members'),
  org_set_team_role: changed('role'),
  org_set_team_description: changed('description'),
}
const MOVES = new Map([
  ['org_add_team_member', 'added'],
  ['org_remove_team_member', 'removed'],
])

export const team: ResourceType<Team> = {
  ...step,
  summary: 'A team: users and robots of an organization that are given access together.',
  parents: ['organization'],
  block: 'teams',
  identity: 'key',
  schema,
  keyPattern: '^[a-z0-9]+([._-][a-z0-9]+)*$',
  keyExpected: '2 to 255 lower-case letters and digits, joined by single . _ or -',
  exampleName: 'developers',
  example: { role: 'member', description: 'Builds the API', members: ['robot:ci', 'user:admin'] },
  prunable: true,
  removable: true,
  independent: true,
  after: ['robot'],
  listings: [
    { path: '/organization/{orgname}', covers: 'parent' },
    { path: '/organization/{orgname}/team/{teamname}/members', covers: 'object', where: 'members' },
  ],

  checkName: (name) => (name.length < 2 || name.length > 255 ? 'it must have 2 to 255 characters' : null),
  check: (desired) => checkTeam(desired),
  lint: (desired) => lintTeam(desired),
  admits: (desired, server) => directoryDemand(desired, server),
  scopes: (change, server) => [...syncNeeds(change, server), ...takeoverNeeds(change)],
  settle: (desired, live, facts) => settle(desired, live, facts),
  admins: (attributes, maker, isNew) => adminsOf(attributes, maker, isNew),
  keepsFromDelete: (live, facts) => keepsAdmin(live, facts),
  judge: (change, { predecessor }) => judgeTeam(change, predecessor),

  logged(entry, root) {
    const { team: name, member } = entry.metadata
    const move = MOVES.get(entry.kind)
    const about = told(entry, LOGGED, move === undefined ? [name] : [name, member])
    if (!about || move === undefined || typeof member !== 'string') return about
    return { ...about, names: about.names.slice(0, 1), [move]: subjectOf(member, root) }
  },
  async read(scope, reader) {
    const { parent } = scope
    if (!parent) return []
    const teams = await listTeams(parent.address.name, reader)
    const shrinks = [...(teams?.values() ?? [])].some((view) => losesAdmins(scope, view))
    return Promise.all(
      [...(teams?.values() ?? [])].map((view) =>
        live(
          parent.address,
          view,
          wantsMembers(scope, view, shrinks),
          previousOf(scope.declared(view.name), view, teams),
          reader,
        ),
      ),
    )
  },
  async find({ address, parent, desired }: Found, reader) {
    const organization = parent?.address ?? organizationOf(address)
    const teams = await listTeams(organization.name, reader)
    const view = teams?.get(address.name)
    if (!view) return null
    const wanted =
      !desired || desired.attributes.members !== undefined || desired.attributes.sync !== undefined
    return live(organization, view, wanted, previousOf(desired ?? null, view, teams), reader)
  },
  async create({ address, values }, quay) {
    await createTeam(placeOf(address), values, quay)
    return undefined
  },
  update: ({ address, values, live: before }, quay) => changeTeam(placeOf(address), values, before, quay),
  delete: ({ address, attributes }, quay) => deleteTeam(placeOf(address), attributes.role, quay),
}

/** What a read back is told. */
interface Found {
  readonly address: Address
  readonly parent: Live | null
  readonly desired?: Desired | null
}

/** The team whose place a declared one takes. */
interface Previous {
  readonly name: string
  /** Still there? */
  readonly isLive: boolean
  readonly members: 'none' | 'robots' | 'all'
}

function organizationOf({ parent, text }: Address): Address {
  if (!parent) throw new TypeError(`${text} stands below nothing`)
  return parent
}

const placeOf = (address: Address): Place => ({
  organization: organizationOf(address).name,
  team: address.name,
})

/** One request a team: where they are declared, of one that goes, and of all administrators where some of them are to go. */
const wantsMembers = (scope: Scope, { name, role }: TeamView, shrinks: boolean): boolean =>
  scope.declares(name, 'members') ||
  scope.declares(name, 'sync') ||
  scope.leaves(name) ||
  isTakenOver(scope, name) ||
  (role === 'admin' && (scope.whole || shrinks))

/** Is it a team of administrators that shall go, or be none any more? */
function losesAdmins({ declared, names }: Scope, { name, role }: TeamView): boolean {
  if (role !== 'admin') return false
  const desired = declared(name)
  const isListed = desired ? (desired.attributes.role ?? role) !== role : names.includes(name)
  return isListed || isTakenOver({ declared, names }, name)
}

/** Does another team take its place? */
const isTakenOver = ({ declared, names }: Pick<Scope, 'declared' | 'names'>, name: string): boolean =>
  names.some((other) => previouslyOf(declared(other)) === name)

const previouslyOf = (desired: Desired | null): string | undefined =>
  (desired?.attributes as Team | undefined)?.previously

function previousOf(
  desired: Desired | null,
  { is_synced }: TeamView,
  teams: ReadonlyMap<string, TeamView> | null,
): Previous | null {
  const name = previouslyOf(desired)
  if (!desired || name === undefined) return null
  const { members, sync = is_synced } = desired.attributes
  return {
    name,
    isLive: teams?.has(name) ?? false,
    members: members !== undefined ? 'none' : sync ? 'robots' : 'all',
  }
}

const HIDDEN_GROUP = 'the group of the directory that gives it its users, which Quay shows to superusers only'

const BY_MAIL = 'invitations by e-mail: Quay adds who accepts one'

async function live(
  organization: Address,
  view: TeamView,
  wanted: boolean,
  previous: Previous | null,
  reader: Reader,
): Promise<Live<Team>> {
  const place = { organization: organization.name, team: view.name }
  const [members, lacking] = await Promise.all([
    wanted ? findMembers(place, reader) : null,
    previous?.isLive ? readLacking(place, previous.name, previous.members, reader) : null,
  ])
  const isDone = !lacking || isComplete(lacking)
  const remote: Remote = lacking && !isDone ? { lacking } : {}
  const attributes = fromQuay(view, members, organization.name)
  const { sync } = attributes
  const notes = [
    ...(sync && Object.keys(sync).length === 0 ? [HIDDEN_GROUP] : []),
    ...(members?.members.some(({ name }) => !name) ? [BY_MAIL] : []),
  ]
  return {
    address: addressOf(step, organization, view.name),
    attributes: { ...attributes, ...(previous && isDone && { previously: previous.name }) },
    remote,
    ...(notes.length > 0 && { notes }),
  }
}
