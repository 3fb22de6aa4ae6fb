import { type ApiPath, path, type QuayApi, type Reader } from '../../model/api.ts'
import { ApiError } from '../../model/errors.ts'
import type { Infer } from '../../model/schema.ts'
import {
  anything,
  flag,
  list,
  mapOf,
  name,
  optional,
  orNull,
  record,
  type Told,
  text,
} from '../../model/shape.ts'
import { parseSubject, quayName, subjectOf } from '../../model/subject.ts'
import { isUuid } from '../../model/uuid.ts'
import type { schema } from './schema.ts'

export type Permission = Infer<typeof schema>

/** A repository by its namespace and name. */
export interface Place {
  readonly namespace: string
  readonly name: string
}

const entries = record({ permissions: mapOf(record({ name, role: name })) })

/** By subject. */
export type Roles = ReadonlyMap<string, string>

/** All direct permissions: two lists, of users with robots, and of teams. A user namespace has no teams. */
export async function listRoles(place: Place, isOrganization: boolean, reader: Reader): Promise<Roles> {
  const ofTeams = path`/repository/${place.namespace}/${place.name}/permissions/team/`
  const [users, teams] = await Promise.all([
    userRoles(place, reader),
    isOrganization ? reader.get(ofTeams, entries) : { permissions: {} },
  ])
  return new Map([
    ...users,
    ...Object.values(teams.permissions).map((entry) => [`team:${entry.name}`, entry.role] as const),
  ])
}

/** Those of users and robots. */
export async function userRoles({ namespace, name: repository }: Place, reader: Reader): Promise<Roles> {
  const users = await reader.get(path`/repository/${namespace}/${repository}/permissions/user/`, entries)
  return new Map(
    Object.values(users.permissions)
      .filter(({ name: user }) => !isUuid(user))
      .map((entry) => [subjectOf(entry.name, namespace), entry.role] as const),
  )
}

/** All teams of an organization, as subjects; its own answer names them. Null to who is not shown all of it: some may be missing there. */
export async function teamSubjects(organization: string, reader: Reader): Promise<readonly string[] | null> {
  const view = await reader.find(path`/organization/${organization}`, teamNames)
  return view?.is_admin && view.teams ? Object.values(view.teams).map((team) => `team:${team.name}`) : null
}

const teamNames = record({ is_admin: optional(flag), teams: optional(mapOf(record({ name }))) })

/** How many there are in an organization; the list that repositories are read by, which is remembered. */
export const countRepositories = async (organization: string, reader: Reader): Promise<number> =>
  (
    await reader.list(
      path`/repository?namespace=${organization}&last_modified=true`,
      'repositories',
      anything,
    )
  ).length

const teamPermission = record({ repository: record({ name }), role: name })
type TeamPermission = Told<typeof teamPermission>

const indexed = new WeakMap<readonly TeamPermission[], Roles>()

/** A team's role on every repository of its organization, by one request; a team that is not there has none. */
export async function rolesOfTeam(organization: string, team: string, reader: Reader): Promise<Roles> {
  const answer = await reader.find(
    path`/organization/${organization}/team/${team}/permissions`,
    record({ permissions: list(teamPermission) }),
  )
  const permissions = answer?.permissions ?? []
  const roles =
    indexed.get(permissions) ?? new Map(permissions.map(({ repository, role }) => [repository.name, role]))
  indexed.set(permissions, roles)
  return roles
}

const one = ({ namespace, name: repository }: Place, subject: string): ApiPath => {
  const { kind } = parseSubject(subject)
  const who = quayName(parseSubject(subject), namespace)
  return kind === 'team'
    ? path`/repository/${namespace}/${repository}/permissions/team/${who}`
    : path`/repository/${namespace}/${repository}/permissions/user/${who}`
}

/** One permission; that there is none is a 400 with a text (data/model/permission.py:346). */
export async function findRole(place: Place, subject: string, reader: Reader): Promise<string | null> {
  try {
    return (await reader.find(one(place, subject), record({ role: name })))?.role ?? null
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 400 && error.says(/does not have permission for repo/i)

/** Creates and changes alike. */
export const putRole = (
  place: Place,
  subject: string,
  role: string | undefined,
  api: QuayApi,
): Promise<void> => api.put(one(place, subject), { role })

/** One that is gone already is deleted. */
export async function deleteRole(place: Place, subject: string, api: QuayApi): Promise<void> {
  try {
    await api.delete(one(place, subject))
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

/** The robot that a mirrored repository's mirror writes with, as a subject. */
export const mirrorRobot = ({ namespace, name: repository }: Place, reader: Reader): Promise<string | null> =>
  robotAt(path`/repository/${namespace}/${repository}/mirror`, namespace, reader)

/** The same of the mirror of a whole organization. */
export const organizationMirrorRobot = ({ namespace }: Place, reader: Reader): Promise<string | null> =>
  robotAt(path`/organization/${namespace}/mirror`, namespace, reader)

async function robotAt(mirrorPath: ApiPath, namespace: string, reader: Reader): Promise<string | null> {
  const mirror = await reader.find(mirrorPath, record({ robot_username: orNull(text) }))
  return mirror?.robot_username ? subjectOf(mirror.robot_username, namespace) : null
}
