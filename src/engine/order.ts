import { byText, chainOf, rootOf } from '../model/address.ts'
import type { Change } from '../model/change.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import { referencesOf } from './select.ts'

/** A change with its place in the order of an apply. */
export interface Ordered<C extends Change = Change> {
  readonly change: C
  readonly narrows: boolean
}

/** Organization by organization; inside one what gives, then what narrows, then replaces, then deletes, children first. Ties by address. */
export function order<O extends Ordered>(changes: readonly O[], registry: Registry): readonly O[] {
  const rank = new Map(ranked(registry).map((type, index) => [type.name, index]))
  const key = ({ change, narrows }: Ordered) => {
    const at = rank.get(change.address.type) ?? 0
    const phase = change.action === 'delete' ? 3 : change.action === 'replace' ? 2 : narrows ? 1 : 0
    const place = phase === 3 ? 999 - at : at
    return `${rootOf(change.address).name}\0${phase}${String(place).padStart(3, '0')}${change.address.text}`
  }
  return changes
    .map((entry) => ({ entry, key: key(entry) }))
    .sort((a, b) => byText(a.key, b.key))
    .map(({ entry }) => entry)
}

/** Types so that parents, referred types and those named by `after` come first; ties by name. */
export function ranked(registry: Registry): readonly ResourceType[] {
  const ranks = new Map<string, number>()
  const rankOf = (type: ResourceType, path: readonly string[]): number => {
    const known = ranks.get(type.name)
    if (known !== undefined) return known
    if (path.includes(type.name))
      throw new TypeError(`resource types wait for each other: ${[...path, type.name].join(' → ')}`)
    const refers = Object.values(type.schema).flatMap((attribute) => attribute.refers ?? [])
    const before = [...type.parents, ...refers, ...(type.after ?? [])].flatMap(
      (name) => registry.get(name) ?? [],
    )
    const rank = 1 + Math.max(-1, ...before.map((other) => rankOf(other, [...path, type.name])))
    ranks.set(type.name, rank)
    return rank
  }
  return [...registry.values()]
    .map((type) => ({ type, rank: rankOf(type, []) }))
    .sort((a, b) => a.rank - b.rank || byText(a.type.name, b.type.name))
    .map(({ type }) => type)
}

/** For each change, the other changes that must have succeeded before it. */
export function dependencies(
  changes: readonly Change[],
  registry: Registry,
): ReadonlyMap<string, readonly string[]> {
  const byAddress = new Map(changes.map((change) => [change.address.text, change]))
  const letGo = releases(changes, registry)
  return new Map(
    changes.map((change) => {
      const needed =
        change.action === 'delete' || change.action === 'replace'
          ? (letGo.get(change.address.text) ?? [])
          : [
              ...chainOf(change.address).slice(1),
              ...(change.desired ? referencesOf(change.desired, registry) : []),
            ]
              .map(({ text }) => text)
              .filter((text) => ['create', 'replace'].includes(byAddress.get(text)?.action ?? ''))
      return [change.address.text, [...new Set(needed)].sort(byText)]
    }),
  )
}

/** What must happen before an object can go: changes of those that refer to it now, and deletes of what is below it. */
function releases(changes: readonly Change[], registry: Registry): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  const note = (target: string, by: string) => {
    const list = found.get(target) ?? []
    list.push(by)
    found.set(target, list)
  }
  for (const change of changes) {
    if (!change.live) continue
    for (const target of referencesOf(change.live, registry)) note(target.text, change.address.text)
    if (change.action === 'delete')
      for (const above of chainOf(change.address).slice(1)) note(above.text, change.address.text)
  }
  return found
}
