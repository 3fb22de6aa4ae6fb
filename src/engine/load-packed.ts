import type { Entry, Tree } from '../model/tree.ts'
import { EntryNode, ListNode, MapNode, ScalarNode } from './load-nodes.ts'
import { type Places, placesIn, type Range } from './load-places.ts'
import type { Parsed } from './load-yaml.ts'

type Plain = string | number | boolean | null

/** A file as it was read, its trees as flat lists of plain values: what one thread hands to another. */
export interface PackedFile extends Omit<Parsed, 'trees'> {
  readonly trees: readonly (readonly Plain[])[]
}

const [SCALAR, LIST, MAP] = [0, 1, 2]

export const packed = ({ trees, ...rest }: Parsed): PackedFile => ({
  ...rest,
  trees: trees.map((tree) => pack(tree, [])),
})

/** The same file as it was read; `text`: what it was read from. */
export function unpacked(file: string, text: string, { trees, ...rest }: PackedFile): Parsed {
  const places = placesIn(file, text)
  const built = trees.map((values) => new Builder(values, places).tree())
  return { ...rest, trees: built.filter((tree) => tree.kind === 'map') }
}

function pack(tree: Tree, into: Plain[]): readonly Plain[] {
  if (tree instanceof ScalarNode) {
    const { from, to, value, text } = tree
    into.push(SCALAR, from, to, value, text === value ? null : text)
  } else if (tree instanceof ListNode) {
    into.push(LIST, tree.from, tree.to, tree.items.length)
    for (const item of tree.items) pack(item, into)
  } else if (tree instanceof MapNode) {
    into.push(MAP, tree.from, tree.to, tree.entries.size)
    for (const [key, entry] of tree.entries) {
      if (!(entry instanceof EntryNode)) throw notRead()
      into.push(key, entry.from, entry.to, entry.last)
      pack(entry.value, into)
    }
  } else throw notRead()
  return into
}

const notRead = () => new TypeError('only what was read from a text can be packed')

/** Reads the list from its beginning. */
class Builder {
  readonly #values: readonly Plain[]
  readonly #places: Places
  #at = 0

  constructor(values: readonly Plain[], places: Places) {
    this.#values = values
    this.#places = places
  }

  tree(): Tree {
    const kind = this.#next<number>()
    const range = this.#range()
    if (kind === SCALAR) {
      const value = this.#next()
      return new ScalarNode(this.#places, range, value, this.#next<string | null>() ?? String(value))
    }
    const count = this.#next<number>()
    if (kind === MAP) return new MapNode(this.#places, range, this.#entries(count))
    const items = Array.from({ length: count }, () => this.tree())
    return new ListNode(this.#places, range, items)
  }

  #entries(count: number): ReadonlyMap<string, Entry> {
    const entries = new Map<string, Entry>()
    for (let i = 0; i < count; i++) {
      const key = this.#next<string>()
      const [range, last] = [this.#range(), this.#next<number>()]
      entries.set(key, new EntryNode(this.#places, range, last, this.tree()))
    }
    return entries
  }

  #range(): Range {
    return [this.#next<number>(), this.#next<number>()]
  }

  #next<T extends Plain>(): T {
    const value = this.#values[this.#at] as T
    this.#at += 1
    return value
  }
}
