import { type Address, addressOf, relative, rootOf } from '../model/address.ts'
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

/** The objects below one root, merged layer by layer, weakest first. Only objects and blocks merge; a value replaces. */
export class Layers {
  readonly objects = new Map<string, Desired>()
  readonly blocks = new Map<string, WrittenBlock>()
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
        this.#problem(
          'QC2010',
          'error',
          `the template has no ${line.text}`,
          line,
          'name the type, a dot, and what follows the organization: robot.ci, repository.redis, quota',
        )
    return { tree, via: layer.via }
  }

  /** Blocks only: what a part adds. */
  layBlocks(type: ResourceType, address: Address, layer: Layer): void {
    for (const below of childrenOf(type.name, this.#registry))
      this.#block(below, address, layer.tree, layer, this.#invalid)
  }

  #object(type: ResourceType, address: Address, tree: Tree, at: Place, layer: Layer, invalid: Invalid): void {
    if (this.#excepted(address, layer)) return
    const before = this.objects.get(address.text)
    if (!layer.via && !this.#claim(address, at)) return
    const isNone = tree.kind === 'scalar' && tree.value === 'none'
    const origin: Origin = { at, ...(layer.via && { via: layer.via }) }
    if (isNone && type.identity === 'key') {
      if (before) this.#drop(address)
      else
        this.#problem(
          'QC4006',
          'warning',
          `no template has ${address.text}: "none" says nothing`,
          origin,
          'remove the line',
          rootOf(address).name,
        )
      return
    }
    const read = readAttributes(type.schema, tree, invalid)
    this.objects.set(address.text, {
      address,
      ...mergeAttributes(before && !before.absent && !isNone ? before : null, read, layer.via),
      origin: before && !isNone && layer.via ? before.origin : origin,
      absent: isNone,
      replaceAllowed:
        (before?.replaceAllowed ?? false) || textOf(child(child(tree, 'lifecycle'), 'replace')) === 'allow',
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

  #excepted(address: Address, { except }: Layer): boolean {
    if (except.length === 0 || !address.parent) return false
    const below = relative(address)
    const name = below === '' ? address.type : `${address.type}.${below}`
    const hit = except.find(({ text }) => text === name)
    if (hit) this.#used.add(hit)
    return hit !== undefined
  }

  /** An object and all below it, as if no template had it. */
  #drop(address: Address): void {
    for (const [text, { address: other }] of this.objects)
      if (other.text === address.text || isBelow(other, address)) this.objects.delete(text)
    for (const [key, { parent }] of this.blocks)
      if (parent.text === address.text || isBelow(parent, address)) this.blocks.delete(key)
  }

  #problem(
    code: string,
    severity: Diagnostic['severity'],
    message: string,
    { at, via }: Origin,
    hint: string,
    organization?: string,
  ): void {
    const about = { severity, hint, ...(organization !== undefined && { organization }) }
    this.diagnostics.push(problemAt(code, message, { at, ...(via && { via }) }, about))
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
