import { path, type QuayApi } from '../../model/api.ts'
import type { Server } from '../../model/server.ts'

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

const federationPath = '/organization/{orgname}/robots/{robot_shortname}/federation'
const prototypesPath = '/organization/{orgname}/prototypes'

export async function readHoldings(
  organization: string,
  short: string,
  api: QuayApi,
  server: Server,
): Promise<Holdings> {
  const full = `${organization}+${short}`
  const { permissions } = await api.fresh.get<Pick<Holdings, 'permissions'>>(
    path`/organization/${organization}/robots/${short}/permissions`,
  )
  const { robots } = await api.fresh.get<{ robots: { name: string; teams?: { name: string }[] }[] }>(
    path`/organization/${organization}/robots?permissions=true&token=false`,
  )
  const { prototypes } = server.offers(prototypesPath)
    ? await api.fresh.get<{ prototypes: Prototype[] }>(path`/organization/${organization}/prototypes`)
    : { prototypes: [] }
  const federation = server.offers(federationPath)
    ? await api.fresh.get<unknown[]>(path`/organization/${organization}/robots/${short}/federation`)
    : []
  return {
    permissions,
    teams: robots.find(({ name }) => name === full)?.teams?.map(({ name }) => name) ?? [],
    prototypes: prototypes.filter(
      ({ delegate, activating_user }) => delegate.name === full || activating_user?.name === full,
    ),
    federation,
  }
}

export async function putBack(
  organization: string,
  short: string,
  holdings: Holdings,
  api: QuayApi,
): Promise<void> {
  const full = `${organization}+${short}`
  for (const team of holdings.teams)
    await api.put(path`/organization/${organization}/team/${team}/members/${full}`)
  for (const { repository, role } of holdings.permissions)
    await api.put(path`/repository/${organization}/${repository.name}/permissions/user/${full}`, { role })
  for (const { role, delegate, activating_user } of holdings.prototypes)
    await api.post(path`/organization/${organization}/prototypes`, {
      role,
      delegate: { name: delegate.name, kind: delegate.kind },
      ...(activating_user && { activating_user: { name: activating_user.name } }),
    })
  if (holdings.federation.length > 0)
    await api.post(path`/organization/${organization}/robots/${short}/federation`, holdings.federation)
}
