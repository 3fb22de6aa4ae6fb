import { type Address, addressOf, relative } from '../model/address.ts'
import type { Desired } from '../model/change.ts'
import { type Diagnostic, type Origin, type Place, problemAt } from '../model/diagnostics.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Value } from '../model/schema.ts'
import { child, type MapTree, type Tree, textOf } from '../model/tree.ts'
import { readAttributes } from './attributes.ts'
import { childrenOf } from './jsonschema.ts'
import { fillPlaceholders } from './placeholders.ts'
import type { Line } from './settings.ts'
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
}

/** A layer as it was laid: placeholders filled in. */
export interface Laid {
  readonly tree: MapTree
  readonly via?: Place | undefined
}

/** A block as some layer writes it. */
export interface WrittenBlock {
  readonly parent: Address
  readonly type: ResourceType
  readonly at: Place
  readonly empty: boolean
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
      this.#block(below, address, layer.tree, layer, this.#invalid)
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
    if (isNone && type.identity === 'key') {
      const idle = !before && !this.released.has(address.text)
      this.#drop(address)
      this.released.set(address.text, { address, type, origin, idle })
      return
    }
    const read = readAttributes(type.schema, tree, invalid)
    const lifecycle = child(tree, 'lifecycle')
    const replaceOrigin =
      textOf(child(lifecycle, 'replace')) === 'allow' && lifecycle
        ? { ...origin, at: lifecycle.at }
        : before?.replaceOrigin
    this.released.delete(address.text)
    this.objects.set(address.text, {
      address,
      ...mergeAttributes(before && !before.absent && !isNone ? before : null, read, layer.via),
      origin: before && !isNone && layer.via ? before.origin : origin,
      absent: isNone,
      replaceAllowed: replaceOrigin !== undefined,
      ...(replaceOrigin && { replaceOrigin }),
    })
    if (!isNone)
      for (const below of childrenOf(type.name, this.#registry))
        this.#block(below, address, tree, layer, invalid)
  }

  #block(type: ResourceType, parent: Address, tree: Tree, layer: Layer, invalid: Invalid): void {
    const entry = tree.kind === 'map' ? tree.entries.get(type.block) : undefined
    if (!entry) return
    const { key, value } = entry
    if (type.identity === 'singleton') {
      this.#object(type, addressOf(type, parent, ''), value, key, layer, invalid)
      return
    }
    if (value.kind !== 'map') return
    const before = this.blocks.get(`${type.name} ${parent.text}`)
    this.blocks.set(`${type.name} ${parent.text}`, {
      parent,
      type,
      at: key,
      empty: value.entries.size === 0 && (before?.empty ?? true),
    })
    for (const [name, { key: at, value: object }] of value.entries)
      this.#object(type, addressOf(type, parent, name), object, at, layer, invalid)
  }

  /** Documents and parts are equally strong: one object in two of them is an error at both places. */
  #claim(address: Address, at: Place): boolean {
    const first = this.#own.get(address.text)
    if (first)
      this.diagnostics.push({
        code: 'QC1202',
        severity: 'error',
        message: `${address.text} is defined twice`,
        at,
        also: [{ at: first, text: 'and here' }],
      })
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
      if (parent.text === address.text || isBelow(parent, address)) this.blocks.delete(key)
  }
}

const isBelow = ({ parent }: Address, above: Address): boolean =>
  parent !== null && (parent.text === above.text || isBelow(parent, above))

/** The stronger layer's attributes over the weaker's; each value knows what it replaced. */
function mergeAttributes(
  before: Pick<Desired, 'attributes' | 'origins'> | null,
  {
    attributes,
    origins,
  }: { readonly attributes: Record<string, Value>; readonly origins: Record<string, Origin> },
  via: Place | undefined,
): Pick<Desired, 'attributes' | 'origins'> {
  const merged: Record<string, Value | undefined> = { ...before?.attributes }
  const places: Record<string, Origin> = { ...before?.origins }
  for (const [name, origin] of Object.entries(origins)) {
    const weaker = places[name]
    merged[name] = attributes[name]
    places[name] = {
      ...origin,
      ...(via && { via }),
      ...(weaker && { over: [weaker.at, ...(weaker.over ?? [])] }),
    }
  }
  return { attributes: merged, origins: places }
}
