import { type Address, addressOf, byText } from '../model/address.ts'
import type { Desired } from '../model/change.ts'
import type { Diagnostic, Origin, Place } from '../model/diagnostics.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Value } from '../model/schema.ts'
import { child, type Entry, type MapTree, type Tree, textOf } from '../model/tree.ts'
import { readAttributes } from './attributes.ts'
import { childrenOf } from './jsonschema.ts'
import type { Document } from './load.ts'
import { readSettings, type Settings, upstreamFor } from './settings.ts'
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

/** What the files say, flat. */
export interface Expanded {
  readonly settings: Settings
  readonly desired: readonly Desired[]
  readonly blocks: readonly Block[]
  readonly removed: readonly Removal[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Documents to flat objects with addresses. Runs on invalid files too, so that one run shows all. */
export function expand(documents: readonly Document[], registry: Registry, invalid: Invalid): Expanded {
  const [first, ...more] = documents.filter(({ kind }) => kind === 'Registry')
  const expansion = new Expansion(registry, readSettings(first, invalid), invalid)
  for (const { tree } of more)
    expansion.diagnostics.push(
      twice('QC1203', 'the Registry document is written twice', tree.at, first?.tree.at),
    )
  if (first) expansion.removals(first.tree, null)
  for (const document of documents) {
    const type = [...registry.values()].find((candidate) => candidate.document === document.kind)
    if (type) expansion.document(type, document.tree)
  }
  return expansion.result()
}

class Expansion {
  readonly diagnostics: Diagnostic[] = []
  readonly #registry: Registry
  readonly #settings: Settings
  readonly #invalid: Invalid
  readonly #desired = new Map<string, Desired>()
  readonly #blocks: Block[] = []
  readonly #removed: Removal[] = []

  constructor(registry: Registry, settings: Settings, invalid: Invalid) {
    this.#registry = registry
    this.#settings = settings
    this.#invalid = invalid
  }

  result(): Expanded {
    return {
      settings: this.#settings,
      desired: [...this.#desired.values()].sort((a, b) => byText(a.address.text, b.address.text)),
      blocks: this.#blocks,
      removed: this.#removed,
      diagnostics: this.diagnostics,
    }
  }

  document(type: ResourceType, tree: MapTree): void {
    const name = child(tree, 'name')
    if (name?.kind !== 'scalar' || this.#invalid.has(name)) return
    const address = addressOf(type, null, name.text)
    this.#object(type, address, tree, name.at)
    this.#prunes(address, tree)
    this.removals(tree, address)
  }

  /** `removed` of a Registry document (roots) or of a document (what is below it). */
  removals(tree: MapTree, root: Address | null): void {
    const types = [...this.#registry.values()].filter(
      ({ removable, parents }) => removable && (parents.length === 0) === (root === null),
    )
    for (const type of types)
      for (const [name, entry] of mapEntries(child(child(tree, 'removed'), type.block))) {
        const [reason, until] = [textOf(child(entry.value, 'reason')), textOf(child(entry.value, 'until'))]
        if (reason && until && isDate(until))
          this.#removed.push({ address: addressOf(type, root, name), reason, until, at: entry.key })
        else if (until && reason)
          this.diagnostics.push(badDate(until, child(entry.value, 'until')?.at ?? entry.key))
      }
  }

  #object(type: ResourceType, address: Address, tree: Tree, at: Place): void {
    const before = this.#desired.get(address.text)
    if (before) {
      this.diagnostics.push(twice('QC1202', `${address.text} is defined twice`, at, before.origin.at))
      return
    }
    const { attributes, origins } = readAttributes(type.schema, tree, this.#invalid)
    const absent = type.identity === 'singleton' && tree.kind === 'scalar' && tree.value === 'none'
    const replaceAllowed = textOf(child(child(tree, 'lifecycle'), 'replace')) === 'allow'
    const desired = { address, attributes, origins, origin: { at }, absent, replaceAllowed }
    this.#desired.set(address.text, this.#withUpstream(type, desired))
    if (!absent) for (const below of childrenOf(type.name, this.#registry)) this.#block(below, address, tree)
  }

  #block(type: ResourceType, parent: Address, tree: Tree): void {
    const entry = tree.kind === 'map' ? tree.entries.get(type.block) : undefined
    if (!entry) return
    if (type.identity === 'singleton') {
      if (entry.value.kind === 'map' || entry.value.kind === 'scalar')
        if (!(entry.value.kind === 'scalar' && entry.value.value !== 'none'))
          this.#object(type, addressOf(type, parent, ''), entry.value, entry.key)
      return
    }
    this.#blocks.push({ parent, type: type.name, at: entry.key, pruneAt: null })
    for (const [name, { key, value }] of mapEntries(entry.value))
      if (value.kind === 'map') this.#object(type, addressOf(type, parent, name), value, key)
  }

  /** `prune` says of which blocks whatever is not listed goes. */
  #prunes(address: Address, tree: MapTree): void {
    for (const [block, entry] of mapEntries(child(tree, 'prune'))) {
      const type = [...this.#registry.values()].find(
        (candidate) => candidate.block === block && candidate.prunable,
      )
      if (!type || this.#invalid.has(entry.value)) continue
      const index = this.#blocks.findIndex(
        (found) => found.type === type.name && found.parent.text === address.text,
      )
      const found = this.#blocks[index]
      if (found) this.#blocks[index] = { ...found, pruneAt: entry.value.at }
      else
        this.diagnostics.push({
          code: 'QC2007',
          severity: 'error',
          message: `${address.text} prunes ${block}, and lists none`,
          at: entry.key,
          hint: `write "${block}: {}" if all of them shall go`,
        })
    }
    for (const found of this.#blocks.filter(
      ({ parent, pruneAt }) => parent.text === address.text && !pruneAt,
    )) {
      const type = this.#registry.get(found.type)
      const written = child(tree, type?.block ?? '')
      if (type?.prunable && written?.kind === 'map' && written.entries.size === 0)
        this.diagnostics.push({
          code: 'QC4003',
          severity: 'warning',
          message: `an empty "${type.block}" deletes nothing`,
          at: found.at,
          hint: `write "prune: {${type.block}: all}" if the ${type.block} in Quay shall go`,
        })
    }
  }

  /** Credentials by upstream host, where the object declares neither. */
  #withUpstream(type: ResourceType, desired: Desired): Desired {
    const reference = type.upstreamOf && desired.attributes[type.upstreamOf]
    const own = Object.entries(type.schema).filter(([, { upstream }]) => upstream)
    if (typeof reference !== 'string' || own.some(([name]) => desired.origins[name])) return desired
    const upstream = upstreamFor(reference, this.#settings.upstreams)
    const attributes: Record<string, Value | undefined> = { ...desired.attributes }
    const origins: Record<string, Origin> = { ...desired.origins }
    for (const [name, { upstream: role }] of own) {
      const part = role && upstream?.[role]
      if (!part) continue
      attributes[name] = part.value
      origins[name] = { at: part.at }
    }
    return { ...desired, attributes, origins }
  }
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
