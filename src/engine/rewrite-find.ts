import { isPair } from 'yaml'
import { type Address, chainOf, rootOf } from '../model/address.ts'
import type { Registry } from '../model/resource.ts'
import { partBlocks } from './jsonschema-objects.ts'
import {
  keyOf,
  type Page,
  plainOf,
  type Sheet,
  type Spot,
  type Step,
  spotAt,
  Unwritable,
} from './rewrite-sheet.ts'
import { attributesOf } from './rewrite-values.ts'

const REGISTRY = 'Registry'

/** Where something stands, or would have to. */
export interface Found {
  readonly sheet: Sheet
  readonly page: Page
  readonly spot: Spot
}

/** Finds objects in the documents that are theirs: never in a template or among defaults, which are others' too. */
export class Finder {
  readonly #sheets: readonly Sheet[]
  readonly #registry: Registry

  constructor(sheets: readonly Sheet[], registry: Registry) {
    this.#sheets = sheets
    this.#registry = registry
  }

  /** An object, or what is below these keys of it. */
  find = (address: Address, keys: readonly string[]): Found => this.#at(address, this.steps(address, keys))

  /** The block that an object stands in. */
  blockOf = (address: Address): Found => this.#at(address, this.steps(address, []).slice(0, -1))

  /** The path of an object in a document of its root. */
  steps(address: Address, keys: readonly string[]): readonly Step[] {
    const chain = [...chainOf(address)].reverse()
    const below = chain.flatMap((one): readonly Step[] => {
      const type = this.#registry.get(one.type)
      if (!type || (!one.parent && type.document)) return []
      if (type.identity === 'singleton') return [type.block]
      if (type.identity === 'key') return [type.block, one.name]
      return [type.block, (entry) => type.nameOf?.(attributesOf(type.schema, entry)) === one.name]
    })
    return [...below, ...keys]
  }

  /** In the document, or the part of it, that says most of it; where none says more, in the document. */
  #at(address: Address, steps: readonly Step[]): Found {
    const root = rootOf(address)
    // Most files are others', and need not be parsed.
    const word = this.#registry.get(root.type)?.document ? root.name : REGISTRY
    const sheets = this.#sheets.filter(({ text }) => text.includes(word))
    const found = sheets.flatMap((sheet) =>
      sheet.pages.flatMap((page) => {
        const is = this.#isOf(page, root)
        if (is === null || (is === 'part' && !this.#isOfParts(address))) return []
        return [{ sheet, page, spot: spotAt(page, steps), rank: is === 'part' ? 1 : 0 }]
      }),
    )
    const [best] = found.sort(
      (one, other) => one.spot.missing.length - other.spot.missing.length || one.rank - other.rank,
    )
    if (!best) throw new Unwritable('no file has a document of its own for it')
    return best
  }

  /** May a part say anything of it? */
  #isOfParts(address: Address): boolean {
    const root = this.#registry.get(rootOf(address).type)
    const top = chainOf(address).find(({ parent }) => parent && !parent.parent)
    return root !== undefined && partBlocks(root, this.#registry).some(({ name }) => name === top?.type)
  }

  #isOf({ root, targets }: Page, { type, name }: Address): 'document' | 'part' | null {
    const { document } = this.#registry.get(type) ?? {}
    const text = (key: string) => {
      const pair = root.items.find((one) => isPair(one) && keyOf(one) === key)
      return pair ? String(plainOf(pair.value, targets)) : undefined
    }
    const kind = text('kind')
    if (!document) return kind === REGISTRY ? 'document' : null
    if (kind === document.part && text(type) === name) return 'part'
    return kind === document.kind && text('name') === name ? 'document' : null
  }
}

/** The same document of a text that was edited meanwhile. */
export const pageOf = (sheet: Sheet, page: Page): Page =>
  sheet.pages.find(({ root }) => root.range?.[0] === page.root.range?.[0]) ?? page
