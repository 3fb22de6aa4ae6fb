import { accessOf } from '../../model/access.ts'
import { type Address, addressOf, rootOf } from '../../model/address.ts'
import { adminRobots } from '../../model/admin-robots.ts'
import type { Reader } from '../../model/api.ts'
import type { Change, Desired, Judgement, Live } from '../../model/change.ts'
import { gone, type Told, told } from '../../model/log.ts'
import type { Scope } from '../../model/reading.ts'
import type { Remark, ResourceType } from '../../model/resource.ts'
import { subjectOf } from '../../model/subject.ts'
import { schema } from './schema.ts'
import {
  countRepositories,
  deleteRole,
  findRole,
  listRoles,
  mirrorRobot,
  organizationMirrorRobot,
  type Permission,
  type Place,
  putRole,
  type Roles,
  rolesOfTeam,
  teamSubjects,
  userRoles,
} from './wire.ts'

const step = { name: 'permission', separator: ':', keeps: ':' }

const LOGGED: Readonly<Record<string, Told>> = {
  change_repo_permission: { deeds: ['create', 'update'] },
  delete_repo_permission: gone,
}

export const permission: ResourceType<Permission> = {
  ...step,
  summary: 'What one user, team or robot may do with a repository.',
  parents: ['repository', 'grant'],
  block: 'permissions',
  identity: 'key',
  value: 'role',
  exact: true,
  comesAlong: true,
  schema,
  named: ['user', 'team', 'robot'],
  exampleName: 'robot:ci',
  removable: true,
  revokes: true,
  independent: true,
  listings: [
    { path: '/repository/{repository}/permissions/user/', covers: 'parent' },
    { path: '/repository/{repository}/permissions/team/', covers: 'parent' },
    { path: '/organization/{orgname}/team/{teamname}/permissions', covers: 'everything' },
  ],

  check: (desired) => ownersRole(desired),
  lint: ({ address, attributes: { role } }, around) =>
    adminRobots(role, address.name, repositoryOf(address).text, around),
  judge: (change) => judge(change),

  logged(entry, root) {
    const { repo, team, username } = entry.metadata
    const user = typeof username === 'string' ? subjectOf(username, root) : undefined
    return told(entry, LOGGED, [repo, typeof team === 'string' ? `team:${team}` : user])
  },
  read: (scope, reader) => read(scope, reader),
  async find({ address }, reader) {
    const repository = repositoryOf(address)
    const role = await findRole(placeOf(repository), address.name, reader)
    return role === null ? null : live(repository, address.name, role)
  },
  async create({ address, values }, { api }) {
    await putRole(placeOf(repositoryOf(address)), address.name, values.role, api)
    return undefined
  },
  update: ({ address, values }, { api }) =>
    putRole(placeOf(repositoryOf(address)), address.name, values.role, api),
  delete: ({ address }, { api }) => deleteRole(placeOf(repositoryOf(address)), address.name, api),
}

const repositoryOf = ({ parent }: Address): Address => {
  if (!parent) throw new TypeError('a permission stands below a repository')
  return parent
}
const placeOf = (repository: Address): Place => ({
  namespace: rootOf(repository).name,
  name: repository.name,
})
const isOrganization = (repository: Address): boolean => rootOf(repository).type === 'organization'

const live = (repository: Address, subject: string, role: string): Live<Permission> => ({
  address: addressOf(step, repository, subject),
  attributes: { role },
})

/** An exact block, and users and robots, need the repository's own lists; teams that only a grant names are read team by team. */
async function read(scope: Scope, reader: Reader): Promise<readonly Live<Permission>[]> {
  const { parent, names, whole } = scope
  if (!parent) return []
  const repository = parent.address
  const byTeam = !whole && names.every((name) => scope.declared(name)?.atLeast)
  const roles = byTeam
    ? await teamRoles(repository, names, reader)
    : scope.everything === 'told' && isOrganization(repository)
      ? await allRoles(repository, reader)
      : await listRoles(placeOf(repository), isOrganization(repository), reader)
  const kept = whole ? await keptByQuay(scope, roles, reader) : new Set()
  return [...roles].flatMap(([subject, role]) =>
    kept.has(subject) && !names.includes(subject) ? [] : [live(repository, subject, role)],
  )
}

/** Of a whole organization the teams' permissions are read team by team, where those are fewer than its repositories. */
async function allRoles(repository: Address, reader: Reader): Promise<Roles> {
  const { name } = rootOf(repository)
  const [teams, count] = await Promise.all([teamSubjects(name, reader), countRepositories(name, reader)])
  if (!teams || teams.length > count) return listRoles(placeOf(repository), true, reader)
  const [own, theirs] = await Promise.all([
    userRoles(placeOf(repository), reader),
    teamRoles(repository, teams, reader),
  ])
  return new Map([...own, ...theirs])
}

async function teamRoles(repository: Address, subjects: readonly string[], reader: Reader): Promise<Roles> {
  const found = await Promise.all(
    subjects.map(async (subject) => {
      const team = subject.slice('team:'.length)
      return [
        subject,
        (await rolesOfTeam(rootOf(repository).name, team, reader)).get(repository.name),
      ] as const
    }),
  )
  return new Map(found.flatMap(([subject, role]) => (role === undefined ? [] : [[subject, role] as const])))
}

/** What Quay gives by itself and would give again: the namespace owner's admin, and what a mirror's robot has (data/model/permission.py:363, endpoints/api/mirror.py:697). */
async function keptByQuay(scope: Scope, roles: Roles, reader: Reader): Promise<ReadonlySet<string>> {
  const repository = scope.parent?.address
  if (!repository) return new Set()
  const isRobot = ([name]: readonly [string, string]) => name.startsWith('robot:')
  const given = [...roles].some(isRobot) ? await givenByMirror(scope, placeOf(repository), reader) : null
  const robots = given && roles.get(given.robot) === given.role ? [given.robot] : []
  return new Set([`user:${rootOf(repository).name}`, ...robots])
}

/** The mirror's robot may write; that of an organization's mirror has made the repository, and so is its admin. A declared robot counts, because the live one is none any more afterwards. */
async function givenByMirror(
  { parent, above, beside }: Scope,
  place: Place,
  reader: Reader,
): Promise<{ readonly robot: string; readonly role: string } | null> {
  const made = parent?.attributes.state === 'org_mirror'
  const stays = (above?.attributes.state ?? parent?.attributes.state) === 'mirror'
  const declared = beside(made ? 'organization_mirror' : 'mirror')
  const { robot } = declared?.attributes ?? {}
  const role = made ? 'admin' : 'write'
  if (typeof robot === 'string') return { robot: `robot:${robot}`, role }
  if (declared?.absent || (declared && !made) || !(made || stays)) return null
  const subject = await (made ? organizationMirrorRobot : mirrorRobot)(place, reader)
  return subject === null ? null : { robot: subject, role }
}

/** Quay refuses any other (endpoints/api/permission.py:195). */
function ownersRole({ address, attributes }: Desired<Permission>): readonly Remark[] {
  const owner = `user:${rootOf(address).name}`
  if (address.name !== owner || attributes.role === undefined || attributes.role === 'admin') return []
  return [
    {
      code: 'QC2014',
      severity: 'error',
      attribute: 'role',
      message: `${owner} owns the namespace, and Quay keeps the role of its owner at admin`,
      hint: 'remove the line: an exact set leaves the owner alone',
    },
  ]
}

function judge({ address, action, live: before, values }: Change<Permission>): Judgement {
  const access = accessOf(schema.role, address.name, before?.attributes.role, values.role)
  const narrows = action === 'update' && access.some(({ effect }) => effect === 'narrows')
  return { impacts: ['access'], narrows, access }
}
