import type { Address } from '../../model/address.ts'
import { type ApiPath, path, type QuayApi } from '../../model/api.ts'
import type { Server } from '../../model/server.ts'
import { robotPath, robotsPath } from './wire.ts'

/** What a robot has in Quay besides itself: all of it goes when it is deleted, and none comes back by itself. */
export interface Holdings {
  readonly permissions: readonly { readonly repository: { readonly name: string }; readonly role: string }[]
  readonly teams: readonly string[]
  readonly prototypes: readonly Prototype[]
  readonly federation: readonly unknown[]
}

interface Prototype {
  readonly role: string
  readonly activating_user: { readonly name: string } | null
  readonly delegate: { readonly name: string; readonly kind: string }
}

const prototypesPath = '/organization/{orgname}/prototypes'
const federationPaths = [
  '/organization/{orgname}/robots/{robot_shortname}/federation',
  '/user/robots/{robot_shortname}/federation',
]

export async function readHoldings(
  owner: Address,
  short: string,
  { fresh }: QuayApi,
  server: Server,
): Promise<Holdings> {
  const full = `${owner.name}+${short}`
  const inOrganization = owner.type === 'organization'
  const { permissions } = await fresh.get<Pick<Holdings, 'permissions'>>(
    `${robotPath(owner, short)}/permissions` as ApiPath,
  )
  const { robots } = await fresh.get<{ robots: { name: string; teams?: { name: string }[] }[] }>(
    `${robotsPath(owner)}?permissions=true&token=false` as ApiPath,
  )
  const { prototypes } =
    inOrganization && server.offers(prototypesPath)
      ? await fresh.get<{ prototypes: Prototype[] }>(path`/organization/${owner.name}/prototypes`)
      : { prototypes: [] }
  const federated = server.offers(federationPaths[inOrganization ? 0 : 1] ?? '')
  return {
    permissions,
    teams: robots.find(({ name }) => name === full)?.teams?.map(({ name }) => name) ?? [],
    prototypes: prototypes.filter(
      ({ delegate, activating_user }) => delegate.name === full || activating_user?.name === full,
    ),
    federation: federated ? await fresh.get<unknown[]>(federationPath(owner, short)) : [],
  }
}

export async function putBack(
  owner: Address,
  short: string,
  holdings: Holdings,
  api: QuayApi,
): Promise<void> {
  const full = `${owner.name}+${short}`
  for (const team of holdings.teams)
    await api.put(path`/organization/${owner.name}/team/${team}/members/${full}`)
  for (const { repository, role } of holdings.permissions)
    await api.put(path`/repository/${owner.name}/${repository.name}/permissions/user/${full}`, { role })
  for (const { role, delegate, activating_user } of holdings.prototypes)
    await api.post(path`/organization/${owner.name}/prototypes`, {
      role,
      delegate: { name: delegate.name, kind: delegate.kind },
      ...(activating_user && { activating_user: { name: activating_user.name } }),
    })
  if (holdings.federation.length > 0) await api.post(federationPath(owner, short), holdings.federation)
}

const federationPath = (owner: Address, short: string): ApiPath =>
  `${robotPath(owner, short)}/federation` as ApiPath
