import type { Address } from '../model/address.ts'
import type { Reader } from '../model/api.ts'
import type { Desired, Live } from '../model/change.ts'
import { type Diagnostic, problemAt } from '../model/diagnostics.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Server } from '../model/server.ts'
import { supports } from './compare.ts'
import { ranked } from './order.ts'
import type { Block } from './prune.ts'
import type { Removal } from './removed.ts'

/** What the files make worth reading. */
export interface Interest {
  readonly desired: readonly Desired[]
  readonly blocks: readonly Block[]
  readonly removed: readonly Removal[]
}

/** Live state by address: parents first, only under live parents, and only what is declared, pruned or removed. Any failed read fails it all. */
export async function refresh(
  interest: Interest,
  registry: Registry,
  reader: Reader,
  server: Server,
): Promise<ReadonlyMap<string, Live>> {
  const live = new Map<string, Live>()
  const groups = groupByParent(interest)
  for (const level of levelsOf(registry)) {
    const scopes = level.flatMap((type) =>
      [...(groups.get(type.name) ?? [])].map((entry) => ({ type, entry })),
    )
    const reads = await Promise.all(
      scopes.map(async ({ type, entry: { parent, objects } }) => {
        const liveParent = parent && (live.get(parent.text) ?? null)
        if (parent && !liveParent) return []
        return type.read(
          {
            parent: liveParent,
            server,
            names: [...objects.keys()],
            whole: false,
            beside: () => null,
            declares: (name, attribute) => objects.get(name)?.attributes[attribute] !== undefined,
          },
          reader,
        )
      }),
    )
    for (const object of reads.flat()) live.set(object.address.text, object)
  }
  return live
}

/** Organizations that only parts speak of, and that are not there. */
export function missingParents(
  desired: readonly Desired[],
  live: ReadonlyMap<string, Live>,
): readonly Diagnostic[] {
  return desired
    .filter(({ mustExist, address }) => mustExist && !live.has(address.text))
    .map(({ address, origin }) =>
      problemAt('QC3003', `${address.text} is not there, and no file declares it`, origin, {
        hint: `a part adds to an ${address.type}: declare that in a document of its own`,
      }),
    )
}

/** What the files need and the server has not: before anything is read that would fail on it. */
export function lacks(
  objects: readonly Desired[],
  registry: Registry,
  server: Server,
): readonly Diagnostic[] {
  return objects.flatMap((desired) => {
    const { address, origin, origins, attributes, absent } = desired
    const type = registry.get(address.type)
    if (!type || absent) return []
    const about = { code: 'QC3001', severity: 'error', address: address.text } as const
    if (type.since && !server.offers(type.since))
      return [
        {
          ...about,
          message: `this server has no ${type.block}: the feature is off, or it is too old`,
          at: origin.at,
          hint: `remove the lines, or ask the Quay operator for ${type.since}`,
        },
      ]
    const refused = type.admits?.(desired, server) ?? []
    if (refused.length > 0)
      return refused.map(({ attribute, ...remark }) => ({
        ...remark,
        address: address.text,
        at: (attribute && origins[attribute]?.at) || origin.at,
      }))
    return Object.entries(type.schema).flatMap(([name, attribute]) =>
      attributes[name] === undefined || supports(attribute, server)
        ? []
        : [
            {
              ...about,
              message: `this server has no ${name} for a ${type.name}: the feature is off, or it is too old`,
              at: origins[name]?.at ?? origin.at,
              hint: 'remove the line',
            },
          ],
    )
  })
}

interface Group {
  readonly parent: Address | null
  /** By name; null where it is only to be removed. */
  readonly objects: Map<string, Desired | null>
}

function groupByParent({ desired, blocks, removed }: Interest): ReadonlyMap<string, ReadonlySet<Group>> {
  const groups = new Map<string, Group>()
  const byType = new Map<string, Set<Group>>()
  const group = (type: string, parent: Address | null): Group => {
    const key = `${type} ${parent?.text ?? ''}`
    const found = groups.get(key) ?? { parent, objects: new Map() }
    groups.set(key, found)
    byType.set(type, (byType.get(type) ?? new Set()).add(found))
    return found
  }
  for (const { type, parent, pruneAt } of blocks) if (pruneAt) group(type, parent)
  for (const { address } of removed) group(address.type, address.parent).objects.set(address.name, null)
  for (const object of desired)
    group(object.address.type, object.address.parent).objects.set(object.address.name, object)
  return byType
}

/** Types by depth below the root: one level is read at once. */
function levelsOf(registry: Registry): readonly (readonly ResourceType[])[] {
  const depth = (type: ResourceType): number =>
    1 +
    Math.max(
      0,
      ...type.parents.flatMap((name) =>
        [registry.get(name)].flatMap((parent) => (parent ? [depth(parent)] : [])),
      ),
    )
  const levels = new Map<number, ResourceType[]>()
  for (const type of ranked(registry)) levels.set(depth(type), [...(levels.get(depth(type)) ?? []), type])
  return [...levels.entries()].sort(([a], [b]) => a - b).map(([, types]) => types)
}
