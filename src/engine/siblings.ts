import type { Address } from '../model/address.ts'
import type { Desired, Live } from '../model/change.ts'
import type { Place } from '../model/diagnostics.ts'
import type { Facts, Registry } from '../model/resource.ts'
import type { Attributes } from '../model/schema.ts'
import type { Server } from '../model/server.ts'
import type { Expanded } from './expand.ts'

/** A line that wants away what a block does not list; `only`: of that what the base listed. */
interface Pruning {
  readonly at: Place
  /** The line that brought it in from a template. */
  readonly via?: Place
  readonly exact: boolean
  readonly only: boolean
}

/** What objects of one block mean to each other, of the types that ask for it. */
export class Siblings {
  readonly server: Server
  readonly #expected = new Map<string, Map<string, Attributes>>()
  readonly #listed = new Map<string, string[]>()
  readonly #exact = new Map<string, string[]>()
  readonly #pruning = new Map<string, Pruning>()
  readonly #released: ReadonlySet<string>
  readonly #dropped: ReadonlySet<string>

  constructor(
    { blocks, removed, released }: Expanded,
    desired: readonly Desired[],
    live: ReadonlyMap<string, Live>,
    leaving: readonly Address[],
    server: Server,
    registry: Registry,
    dropped: readonly Desired[] = [],
  ) {
    this.server = server
    this.#released = new Set(released.map(({ text }) => text))
    this.#dropped = new Set(dropped.map(({ address }) => address.text))
    for (const { type, parent, pruneAt, pruneVia: via, exact, dropped: only = false } of blocks) {
      if (pruneAt)
        this.#pruning.set(`${type} ${parent.text}`, { at: pruneAt, ...(via && { via }), exact, only })
      if (exact) append(this.#exact, parent.text, type)
    }
    const going = new Set([...removed.map(({ address }) => address), ...leaving].map(({ text }) => text))
    const asking = new Set(
      [...registry.values()].filter((type) => type.settle || type.keepsFromDelete).map(({ name }) => name),
    )
    const isAsked = ({ type }: Address) => asking.has(type)
    for (const { address, attributes } of live.values())
      if (isAsked(address) && !this.pruning(address) && !going.has(address.text))
        this.#expect(address, attributes)
    for (const { address, attributes, absent } of desired) {
      if (this.#exact.has(address.parent?.text ?? '')) append(this.#listed, blockOf(address), address.name)
      if (isAsked(address) && !absent)
        this.#expect(address, { ...live.get(address.text)?.attributes, ...attributes })
    }
  }

  /** The line that wants away what is not listed beside an address. */
  pruning(address: Address): Pruning | null {
    const pruning = this.#pruning.get(blockOf(address))
    if (!pruning || this.#released.has(address.text)) return null
    return pruning.only && !this.#dropped.has(address.text) ? null : pruning
  }

  /** The others of its block that are to be there afterwards. */
  around(address: Address): Facts {
    return { server: this.server, others: othersOf(address, this.block(address)) }
  }

  /** All of its block that are to be there afterwards, by name. */
  block(address: Address): ReadonlyMap<string, Attributes> {
    return this.#expected.get(blockOf(address)) ?? new Map()
  }

  /** What the exact blocks below an object list. */
  exactBelow(address: Address): ReadonlyMap<string, readonly string[]> {
    const types = this.#exact.get(address.text)
    return types
      ? new Map(types.map((type) => [type, this.#listed.get(`${type} ${address.text}`) ?? []]))
      : NOTHING
  }

  #expect(address: Address, attributes: Attributes): void {
    const block = this.#expected.get(blockOf(address)) ?? new Map<string, Attributes>()
    this.#expected.set(blockOf(address), block.set(address.name, attributes))
  }
}

const NOTHING: ReadonlyMap<string, readonly string[]> = new Map()

/** Those of a block but one. */
export const othersOf = (
  address: Address,
  siblings: ReadonlyMap<string, Attributes> = new Map(),
): readonly Attributes[] =>
  [...siblings].flatMap(([name, attributes]) => (name === address.name ? [] : [attributes]))

/** The block that an address stands in. */
export const blockOf = ({ type, parent }: Address): string => `${type} ${parent?.text ?? ''}`

function append(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}
