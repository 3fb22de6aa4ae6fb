import type { Address } from '../../model/address.ts'
import { type ApiPath, path, type QuayApi, type Reader } from '../../model/api.ts'
import type { Credential } from '../../model/change.ts'
import { ApiError } from '../../model/errors.ts'
import type { Infer } from '../../model/schema.ts'
import type { schema } from './schema.ts'

export type Robot = Infer<typeof schema>

export interface RobotView {
  readonly name: string
  readonly description: string | null
  readonly token?: string
  readonly unstructured_metadata?: Robot['unstructured_metadata'] | null
}

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

/** A missing robot is a 400 with a text, never a 404 (data/model/user.py:469). */
export async function findRobot(owner: Address, short: string, reader: Reader): Promise<RobotView | null> {
  try {
    return await reader.find<RobotView>(robotPath(owner, short))
  } catch (error) {
    if (error instanceof ApiError && error.status === 400 && /could not find robot/i.test(error.message))
      return null
    throw error
  }
}

/** Always with a body: without one Quay ignores the description and creates the robot all the same. */
export async function createRobot(
  owner: Address,
  short: string,
  robot: Robot,
  api: QuayApi,
): Promise<Credential | undefined> {
  const { name, token } = await api.put<RobotView>(robotPath(owner, short), {
    description: robot.description ?? '',
    ...(robot.unstructured_metadata && { unstructured_metadata: robot.unstructured_metadata }),
  })
  return token ? { username: name, token } : undefined
}

/** Refused while a mirror names it, also a disabled one, and one of a deleted repository until Quay's garbage collection. */
export async function deleteRobot(owner: Address, short: string, api: QuayApi): Promise<void> {
  try {
    await api.delete(robotPath(owner, short))
  } catch (error) {
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

export const shortName = (full: string): string => full.slice(full.indexOf('+') + 1)
