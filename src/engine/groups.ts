import { type Address, addressOf, chainOf } from '../model/address.ts'
import type { Desired } from '../model/change.ts'
import type { Registry } from '../model/resource.ts'
import type { Block } from './prune.ts'
import type { External, Removal } from './removed.ts'

/** What the files make worth reading. */
export interface Interest {
  readonly desired: readonly Desired[]
  readonly patterns: readonly Desired[]
  /** Left to others: no pattern holds for them. */
  readonly external: readonly External[]
  readonly blocks: readonly Block[]
  /** To be looked for, to go. */
  readonly removed: readonly Pick<Removal, 'address'>[]
}

/** The objects of one type under one parent: what one read is about. */
interface Group {
  readonly parent: Address | null
  /** By name; null where it is only to be removed. */
  readonly objects: Map<string, Desired | null>
  /** What no file lists is to go. */
  readonly whole: boolean
}

/** What is worth reading, by type and parent. */
export class Groups {
  readonly #groups = new Map<string, Group>()
  readonly #byType = new Map<string, Group[]>()
  readonly #registry: Registry

  constructor({ desired, patterns, blocks, removed }: Interest, registry: Registry) {
    this.#registry = registry
    for (const { type, parent, pruneAt, dropped } of blocks)
      if (pruneAt && !dropped) this.#group(type, parent, true)
    for (const { address } of removed) {
      const [own, ...above] = chainOf(address)
      if (own) this.#mention(own)
      for (const holder of above) if (!this.#hasDocument(holder)) this.#mention(holder)
    }
    for (const object of desired) this.add(object)
    for (const { address } of patterns) {
      const target = registry.get(registry.get(address.parent?.type ?? '')?.patternOf?.type ?? '')
      if (target && address.parent) this.#group(target.name, address.parent.parent)
    }
  }

  add(object: Desired): void {
    const { type, parent, name } = object.address
    this.#group(type, parent).objects.set(name, object)
  }

  of(type: string): readonly Group[] {
    return this.#byType.get(type) ?? []
  }

  declared({ type, parent, name }: Address): Desired | null {
    return this.#groups.get(keyOf(type, parent))?.objects.get(name) ?? null
  }

  /** The declared singleton of a type under a parent, or above it where that type stands higher. */
  singleton(name: string, parent: Address | null): Desired | null {
    const type = this.#registry.get(name)
    const holder = parent && chainOf(parent).find((above) => type?.parents.includes(above.type))
    return type && holder ? this.declared(addressOf(type, holder, '')) : null
  }

  /** To be looked for, whatever it is: what is removed, and what that stands below. */
  #mention({ type, parent, name }: Address): void {
    this.#group(type, parent).objects.set(name, null)
  }

  /** Documents declare what they are about. */
  #hasDocument({ type, parent }: Address): boolean {
    return parent === null && this.#registry.get(type)?.document !== undefined
  }

  #group(type: string, parent: Address | null, whole = false): Group {
    const key = keyOf(type, parent)
    const known = this.#groups.get(key)
    if (known) return known
    const group = { parent, objects: new Map(), whole }
    this.#groups.set(key, group)
    const list = this.#byType.get(type)
    if (list) list.push(group)
    else this.#byType.set(type, [group])
    return group
  }
}

const keyOf = (type: string, parent: Address | null): string => `${type} ${parent?.text ?? ''}`
