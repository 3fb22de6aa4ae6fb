import type { Address } from '../../model/address.ts'
import { path, pathOf, type QuayApi, type Reader } from '../../model/api.ts'
import { ApiError, ServerError, UnavailableError } from '../../model/errors.ts'
import type { Quay } from '../../model/resource.ts'
import { repeatable } from '../../model/secrets.ts'
import type { Server } from '../../model/server.ts'
import { list, name, optional, orNull, record, type Told, text } from '../../model/shape.ts'
import { robotPath, robotsPath } from './wire.ts'
import { federationPathOf, type Identities, readFederation, writeFederation } from './wire-federation.ts'

/** One thing that a robot has in Quay besides itself: it goes when the robot is deleted, and does not come back by itself. */
export interface Holding {
  /** In words for people, by which it is also told from others. */
  readonly words: string
  /** Files may say it of the robot itself. */
  readonly attribute?: 'federation'
  put(api: QuayApi): Promise<unknown>
}

const permission = record({ repository: record({ name }), role: name })
type Permission = Told<typeof permission>
const prototype = record({
  role: name,
  activating_user: orNull(record({ name })),
  delegate: record({ name, kind: text }),
})
type Prototype = Told<typeof prototype>

const prototypesPath = '/organization/{orgname}/prototypes'

/** The default permissions that name a robot: for what it creates, or for itself. */
export async function prototypesOf(
  owner: Address,
  full: string,
  reader: Reader,
  server: Server,
): Promise<readonly Prototype[]> {
  if (owner.type !== 'organization' || !server.offers(prototypesPath)) return []
  const { prototypes } = await reader.get(
    path`/organization/${owner.name}/prototypes`,
    record({ prototypes: list(prototype) }),
  )
  return prototypes.filter(
    ({ delegate, activating_user }) => delegate.name === full || activating_user?.name === full,
  )
}

/** Everything that the robot has, as Quay says now. */
export async function readHoldings(
  owner: Address,
  short: string,
  { api: { fresh }, server }: Quay,
): Promise<readonly Holding[]> {
  const full = `${owner.name}+${short}`
  const { permissions } = await fresh.get(
    pathOf(`${robotPath(owner, short)}/permissions`),
    record({ permissions: list(permission) }),
  )
  const { robots } = await fresh.get(
    pathOf(`${robotsPath(owner)}?permissions=true&token=false`),
    record({ robots: list(record({ name, teams: optional(list(record({ name }))) })) }),
  )
  const prototypes = await prototypesOf(owner, full, fresh, server)
  const federated = server.offers(federationPathOf(owner))
  const identities = federated ? await readFederation(owner, short, fresh) : []
  const teams = robots.find((view) => view.name === full)?.teams ?? []
  return [
    ...teams.map((team) => membership(owner, team.name, full)),
    ...permissions.map((held) => grant(owner, held, full)),
    ...prototypes.map((found) => defaultPermission(owner, found)),
    ...federation(owner, short, identities),
  ]
}

const membership = (owner: Address, team: string, full: string): Holding => ({
  words: `team ${team}`,
  async put(api) {
    try {
      await api.put(path`/organization/${owner.name}/team/${team}/members/${full}`)
    } catch (error) {
      // A PUT whose answer was lost is repeated, and this is what the second one says.
      if (!(error instanceof ApiError && error.status === 400 && error.says(/already a member/i))) throw error
    }
  },
})

const grant = (owner: Address, { repository, role }: Permission, full: string): Holding => ({
  words: `${role} on ${owner.name}/${repository.name}`,
  put: (api) =>
    api.put(path`/repository/${owner.name}/${repository.name}/permissions/user/${full}`, { role }),
})

const defaultPermission = (
  owner: Address,
  { role, delegate, activating_user: creator }: Prototype,
): Holding => ({
  words: `default permission ${role} of ${delegate.name}${creator ? ` on what ${creator.name} creates` : ''}`,
  put: (api) =>
    api.post(path`/organization/${owner.name}/prototypes`, {
      role,
      delegate: { name: delegate.name, kind: delegate.kind },
      ...(creator && { activating_user: { name: creator.name } }),
    }),
})

/** `https://gitlab.example as project_path:acme/api` */
export const identityWords = ({ issuer = '', subject }: Identities[number]): string =>
  `${repeatable(issuer)} as ${subject}`

/** One holding, or none. */
export const federation = (owner: Address, short: string, identities: Identities): readonly Holding[] => {
  if (identities.length === 0) return []
  const words = identities.map(identityWords).join(' and ')
  return [
    {
      attribute: 'federation',
      words: `federation with ${words}`,
      put: (api) => writeFederation(owner, short, identities, api),
    },
  ]
}

interface Failure {
  readonly holding: Holding
  readonly error: unknown
}

/** Puts everything back, and what fails once more, unless Quay has it after all; what is left is what the robot lacks. */
export async function putBack(
  owner: Address,
  short: string,
  holdings: readonly Holding[],
  quay: Quay,
): Promise<readonly Failure[]> {
  const lacking = async (failures: readonly Failure[]) => {
    if (failures.length === 0) return failures
    const present = await readHoldings(owner, short, quay).catch(() => null)
    return present && failures.filter(({ holding }) => !present.some(({ words }) => words === holding.words))
  }
  const failures = await putAll(holdings, quay.api)
  const rest = await lacking(failures)
  // A POST goes out twice only when Quay surely does not have the first, and will not.
  if (!rest) return failures
  const [pending, lost] = [rest.filter(isPending), rest.filter((failure) => !isPending(failure))]
  const left = await putAll(
    lost.map(({ holding }) => holding),
    quay.api,
  )
  const all = [...pending, ...left]
  return (await lacking(all)) ?? all
}

const isPending = ({ error }: Failure): boolean =>
  error instanceof ServerError && error.failed?.method === 'POST' && error.failed.effect === 'pending'

/** So often in a row without an answer, each after the client's own patience, and the rest would take hours. */
const MOST_OUTAGES = 3

/** Tries each one. */
async function putAll(holdings: readonly Holding[], api: QuayApi): Promise<readonly Failure[]> {
  const failures: Failure[] = []
  let outages = 0
  for (const holding of holdings) {
    if (outages === MOST_OUTAGES) failures.push({ holding, error: failures.at(-1)?.error })
    else
      try {
        await holding.put(api)
        outages = 0
      } catch (error) {
        failures.push({ holding, error })
        outages = error instanceof UnavailableError && error.status !== 500 ? outages + 1 : 0
      }
  }
  return failures
}
