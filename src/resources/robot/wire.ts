import type { Address } from '../../model/address.ts'
import { type ApiPath, path, pathOf, type Reader } from '../../model/api.ts'
import { asSet } from '../../model/canonical.ts'
import type { Credential } from '../../model/change.ts'
import { ApiError } from '../../model/errors.ts'
import type { Quay } from '../../model/resource.ts'
import type { Infer, Value } from '../../model/schema.ts'
import {
  anything,
  list,
  mapOf,
  name,
  optional,
  orNull,
  record,
  type Shape,
  type Told,
  text,
} from '../../model/shape.ts'
import { timeOf, type Vitals } from '../../model/vitals.ts'
import type { schema } from './schema.ts'

export type Robot = Infer<typeof schema>

const metadata = mapOf(anything as Shape<Value>)
const robotView = record({
  name,
  description: orNull(text),
  token: optional(orNull(text)),
  unstructured_metadata: optional(orNull(metadata)),
  created: optional(orNull(text)),
  last_accessed: optional(orNull(text)),
})
export type RobotView = Told<typeof robotView>

export const fromQuay = (
  { description, unstructured_metadata: free }: RobotView,
  federation?: Robot['federation'] | null,
): Robot => ({
  description: description ?? '',
  ...(free !== undefined && { unstructured_metadata: free ?? {} }),
  ...(federation && { federation: asSet(federation) }),
})

export const vitalsOf = ({ created, last_accessed: used }: RobotView): Vitals => ({
  ...(created && { created: timeOf(created) }),
  ...(used !== undefined && { last_used: timeOf(used) }),
})

/** An organization's robots, or those of the token's own user. */
export const robotsPath = ({ type, name }: Address): ApiPath =>
  type === 'organization' ? path`/organization/${name}/robots` : path`/user/robots`

export const robotPath = (owner: Address, short: string): ApiPath =>
  pathOf(`${robotsPath(owner)}${path`/${short}`}`)

/** Without tokens; Quay matches the name with ILIKE, so `a_b` also lists robots of `a-b` (data/model/user.py:640). */
export async function listRobots(owner: Address, reader: Reader): Promise<readonly RobotView[]> {
  const { robots } = await reader.get(pathOf(`${robotsPath(owner)}?token=false`), robotViews)
  return robots.filter((view) => view.name.startsWith(`${owner.name}+`))
}

const robotViews = record({ robots: list(robotView) })

/** By name only. */
export interface Belongings {
  readonly repositories: readonly string[]
  readonly teams: readonly string[]
}

/** What a robot has been given in its namespace. */
export async function belongingsOf(owner: Address, short: string, reader: Reader): Promise<Belongings> {
  const { robots } = await reader.get(pathOf(`${robotsPath(owner)}?permissions=true&token=false`), belongings)
  const robot = robots.find((view) => view.name === `${owner.name}+${short}`)
  return { repositories: robot?.repositories ?? [], teams: (robot?.teams ?? []).map((team) => team.name) }
}

const belongings = record({
  robots: list(record({ name, repositories: optional(list(name)), teams: optional(list(record({ name }))) })),
})

/** A missing robot is a 400 with a text, never a 404 (data/model/user.py:469). */
export const isMissing = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 400 && error.says(/could not find robot/i)

export async function findRobot(owner: Address, short: string, reader: Reader): Promise<RobotView | null> {
  try {
    return await reader.find(robotPath(owner, short), robotView)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** Quay tells an administrator the token at any time, not only at the creation. */
export const credentialOf = ({ name, token }: Told<typeof madeRobot>): Credential | undefined =>
  token ? { username: name, token } : undefined

/** All that counts of an answer that brings a token: nothing else may keep it from being saved. */
export const madeRobot = record({ name, token: optional(orNull(text)) })

/** Always with a body: without one Quay ignores the description and creates the robot all the same. */
export async function createRobot(
  owner: Address,
  short: string,
  robot: Robot,
  { api, told }: Pick<Quay, 'api' | 'told'>,
): Promise<Credential | undefined> {
  const body = {
    description: robot.description ?? '',
    ...(robot.unstructured_metadata && { unstructured_metadata: robot.unstructured_metadata }),
  }
  const made = await api.put(robotPath(owner, short), body, orNull(madeRobot))
  const credential = made ? credentialOf(made) : undefined
  if (credential) told?.(credential)
  return credential
}

/** Refused while a mirror names it, also a disabled one, and one of a deleted repository until Quay's garbage collection. One that is gone already is deleted. */
export async function deleteRobot(owner: Address, short: string, quay: Quay): Promise<void> {
  await checkOrganizationMirror(owner, short, quay)
  try {
    await quay.api.delete(robotPath(owner, short))
  } catch (error) {
    if (isMissing(error)) return
    if (!(error instanceof ApiError) || !error.says(/used by a mirror/i)) throw error
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

/** Of a mirror, who pushes what it fetches. */
export const pusher = record({ robot_username: orNull(text) })

/** Does the organization mirror push as this robot? */
export async function servesOrganization(
  owner: Address,
  short: string,
  { api, server }: Pick<Quay, 'api' | 'server'>,
): Promise<boolean> {
  if (owner.type !== 'organization' || !server.offers('/organization/{orgname}/mirror')) return false
  const mirror = await api.find(path`/organization/${owner.name}/mirror`, pusher)
  return mirror?.robot_username === `${owner.name}+${short}`
}

/** Quay deletes an organization mirror together with its robot, and answers 204 (data/model/user.py:609). */
async function checkOrganizationMirror(owner: Address, short: string, quay: Quay): Promise<void> {
  if (!(await servesOrganization(owner, short, quay))) return
  const full = `${owner.name}+${short}`
  throw new ApiError(
    'QC7411',
    `robot ${full} is not deleted: the organization mirror of ${owner.name} uses it, and Quay would delete that mirror with it`,
    ['let the organization mirror use another robot first, or take the mirror away'],
  )
}

export const shortName = (full: string): string => full.slice(full.indexOf('+') + 1)
