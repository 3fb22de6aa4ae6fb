import { type Diagnostic, hasErrors, type Place } from '../model/diagnostics.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Value } from '../model/schema.ts'
import type { Server } from '../model/server.ts'
import type { Entry, MapTree, Tree } from '../model/tree.ts'
import { bareValue, type Draft, draftOf } from './export-draft.ts'
import type { Item } from './export-items.ts'
import { lacks } from './lacks.ts'
import type { Document } from './load.ts'
import { configurationOf } from './pipeline.ts'
import type { Validator } from './validate.ts'

/** What decides what a file may say. */
export interface Language {
  readonly registry: Registry
  readonly validators: Readonly<Record<string, Validator>>
  readonly server: Server
}

/** A document of a body, without what the language or this server would refuse in it: that stands in notes, in the words of the refusal. Null where nothing can be said. */
export function sift(body: Item, language: Language): Draft | null {
  for (;;) {
    const draft = draftOf(body, language.registry)
    const mapped = new Mapped(draft)
    const refusals = refusalsOf(draft, mapped.tree, language)
    if (refusals.length === 0) return draft
    const done = new Set<Owner | Item>()
    for (const refusal of refusals) if (!takeOut(mapped.ownerAt(refusal.at), refusal, done)) return null
  }
}

/** A draft as it would be loaded, were it written. */
export const documentOf = (draft: Draft): Document => loadedOf(draft, new Mapped(draft).tree)

const loadedOf = ({ head }: Draft, tree: MapTree): Document => ({
  kind: String(head.kind),
  tree,
  file: '',
  path: '',
  overlay: false,
})

/** First what is wrong whatever the server. */
function refusalsOf(draft: Draft, tree: MapTree, language: Language): readonly Diagnostic[] {
  const { registry, validators, server } = language
  const loaded = { documents: [loadedOf(draft, tree)], diagnostics: [], sources: new Map(), ignores: [] }
  const { diagnostics, expanded } = configurationOf(loaded, registry, validators)
  if (hasErrors(diagnostics)) return diagnostics.filter(({ severity }) => severity === 'error')
  return lacks(expanded.desired, [], registry, server)
}

/** An attribute alone where it can be left out and is no part of the name; else its object; and of an exact set all, because what it does not list would go. */
function takeOut(owner: Owner | null, { message, label }: Diagnostic, done: Set<Owner | Item>): boolean {
  if (!owner) throw new TypeError(`an export cannot be written: ${message}`)
  const { item, attribute } = owner
  const { type, parent } = item
  if (done.has(owner) || done.has(item)) return true
  done.add(owner)
  const why = `${message}${label ? `: ${label}` : ''}`
  const isNeeded =
    attribute === null ||
    type?.schema[attribute]?.required === true ||
    type?.value === attribute ||
    type?.identity === 'list'
  if (!isNeeded && item.attributes.delete(attribute)) {
    item.notes.push(`${attribute}: ${why}`)
    return true
  }
  if (!parent || !type) {
    item.notes.push(why)
    return false
  }
  const block = parent.blocks.get(type) ?? []
  const rest = type.exact ? [] : block.filter((other) => other !== item)
  for (const other of type.exact ? block : [item]) done.add(other)
  if (rest.length > 0) parent.blocks.set(type, rest)
  else parent.blocks.delete(type)
  const { text = '' } = item.live?.address ?? {}
  parent.notes.push(why.startsWith(`${text} `) ? why : `${text}: ${why}`)
  return true
}

/** Whose line it is. */
interface Owner {
  readonly item: Item
  readonly attribute: string | null
}

/** A document as a tree in which each object, and each of its attributes, has a line of its own. */
class Mapped {
  readonly tree: MapTree
  readonly #owners: Owner[] = []

  constructor({ head, body, external }: Draft) {
    const at = this.#line(body)
    const names = [...external].map(([type, list]) => [type.block, treeOf([...list], at)] as const)
    this.tree = mapTree(at, [
      ...Object.entries(head).map(([key, text]) => [key, treeOf(text, at)] as const),
      ...this.#content(body),
      ...(names.length > 0 ? [['external', mapTree(at, names)] as const] : []),
    ])
  }

  ownerAt(place: Place | null): Owner | null {
    return (place && this.#owners[place.line - 1]) ?? null
  }

  #content(item: Item): readonly (readonly [string, Tree])[] {
    const attributes = [...item.attributes].map(
      ([name, value]) => [name, treeOf(value, this.#line(item, name))] as const,
    )
    const blocks = [...item.blocks].map(([type, items]) => {
      const at = this.#line(item)
      const trees = items.map((inside) => [inside.name, this.#object(inside)] as const)
      return [type.block, blockTree(type, trees, at)] as const
    })
    return [...attributes, ...blocks]
  }

  #object(item: Item): Tree {
    const at = this.#line(item)
    const bare = bareValue(item)
    return bare === undefined ? mapTree(at, this.#content(item)) : treeOf(bare, at)
  }

  #line(item: Item, attribute: string | null = null): Place {
    return { file: '', line: this.#owners.push({ item, attribute }), column: 1, length: 1 }
  }
}

function blockTree(type: ResourceType, trees: readonly (readonly [string, Tree])[], at: Place): Tree {
  if (type.identity === 'singleton') return trees[0]?.[1] ?? mapTree(at, [])
  return type.identity === 'list'
    ? { kind: 'list', at, items: trees.map(([, tree]) => tree) }
    : mapTree(at, trees)
}

/** The key of an entry stands where its value does. */
const mapTree = (at: Place, entries: readonly (readonly [string, Tree])[]): MapTree => ({
  kind: 'map',
  at,
  entries: new Map(
    entries.map(([name, value]) => [name, { key: value.at, value, end: value.at } satisfies Entry]),
  ),
})

function treeOf(value: Value, at: Place): Tree {
  if (Array.isArray(value)) return { kind: 'list', at, items: value.map((item) => treeOf(item, at)) }
  if (typeof value !== 'object' || value === null)
    return { kind: 'scalar', at, value: value as string | number | boolean | null, text: String(value) }
  return mapTree(
    at,
    Object.entries(value).map(([key, inner]) => [key, treeOf(inner, at)] as const),
  )
}
