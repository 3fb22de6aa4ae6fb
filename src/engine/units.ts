import { type Address, byText, chainOf, rootOf } from '../model/address.ts'
import { asSet } from '../model/canonical.ts'
import type { Desired, Live } from '../model/change.ts'
import { type Registry, schemaOf } from '../model/resource.ts'
import type { Granularity, Unit } from '../model/unit.ts'
import { usersOf } from './diff.ts'
import type { Expanded } from './expand.ts'
import { digest, normalUrl } from './ids.ts'
import { ranked } from './order.ts'
import { Patterns } from './patterns.ts'
import type { Block } from './prune.ts'
import { removalOf } from './removal.ts'
import { NO_ORGANIZATION, organizationOf, referencesOf } from './select.ts'
import { supposed } from './supposed.ts'
import { needsOf } from './unit-needs.ts'

/** The desired state in units that can be applied one by one, in the order of an apply. */
export function unitsOf(expanded: Expanded, registry: Registry, granularity: Granularity): readonly Unit[] {
  const leaving = new Set(
    expanded.removed.flatMap(({ address }) =>
      organizationOf(address, registry) === NO_ORGANIZATION ? [address.text] : [],
    ),
  )
  const keyOf = granularity === 'object' ? objectKey(registry) : organizationKey(leaving, registry)
  const parts = new Map<string, Part>()
  const partOf = (address: Address): Part => {
    const key = keyOf(address)
    const part = parts.get(key) ?? newPart(key, address)
    parts.set(key, part)
    return part
  }
  const declared = new Map(expanded.desired.map((object) => [object.address.text, object]))
  const patterns = new Patterns(expanded.patterns, declared, registry)
  for (const object of expanded.desired) {
    const part = partOf(object.address)
    part.desired.push(object)
    part.granted.push(...patterns.at(object.address))
  }
  for (const object of expanded.patterns)
    partOf(rootOf(object.address)).rest.push(contentOf(object, registry))
  for (const address of expanded.released) partOf(rootOf(address)).rest.push(['released', address.text])
  for (const { address, reason, until } of expanded.removed) {
    const part = partOf(address)
    part.removed.push(address)
    part.rest.push(['removed', address.text, reason, until])
  }
  for (const { parent, type, pruneAt, dropped, exact } of expanded.blocks) {
    const part = partOf(parent)
    if (pruneAt || exact) part.whole.add(registry.get(type)?.block ?? type)
    if (pruneAt) part.rest.push(['prune', parent.text, type, dropped === true])
    if (pruneAt) part.pruned.push({ type, parent })
    if (dropped) part.dropped.add(registry.get(type)?.block ?? type)
  }
  for (const { address } of expanded.external) partOf(rootOf(address)).rest.push(['external', address.text])
  for (const { address, until } of expanded.paused) {
    partOf(address)
    for (const part of parts.values())
      if (rootOf(part.address).text === address.text) part.rest.push(['paused', until])
  }
  const live = supposed(expanded, registry)
  const mayGo = goingAlone(expanded, live, registry)
  const ordered = inOrder([...parts.values()], registry)
  return ordered.map((part, index) => ({
    key: part.key,
    organization: organizationOf(part.address, registry),
    address: isWhole(part) ? null : part.address.text,
    targets: isWhole(part) ? [] : [targetOf(part.address, registry)],
    excludes: part.key === NO_ORGANIZATION ? [...leaving].sort() : [],
    fingerprint: fingerprintOf(part, expanded.settings.url?.text ?? '', registry),
    dependsOn: neededBy(part, ordered.slice(0, index), keyOf, registry),
    present: part.desired.some(({ absent, mustExist }) => !absent && !mustExist),
    removal: removalOf(part.desired.filter(mayGo), expanded.settings, registry),
    needs: {
      ...needsOf(part, isWhole(part), live, expanded, registry),
      base: [...part.dropped].sort(),
      whole: granularity === 'object' ? [...part.whole].sort() : [],
    },
  }))
}

/** Tells of objects whether they may be deleted by themselves: not in an organization that rests, and not what Quay deletes only with its organization, which is declared too. */
function goingAlone(
  { desired, paused }: Expanded,
  live: ReadonlyMap<string, Live>,
  registry: Registry,
): (object: Desired) => boolean {
  const users = usersOf(desired, live, registry)
  const resting = new Set(paused.map(({ address }) => address.text))
  const owned = new Set(
    desired
      .filter(
        ({ address, mustExist }) => !address.parent && !mustExist && registry.get(address.type)?.removable,
      )
      .map(({ address }) => address.text),
  )
  return ({ address, attributes }) => {
    const using = [...(users.get(address.text)?.values() ?? [])]
    const why = registry.get(address.type)?.keepsFromReplace?.(using, { address, attributes })
    const root = rootOf(address).text
    return !resting.has(root) && (!why || !owned.has(root))
  }
}

/** What one unit is made of. */
interface Part {
  readonly key: string
  /** Of the object that it is, or of the root of its organization. */
  readonly address: Address
  readonly desired: Desired[]
  /** What patterns come to there. */
  readonly granted: Desired[]
  readonly removed: Address[]
  /** What else an apply of it turns on. */
  readonly rest: unknown[]
  /** Blocks of which an apply of objects takes nothing away, or does not do all. */
  readonly whole: Set<string>
  /** Blocks of which goes what no file lists. */
  readonly pruned: Pick<Block, 'type' | 'parent'>[]
  /** Blocks of which goes what the base listed. */
  readonly dropped: Set<string>
}

const newPart = (key: string, address: Address): Part => {
  const own = chainOf(address).find(({ text }) => text === key) ?? rootOf(address)
  return {
    key,
    address: own,
    desired: [],
    granted: [],
    removed: [],
    rest: [],
    whole: new Set(),
    pruned: [],
    dropped: new Set(),
  }
}

/** All of an organization, or of none; and not one object. */
const isWhole = ({ key, address }: Part): boolean => key !== address.text

/** An account that goes, by itself: it does so when no organization needs it any more. */
const isLeaving = ({ address, desired }: Part, registry: Registry): boolean =>
  desired.length === 0 && organizationOf(address, registry) === NO_ORGANIZATION

const organizationKey = (leaving: ReadonlySet<string>, registry: Registry) => (address: Address) =>
  leaving.has(address.text) ? address.text : organizationOf(address, registry)

/** The child of a root that an address is, or stands below; the root itself, and an account with all below it. */
const objectKey = (registry: Registry) => (address: Address) =>
  (organizationOf(address, registry) === NO_ORGANIZATION
    ? rootOf(address)
    : (chainOf(address).at(-2) ?? address)
  ).text

/** An organization, or namespace, without what is below it: `--organization` keeps it to the one. */
const targetOf = (address: Address, registry: Registry): string =>
  address.parent || organizationOf(address, registry) === NO_ORGANIZATION
    ? address.text
    : `${address.type}.**`

function fingerprintOf({ desired, granted, rest }: Part, url: string, registry: Registry): string {
  const objects = [...desired, ...granted].map((object) => contentOf(object, registry))
  return digest([URL.canParse(url) ? normalUrl(url) : url, objects, asSet(rest as never[])])
}

/** What of an object an apply turns on; no lines, and sets in one order. Secrets are references in it. */
function contentOf({ address, attributes, absent, mustExist, replaceAllowed }: Desired, registry: Registry) {
  const schema = schemaOf(address, registry)
  const settled = Object.entries(attributes).map(([name, value]) => [
    name,
    schema[name]?.many && Array.isArray(value) ? asSet(value) : value,
  ])
  return [address.text, Object.fromEntries(settled), absent, mustExist === true, replaceAllowed]
}

/** The accounts, then by organization, in it the root, and its children by the ranks of their types; then accounts that go. */
function inOrder(parts: readonly Part[], registry: Registry): readonly Part[] {
  const ranks = new Map(ranked(registry).map(({ name }, index) => [name, String(index).padStart(3, '0')]))
  const keyOf = (part: Part) => {
    const { address } = part
    const organization = isLeaving(part, registry) ? '\uffff' : organizationOf(address, registry)
    return [organization, address.parent ? ranks.get(address.type) : '', address.text].join('\0')
  }
  return [...parts].sort((a, b) => byText(keyOf(a), keyOf(b)))
}

/** Which units go first: the accounts, its root, what it refers to, and types that go before its own. Where Quay takes one write at a time of an organization, they go one after the other. */
function neededBy(
  part: Part,
  before: readonly Part[],
  keyOf: (address: Address) => string,
  registry: Registry,
): readonly string[] {
  if (isLeaving(part, registry))
    return before.filter((one) => !isLeaving(one, registry)).map((one) => one.key)
  const { key, address, desired, granted } = part
  const organization = organizationOf(address, registry)
  const accounts = before.filter((one) => organizationOf(one.address, registry) === NO_ORGANIZATION)
  if (organization === NO_ORGANIZATION) return []
  if (!address.parent) return accounts.map((one) => one.key)
  const siblings = before.filter((one) => organizationOf(one.address, registry) === organization)
  const after = registry.get(address.type)?.after ?? []
  const isAlone = ({ address: { type } }: Part) => registry.get(type)?.independent === undefined
  const referred = new Set([...desired, ...granted].flatMap((one) => referencesOf(one, registry).map(keyOf)))
  const last = siblings.findLast(isAlone)
  const first = siblings.filter(
    (one) => !one.address.parent || one === last || referred.has(one.key) || after.includes(one.address.type),
  )
  return [...new Set(first.map((one) => one.key))].filter((text) => text !== key)
}
