import { rootOf } from '../model/address.ts'
import type { Listing } from '../model/reading.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Server } from '../model/server.ts'
import type { Group, Groups } from './groups.ts'
import { isThere } from './lacks.ts'
import { costs, FEW } from './survey.ts'

/** About how many requests a refresh takes, by what the files declare: nobody knows yet what there is. */
export function estimate(groups: Groups, registry: Registry, server: Server): number {
  // What one organization answers serves several types.
  const shared = new Set<string>()
  let own = 0
  for (const type of registry.values()) {
    const asked = groups.of(type.name).filter((group) => isThere(type, server) && !isImplied(group))
    for (const listing of type.listings) {
      if (listing.covers === 'everything') continue
      const isShared = !listing.page && !/\{(?!orgname)/.test(listing.path)
      const served = asked.filter(({ parent }) => !listing.under || parent?.type === listing.under)
      if (isShared) for (const root of served.flatMap(rootsOf)) shared.add(`${listing.path} ${root}`)
      else own += countOf(type, listing, served)
    }
  }
  return own + shared.size
}

/** What patterns ask for at least is read team by team. */
function isImplied({ objects, whole }: Group): boolean {
  if (whole || objects.size === 0) return false
  for (const object of objects.values()) if (!object?.atLeast) return false
  return true
}

const rootsOf = ({ parent, objects }: Group): readonly string[] =>
  parent ? [rootOf(parent).text] : [...objects.keys()]

function countOf(type: ResourceType, { covers, where }: Listing, groups: readonly Group[]): number {
  if (covers === 'object')
    return groups
      .flatMap(({ objects }) => [...objects.values()])
      .filter((object) => !where || object?.attributes[where] !== undefined).length
  const counts = groups.map(({ objects }) => objects.size)
  const { narrow, wide } = costs(type, counts)
  return type.survey && groups.length > FEW ? Math.min(narrow, wide) : narrow
}
