import type { Address } from '../../model/address.ts'
import { type ApiPath, path, type QuayApi, type Reader } from '../../model/api.ts'
import { asSet } from '../../model/canonical.ts'
import type { Credential } from '../../model/change.ts'
import { ApiError } from '../../model/errors.ts'
import type { Quay } from '../../model/resource.ts'
import type { Infer } from '../../model/schema.ts'
import type { schema } from './schema.ts'

export type Robot = Infer<typeof schema>

export interface RobotView {
  readonly name: string
  readonly description: string | null
  readonly token?: string
  readonly unstructured_metadata?: Robot['unstructured_metadata'] | null
}

export const fromQuay = (
  { description, unstructured_metadata: metadata }: RobotView,
  federation?: Robot['federation'] | null,
): Robot => ({
  description: description ?? '',
  ...(metadata !== undefined && { unstructured_metadata: metadata ?? {} }),
  ...(federation && { federation: asSet(federation) }),
})

/** An organization's robots, or those of the token's own user. */
export const robotsPath = ({ type, name }: Address): ApiPath =>
  type === 'organization' ? path`/organization/${name}/robots` : path`/user/robots`

export const robotPath = (owner: Address, short: string): ApiPath =>
  `${robotsPath(owner)}${path`/${short}`}` as ApiPath

/** Without tokens; Quay matches the name with ILIKE, so `a_b` also lists robots of `a-b` (data/model/user.py:640). */
export async function listRobots(owner: Address, reader: Reader): Promise<readonly RobotView[]> {
  const { robots } = await reader.get<{ robots: RobotView[] }>(`${robotsPath(owner)}?token=false` as ApiPath)
  return robots.filter(({ name }) => name.startsWith(`${owner.name}+`))
}

/** By name only. */
export interface Belongings {
  readonly repositories: readonly string[]
  readonly teams: readonly string[]
}

/** What a robot has been given in its namespace. */
export async function belongingsOf(owner: Address, short: string, reader: Reader): Promise<Belongings> {
  const { robots } = await reader.get<{ robots: readonly WithBelongings[] }>(
    `${robotsPath(owner)}?permissions=true&token=false` as ApiPath,
  )
  const robot = robots.find(({ name }) => name === `${owner.name}+${short}`)
  return { repositories: robot?.repositories ?? [], teams: (robot?.teams ?? []).map(({ name }) => name) }
}

interface WithBelongings {
  readonly name: string
  readonly repositories?: readonly string[]
  readonly teams?: readonly { readonly name: string }[]
}

/** A missing robot is a 400 with a text, never a 404 (data/model/user.py:469). */
export const isMissing = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 400 && /could not find robot/i.test(error.message)

export async function findRobot(owner: Address, short: string, reader: Reader): Promise<RobotView | null> {
  try {
    return await reader.find<RobotView>(robotPath(owner, short))
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** Quay tells an administrator the token at any time, not only at the creation. */
export const credentialOf = ({ name, token }: RobotView): Credential | undefined =>
  token ? { username: name, token } : undefined

/** Always with a body: without one Quay ignores the description and creates the robot all the same. */
export async function createRobot(
  owner: Address,
  short: string,
  robot: Robot,
  api: QuayApi,
): Promise<Credential | undefined> {
  const made = await api.put<RobotView | null>(robotPath(owner, short), {
    description: robot.description ?? '',
    ...(robot.unstructured_metadata && { unstructured_metadata: robot.unstructured_metadata }),
  })
  return made ? credentialOf(made) : undefined
}

/** Refused while a mirror names it, also a disabled one, and one of a deleted repository until Quay's garbage collection. One that is gone already is deleted. */
export async function deleteRobot(owner: Address, short: string, quay: Quay): Promise<void> {
  await checkOrganizationMirror(owner, short, quay)
  try {
    await quay.api.delete(robotPath(owner, short))
  } catch (error) {
    if (isMissing(error)) return
    if (!(error instanceof ApiError) || !/used by a mirror/i.test(error.message)) throw error
    throw new ApiError(
      error.code,
      error.message,
      [
        'a mirror that was disabled keeps its robot: name another robot there first',
        "the mirror of a deleted repository keeps it until Quay's garbage collection has run",
      ],
      error.failed,
    )
  }
}

/** Quay deletes an organization mirror together with its robot, and answers 204 (data/model/user.py:609). */
async function checkOrganizationMirror(owner: Address, short: string, { api, server }: Quay): Promise<void> {
  if (owner.type !== 'organization' || !server.offers('/organization/{orgname}/mirror')) return
  const mirror = await api.find<{ robot_username: string | null }>(path`/organization/${owner.name}/mirror`)
  const full = `${owner.name}+${short}`
  if (mirror?.robot_username !== full) return
  throw new ApiError(
    'QC7411',
    `robot ${full} is not deleted: the organization mirror of ${owner.name} uses it, and Quay would delete that mirror with it`,
    ['let the organization mirror use another robot first, or take the mirror away'],
  )
}

export const shortName = (full: string): string => full.slice(full.indexOf('+') + 1)
