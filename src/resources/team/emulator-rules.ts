import { message, notFound, serverError } from '../../model/answers.ts'
import type { Call, OrganizationRow, TeamRow } from '../../model/emulation.ts'

/** An organization and one of its teams. */
export interface Place {
  readonly organization: OrganizationRow
  readonly team: TeamRow
}

/** `{org}` and `{team}`; 404 for what is missing. */
export function placeOf(call: Call): Place {
  const organization = call.organization('admin')
  const team = organization.teams.get(call.params.team ?? '')
  if (!team) throw notFound()
  return { organization, team }
}

const adminTeams = (organization: OrganizationRow, user: string, but: TeamRow): TeamRow[] =>
  [...organization.teams.values()].filter(
    (team) => team !== but && team.role === 'admin' && team.members.has(user),
  )

/** Whether a user would be no admin any more without this team. Only the caller is looked at: another admin may empty a team (data/model/team.py:76). */
export const isLastAdminTeam = ({ organization, team }: Place, user: string): boolean =>
  team.role === 'admin' && team.members.has(user) && adminTeams(organization, user, team).length === 0

/** A superuser on no admin team trips over the caller's own teams, of which there are none (data/model/team.py:138). */
export function refuseDeletion(call: Call, place: Place): void {
  const user = call.caller.user ?? ''
  const { organization, team } = place
  if (team.role !== 'admin') return
  const isOnAny = team.members.has(user) || adminTeams(organization, user, team).length > 0
  if (!isOnAny) throw serverError()
  if (isLastAdminTeam(place, user))
    throw message(
      `Deleting team '${team.name}' would remove admin ability for user '${user}' in organization '${organization.name}'`,
    )
}
