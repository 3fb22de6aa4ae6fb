import { type Address, byText, chainOf, rootOf } from '../model/address.ts'
import type { Action, Change } from '../model/change.ts'
import { type Registry, type ResourceType, typesOf } from '../model/resource.ts'
import type { Attribute } from '../model/schema.ts'
import { organizationOf, referencesOf } from './select.ts'

/** A change with its place in the order of an apply. */
export interface Ordered<C extends Change = Change> {
  readonly change: C
  readonly narrows: boolean
}

/** The accounts, then organization by organization; inside one what is in the way of a create, then what gives, then what narrows, then replaces, then deletes, children first. Ties by address. */
export function order<O extends Ordered>(changes: readonly O[], registry: Registry): readonly O[] {
  const all = changes.map(({ change }) => change)
  const blocking = new Set([...obstacles(all, registry).values(), untaken(all, registry)].flat())
  const rank = new Map(ranked(registry).map((type, index) => [type.name, index]))
  const key = ({ change, narrows }: Ordered) => {
    const at = rank.get(change.address.type) ?? 0
    const phase = blocking.has(change.address.text) ? 0 : 1 + phaseOf(change.action, narrows)
    const place = phase === 4 ? 999 - at : at
    const organization = organizationOf(change.address, registry)
    return `${organization}\0${phase}${String(place).padStart(3, '0')}${change.address.text}`
  }
  return changes
    .map((entry) => ({ entry, key: key(entry) }))
    .sort((a, b) => byText(a.key, b.key))
    .map(({ entry }) => entry)
}

const phaseOf = (action: Action, narrows: boolean): number =>
  action === 'delete' ? 3 : action === 'replace' ? 2 : narrows ? 1 : 0

/** The deletes of what names an object whose place another takes: that one must not take it over. */
function untaken(changes: readonly Change[], registry: Registry): readonly string[] {
  const leaving = new Set(changes.flatMap(({ successor, address }) => (successor ? [address.text] : [])))
  return changes.flatMap(({ action, live, address }) =>
    action === 'delete' && live && referencesOf(live, registry).some(({ text }) => leaving.has(text))
      ? [address.text]
      : [],
  )
}

/** For each create, the deletes of what it excludes, and of what would take it along: they go first. */
function obstacles(changes: readonly Change[], registry: Registry): ReadonlyMap<string, readonly string[]> {
  const deletes = changes.filter(({ action }) => action === 'delete')
  return new Map(
    changes.flatMap(({ action, address }) => {
      const excludes = action === 'create' ? (registry.get(address.type)?.excludes ?? []) : []
      const root = rootOf(address).text
      const found = deletes.filter(
        ({ address: other }) =>
          (rootOf(other).text === root &&
            excludes.some(
              ({ type, parent }) => other.type === type && (!parent || other.parent?.type === parent),
            )) ||
          (action === 'create' &&
            other.parent?.text === address.parent?.text &&
            registry.get(other.type)?.takes?.includes(address.type)),
      )
      return found.length > 0 ? [[address.text, found.map((change) => change.address.text)] as const] : []
    }),
  )
}

/** Types so that parents, referred types and those named by `after` come first; ties by name. */
export function ranked(registry: Registry): readonly ResourceType[] {
  const ranks = new Map<string, number>()
  const rankOf = (type: ResourceType, path: readonly string[]): number => {
    const known = ranks.get(type.name)
    if (known !== undefined) return known
    if (path.includes(type.name))
      throw new TypeError(`resource types wait for each other: ${[...path, type.name].join(' → ')}`)
    const refers = [...(type.named ?? []), ...Object.values(type.schema).flatMap(targetsOf)]
    const before = typesOf([...type.parents, ...refers, ...(type.after ?? [])], registry)
    const rank = 1 + Math.max(-1, ...before.map((other) => rankOf(other, [...path, type.name])))
    ranks.set(type.name, rank)
    return rank
  }
  return [...registry.values()]
    .map((type) => ({ type, rank: rankOf(type, []) }))
    .sort((a, b) => a.rank - b.rank || byText(a.type.name, b.type.name))
    .map(({ type }) => type)
}

/** The types that an attribute's values may name. */
const targetsOf = ({ refers, subjects = [], fields = {} }: Attribute): readonly string[] => [
  ...(refers ? [refers] : []),
  ...subjects,
  ...Object.values(fields).flatMap(targetsOf),
]

/** For each change, the other changes that must have succeeded before it. */
export function dependencies(
  changes: readonly Change[],
  registry: Registry,
): ReadonlyMap<string, readonly string[]> {
  const byAddress = new Map(changes.map((change) => [change.address.text, change]))
  const letGo = releases(changes, registry)
  const first = obstacles(changes, registry)
  const users = usersOf(changes, registry)
  return new Map(
    changes.map((change) => {
      const needed =
        change.action === 'delete' || change.action === 'replace'
          ? [
              // Deletes come after replaces, which keep what refers to the object.
              ...(letGo.get(change.address.text) ?? []).filter(
                (text) => change.action === 'delete' || byAddress.get(text)?.action !== 'delete',
              ),
              ...(change.successor ? taking(change.successor, byAddress, users) : []),
            ]
          : [
              ...(first.get(change.address.text) ?? []),
              ...[
                ...chainOf(change.address).slice(1),
                ...(change.desired ? referencesOf(change.desired, registry) : []),
              ]
                .map(({ text }) => text)
                .filter((text) => byAddress.get(text)?.action === 'create'),
            ]
      return [change.address.text, [...new Set(needed)].sort(byText)]
    }),
  )
}

/** The changes of an object that takes another's place, and of all that refer to it. */
const taking = (
  { text }: Address,
  byAddress: ReadonlyMap<string, Change>,
  users: ReadonlyMap<string, readonly string[]>,
): readonly string[] => [...(byAddress.has(text) ? [text] : []), ...(users.get(text) ?? [])]

function usersOf(changes: readonly Change[], registry: Registry): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const { desired, address } of changes)
    for (const { text } of desired ? referencesOf(desired, registry) : [])
      found.set(text, [...(found.get(text) ?? []), address.text])
  return found
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
