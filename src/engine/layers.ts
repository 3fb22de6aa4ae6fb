import { type Address, addressOf, relative } from '../model/address.ts'
import type { Desired } from '../model/change.ts'
import {
  below,
  type Diagnostic,
  type Origin,
  overOthers,
  type Place,
  problemAt,
} from '../model/diagnostics.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Value } from '../model/schema.ts'
import { child, type MapTree, type Tree, textOf } from '../model/tree.ts'
import { readAttributes } from './attributes.ts'
import { childrenOf } from './jsonschema-objects.ts'
import { fillPlaceholders } from './placeholders.ts'
import { items, type Line } from './settings.ts'
import type { Invalid } from './validate.ts'

/** One map that holds an organization's body: a template that it uses, its document, or a part of it. */
export interface Layer {
  readonly tree: MapTree
  /** Where the object itself begins. */
  readonly at: Place
  /** The `use` line that brought a template in. */
  readonly via?: Place
  /** What of a template is not wanted. */
  readonly except: readonly Line[]
  /** What others own besides: nothing of it replaces a block. */
  readonly part?: true
}

/** A layer as it was laid: placeholders filled in. */
export interface Laid {
  readonly tree: MapTree
  readonly via?: Place | undefined
}

/** A block as some layer writes it. */
export interface WrittenBlock {
  readonly parent: Address | null
  readonly type: ResourceType
  readonly at: Place
  readonly via: Place | undefined
  readonly empty: boolean
  /** A document or part writes it, not only templates. */
  readonly own: boolean
  /** The document itself does. */
  readonly main: boolean
}

/** What `none` or `except` takes out of the templates: not managed, and not deleted either. `idle`: no template had it. */
export interface Released {
  readonly address: Address
  readonly type: ResourceType
  readonly origin: Origin
  readonly idle: boolean
}

/** The objects below one root, merged layer by layer, weakest first. Only objects and blocks merge; a value replaces. */
export class Layers {
  readonly objects = new Map<string, Desired>()
  readonly blocks = new Map<string, WrittenBlock>()
  readonly released = new Map<string, Released>()
  readonly diagnostics: Diagnostic[] = []
  readonly #registry: Registry
  readonly #invalid: Invalid
  readonly #own = new Map<string, Place>()
  readonly #used = new Set<Line>()

  constructor(registry: Registry, invalid: Invalid) {
    this.#registry = registry
    this.#invalid = invalid
  }

  /** A root and all below it. */
  lay(type: ResourceType, address: Address, layer: Layer): Laid {
    const { tree, invalid } = layer.via
      ? fillPlaceholders(layer.tree, address.name, this.#invalid)
      : { tree: layer.tree, invalid: this.#invalid }
    this.#object(type, address, tree, layer.at, layer, invalid)
    for (const line of layer.except)
      if (!this.#used.has(line))
        this.diagnostics.push(
          problemAt('QC2010', `the template has no ${line.text}`, line, {
            hint: 'name the type, a dot, and what follows the organization: robot.ci, repository.redis, quota',
          }),
        )
    return { tree, via: layer.via }
  }

  /** Blocks only: what a part adds. */
  layBlocks(type: ResourceType, address: Address, layer: Layer): void {
    for (const below of childrenOf(type.name, this.#registry))
      this.#block(below, address, layer.tree, { ...layer, part: true }, this.#invalid)
  }

  /** A block of the Registry document. */
  layRoot(type: ResourceType, layer: Layer): void {
    this.#block(type, null, layer.tree, layer, this.#invalid)
  }

  #object(type: ResourceType, address: Address, tree: Tree, at: Place, layer: Layer, invalid: Invalid): void {
    const exception = this.#exceptionOf(address, layer)
    if (exception) {
      this.released.set(address.text, { address, type, origin: exception, idle: false })
      return
    }
    const before = this.objects.get(address.text)
    if (!layer.via && !this.#claim(address, at)) return
    const isNone = tree.kind === 'scalar' && tree.value === 'none'
    const origin: Origin = { at, ...(layer.via && { via: layer.via }) }
    if (isNone && type.identity !== 'singleton') {
      const idle = !before && !this.released.has(address.text)
      this.#drop(address)
      this.released.set(address.text, { address, type, origin, idle })
      return
    }
    const read = readAttributes(
      type.schema,
      type.value === undefined ? tree : bare(type.value, tree),
      invalid,
    )
    const lifecycle = child(tree, 'lifecycle')
    const replaceOrigin =
      textOf(child(lifecycle, 'replace')) === 'allow' && lifecycle
        ? { at: lifecycle.at, ...(layer.via && { via: layer.via }) }
        : before?.replaceOrigin
    this.released.delete(address.text)
    this.objects.set(address.text, {
      address,
      ...mergeAttributes(before && !before.absent && !isNone ? before : null, read, layer.via),
      origin: before && !isNone && layer.via ? before.origin : origin,
      absent: isNone,
      ...((layer.via || before?.templated) && { templated: true }),
      replaceAllowed: replaceOrigin !== undefined,
      ...(replaceOrigin && { replaceOrigin }),
    })
    if (!isNone)
      for (const below of childrenOf(type.name, this.#registry))
        if (type.patternOf) this.#entries(below, address, tree, layer, invalid)
        else this.#block(below, address, tree, layer, invalid)
  }

  #block(type: ResourceType, parent: Address | null, tree: Tree, layer: Layer, invalid: Invalid): void {
    const entry = tree.kind === 'map' ? tree.entries.get(type.block) : undefined
    if (!entry) return
    const { key, value } = entry
    if (type.identity === 'singleton') {
      this.#object(type, addressOf(type, parent, ''), value, key, layer, invalid)
      return
    }
    if (value.kind !== (type.identity === 'list' ? 'list' : 'map')) return
    const id = `${type.name} ${parent?.text ?? ''}`
    const replaces = (type.exact || type.identity === 'list') && !layer.part
    if (replaces && this.blocks.has(id)) this.#clear(type, parent)
    const before = replaces ? undefined : this.blocks.get(id)
    const own = !layer.via || before?.own === true
    const main = (!layer.via && !layer.part) || before?.main === true
    const empty =
      value.kind === 'map' ? value.entries.size === 0 : value.kind === 'list' && value.items.length === 0
    const { via } = layer
    this.blocks.set(id, { parent, type, at: key, via, own, main, empty: empty && (before?.empty ?? true) })
    this.#entries(type, parent, value, layer, invalid)
  }

  /** The entries of a map by their keys, those of a list by what their attributes make their name. */
  #entries(type: ResourceType, parent: Address | null, block: Tree, layer: Layer, invalid: Invalid): void {
    if (block.kind === 'map')
      for (const [name, { key: at, value: object }] of block.entries)
        this.#object(type, addressOf(type, parent, name), object, at, layer, invalid)
    const seen = new Map<string, Place>()
    for (const item of items(block)) {
      const { attributes, origins } = readAttributes(type.schema, item, invalid)
      const isWhole = Object.keys(origins).every((key) => attributes[key] !== undefined)
      const name = isWhole ? (type.nameOf?.(attributes) ?? null) : null
      const address = name === null ? null : addressOf(type, parent, name)
      if (!address) continue
      const first = seen.get(address.text)
      if (first)
        this.diagnostics.push(twice(address, { at: item.at, ...(layer.via && { via: layer.via }) }, first))
      else this.#object(type, address, item, item.at, layer, invalid)
      seen.set(address.text, item.at)
    }
  }

  /** The strongest layer that writes a list, or an exact block, gives all of it. */
  #clear(type: ResourceType, parent: Address | null): void {
    for (const [text, { address }] of this.objects)
      if (address.type === type.name && address.parent?.text === parent?.text) this.objects.delete(text)
  }

  /** Documents and parts are equally strong: one object in two of them is an error at both places. */
  #claim(address: Address, at: Place): boolean {
    const first = this.#own.get(address.text)
    if (first) this.diagnostics.push(twice(address, { at }, first))
    else this.#own.set(address.text, at)
    return !first
  }

  #exceptionOf(address: Address, { except }: Layer): Line | undefined {
    if (except.length === 0 || !address.parent) return undefined
    const below = relative(address)
    const name = below === '' ? address.type : `${address.type}.${below}`
    const hit = except.find(({ text }) => text === name)
    if (hit) this.#used.add(hit)
    return hit
  }

  /** An object and all below it, as if no template had it. */
  #drop(address: Address): void {
    if (!this.objects.has(address.text)) return
    for (const [text, { address: other }] of this.objects)
      if (other.text === address.text || isBelow(other, address)) this.objects.delete(text)
    for (const [key, { parent }] of this.blocks)
      if (parent && (parent.text === address.text || isBelow(parent, address))) this.blocks.delete(key)
  }
}

const twice = ({ text }: Address, origin: Origin, first: Place): Diagnostic =>
  problemAt('QC1202', `${text} is defined twice`, origin, { also: [{ at: first, text: 'and here' }] })

/** A bare value as the map that it stands for. */
function bare(attribute: string, value: Tree): Tree {
  const end = { line: value.at.line, column: value.at.column + value.at.length }
  return { kind: 'map', at: value.at, entries: new Map([[attribute, { key: value.at, value, end }]]) }
}

const isBelow = ({ parent }: Address, above: Address): boolean =>
  parent !== null && (parent.text === above.text || isBelow(parent, above))

/** The stronger layer's attributes over the weaker's; each value knows what it replaced. */
function mergeAttributes(
  before: Pick<Desired, 'attributes' | 'origins'> | null,
  own: { readonly attributes: Record<string, Value>; readonly origins: Record<string, Origin> },
  via: Place | undefined,
): Pick<Desired, 'attributes' | 'origins'> {
  if (!before && !via) return own
  const attributes: Record<string, Value | undefined> = { ...before?.attributes }
  const origins: Record<string, Origin> = { ...before?.origins }
  for (const name of Object.keys(own.origins)) {
    const [origin, weaker] = [own.origins[name], origins[name]]
    attributes[name] = own.attributes[name]
    if (origin) origins[name] = overOthers(origin, below(weaker), via)
  }
  return { attributes, origins }
}
