import { type Address, addressOf, chainOf } from '../model/address.ts'
import type { Desired } from '../model/change.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
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
export interface Group {
  readonly type: ResourceType
  readonly parent: Address | null
  /** By name; null where it is only to be removed. */
  readonly objects: Map<string, Desired | null>
  /** What no file lists is to go. */
  whole: boolean
  /** A pattern holds for what is there, listed or not. */
  matched: boolean
}

/** What is worth reading, by type and parent. */
export class Groups {
  readonly #byType = new Map<string, Group[]>()
  /** By the parent's address; few types stand below one. */
  readonly #byParent = new Map<string, Group[]>()
  readonly #registry: Registry
  /** The group of the last object: those of one stand together. */
  #last: Group | null = null

  constructor({ desired, patterns, blocks, removed }: Interest, registry: Registry) {
    this.#registry = registry
    for (const { type, parent, pruneAt, dropped } of blocks)
      if (pruneAt && !dropped) this.#mark(type, parent, 'whole')
    for (const { address } of removed) {
      const [own, ...above] = chainOf(address)
      if (own) this.#mention(own)
      for (const holder of above) if (!this.#hasDocument(holder)) this.#mention(holder)
    }
    for (const object of desired) this.add(object)
    for (const { address } of patterns) {
      const target = registry.get(registry.get(address.parent?.type ?? '')?.patternOf?.type ?? '')
      if (target && address.parent) this.#mark(target.name, address.parent.parent, 'matched')
    }
  }

  add(object: Desired): void {
    const { type, parent, name } = object.address
    this.#group(type, parent)?.objects.set(name, object)
  }

  /** What is to be read right below an object, or at the root. */
  below(parent: Address | null): readonly Group[] {
    return this.#byParent.get(parent?.text ?? '') ?? []
  }

  find(type: string, parent: Address | null): Group | null {
    return this.below(parent).find((group) => group.type.name === type) ?? null
  }

  of(type: string): readonly Group[] {
    return this.#byType.get(type) ?? []
  }

  declared({ type, parent, name }: Address): Desired | null {
    return this.find(type, parent)?.objects.get(name) ?? null
  }

  /** The declared singleton of a type under a parent, or above it where that type stands higher. */
  singleton(name: string, parent: Address | null): Desired | null {
    const type = this.#registry.get(name)
    const holder = parent && chainOf(parent).find((above) => type?.parents.includes(above.type))
    return type && holder ? this.declared(addressOf(type, holder, '')) : null
  }

  /** To be looked for, whatever it is: what is removed, and what that stands below. */
  #mention({ type, parent, name }: Address): void {
    this.#group(type, parent)?.objects.set(name, null)
  }

  /** Documents declare what they are about. */
  #hasDocument({ type, parent }: Address): boolean {
    return parent === null && this.#registry.get(type)?.document !== undefined
  }

  #mark(type: string, parent: Address | null, flag: 'whole' | 'matched'): void {
    const group = this.#group(type, parent)
    if (group) group[flag] = true
  }

  /** Null where there is no such type. */
  #group(name: string, parent: Address | null): Group | null {
    if (this.#last?.parent === parent && this.#last.type.name === name) return this.#last
    const known = this.find(name, parent)
    if (known) this.#last = known
    const type = this.#registry.get(name)
    if (known || !type) return known
    const group = { type, parent, objects: new Map(), whole: false, matched: false }
    listAt(this.#byType, name).push(group)
    listAt(this.#byParent, parent?.text ?? '').push(group)
    return group
  }
}

function listAt(lists: Map<string, Group[]>, key: string): Group[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}
