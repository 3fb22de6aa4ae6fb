import { path, type QuayApi, type Reader } from '../../model/api.ts'
import { ApiError, AuthError, UnavailableError } from '../../model/errors.ts'
import type { Quay } from '../../model/resource.ts'
import type { Infer } from '../../model/schema.ts'
import { flag, mapOf, name, optional, orNull, record, type Told, text } from '../../model/shape.ts'
import type { schema } from './schema.ts'
import { type MembersView, type Place, subjectsOf } from './wire-members.ts'

export type Team = Infer<typeof schema>

/** What the organization's own answer says of a team: the only place that tells role and description. */
const teamView = record({ name, description: orNull(text), role: name, is_synced: optional(flag) })
export type TeamView = Told<typeof teamView>

/** The teams by name; null without the organization. Quay leaves them out for who is not on any (endpoints/api/organization.py:125). */
export async function listTeams(
  organization: string,
  reader: Reader,
): Promise<ReadonlyMap<string, TeamView> | null> {
  const view = await reader.find(
    path`/organization/${organization}`,
    record({ teams: optional(mapOf(teamView)) }),
  )
  if (!view) return null
  if (!view.teams)
    throw new AuthError('QC7403', `the user may not see the teams of organization ${organization}`, [
      'put the user on a team of role admin; a token needs the scope org:admin, too',
    ])
  return new Map(Object.values(view.teams).map((team) => [team.name, team]))
}

export function fromQuay(view: TeamView, members: MembersView | null, organization: string): Team {
  return {
    role: view.role,
    description: view.description ?? '',
    sync: groupOf(view, members),
    ...(members && { members: subjectsOf(members, organization) }),
  }
}

/** Null is a team that no directory feeds; without a key Quay hides the group, which it shows to superusers only. */
function groupOf({ is_synced }: TeamView, members: MembersView | null): NonNullable<Team['sync']> | null {
  if (!is_synced && !members?.synced) return null
  const { group_dn, group_name, group_id } = members?.synced?.config ?? {}
  return {
    ...(group_dn !== undefined && { group_dn }),
    ...(group_name !== undefined && { group_name }),
    ...(group_id !== undefined && { group_id }),
  }
}

/** Creates or changes; without a description the old one stays, null is refused. Tells whether the team is new. */
export async function putTeam(
  { organization, team }: Place,
  role: string,
  description: string | undefined,
  api: QuayApi,
): Promise<boolean> {
  const view = await api.put(
    path`/organization/${organization}/team/${team}`,
    { role, ...(description !== undefined && { description }) },
    orNull(record({ new_team: optional(flag) })),
  )
  return view?.new_team === true
}

/** A superuser who is on no admin team cannot delete one, only demote it: Quay answers with its HTML 500 (data/model/team.py:138). */
export async function deleteTeam(place: Place, role: string | undefined, quay: Quay): Promise<void> {
  const { api, server } = quay
  const demote = () => putTeam(place, 'member', undefined, api)
  const outside = server.superuser === true && !server.administers(place.organization)
  if (role === 'admin' && outside) await demote()
  try {
    await removeTeam(place, api)
  } catch (error) {
    if (role !== 'admin' || outside || !(error instanceof UnavailableError && error.status === 500))
      throw error
    await demote()
    await removeTeam(place, api)
  }
}

/** One that is gone already is a 400, not a 404. */
async function removeTeam({ organization, team }: Place, api: QuayApi): Promise<void> {
  try {
    await api.delete(path`/organization/${organization}/team/${team}`)
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 400 && error.says(/is not a team in org/i)))
      throw error
  }
}
