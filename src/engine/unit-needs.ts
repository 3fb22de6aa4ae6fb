import { type Address, addressOf, byText } from '../model/address.ts'
import type { Change, Desired, Impact, Live } from '../model/change.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { UnitNeeds } from '../model/unit.ts'
import { creation } from './compare.ts'
import type { Expanded } from './expand.ts'
import type { Block } from './prune.ts'
import { anyServer } from './supposed.ts'
import { judge } from './weigh.ts'

/** What a unit says of Quay. */
interface Said {
  readonly desired: readonly Desired[]
  readonly removed: readonly Address[]
  readonly pruned: readonly Pick<Block, 'type' | 'parent'>[]
}

/** What an apply will have to be allowed, sooner or later: of each object the create, where what it stands in is there, and of what goes the delete. `prunes`: what no file lists goes, too. */
export function needsOf(
  { desired, removed, pruned }: Said,
  prunes: boolean,
  live: ReadonlyMap<string, Live>,
  expanded: Expanded,
  registry: Registry,
): Pick<UnitNeeds, 'impacts' | 'credentials'> {
  const server = anyServer(expanded)
  const made = desired.filter(({ absent, mustExist }) => !absent && !mustExist)
  const stray = (prunes ? pruned : []).flatMap(({ type: name, parent }) => {
    const type = registry.get(name)
    return type ? [addressOf(type, parent, '*')] : []
  })
  const changes = [
    ...made.flatMap((object) => {
      const type = registry.get(object.address.type)
      return type ? [create(object, type)] : []
    }),
    ...[...removed, ...stray].sort((a, b) => byText(a.text, b.text)).map(deletion),
  ]
  const impacts = new Map<Impact, Address[]>()
  for (const change of changes)
    for (const impact of judge(change, live, registry, new Map()).impacts)
      impacts.set(impact, [...(impacts.get(impact) ?? []), change.address])
  const lost = made.filter(({ address }) => registry.get(address.type)?.makesCredential === 'once')
  return { impacts, credentials: lost.map(({ address }) => address.text) }

  function create(object: Desired, type: ResourceType): Change {
    const about = { address: object.address, desired: object, live: null, at: null }
    return { ...about, action: 'create', reason: 'config', ...creation(type, object, server) }
  }
}

const deletion = (address: Address): Change => ({
  address,
  action: 'delete',
  reason: 'removed',
  desired: null,
  live: { address, attributes: {} },
  differences: [],
  values: {},
  at: null,
})
