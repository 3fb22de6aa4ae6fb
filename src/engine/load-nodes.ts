import type { Pair } from 'yaml'
import type { Place } from '../model/diagnostics.ts'
import type { Position } from '../model/excerpt.ts'
import type { Entry, ListTree, MapTree, ScalarTree, Tree } from '../model/tree.ts'
import { type Places, rangeOf } from './load-places.ts'

/** Of most values nobody asks where they stand, and all places of a large estate take more memory than its values. */
class Node {
  readonly #places: Places
  readonly #start: number
  readonly #end: number
  #at: Place | undefined

  constructor(places: Places, node: unknown) {
    const [start, end] = rangeOf(node)
    this.#places = places
    this.#start = start
    this.#end = end
  }

  get at(): Place {
    this.#at ??= this.#places.at([this.#start, this.#end])
    return this.#at
  }
}

export class ScalarNode extends Node implements ScalarTree {
  readonly kind = 'scalar'
  readonly value: ScalarTree['value']
  readonly text: string

  constructor(places: Places, node: unknown, value: ScalarTree['value'], text: string) {
    super(places, node)
    this.value = value
    this.text = text
  }
}

export class ListNode extends Node implements ListTree {
  readonly kind = 'list'
  readonly items: readonly Tree[]

  constructor(places: Places, node: unknown, items: readonly Tree[]) {
    super(places, node)
    this.items = items
  }
}

export class MapNode extends Node implements MapTree {
  readonly kind = 'map'
  readonly entries: ReadonlyMap<string, Entry>

  constructor(places: Places, node: unknown, entries: ReadonlyMap<string, Entry>) {
    super(places, node)
    this.entries = entries
  }
}

/** A pair of a map, which knows where its key stands as values do, and where it ends. */
export class EntryNode extends Node implements Entry {
  readonly value: Tree
  readonly #places: Places
  readonly #last: number

  constructor(places: Places, pair: Pair, value: Tree) {
    super(places, pair.key)
    this.value = value
    this.#places = places
    this.#last = places.lastOf(pair)
  }

  get key(): Place {
    return this.at
  }

  get end(): Position {
    return this.#places.position(this.#last)
  }
}
