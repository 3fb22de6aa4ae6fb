import { message, noContent, notFound, ok } from '../../model/answers.ts'
import { avatar } from '../../model/avatar.ts'
import type { Answer, Call, OrganizationRow, RepositoryRow, Route } from '../../model/emulation.ts'
import { namespaceOf } from '../../model/emulation-namespaces.ts'

const teamsWith = (row: OrganizationRow, name: string) =>
  [...row.teams.values()].filter((team) => team.members.has(name))

const repositoriesOf = (call: Call, row: OrganizationRow): RepositoryRow[] => [
  ...call.ground.repositories.of(row.name),
]

/** The names of the repositories with a direct grant. */
const granted = (call: Call, row: OrganizationRow, name: string): string[] =>
  repositoriesOf(call, row)
    .filter((one) => one.userGrants.has(name))
    .map((one) => one.name)

/** A name that is no robot's is shown as a user, an organization's too. */
const face = (call: Call, name: string): object => {
  const kind = call.ground.robots.has(name) ? 'robot' : 'user'
  return { name, kind, avatar: avatar(kind, name, namespaceOf(call.ground, name)?.email) }
}

const memberView = (call: Call, row: OrganizationRow, name: string): object => ({
  ...face(call, name),
  teams: teamsWith(row, name).map((team) => ({ name: team.name, avatar: avatar('team', team.name) })),
  repositories: granted(call, row, name),
})

const exists = (call: Call, name: string): boolean =>
  call.ground.accounts.has(name) || call.ground.robots.has(name)
const onTeams = (row: OrganizationRow): string[] => [
  ...new Set([...row.teams.values()].flatMap((team) => [...team.members])),
]

/** Humans only; a robot is shown when asked for by name. */
function listMembers(call: Call): Answer {
  const row = call.organization('admin')
  const names = onTeams(row).filter((name) => call.ground.accounts.has(name))
  return ok({ members: names.map((name) => memberView(call, row, name)) })
}

function getMember(call: Call): Answer {
  const row = call.organization('admin')
  const name = call.params.member ?? ''
  if (!exists(call, name) || teamsWith(row, name).length === 0) throw notFound()
  return ok(memberView(call, row, name))
}

/** Off every team and every repository; 204 for who was on none. */
function removeMember(call: Call): Answer {
  const row = call.organization('admin')
  const name = call.params.member ?? ''
  if (!exists(call, name)) throw notFound()
  const admins = [...row.teams.values()].filter((team) => team.role === 'admin')
  const others = admins.flatMap((team) => [...team.members]).filter((member) => member !== name)
  if (admins.some((team) => team.members.has(name)) && others.length === 0)
    throw message('Cannot remove user as they are the only organization admin')
  for (const team of row.teams.values()) team.members.delete(name)
  for (const one of repositoriesOf(call, row)) one.userGrants.delete(name)
  return noContent()
}

/** Those with direct grants who are on no team, robots left out. */
function listCollaborators(call: Call): Answer {
  const row = call.organization('admin')
  const names = new Set(repositoriesOf(call, row).flatMap((one) => [...one.userGrants.keys()]))
  const outside = [...names].filter(
    (name) => !call.ground.robots.has(name) && teamsWith(row, name).length === 0,
  )
  return ok({
    collaborators: outside.map((name) => ({
      ...face(call, name),
      repositories: granted(call, row, name),
    })),
  })
}

const bypass = '3.16'

/** Who belongs to an organization, and who may do something in it. */
export const peopleRoutes: readonly Route[] = [
  { operation: 'GET /organization/{org}/members', bypass, handle: listMembers },
  { operation: 'GET /organization/{org}/members/{member}', bypass, handle: getMember },
  { operation: 'DELETE /organization/{org}/members/{member}', bypass, handle: removeMember },
  { operation: 'GET /organization/{org}/collaborators', bypass, handle: listCollaborators },
]
