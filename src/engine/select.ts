import { type Address, addressOf, chainOf, rootOf } from '../model/address.ts'
import type { Desired } from '../model/change.ts'
import { covers } from '../model/glob.ts'
import type { Registry } from '../model/resource.ts'
import type { Expanded } from './expand.ts'

/** What a run is narrowed to; empty lists narrow nothing. */
export interface Selection {
  readonly organizations: readonly string[]
  readonly targets: readonly string[]
  readonly excludes: readonly string[]
}

/** What a selection comes to: which objects are read, and which of them may change. */
export interface Selected {
  readonly desired: readonly Desired[]
  /** Needed by a target without being one: only its create is planned. */
  readonly pulledIn: ReadonlySet<string>
  /** May this address change? */
  includes(address: Address): boolean
  /** Everything is in scope, so that what no file lists may be counted and pruned. */
  readonly complete: boolean
}

export function select(expanded: Expanded, registry: Registry, selection: Selection): Selected {
  const { organizations, targets, excludes } = selection
  const inOrganization = (address: Address) =>
    organizations.length === 0 || organizations.includes(rootOf(address).name)
  const targeted = (address: Address) => targets.length === 0 || targets.some((glob) => covers(glob, address))
  const includes = (address: Address) =>
    inOrganization(address) && targeted(address) && !excludes.some((glob) => covers(glob, address))
  const wanted = expanded.desired.filter(({ address }) => includes(address))
  const removed = expanded.removed.filter(({ address }) => includes(address)).map(({ address }) => address)
  const all = withNeeded(wanted, removed, expanded, registry)
  const named = new Set(wanted.map(({ address }) => address.text))
  return {
    desired: all,
    pulledIn: new Set(all.map(({ address }) => address.text).filter((text) => !named.has(text))),
    includes,
    complete: targets.length === 0,
  }
}

/** Entries of a selection that match nothing that is declared or removed. */
export function idleEntries(
  { desired, removed }: Expanded,
  { organizations, targets }: Selection,
): readonly string[] {
  const isMentioned = (test: (address: Address) => boolean) =>
    desired.some(({ address }) => test(address)) || removed.some(({ address }) => test(address))
  return [
    ...organizations.filter((name) => !isMentioned((address) => rootOf(address).name === name)),
    ...targets.filter((glob) => !isMentioned((address) => covers(glob, address))),
  ]
}

/** The parents and references of objects, and theirs; the parents of what is to be removed. */
function withNeeded(
  wanted: readonly Desired[],
  removed: readonly Address[],
  expanded: Expanded,
  registry: Registry,
): readonly Desired[] {
  const index = new Map(expanded.desired.map((desired) => [desired.address.text, desired]))
  const found = new Map<string, Desired>()
  const take = (desired: Desired | undefined): void => {
    if (!desired || found.has(desired.address.text)) return
    found.set(desired.address.text, desired)
    for (const address of chainOf(desired.address).slice(1)) take(index.get(address.text))
    for (const address of referencesOf(desired, registry)) take(index.get(address.text))
  }
  for (const desired of wanted) take(desired)
  for (const address of removed) for (const above of chainOf(address).slice(1)) take(index.get(above.text))
  return expanded.desired.filter(({ address }) => found.has(address.text))
}

/** The addresses that an object's attributes name. */
export function referencesOf(
  { address, attributes }: Pick<Desired, 'address' | 'attributes'>,
  registry: Registry,
): readonly Address[] {
  return Object.entries(registry.get(address.type)?.schema ?? {}).flatMap(([name, { refers }]) => {
    const type = refers && registry.get(refers)
    const value = attributes[name]
    return type && typeof value === 'string' ? [addressOf(type, rootOf(address), value)] : []
  })
}
