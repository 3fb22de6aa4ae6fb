import type { Address } from '../../model/address.ts'
import { path } from '../../model/api.ts'
import type { Quay } from '../../model/resource.ts'
import { name, optional, orNull, record, text } from '../../model/shape.ts'
import { subjectOf } from '../../model/subject.ts'
import { type Tally, unlessRefused } from '../../model/tally.ts'
import type { Uses } from '../../model/use.ts'
import { belongingsOf, pusher, servesOrganization } from './wire.ts'
import { federationPathOf, readFederation } from './wire-federation.ts'
import { identityWords, prototypesOf } from './wire-holdings.ts'

/** One request each. */
const MOST_MIRRORS = 50

type Asked = Pick<Quay, 'api' | 'server'>

/** What a robot has been given, what works with it, and who gets in as it without its token. */
export function usesOf(owner: Address, short: string, { api, server }: Asked): Uses {
  const full = `${owner.name}+${short}`
  const told = (read: () => Promise<readonly string[]>) => () =>
    unlessRefused(read().then((names): Tally => ({ names })))
  return {
    teams: told(async () => (await belongingsOf(owner, short, api)).teams),
    repositories: told(async () => (await belongingsOf(owner, short, api)).repositories),
    default_permissions: told(async () =>
      (await prototypesOf(owner, full, api, server)).map(({ activating_user: creator, delegate }) => {
        const to = delegate.kind === 'team' ? `team:${delegate.name}` : subjectOf(delegate.name, owner.name)
        return `${creator ? subjectOf(creator.name, owner.name) : '*'}:${to}`
      }),
    ),
    mirrors: () => unlessRefused(mirrorsOf(owner, short, { api, server })),
    organization_mirror: told(async () =>
      (await servesOrganization(owner, short, { api, server })) ? [owner.name] : [],
    ),
    federation: told(async () =>
      server.offers(federationPathOf(owner))
        ? (await readFederation(owner, short, api)).map(identityWords)
        : [],
    ),
  }
}

const repository = record({ name, state: optional(orNull(text)) })

/** The robot of a mirror has a permission on its repository, so only such mirrors are asked for it. */
async function mirrorsOf(owner: Address, short: string, { api, server }: Asked): Promise<Tally> {
  if (!server.offers('/repository/{repository}/mirror')) return { names: [] }
  const [given, all] = await Promise.all([
    belongingsOf(owner, short, api),
    api.list(path`/repository?namespace=${owner.name}`, 'repositories', repository),
  ])
  const held = new Set(given.repositories)
  const mirrored = all.filter((one) => one.state === 'MIRROR' && held.has(one.name))
  const asked = await Promise.all(
    mirrored.slice(0, MOST_MIRRORS).map(async (one) => {
      const mirror = await api.find(path`/repository/${owner.name}/${one.name}/mirror`, pusher)
      return mirror?.robot_username === `${owner.name}+${short}` ? [one.name] : []
    }),
  )
  return { names: asked.flat(), ...(mirrored.length > MOST_MIRRORS && { more: true }) }
}
