import type { Address } from '../../model/address.ts'
import { type ApiPath, pathOf, type QuayApi, type Reader } from '../../model/api.ts'
import type { Credential } from '../../model/change.ts'
import type { Quay } from '../../model/resource.ts'
import { list, record, text } from '../../model/shape.ts'
import { createRobot, isMissing, type Robot, robotPath } from './wire.ts'

/** Who may act as a robot: each an issuer of tokens, and a subject. */
export type Identities = NonNullable<Robot['federation']>

/** What discovery must list: since 3.13 for an organization's robots, since 3.18 for a user's own. */
export const federationPathOf = ({ type }: Address): string =>
  type === 'organization'
    ? '/organization/{orgname}/robots/{robot_shortname}/federation'
    : '/user/robots/{robot_shortname}/federation'

const federationPath = (owner: Address, short: string): ApiPath =>
  pathOf(`${robotPath(owner, short)}/federation`)

/** Of a robot that is gone by now nothing. */
export async function readFederation(owner: Address, short: string, reader: Reader): Promise<Identities> {
  try {
    return await reader.get(federationPath(owner, short), list(record({ issuer: text, subject: text })))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** Replaces all of it; an empty list clears it (endpoints/api/robot.py:443). */
export const writeFederation = (
  owner: Address,
  short: string,
  identities: Identities,
  api: QuayApi,
): Promise<unknown> => api.post(federationPath(owner, short), identities)

/** A robot with its federation, which takes a call of its own. */
export async function createFederated(
  owner: Address,
  short: string,
  robot: Robot,
  quay: Quay,
): Promise<Credential | undefined> {
  const credential = await createRobot(owner, short, robot, quay)
  if (robot.federation && robot.federation.length > 0)
    await writeFederation(owner, short, robot.federation, quay.api)
  return credential
}
