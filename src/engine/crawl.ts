import { addressOf, byText } from '../model/address.ts'
import type { Reader } from '../model/api.ts'
import type { Desired, Live } from '../model/change.ts'
import { AuthError } from '../model/errors.ts'
import type { Scope } from '../model/reading.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Server } from '../model/server.ts'
import { anchor, anchorAt } from './anchors.ts'
import { childrenOf, partBlocks } from './jsonschema-objects.ts'
import { isThere } from './lacks.ts'

/** Something of Quay's with all that stands below it. */
export interface Found {
  readonly type: ResourceType
  readonly live: Live
  readonly below: readonly Block[]
  /** `place`: only what stands below it is wanted. `part`: the token may not see it whole, only some of what stands below it. */
  readonly as: 'whole' | 'place' | 'part'
}

/** What is there of one type below one object. */
export interface Block {
  readonly type: ResourceType
  /** By name; null where the token may not see them. */
  readonly found: readonly Found[] | null
}

/** What is to be read. */
export interface Interest {
  /** Names of organizations and of the token's user; null: all that the token may be shown. */
  readonly names: readonly string[] | null
  /** The types that are wanted; those that they stand in come along as places. Null: all. */
  readonly types: ReadonlySet<string> | null
  /** Only what lists tell, without what costs a request of its own. */
  readonly listed?: true
}

/** All that a token may see, read as if all of it were declared. Any read that fails for another reason than a missing right fails it all. */
export async function crawl(
  { names, types, listed }: Interest,
  registry: Registry,
  reader: Reader,
  server: Server,
): Promise<readonly Block[]> {
  const crawler = new Crawler(types, listed ? 'listed' : 'told', registry, reader, server)
  const roots = [...registry.values()].filter(
    (type) =>
      type.parents.length === 0 &&
      (names === null ? crawler.wants(type) !== null : type.document) &&
      // Accounts and messages are superusers' to manage.
      (type.document || server.superuser !== false),
  )
  return Promise.all(roots.map(async (type) => ({ type, found: await crawler.roots(type, names) })))
}

class Crawler {
  readonly #types: Interest['types']
  readonly #extent: 'listed' | 'told'
  readonly #registry: Registry
  readonly #reader: Reader
  readonly #server: Server

  constructor(
    types: Interest['types'],
    extent: 'listed' | 'told',
    registry: Registry,
    reader: Reader,
    server: Server,
  ) {
    this.#types = types
    this.#extent = extent
    this.#registry = registry
    this.#reader = reader
    this.#server = server
  }

  async roots(type: ResourceType, names: readonly string[] | null): Promise<readonly Found[] | null> {
    const named = names?.filter((name) => this.#admits(type, name))
    const all = await ifAllowed(
      async () => named ?? (await type.names?.(this.#server, this.#reader.because(type.name))) ?? [],
    )
    if (!all || !isThere(type, this.#server)) return null
    if (!type.document) return this.#objects(type, null, all)
    const found = await Promise.all([...new Set(all)].map((name) => this.#root(type, name)))
    return found.flat().sort(byName)
  }

  /** One that is not seen whole is still a place where others are. */
  async #root(type: ResourceType, name: string): Promise<readonly Found[]> {
    const whole = await this.#objects(type, null, [name])
    if (whole) return whole
    const scope = this.#scope(null, [name], anchorOf(type, name))
    const lives = await type.read(scope, this.#reader.because(type.name))
    return Promise.all(lives.map((live) => this.#found(type, live, 'part')))
  }

  /** Null where the token has no right to see them. */
  async #objects(
    type: ResourceType,
    parent: Live | null,
    names: readonly string[],
  ): Promise<readonly Found[] | null> {
    if (!isThere(type, this.#server)) return []
    const as = this.wants(type) ?? 'place'
    const scope = {
      ...this.#scope(parent, names, null),
      ...(as === 'whole' && { everything: this.#extent }),
    }
    const lives = await ifAllowed(() => type.read(scope, this.#reader.because(type.name)))
    if (!lives) return null
    const found = await Promise.all(lives.map((live) => this.#found(type, live, as)))
    return found.sort(byName)
  }

  async #found(type: ResourceType, live: Live, as: Found['as']): Promise<Found> {
    const types = live.obscure === undefined ? this.#inside(type, as) : []
    const below = await Promise.all(
      types.map(async (inside) => ({ type: inside, found: await this.#objects(inside, live, []) })),
    )
    return { type, live, below, as }
  }

  #inside(type: ResourceType, as: Found['as']): readonly ResourceType[] {
    const all = as === 'part' ? partBlocks(type, this.#registry) : childrenOf(type.name, this.#registry)
    return all.filter((below) => !below.patternOf && this.wants(below) !== null)
  }

  /** A type is wanted for itself, or as the place of one that is. */
  wants(type: ResourceType): 'whole' | 'place' | null {
    if (!this.#types || this.#types.has(type.name)) return 'whole'
    const isPlace = childrenOf(type.name, this.#registry).some((below) => this.wants(below) !== null)
    return isPlace ? 'place' : null
  }

  #admits(type: ResourceType, name: string): boolean {
    return (type.admits?.(anchorOf(type, name), this.#server, () => []) ?? []).length === 0
  }

  #scope(parent: Live | null, names: readonly string[], anchor: Desired | null): Scope {
    return {
      parent,
      server: this.#server,
      names,
      declares: () => this.#extent === 'told',
      declared: () => anchor,
      leaves: () => false,
      whole: this.#extent === 'told',
      matched: false,
      above: null,
      below: () => true,
      beside: () => null,
    }
  }
}

const byName = (a: Found, b: Found): number => byText(a.live.address.text, b.live.address.text)

/** What must be there, and is not asked for more. */
const anchorOf = (type: ResourceType, name: string): Desired =>
  anchor(addressOf(type, null, name), anchorAt(type, undefined))

async function ifAllowed<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof AuthError) return null
    throw error
  }
}
