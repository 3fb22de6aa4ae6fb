import { invalidRequest, message, noContent, notFound, ok } from '../../model/answers.ts'
import { avatar } from '../../model/avatar.ts'
import type { Answer, Call, Route } from '../../model/emulation.ts'
import { isLastAdminTeam, placeOf } from './emulator-rules.ts'
import { refuseSynced, syncView } from './emulator-sync.ts'

/** `kind` is `user` for robots too; nobody is invited while mailing is off. */
const memberView = (call: Call, name: string): object => {
  const account = call.ground.accounts.get(name)
  const face = avatar(account ? 'user' : 'robot', name, account?.email)
  return { name, kind: 'user', is_robot: account === undefined, avatar: face, invited: false }
}

const isSomebody = (call: Call, name: string): boolean =>
  call.ground.accounts.has(name) || call.ground.robots.has(name)

/** Admins and the team's own members may look (auth/permissions.py, ViewTeamPermission). */
function list(call: Call): Answer {
  const { org = '', team: name = '' } = call.params
  const role = call.role(org)
  const team = call.ground.organizations.get(org)?.teams.get(name)
  const isMember = role !== null && (team?.members.has(call.caller.user ?? '') ?? false)
  call.require(role === 'admin' || isMember)
  if (!team) throw notFound()
  const members = [...team.members].map((member) => memberView(call, member))
  return ok({ name, members, can_edit: role === 'admin', ...syncView(call, team) })
}

/** Robots of other organizations pass while nobody is invited (seen on a server of August 2026). */
function add(call: Call): Answer {
  const { team } = placeOf(call)
  const name = call.params.member ?? ''
  if (!isSomebody(call, name)) throw invalidRequest('Unknown user')
  refuseSynced(call, team, name)
  if (team.members.has(name)) throw message(`User ${name} is already a member of team ${team.name}`)
  team.members.add(name)
  call.log('org_add_team_member', { member: name, team: team.name })
  return ok(memberView(call, name))
}

function remove(call: Call): Answer {
  const place = placeOf(call)
  const name = call.params.member ?? ''
  if (!isSomebody(call, name)) throw notFound()
  refuseSynced(call, place.team, name)
  if (name === call.caller.user && isLastAdminTeam(place, name))
    throw message('User cannot remove themselves from their only admin team.')
  if (!place.team.members.delete(name))
    throw message(`User ${name} does not belong to team ${place.team.name}`)
  call.log('org_remove_team_member', { member: name, team: place.team.name })
  return noContent()
}

const path = '/organization/{org}/team/{team}/members'
const bypass = '3.16'

/** Who is on a team (endpoints/api/team.py:298). */
export const memberRoutes: readonly Route[] = [
  { operation: `GET ${path}`, bypass, handle: list },
  { operation: `PUT ${path}/{member}`, handle: add },
  { operation: `DELETE ${path}/{member}`, bypass, handle: remove },
]
