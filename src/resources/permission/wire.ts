import { type ApiPath, path, type QuayApi, type Reader } from '../../model/api.ts'
import { ApiError } from '../../model/errors.ts'
import type { Infer } from '../../model/schema.ts'
import { parseSubject, quayName, subjectOf } from '../../model/subject.ts'
import { isUuid } from '../../model/uuid.ts'
import type { schema } from './schema.ts'

export type Permission = Infer<typeof schema>

/** A repository by its namespace and name. */
export interface Place {
  readonly namespace: string
  readonly name: string
}

interface Entry extends Named {
  readonly role: string
}
type Entries = Readonly<Record<string, Entry>>

/** By subject. */
export type Roles = ReadonlyMap<string, string>

/** All direct permissions: two lists, of users with robots, and of teams. A user namespace has no teams. */
export async function listRoles(
  { namespace, name }: Place,
  isOrganization: boolean,
  reader: Reader,
): Promise<Roles> {
  const [users, teams] = await Promise.all([
    userRoles({ namespace, name }, reader),
    isOrganization
      ? reader.get<{ permissions: Entries }>(path`/repository/${namespace}/${name}/permissions/team/`)
      : { permissions: {} },
  ])
  return new Map([
    ...users,
    ...Object.values(teams.permissions).map((entry) => [`team:${entry.name}`, entry.role] as const),
  ])
}

/** Those of users and robots. */
export async function userRoles({ namespace, name }: Place, reader: Reader): Promise<Roles> {
  const users = await reader.get<{ permissions: Entries }>(
    path`/repository/${namespace}/${name}/permissions/user/`,
  )
  return new Map(
    Object.values(users.permissions)
      .filter(({ name: user }) => !isUuid(user))
      .map((entry) => [subjectOf(entry.name, namespace), entry.role] as const),
  )
}

/** All teams of an organization, as subjects; its own answer names them. Null to who is not shown all of it: some may be missing there. */
export async function teamSubjects(organization: string, reader: Reader): Promise<readonly string[] | null> {
  const view = await reader.find<{
    readonly is_admin?: boolean
    readonly teams?: Readonly<Record<string, Named>>
  }>(path`/organization/${organization}`)
  return view?.is_admin && view.teams ? Object.values(view.teams).map(({ name }) => `team:${name}`) : null
}

/** How many there are in an organization; the list that repositories are read by, which is remembered. */
export const countRepositories = async (organization: string, reader: Reader): Promise<number> =>
  (await reader.list(path`/repository?namespace=${organization}&last_modified=true`, 'repositories')).length

interface Named {
  readonly name: string
}

interface TeamPermission {
  readonly repository: { readonly name: string }
  readonly role: string
}

const indexed = new WeakMap<readonly TeamPermission[], Roles>()

/** A team's role on every repository of its organization, by one request; a team that is not there has none. */
export async function rolesOfTeam(organization: string, team: string, reader: Reader): Promise<Roles> {
  const answer = await reader.find<{ permissions: readonly TeamPermission[] }>(
    path`/organization/${organization}/team/${team}/permissions`,
  )
  const permissions = answer?.permissions ?? []
  const roles =
    indexed.get(permissions) ?? new Map(permissions.map(({ repository, role }) => [repository.name, role]))
  indexed.set(permissions, roles)
  return roles
}

const one = ({ namespace, name }: Place, subject: string): ApiPath => {
  const { kind } = parseSubject(subject)
  const who = quayName(parseSubject(subject), namespace)
  return kind === 'team'
    ? path`/repository/${namespace}/${name}/permissions/team/${who}`
    : path`/repository/${namespace}/${name}/permissions/user/${who}`
}

/** One permission; that there is none is a 400 with a text (data/model/permission.py:346). */
export async function findRole(place: Place, subject: string, reader: Reader): Promise<string | null> {
  try {
    return (await reader.find<{ role: string }>(one(place, subject)))?.role ?? null
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof ApiError &&
  error.status === 400 &&
  /does not have permission for repo/i.test(error.message)

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
export const mirrorRobot = ({ namespace, name }: Place, reader: Reader): Promise<string | null> =>
  robotAt(path`/repository/${namespace}/${name}/mirror`, namespace, reader)

/** The same of the mirror of a whole organization. */
export const organizationMirrorRobot = ({ namespace }: Place, reader: Reader): Promise<string | null> =>
  robotAt(path`/organization/${namespace}/mirror`, namespace, reader)

async function robotAt(mirrorPath: ApiPath, namespace: string, reader: Reader): Promise<string | null> {
  const mirror = await reader.find<{ robot_username: string | null }>(mirrorPath)
  return mirror?.robot_username ? subjectOf(mirror.robot_username, namespace) : null
}
