import { isAlias, isMap, isSeq, type Node } from 'yaml'
import type { Address } from '../model/address.ts'
import { type Change, type Difference, type Live, originOf } from '../model/change.ts'
import type { Left, Written } from '../model/drift.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Attribute, Value } from '../model/schema.ts'
import type { Expanded } from './expand.ts'
import { leafOf } from './fields.ts'
import { addItem, addPair, removeEntry, replaceValue } from './rewrite-edits.ts'
import { Finder, pageOf } from './rewrite-find.ts'
import { type Page, plainOf, type Sheet, type Spot, spotAt, Unwritable } from './rewrite-sheet.ts'
import { gapOf, objectOf, said } from './rewrite-values.ts'
import type { Wish } from './rewrite-wishes.ts'
import { blockOf } from './siblings.ts'

/** What came of it: which lines say Quay's side now, and what still says the files'. */
export interface Rewritten {
  readonly written: readonly Written[]
  readonly left: readonly Left[]
}

interface World {
  readonly sheets: readonly Sheet[]
  readonly expanded: Expanded
  readonly live: ReadonlyMap<string, Live>
  readonly registry: Registry
}

/** Puts Quay's side into the texts: of each wish the lines concerned, and nothing else. */
export function rewrite(wishes: readonly Wish[], world: World): Rewritten {
  const left: Left[] = []
  const places: (readonly [Wish['about'], Place])[] = []
  const rewriter = new Rewriter(world)
  for (const { change, difference, about, source } of wishes) {
    const before = world.sheets.map((sheet) => sheet.text)
    try {
      places.push([about, rewriter.write(change, difference)])
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error
      for (const [at, sheet] of world.sheets.entries()) sheet.restore(before[at] ?? '')
      left.push({ ...about, source, because: error.message })
    }
  }
  return { written: places.map(([about, place]) => ({ ...about, source: place() })), left }
}

/** Where something was written, once all is. */
type Place = ReturnType<Sheet['mark']>

class Rewriter {
  readonly #world: World
  readonly #finder: Finder

  constructor(world: World) {
    this.#world = world
    this.#finder = new Finder(world.sheets, world.registry)
  }

  write(change: Change, difference: Difference | undefined): Place {
    const type = this.#world.registry.get(change.address.type)
    if (!type) throw new Unwritable('its type is not known')
    if (change.desired?.atLeast !== undefined)
      throw new Unwritable(`${change.desired.atLeast} asks for it of all that match`)
    if (difference) return this.#attribute(change, difference, type)
    if (change.action === 'create') return this.#gone(change, type)
    return this.#added(change, type)
  }

  #attribute({ address, desired }: Change, difference: Difference, type: ResourceType): Place {
    const { attribute: name, path, before } = difference
    const attribute = leafOf(difference, type)
    const own = desired && originOf(desired, name)
    if (!attribute || !desired) throw new Unwritable('Quay has it several times')
    const keys = type.value === name ? [] : path.split('/').slice(1)
    const { page, sheet, spot } = this.#finder.find(address, keys)
    this.#refuseShared(spot)
    if (spot.missing.length === 0 && spot.node) {
      if (own?.via) throw new Unwritable(`${placed(own.at)} decides it, whatever stands here`)
      const steps = this.#finder.steps(address, keys)
      const find = () => {
        const present = pageOf(sheet, page)
        return { ...spotAt(present, steps), page: present }
      }
      return this.#value(sheet, find, attribute, before)
    }
    // A template's or a default's: an own value replaces all of the attribute.
    const whole = type.schema[name]
    const base = desired.attributes[name]
    const isMapLike = whole?.fields && !whole.many && base && typeof base === 'object'
    const after = isMapLike ? { ...base, [keys[1] ?? '']: before ?? null } : before
    const value = whole ? said(whole, after) : null
    if (isBareOfTemplate(type)) return this.#block(address, type)
    return this.#add(sheet, spotAt(page, this.#finder.steps(address, [name])), value)
  }

  /** In place: one entry of a set after the other, or the value. */
  #value(
    sheet: Sheet,
    find: () => Spot & { readonly page: Page },
    attribute: Attribute,
    live: Value | undefined,
  ): Place {
    const { node, page, above } = find()
    const isInside = above.some(({ holder }) => holder.flow)
    const value = said(attribute, live)
    const list = isAlias(node) ? null : node
    if (!isSeq(list) || !Array.isArray(live) || live.length === 0) {
      if (isSeq(list) && !list.flow && Array.isArray(live)) return this.#emptied(sheet, find)
      return at(sheet, replaceValue(sheet, node as Node, value, isInside))
    }
    const written = (node: Node | null, { targets }: Page) =>
      isSeq(node) ? node.items.map((item) => plainOf(item, targets)) : []
    let place = -1
    for (let spot = { node: node as Node | null, page }; ; spot = find()) {
      const { surplus, missing } = gapOf(attribute, written(spot.node, spot.page), live)
      if (!isSeq(spot.node)) throw new Unwritable('its list cannot be edited entry by entry')
      // What comes first, so that the list is never empty in between.
      if (missing !== undefined) place = addItem(sheet, spot.node, missing)
      else if (surplus >= 0)
        place = removeEntry(
          sheet,
          [{ holder: spot.node, item: spot.node.items[surplus] as Node }],
          () => true,
        )
      else return at(sheet, place)
    }
  }

  #emptied(sheet: Sheet, find: () => Spot): Place {
    let place = 0
    for (let { node, above } = find(); isSeq(node) && node.items.length > 0; { node, above } = find())
      place = removeEntry(sheet, [...above, { holder: node, item: node.items.at(-1) as Node }], () => true)
    return at(sheet, place)
  }

  /** An object that Quay does not have any more. */
  #gone(change: Change, type: ResourceType): Place {
    const { address } = change
    if (!address.parent && type.document)
      throw new Unwritable('it is gone from Quay: take its document out of the files, or apply')
    const { sheet, spot } = this.#finder.find(address, [])
    this.#refuseShared(spot)
    if (spot.missing.length > 0) {
      if (isBareOfTemplate(type)) return this.#block(address, type)
      return this.#add(sheet, spot, 'none')
    }
    if (change.desired?.templated && spot.node) return at(sheet, replaceValue(sheet, spot.node, 'none'))
    const last = spot.above.length - 1
    const isBlock = (depth: number) => depth === last && type.identity !== 'singleton'
    const isKept = this.#isTelling(address)
    return at(
      sheet,
      removeEntry(sheet, spot.above, (depth) => !isBlock(depth) || isKept),
    )
  }

  /** Does its block say something where it is empty? */
  #isTelling(address: Address): boolean {
    const { blocks } = this.#world.expanded
    return blocks.some(
      ({ type, parent, pruneAt }) => pruneAt && `${type} ${parent.text}` === blockOf(address),
    )
  }

  /** An object that Quay has, in a block that lists all. */
  #added({ address, live, reason, desired }: Change, type: ResourceType): Place {
    if (reason === 'removed') throw new Unwritable('a line of removed says that it is to go')
    if (!live) throw new Unwritable('Quay does not tell what it is')
    const value = objectOf(type, live)
    const { sheet, spot } = this.#finder.find(address, [])
    this.#refuseShared(spot)
    if (spot.missing.length === 0 && spot.node && desired?.absent)
      return at(sheet, replaceValue(sheet, spot.node, value))
    const isOwn = spot.missing.length <= 1
    if (!isOwn && type.exact && type.identity === 'key') return this.#block(address, type)
    return this.#add(sheet, spot, value)
  }

  /** A template's exact block: an own one replaces all of it, so all that Quay has is written. */
  #block(address: Address, type: ResourceType): Place {
    const all = [...this.#world.live.values()].filter((one) => blockOf(one.address) === blockOf(address))
    const value = Object.fromEntries(all.map((one) => [one.address.name, objectOf(type, one)]))
    const { sheet, spot } = this.#finder.blockOf(address)
    if (spot.missing.length === 0) return at(sheet, spot.node?.range?.[0] ?? 0)
    return this.#add(sheet, spot, value)
  }

  #add(sheet: Sheet, { node, missing }: Spot, value: Value): Place {
    const keys = missing.filter((step) => typeof step === 'string')
    if (isMap(node) && keys.length === missing.length) return at(sheet, addPair(sheet, node, keys, value))
    const isLast = missing.length === 1 && keys.length === 0
    if (isSeq(node) && isLast) return at(sheet, addItem(sheet, node, value))
    throw new Unwritable('a template has it, and an own list would replace all of that')
  }

  #refuseShared({ shared }: Spot): void {
    if (shared !== null) throw new Unwritable(`&${shared} says it for several at once`)
  }
}

const placed = ({ file, line }: { readonly file: string; readonly line: number }) => `${file}:${line}`

const at = (sheet: Sheet, offset: number): Place => sheet.mark(offset)

/** Its own value stands in a block that is replaced as a whole. */
const isBareOfTemplate = ({ exact, value }: ResourceType): boolean => exact === true && value !== undefined
