import { type Address, addressOf, byText } from '../model/address.ts'
import { nearest } from '../model/canonical.ts'
import type { Desired } from '../model/change.ts'
import type { Diagnostic, Place } from '../model/diagnostics.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import { child, type MapTree } from '../model/tree.ts'
import { anchor, anchorAt } from './anchors.ts'
import { NO_TEMPLATE } from './followers.ts'
import { Layers } from './layers.ts'
import type { Document } from './load.ts'
import { type Pause, pauseOf } from './pauses.ts'
import { withPresets } from './presets.ts'
import { provided } from './provided.ts'
import { type Block, pruned, type Released } from './prune.ts'
import { registriesOf } from './registries.ts'
import { type External, externalsOf, type Removal, removalsOf } from './removed.ts'
import { items, readSettings, type Settings, texts } from './settings.ts'
import type { Invalid } from './validate.ts'

/** What the files say, flat. */
export interface Expanded {
  readonly settings: Settings
  readonly desired: readonly Desired[]
  /** Objects of no place of their own: each holds, at least, wherever its parent's glob matches. */
  readonly patterns: readonly Desired[]
  readonly blocks: readonly Block[]
  readonly removed: readonly Removal[]
  readonly external: readonly External[]
  /** Left to itself by `none` or `except`, though its block may be pruned. */
  readonly released: readonly Released[]
  /** Organizations that are let be as they are for a while. */
  readonly paused: readonly Pause[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Documents to flat objects with addresses. Runs on invalid files too, so that one run shows all. */
export function expand(documents: readonly Document[], registry: Registry, invalid: Invalid): Expanded {
  const { main, overlay, diagnostics } = registriesOf(documents)
  const settings = readSettings(main, overlay, registry, invalid)
  const bodies = documents.filter((document) => !document.overlay)
  const expansion = new Expansion(bodies, registry, settings, invalid)
  expansion.diagnostics.push(...diagnostics)
  expansion.removals(settings.tree, null)
  expansion.global()
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
  readonly #removed = new Map<string, Removal>()
  readonly #external = new Map<string, External>()
  readonly #released: Released[] = []
  readonly #paused: Pause[] = []
  readonly #roots = new Map<string, { readonly text: string; readonly at: Place }>()

  constructor(documents: readonly Document[], registry: Registry, settings: Settings, invalid: Invalid) {
    this.#documents = documents
    this.#registry = registry
    this.#settings = settings
    this.#invalid = invalid
  }

  result(): Expanded {
    const sorted = this.#desired.sort((a, b) => byText(a.address.text, b.address.text))
    const isPattern = (name: string | undefined) =>
      name !== undefined && this.#registry.get(name)?.patternOf !== undefined
    return {
      settings: this.#settings,
      desired: provided(
        sorted.filter(({ address: { type, parent } }) => !isPattern(type) && !isPattern(parent?.type)),
        this.#registry,
      ),
      patterns: sorted.filter(({ address }) => isPattern(address.parent?.type)),
      blocks: this.#blocks,
      removed: [...this.#removed.values()],
      external: [...this.#external.values()],
      released: this.#released,
      paused: this.#paused,
      diagnostics: this.diagnostics,
    }
  }

  /** Every object of a root type, with its templates and parts. */
  roots(type: ResourceType, document: NonNullable<ResourceType['document']>): void {
    const templates = this.#named(document.template, 'name', `template`)
    const parts = grouped(this.#of(document.part), ({ tree }) => this.#text(tree, type.name) ?? '')
    const mains = this.#named(document.kind, 'name', type.name)
    for (const [name, main] of mains) this.#root(type, name, main, templates, parts.get(name) ?? [])
    for (const [name, list] of parts)
      if (name && !mains.has(name)) this.#root(type, name, null, templates, list)
  }

  /** The objects of the Registry document, which belong to no organization. */
  global(): void {
    const { tree } = this.#settings
    if (!tree) return
    const layers = new Layers(this.#registry, this.#invalid)
    for (const type of this.#registry.values())
      if (type.parents.length === 0 && !type.document) layers.layRoot(type, { tree, at: tree.at, except: [] })
    this.diagnostics.push(...layers.diagnostics)
    for (const desired of layers.objects.values())
      this.#desired.push(withPresets(desired, this.#settings, this.#registry))
  }

  /** What a document says is to be deleted; twice is an error, as with what is declared. */
  removals(tree: MapTree | undefined, root: Address | null): void {
    const { removed, diagnostics } = removalsOf(tree, root, this.#registry)
    this.diagnostics.push(...diagnostics)
    for (const entry of removed) {
      const first = this.#removed.get(entry.address.text)
      if (first)
        this.diagnostics.push(twice('QC1202', `${entry.address.text} is removed twice`, entry.at, first.at))
      else this.#removed.set(entry.address.text, entry)
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
    const at = main ? (child(main, 'name')?.at ?? main.at) : anchorAt(type, parts[0])
    this.#claim(address, at)
    const layers = new Layers(this.#registry, this.#invalid)
    const laid = (main && type.document?.template ? this.#uses(main, templates) : []).map((layer) =>
      layers.lay(type, address, layer),
    )
    if (main) {
      laid.push(layers.lay(type, address, { tree: main, at, except: [] }))
      this.#pause(main, address)
    } else this.#desired.push(anchor(address, at))
    for (const { tree } of parts) layers.layBlocks(type, address, { tree, at: tree.at, except: [] })
    const own = parts.map(({ tree }) => tree)
    for (const tree of main ? [main, ...own] : own) this.removals(tree, address)
    for (const tree of [...laid.map((layer) => layer.tree), ...own])
      for (const entry of externalsOf(tree, address, this.#registry, this.#invalid))
        this.#external.set(entry.address.text, this.#external.get(entry.address.text) ?? entry)
    for (const desired of layers.objects.values())
      this.#desired.push(withPresets(desired, this.#settings, this.#registry))
    const found = pruned(address, laid, main, layers, this.#registry, this.#invalid)
    this.#blocks.push(...found.blocks)
    this.#released.push(...found.released)
    this.diagnostics.push(...layers.diagnostics, ...found.diagnostics)
  }

  #pause(main: MapTree, address: Address): void {
    const { pause, diagnostics } = pauseOf(main, address)
    if (pause) this.#paused.push(pause)
    this.diagnostics.push(...diagnostics)
  }

  /** Organizations and users share one space of names. */
  #claim({ name, text }: Address, at: Place): void {
    const other = this.#roots.get(name)
    if (other)
      this.diagnostics.push(twice('QC1202', `${text} and ${other.text} are one name in Quay`, at, other.at))
    else this.#roots.set(name, { text, at })
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
        code: NO_TEMPLATE,
        severity: 'error',
        message: `there is no template "${name.text}"`,
        at: name.at,
        organization: this.#text(main, 'name') ?? '',
        hint: guess ? `did you mean "${guess}"?` : 'a template is a document of kind OrganizationTemplate',
      })
      return []
    })
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

/** Lists by key. */
export function grouped<T>(
  list: readonly T[],
  keyOf: (item: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of list) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

function twice(code: string, message: string, at: Place, first: Place | undefined): Diagnostic {
  return { code, severity: 'error', message, at, ...(first && { also: [{ at: first, text: 'and here' }] }) }
}
