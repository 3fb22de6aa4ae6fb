import { type Address, addressOf, byText } from '../model/address.ts'
import { nearest } from '../model/canonical.ts'
import type { Desired } from '../model/change.ts'
import type { Diagnostic, Place } from '../model/diagnostics.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import { child, type Entry, type MapTree, type Tree, textOf } from '../model/tree.ts'
import { Layers } from './layers.ts'
import type { Document } from './load.ts'
import { withPresets } from './presets.ts'
import { items, readSettings, type Settings, texts } from './settings.ts'
import type { Invalid } from './validate.ts'

/** A block that the files write under a parent, and whether what it does not list is deleted. */
export interface Block {
  readonly parent: Address
  readonly type: string
  readonly at: Place
  readonly pruneAt: Place | null
}

/** A reviewed line that deletes. */
export interface Removal {
  readonly address: Address
  readonly reason: string
  /** `YYYY-MM-DD`, the last day. */
  readonly until: string
  readonly at: Place
}

/** Something that may be referred to and is never read, written, pruned or counted. */
export interface External {
  readonly address: Address
  readonly at: Place
}

/** What the files say, flat. */
export interface Expanded {
  readonly settings: Settings
  readonly desired: readonly Desired[]
  readonly blocks: readonly Block[]
  readonly removed: readonly Removal[]
  readonly external: readonly External[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Documents to flat objects with addresses. Runs on invalid files too, so that one run shows all. */
export function expand(documents: readonly Document[], registry: Registry, invalid: Invalid): Expanded {
  const [first, ...more] = documents.filter(({ kind, overlay }) => kind === 'Registry' && !overlay)
  const settings = readSettings(
    first,
    documents.find(({ overlay }) => overlay),
    registry,
    invalid,
  )
  const expansion = new Expansion(documents, registry, settings, invalid)
  for (const { tree } of more)
    expansion.diagnostics.push(
      twice('QC1203', 'the Registry document is written twice', tree.at, first?.tree.at),
    )
  if (first) expansion.removals(first.tree, null)
  for (const type of registry.values()) if (type.document) expansion.roots(type, type.document)
  return expansion.result()
}

class Expansion {
  readonly diagnostics: Diagnostic[] = []
  readonly #documents: readonly Document[]
  readonly #registry: Registry
  readonly #settings: Settings
  readonly #invalid: Invalid
  readonly #desired: Desired[] = []
  readonly #blocks: Block[] = []
  readonly #removed: Removal[] = []
  readonly #external: External[] = []

  constructor(documents: readonly Document[], registry: Registry, settings: Settings, invalid: Invalid) {
    this.#documents = documents
    this.#registry = registry
    this.#settings = settings
    this.#invalid = invalid
  }

  result(): Expanded {
    return {
      settings: this.#settings,
      desired: this.#desired.sort((a, b) => byText(a.address.text, b.address.text)),
      blocks: this.#blocks,
      removed: this.#removed,
      external: this.#external,
      diagnostics: this.diagnostics,
    }
  }

  /** Every object of a root type, with its templates and parts. */
  roots(type: ResourceType, document: NonNullable<ResourceType['document']>): void {
    const templates = this.#named(document.template, 'name', `template`)
    const parts = grouped(this.#of(document.part), ({ tree }) => this.#text(tree, 'organization') ?? '')
    const mains = this.#named(document.kind, 'name', type.name)
    for (const [name, main] of mains) this.#root(type, name, main, templates, parts.get(name) ?? [])
    for (const [name, list] of parts)
      if (name && !mains.has(name)) this.#root(type, name, null, templates, list)
  }

  /** `removed` of a Registry document (roots) or of a document (what is below it). */
  removals(tree: MapTree, root: Address | null): void {
    for (const type of this.#registry.values()) {
      if (!type.removable || (type.parents.length === 0) !== (root === null)) continue
      for (const [name, entry] of mapEntries(child(child(tree, 'removed'), type.block))) {
        const [reason, until] = [textOf(child(entry.value, 'reason')), textOf(child(entry.value, 'until'))]
        if (!reason || !until) continue
        if (isDate(until))
          this.#removed.push({ address: addressOf(type, root, name), reason, until, at: entry.key })
        else this.diagnostics.push(badDate(until, child(entry.value, 'until')?.at ?? entry.key))
      }
    }
  }

  #root(
    type: ResourceType,
    name: string,
    main: MapTree | null,
    templates: ReadonlyMap<string, MapTree>,
    parts: readonly Document[],
  ): void {
    const address = addressOf(type, null, name)
    const layers = new Layers(this.#registry, this.#invalid)
    const used = main ? this.#uses(main, templates) : []
    for (const layer of used) layers.lay(type, address, layer)
    if (main) layers.lay(type, address, { tree: main, at: child(main, 'name')?.at ?? main.at, except: [] })
    else this.#desired.push(anchor(address, parts[0]))
    const owners = [...(main ? [main] : []), ...parts.map(({ tree }) => tree)]
    for (const { tree } of parts) layers.layBlocks(type, address, { tree, at: tree.at, except: [] })
    for (const tree of owners) {
      this.removals(tree, address)
      this.#externals(tree, address)
    }
    this.#desired.push(
      ...[...layers.objects.values()].map((desired) => withPresets(desired, this.#settings, this.#registry)),
    )
    this.#prunes(address, [...used.map(({ tree }) => tree), ...(main ? [main] : [])], layers, owners)
    this.diagnostics.push(...layers.diagnostics)
  }

  /** The templates that a document uses, weakest first. */
  #uses(main: MapTree, templates: ReadonlyMap<string, MapTree>) {
    return items(child(main, 'use')).flatMap((item) => {
      const name = item.kind === 'map' ? child(item, 'template') : item
      if (name?.kind !== 'scalar' || this.#invalid.has(name)) return []
      const tree = templates.get(name.text)
      if (tree)
        return [
          {
            tree,
            at: child(tree, 'name')?.at ?? tree.at,
            via: item.at,
            except: texts(child(item, 'except'), this.#invalid),
          },
        ]
      const guess = nearest(name.text, [...templates.keys()])
      this.diagnostics.push({
        code: 'QC2009',
        severity: 'error',
        message: `there is no template "${name.text}"`,
        at: name.at,
        hint: guess ? `did you mean "${guess}"?` : 'a template is a document of kind OrganizationTemplate',
      })
      return []
    })
  }

  /** `prune` says of which blocks whatever is not listed goes; the strongest line counts. */
  #prunes(address: Address, trees: readonly MapTree[], { blocks }: Layers, owners: readonly MapTree[]): void {
    const lines = new Map(trees.flatMap((tree) => mapEntries(child(tree, 'prune'))))
    for (const block of blocks.values()) {
      const { type, parent, at, empty } = block
      const line = parent.text === address.text && type.prunable ? lines.get(type.block) : undefined
      const valid = line && !this.#invalid.has(line.value)
      this.#blocks.push({ parent, type: type.name, at, pruneAt: valid ? line.value.at : null })
      const isOwn = owners.some((tree) => child(tree, type.block) !== undefined)
      if (type.prunable && empty && !line && isOwn)
        this.diagnostics.push({
          code: 'QC4003',
          severity: 'warning',
          message: `an empty "${type.block}" deletes nothing`,
          at,
          hint: `write "prune: {${type.block}: all}" if the ${type.block} in Quay shall go`,
        })
    }
    for (const [name, { key }] of lines) {
      const type = [...this.#registry.values()].find(
        (candidate) => candidate.block === name && candidate.prunable,
      )
      if (type && !blocks.has(`${type.name} ${address.text}`))
        this.diagnostics.push({
          code: 'QC2007',
          severity: 'error',
          message: `${address.text} prunes ${name}, and lists none`,
          at: key,
          hint: `write "${name}: {}" if all of them shall go`,
        })
    }
  }

  #externals(tree: MapTree, address: Address): void {
    for (const [block, entry] of mapEntries(child(tree, 'external'))) {
      const type = [...this.#registry.values()].find((candidate) => candidate.block === block)
      if (!type) continue
      for (const { text, at } of texts(entry.value, this.#invalid))
        this.#external.push({ address: addressOf(type, address, text), at })
    }
  }

  /** Documents of a kind by name; a name twice is an error at both places. */
  #named(kind: string | undefined, key: string, noun: string): ReadonlyMap<string, MapTree> {
    const found = new Map<string, MapTree>()
    for (const { tree } of this.#of(kind)) {
      const name = this.#text(tree, key)
      const before = name === undefined ? undefined : found.get(name)
      if (before)
        this.diagnostics.push(
          twice(
            'QC1202',
            `${noun}.${name} is defined twice`,
            child(tree, key)?.at ?? tree.at,
            child(before, key)?.at,
          ),
        )
      else if (name !== undefined) found.set(name, tree)
    }
    return found
  }

  #of(kind: string | undefined): readonly Document[] {
    return this.#documents.filter((document) => document.kind === kind)
  }

  #text(tree: MapTree, key: string): string | undefined {
    const value = child(tree, key)
    return value?.kind === 'scalar' && value.value !== null && !this.#invalid.has(value)
      ? value.text
      : undefined
  }
}

/** An organization that only parts speak of: it must exist, and is not written. */
function anchor(address: Address, part: Document | undefined): Desired {
  const at = (part && child(part.tree, 'organization')?.at) ?? { file: '', line: 1, column: 1, length: 1 }
  return {
    address,
    attributes: {},
    origins: {},
    origin: { at },
    absent: false,
    replaceAllowed: false,
    mustExist: true,
  }
}

function grouped<T>(list: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of list) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}

const mapEntries = (tree: Tree | undefined): readonly (readonly [string, Entry])[] =>
  tree?.kind === 'map' ? [...tree.entries] : []

function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`)
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
  )
}

const badDate = (text: string, at: Place): Diagnostic => ({
  code: 'QC1004',
  severity: 'error',
  message: `unexpected value "${text}"`,
  at,
  label: 'expected a date that exists, like 2026-12-31',
})

function twice(code: string, message: string, at: Place, first: Place | undefined): Diagnostic {
  return { code, severity: 'error', message, at, ...(first && { also: [{ at: first, text: 'and here' }] }) }
}
