import { invalidRequest, message, noContent, notFound, ok, serverError } from '../../model/answers.ts'
import { avatar } from '../../model/avatar.ts'
import type { Answer, Call, EmulatorModule, RepositoryRow, Role } from '../../model/emulation.ts'

const permission = {
  type: 'object',
  required: ['role'],
  properties: { role: { type: 'string', enum: ['read', 'write', 'admin'] } },
}

/** What tells grants to users (robots among them) from grants to teams. */
interface Kind {
  readonly grants: (row: RepositoryRow) => Map<string, Role>
  /** What the action log calls one. */
  readonly noun: 'username' | 'team'
  readonly absent: string
  /** Refuses whom Quay does not let have a grant here (data/model/permission.py:440). */
  check(call: Call, namespace: string, name: string): void
  view(call: Call, namespace: string, name: string, role: Role): object
}

const ownerText = 'Namespace owner must always be admin.'

const users: Kind = {
  grants: (row) => row.userGrants,
  noun: 'username',
  absent: 'User does not have permission for repo.',
  check({ ground }, namespace, name) {
    if (name === namespace) throw invalidRequest(ownerText)
    const isRobot = ground.robots.has(name)
    // An organization's name passes for a user's.
    if (!isRobot && !ground.accounts.has(name) && !ground.organizations.has(name))
      throw invalidRequest(`Invalid username: ${name}`)
    if (isRobot && !name.startsWith(`${namespace}+`))
      throw invalidRequest(`Cannot add robot ${name} under namespace ${namespace}`)
  },
  view({ ground }, namespace, name, role) {
    const isRobot = ground.robots.has(name)
    const email = ground.accounts.get(name)?.email
    const organization = ground.organizations.get(namespace)
    const teams = [...(organization?.teams.values() ?? [])]
    const isMember = isRobot || teams.some((team) => team.members.has(name))
    return {
      role,
      name,
      is_robot: isRobot,
      avatar: avatar(isRobot ? 'robot' : 'user', name, email),
      ...(organization === undefined ? {} : { is_org_member: isMember }),
    }
  },
}

const teams: Kind = {
  grants: (row) => row.teamGrants,
  noun: 'team',
  absent: 'Team does not have permission for repo.',
  check({ ground }, namespace, name) {
    if (!ground.organizations.get(namespace)?.teams.has(name))
      throw invalidRequest(`No team ${name} in organization ${namespace}`)
  },
  view: (_call, _namespace, name, role) => ({ role, name, avatar: avatar('team', name) }),
}

const at = ({ params }: Call) => ({
  namespace: params.ns ?? '',
  name: params.username ?? params.teamname ?? '',
})

const list = (kind: Kind) => (call: Call) => {
  const row = call.findRepository('admin')
  const grants = row === undefined ? [] : [...kind.grants(row)]
  return ok({
    permissions: Object.fromEntries(
      grants.map(([name, role]) => [name, kind.view(call, at(call).namespace, name, role)]),
    ),
  })
}

/** A missing grant is a 400 of the data layer, not a 404 (data/model/permission.py:346). */
function granted(kind: Kind, call: Call): Role {
  const row = call.findRepository('admin')
  const role = row && kind.grants(row).get(at(call).name)
  if (role === undefined) throw message(kind.absent)
  return role
}

const getUser = (call: Call): Answer =>
  ok(users.view(call, at(call).namespace, at(call).name, granted(users, call)))

const getTeam = (call: Call): Answer => ok({ role: granted(teams, call) })

/** An updated row goes to the end, as in Quay's database. */
function grant(grants: Map<string, Role>, name: string, role: Role): void {
  grants.delete(name)
  grants.set(name, role)
}

const put = (kind: Kind) => (call: Call) => {
  const row = call.findRepository('admin')
  const { role } = call.read<{ role: Role }>(permission)
  const { namespace, name } = at(call)
  kind.check(call, namespace, name)
  // A missing repository is not caught (data/model/permission.py:431).
  if (row === undefined) throw serverError()
  grant(kind.grants(row), name, role)
  call.log('change_repo_permission', { [kind.noun]: name, repo: row.name, role })
  return ok(kind.view(call, namespace, name, role))
}

const remove = (kind: Kind) => (call: Call) => {
  const row = call.findRepository('admin')
  const { namespace, name } = at(call)
  if (kind === users && name === namespace) throw invalidRequest(ownerText)
  if (row === undefined || !kind.grants(row).delete(name)) throw invalidRequest(kind.absent)
  call.log('delete_repo_permission', { [kind.noun]: name, repo: row.name })
  return noContent()
}

/** One entry for each grant that reaches the user; the rights of an organization's owner are none. */
function transitive(call: Call): Answer {
  const row = call.findRepository('admin')
  const { namespace, name } = at(call)
  const { ground } = call
  if (row === undefined || !(ground.accounts.has(name) || ground.robots.has(name))) throw notFound()
  const own = row.userGrants.get(name)
  const byTeam = [...row.teamGrants]
    .filter(([team]) => ground.organizations.get(namespace)?.teams.get(team)?.members.has(name))
    .map(([, role]) => role)
  const roles = own === undefined ? byTeam : [own, ...byTeam]
  if (roles.length === 0) throw notFound()
  return ok({ permissions: roles.map((role) => ({ role })) })
}

/** Quay's side of the grants on a repository. */
export const emulator: EmulatorModule = {
  routes: [
    { operation: 'GET /repository/{ns}/{repo*}/permissions/user/', handle: list(users) },
    { operation: 'GET /repository/{ns}/{repo*}/permissions/team/', handle: list(teams) },
    { operation: 'GET /repository/{ns}/{repo*}/permissions/user/{username}', handle: getUser },
    { operation: 'GET /repository/{ns}/{repo*}/permissions/team/{teamname}', handle: getTeam },
    {
      operation: 'PUT /repository/{ns}/{repo*}/permissions/user/{username}',
      body: { UserPermission: permission },
      handle: put(users),
    },
    {
      operation: 'PUT /repository/{ns}/{repo*}/permissions/team/{teamname}',
      body: { TeamPermission: permission },
      handle: put(teams),
    },
    { operation: 'DELETE /repository/{ns}/{repo*}/permissions/user/{username}', handle: remove(users) },
    { operation: 'DELETE /repository/{ns}/{repo*}/permissions/team/{teamname}', handle: remove(teams) },
    { operation: 'GET /repository/{ns}/{repo*}/permissions/user/{username}/transitive', handle: transitive },
  ],
}
