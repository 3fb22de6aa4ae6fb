import type { Pair } from 'yaml'
import type { Place } from '../model/diagnostics.ts'
import type { Position } from '../model/excerpt.ts'
import type { Entry, ListTree, MapTree, ScalarTree, Tree } from '../model/tree.ts'
import { lastOf, type Places, type Range, rangeOf } from './load-places.ts'

/** What finds out where it stands when it is asked: of most values nobody asks, and all places of a large estate take more memory than its values. */
class Placed {
  readonly from: number
  readonly to: number
  protected readonly places: Places
  #at: Place | undefined

  constructor(places: Places, [from, to]: Range) {
    this.places = places
    this.from = from
    this.to = to
  }

  get at(): Place {
    this.#at ??= this.places.at([this.from, this.to])
    return this.#at
  }
}

export class ScalarNode extends Placed implements ScalarTree {
  readonly kind = 'scalar'
  readonly value: ScalarTree['value']
  readonly text: string

  constructor(places: Places, range: Range, value: ScalarTree['value'], text: string) {
    super(places, range)
    this.value = value
    this.text = text
  }
}

export class ListNode extends Placed implements ListTree {
  readonly kind = 'list'
  readonly items: readonly Tree[]

  constructor(places: Places, range: Range, items: readonly Tree[]) {
    super(places, range)
    this.items = items
  }
}

export class MapNode extends Placed implements MapTree {
  readonly kind = 'map'
  readonly entries: ReadonlyMap<string, Entry>

  constructor(places: Places, range: Range, entries: ReadonlyMap<string, Entry>) {
    super(places, range)
    this.entries = entries
  }
}

/** A pair of a map: it stands where its key does. */
export class EntryNode extends Placed implements Entry {
  readonly value: Tree
  /** Where it ends, as an offset. */
  readonly last: number

  constructor(places: Places, key: Range, last: number, value: Tree) {
    super(places, key)
    this.value = value
    this.last = last
  }

  get key(): Place {
    return this.at
  }

  get end(): Position {
    return this.places.position(this.last)
  }
}

export const entryOf = (places: Places, pair: Pair, value: Tree): EntryNode =>
  new EntryNode(places, rangeOf(pair.key), lastOf(pair), value)
