import { type Address, addressOf, byText } from '../model/address.ts'
import type { Reader } from '../model/api.ts'
import type { Desired, Live } from '../model/change.ts'
import type { Scope } from '../model/reading.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Server } from '../model/server.ts'
import { estimate } from './estimate.ts'
import { type Group, Groups, type Interest } from './groups.ts'
import { isThere } from './lacks.ts'
import { Patterns } from './patterns.ts'
import { FEW, type Shown, survey } from './survey.ts'

/** What Quay has, and all that is asked of it: what patterns come to is known by then. */
export interface Refreshed {
  readonly live: ReadonlyMap<string, Live>
  readonly desired: readonly Desired[]
}

/** Live state by address: only under live parents, each as soon as its parent is known, and only what is declared, pruned or removed. Any failed read fails it all. `expect` is told first about how many requests it takes. */
export function refresh(
  interest: Interest,
  registry: Registry,
  reader: Reader,
  server: Server,
  expect?: (requests: number) => void,
): Promise<Refreshed> {
  const groups = new Groups(interest, registry)
  expect?.(estimate(groups, registry, server))
  return new Refresh(interest, groups, registry, reader, server).run()
}

class Refresh {
  readonly #reader: Reader
  readonly #readers = new Map<string, Reader>()
  readonly #server: Server
  readonly #groups: Groups
  readonly #declared: readonly Desired[]
  /** By address, where patterns may come to more. */
  readonly #desired = new Map<string, Desired>()
  readonly #patterns: Patterns
  readonly #kept: ReadonlySet<string>
  /** Under way, or there. */
  readonly #found = new Map<Group, readonly Live[] | Promise<readonly Live[]>>()
  readonly #surveys = new Map<ResourceType, Promise<Shown>>()
  /** Nothing is asked any more for the sake of what is below. */
  #failed = false
  /** By the address above. */
  readonly #visits = new Map<string, Promise<unknown>>()

  constructor(interest: Interest, groups: Groups, registry: Registry, reader: Reader, server: Server) {
    this.#reader = reader
    this.#server = server
    this.#groups = groups
    this.#declared = interest.desired
    if (interest.patterns.length > 0)
      for (const object of interest.desired) this.#desired.set(object.address.text, object)
    this.#kept = new Set(interest.external.map(({ address }) => address.text))
    const foreign = new Set([...interest.external, ...interest.removed].map(({ address }) => address.text))
    const isOurs = ({ text }: Address) => !foreign.has(text)
    this.#patterns = new Patterns(interest.patterns, this.#desired, registry, isOurs)
  }

  async run(): Promise<Refreshed> {
    for (const { address } of [...this.#desired.values()]) this.#imply(address)
    const before = this.#desired.size
    await this.#below(null)
    const live = new Map<string, Live>()
    this.#collect(null, live)
    if (this.#desired.size === 0) return { live, desired: this.#declared }
    // What patterns come to was found in the order of Quay's answers.
    const all = [...this.#desired.values()]
    const late = all.slice(before).sort((a, b) => byText(a.address.text, b.address.text))
    return { live, desired: [...all.slice(0, before), ...late] }
  }

  #below(parent: Live | null): Promise<unknown> | undefined {
    if (parent) this.#imply(parent.address)
    const groups = this.#groups.below(parent?.address ?? null)
    if (groups.length === 0) return undefined
    const key = parent?.address.text ?? ''
    const visit = this.#visits.get(key) ?? Promise.all(groups.map((group) => this.#read(group, parent)))
    this.#visits.set(key, visit)
    return visit
  }

  async #read(group: Group, parent: Live | null): Promise<void> {
    const found = this.#objects(group, parent)
    this.#found.set(group, found)
    const objects = await found
    this.#found.set(group, objects)
    await Promise.all(objects.map((object) => this.#below(object)))
  }

  async #objects(group: Group, parent: Live | null): Promise<readonly Live[]> {
    const { type } = group
    if (!isThere(type, this.#server)) return []
    const shown = await this.#shown(type)
    const names = [...group.objects.keys()]
    const read = async (left: readonly string[]) => {
      const found = await type.read(this.#scope(group, parent, left), this.#readerFor(type))
      return found.map((object) => this.#known(object))
    }
    if (parent) return shown.get(parent.address.text) ?? read(names)
    if (!type.survey) return read(names)
    // Each is a place of its own: what it leads to is asked for while others are still being read.
    const places = names.map(
      async (name) => shown.get(name) ?? (await read([name])).map((object) => this.#meet(object)),
    )
    for (const place of places)
      place.catch(() => {
        this.#failed = true
      })
    // Of several that cannot be read the first is told, whichever was answered first.
    const objects: Live[] = []
    for (const place of places) objects.push(...(await place))
    return objects
  }

  /** Leads on from an object at once. Whoever reads its place waits for that, too, and hears of what goes wrong. */
  #meet(object: Live): Live {
    const known = this.#known(object)
    if (!this.#failed) this.#below(known)?.catch(() => {})
    return known
  }

  /** With the address that is declared: two of each take much memory. */
  #known(object: Live): Live {
    const declared = this.#groups.declared(object.address)
    return declared ? { ...object, address: declared.address } : object
  }

  /** What a list of everything shows, of the places of which it surely shows all. */
  #shown(type: ResourceType): Promise<Shown> {
    const shown = this.#surveys.get(type) ?? this.#survey(type)
    this.#surveys.set(type, shown)
    return shown
  }

  async #survey(type: ResourceType): Promise<Shown> {
    const groups = this.#groups.of(type.name)
    const isRoot = type.parents.length === 0
    const most = isRoot ? Math.max(0, ...groups.map(({ objects }) => objects.size)) : groups.length
    if (!type.survey || most <= FEW) return new Map()
    const above = type.parents.flatMap((name) => this.#groups.of(name))
    const parents = await Promise.all(above.map((group) => this.#found.get(group) ?? []))
    const scopes = isRoot
      ? groups.flatMap((group) => [...group.objects.keys()].map((name) => this.#scope(group, null, [name])))
      : parents.flat().flatMap((parent) => {
          const group = this.#groups.find(type.name, parent.address)
          return group ? [this.#scope(group, parent, [...group.objects.keys()])] : []
        })
    return survey(type, scopes, this.#readerFor(type), (object) => this.#meet(object))
  }

  #scope(
    { type, parent, objects, whole, matched }: Group,
    live: Live | null,
    names: readonly string[],
  ): Scope {
    const groups = this.#groups
    return {
      parent: live,
      server: this.#server,
      names,
      declares: (name, attribute) => objects.get(name)?.attributes[attribute] !== undefined,
      declared: (name) => objects.get(name) ?? null,
      whole,
      matched,
      leaves: (name) =>
        !objects.get(name) &&
        (whole || objects.has(name)) &&
        !this.#kept.has(addressOf(type, parent, name).text),
      above: parent && groups.declared(parent),
      below: (name, block) => groups.find(block, addressOf(type, parent, name)) !== null,
      beside: (name) => groups.singleton(name, parent),
    }
  }

  #readerFor({ name }: ResourceType): Reader {
    const reader = this.#readers.get(name) ?? this.#reader.because(name)
    this.#readers.set(name, reader)
    return reader
  }

  #imply(place: Address): void {
    for (const object of this.#patterns.at(place)) {
      this.#desired.set(object.address.text, object)
      this.#groups.add(object)
    }
  }

  /** In an order that does not depend on when the answers came. */
  #collect(parent: Live | null, into: Map<string, Live>): void {
    for (const group of this.#groups.below(parent?.address ?? null)) {
      const found = this.#found.get(group)
      if (found instanceof Promise) throw new Error('what is still being read was taken for read')
      for (const object of found ?? []) {
        into.set(object.address.text, object)
        this.#collect(object, into)
      }
    }
  }
}
