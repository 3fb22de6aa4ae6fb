import { type Address, addressOf, chainOf, rootOf } from '../model/address.ts'
import type { Desired } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import { covers } from '../model/glob.ts'
import type { Shard } from '../model/plan.ts'
import { type Registry, schemaOf } from '../model/resource.ts'
import type { Attribute, Schema, Value } from '../model/schema.ts'
import { parseSubject } from '../model/subject.ts'
import type { Expanded } from './expand.ts'
import { digest } from './ids.ts'

/** What a run is narrowed to; empty lists narrow nothing. */
export interface Selection {
  readonly organizations: readonly string[]
  readonly targets: readonly string[]
  readonly excludes: readonly string[]
  /** Only these, besides. Absent: all. */
  readonly changed?: Changed | undefined
  /** Only those of one shard. Absent: all. */
  readonly shard?: Shard | undefined
}

/** Organizations of which files say something else than at a commit; `-` for what belongs to none. */
export interface Changed {
  readonly ref: string
  readonly names: ReadonlySet<string>
  /** How many organizations are not among them. */
  readonly others: number
  /** There is nothing else, in no organization either. */
  readonly isAll: boolean
}

/** What a selection comes to: which objects are read, and which of them may change. */
export interface Selected {
  readonly desired: readonly Desired[]
  /** Needed by a target without being one: only its create is planned. */
  readonly pulledIn: ReadonlySet<string>
  /** Is its organization in scope at all? */
  inOrganization(address: Address): boolean
  /** Is what is known of this organization, or of none, told here, and not in another shard? */
  tells(organization: string): boolean
  /** May this address change? */
  includes(address: Address): boolean
  /** Everything is in scope, so that what no file lists may be counted and pruned. */
  readonly complete: boolean
}

export function select(expanded: Expanded, registry: Registry, selection: Selection): Selected {
  const { organizations, targets, excludes, changed, shard } = selection
  const tells = shardTest(shard)
  const inOrganization = (address: Address) =>
    (organizations.length === 0 || organizations.some((name) => isOf(name, address, registry))) &&
    (!changed || changed.names.has(organizationOf(address, registry))) &&
    (!shard || tells(organizationOf(address, registry)))
  const targeted = (address: Address) => targets.length === 0 || targets.some((glob) => covers(glob, address))
  const includes = (address: Address) =>
    inOrganization(address) && targeted(address) && !excludes.some((glob) => covers(glob, address))
  const wanted = expanded.desired.filter(({ address }) => includes(address))
  const removed = expanded.removed.filter(({ address }) => includes(address)).map(({ address }) => address)
  const all = withNeeded(wanted, removed, expanded, registry)
  return {
    desired: all,
    pulledIn: new Set(all.length === wanted.length ? [] : without(all, wanted)),
    inOrganization,
    tells,
    includes,
    complete: targets.length === 0,
  }
}

/** The addresses of those that are not among others. */
function without(all: readonly Desired[], others: readonly Desired[]): readonly string[] {
  const known = new Set(others)
  return all.filter((object) => !known.has(object)).map(({ address }) => address.text)
}

/** Is everything in scope? A shard leaves that to the others. */
export const isComplete = ({ organizations, targets, excludes, changed }: Selection): boolean =>
  organizations.length + targets.length + excludes.length === 0 && !changed

/** What is said of objects in scope, one by one: nothing of organizations of which nothing is. */
export function saidOf(
  diagnostics: readonly Diagnostic[],
  { desired, patterns }: Pick<Expanded, 'desired' | 'patterns'>,
  { includes, inOrganization, tells }: Selected,
): readonly Diagnostic[] {
  if (diagnostics.length === 0) return []
  const namesOf = (objects: readonly Desired[]) => objects.map(({ address }) => rootOf(address).name)
  const known = new Set(namesOf([...desired, ...patterns]))
  const ours = new Set([
    ...namesOf(desired.filter(({ address }) => includes(address))),
    ...namesOf(patterns.filter(({ address }) => inOrganization(address))),
  ])
  return diagnostics
    .flatMap(({ each, ...one }) => each ?? [one])
    .filter(({ organization = NO_ORGANIZATION }) =>
      known.has(organization) ? ours.has(organization) : tells(organization),
    )
}

/** Does `--organization` mean this with that name? */
const isOf = (name: string, address: Address, registry: Registry): boolean =>
  rootOf(address).name === name || organizationOf(address, registry) === name

/** Entries of a selection that match nothing that is declared or removed. */
export function idleEntries(
  { desired, removed }: Expanded,
  { organizations, targets }: Selection,
  registry: Registry,
): readonly string[] {
  const isMentioned = (test: (address: Address) => boolean) =>
    desired.some(({ address }) => test(address)) || removed.some(({ address }) => test(address))
  return [
    ...organizations.filter((name) => !isMentioned((address) => isOf(name, address, registry))),
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
  if (wanted.length === expanded.desired.length) return expanded.desired
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

/** What users and messages belong to: no organization. */
export const NO_ORGANIZATION = '-'

/** Which of so many shards an organization, or user namespace, is in: by its name alone, so that others coming and going move it nowhere. */
export const shardOf = (organization: string, count: number): number =>
  organization === NO_ORGANIZATION ? 1 : 1 + (Number.parseInt(digest(organization).slice(0, 12), 16) % count)

/** Tells of names whether they are in a shard; without one they are. */
export function shardTest(shard: Shard | undefined): (organization: string) => boolean {
  if (!shard) return () => true
  const known = new Map<string, boolean>()
  return (organization) => {
    const found = known.get(organization) ?? shardOf(organization, shard.count) === shard.index
    known.set(organization, found)
    return found
  }
}

/** The organization, or user namespace, of an address. */
export function organizationOf(address: Address, registry: Registry): string {
  const root = rootOf(address)
  return registry.get(root.type)?.document ? root.name : NO_ORGANIZATION
}

/** The addresses that an object's name and attributes name. */
export function referencesOf(
  { address, attributes }: Pick<Desired, 'address' | 'attributes'>,
  registry: Registry,
): readonly Address[] {
  const type = registry.get(address.type)
  const own = type?.named ? [referred(address.name, type.named, address, registry)] : []
  const others = Object.entries(schemaOf(address, registry)).flatMap(
    ([name, { refers, subjects, fields }]) => {
      const value = attributes[name]
      if (!refers && !subjects && !fields) return []
      return textsOf(value, fields).map(([text, field]) => {
        const kinds = field?.subjects ?? subjects
        if (kinds) return referred(text, kinds, address, registry)
        const target = refers && registry.get(refers)
        return target ? addressOf(target, rootOf(address), text) : null
      })
    },
  )
  return [...own, ...others].filter((found) => found !== null)
}

/** The object that a subject is, if it is one that its organization has. */
function referred(text: string, kinds: readonly string[], from: Address, registry: Registry): Address | null {
  const { kind, name } = parseSubject(text)
  const type = kinds.includes(kind) ? registry.get(kind) : undefined
  const root = rootOf(from)
  return type?.parents.includes(root.type) ? addressOf(type, root, name) : null
}

/** The texts of a value, a set's each; those of a map with their field. */
function textsOf(
  value: Value | undefined,
  fields: Schema | undefined,
): readonly (readonly [string, Attribute | undefined])[] {
  if (typeof value === 'string') return [[value, undefined]]
  if (Array.isArray(value))
    return value.flatMap((item) => (typeof item === 'string' ? [[item, undefined] as const] : []))
  if (!fields || value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' && fields[key]?.subjects ? [[inner, fields[key]] as const] : [],
  )
}
