import { Document, isCollection, isScalar, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Value } from '../model/schema.ts'
import { grouped } from './expand.ts'
import { bareValue, blocksOf, type Draft } from './export-draft.ts'
import type { Item } from './export-items.ts'
import { printed } from './export-printed.ts'

/** What one line holds besides its indentation. */
const SHORT = 68
const MOST_NAMED = 10

/** A document as a person would write it: short things on one line, and what could not be written as comments at its place. */
export function yamlOf({ head, body, external }: Draft, registry: Registry): string {
  const map = new YAMLMap()
  for (const [key, value] of Object.entries(head)) map.items.push(new Pair(new Scalar(key), nodeOf(value)))
  fill(map, body, registry)
  if (external.size > 0) {
    const names = new YAMLMap()
    for (const [type, list] of external) names.items.push(new Pair(new Scalar(type.block), nodeOf([...list])))
    map.items.push(new Pair(new Scalar('external'), names))
  }
  const document = new Document(map, { compat: 'yaml-1.1' })
  document.commentBefore = comment([...body.notes, ...unseen(body)])
  return printed(document)
}

/** ` not managed: …`, a line each, without what a terminal would obey. */
const comment = (notes: readonly string[]): string | null =>
  notes.length === 0
    ? null
    : notes.map((note) => ` not managed: ${note.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ')}`).join('\n')

/** What the token was not shown, told once for all that lack the same. */
function unseen(body: Item): readonly string[] {
  const places = new Map<string, string[]>()
  for (const item of body.all())
    for (const { block } of item.unseen) {
      const list = places.get(block) ?? []
      places.set(block, item === body ? list : [...list, item.name])
    }
  const blocks = grouped([...places], ([, names]) => names.join('\n'))
  return [...blocks.values()].map((alike) => {
    const [, names = []] = alike[0] ?? []
    const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''
    const where = names.length > 0 ? ` of ${names.slice(0, MOST_NAMED).join(', ')}${more}` : ''
    return `${alike.map(([block]) => block).join(', ')}${where}, which the token may not see`
  })
}

/** Attributes, then blocks. */
function fill(map: YAMLMap, item: Item, registry: Registry): void {
  // What templates or settings made be written was added last.
  const names = Object.keys(item.type?.schema ?? {})
  const attributes = [...item.attributes].sort(([a], [b]) => names.indexOf(a) - names.indexOf(b))
  for (const [name, value] of attributes) map.items.push(new Pair(new Scalar(name), nodeOf(value)))
  for (const [type, items] of blocksOf(item, registry)) {
    const key = new Scalar(type.block)
    const [only] = items
    if (type.identity === 'singleton' && only) key.commentBefore = comment(only.notes)
    map.items.push(new Pair(key, blockNode(type, items, registry)))
  }
}

function blockNode(
  type: ResourceType,
  items: readonly Item[],
  registry: Registry,
): YAMLMap | YAMLSeq | Scalar {
  if (type.identity === 'singleton') return items[0] ? objectNode(items[0], registry) : new YAMLMap()
  if (type.identity === 'list') {
    const list = new YAMLSeq()
    for (const item of items) {
      const node = objectNode(item, registry)
      node.commentBefore = comment(item.notes)
      list.items.push(node)
    }
    list.flow = items.length === 0
    return list
  }
  const map = new YAMLMap()
  for (const item of items) {
    const key = keyNode(item.name)
    key.commentBefore = comment(item.notes)
    map.items.push(new Pair(key, objectNode(item, registry)))
  }
  return type.value === undefined && items.length > 0 ? map : lined(map)
}

function objectNode(item: Item, registry: Registry): YAMLMap | YAMLSeq | Scalar {
  const bare = bareValue(item)
  if (bare !== undefined) return nodeOf(bare)
  const map = new YAMLMap()
  fill(map, item, registry)
  return item.blocks.size === 0 ? lined(map) : map
}

function nodeOf(value: Value): YAMLMap | YAMLSeq | Scalar {
  if (Array.isArray(value)) {
    const list = new YAMLSeq()
    for (const item of value) list.items.push(nodeOf(item))
    return lined(list)
  }
  if (typeof value !== 'object' || value === null) return new Scalar(value)
  const map = new YAMLMap()
  for (const [key, inner] of Object.entries(value)) map.items.push(new Pair(keyNode(key), nodeOf(inner)))
  return lined(map)
}

/** What somebody has named; a merge key stands in quotes. */
function keyNode(name: string): Scalar {
  const key = new Scalar(name)
  if (name === '<<') key.type = Scalar.QUOTE_DOUBLE
  return key
}

/** On one line where all of it fits there. */
function lined<T extends YAMLMap | YAMLSeq>(node: T): T {
  node.flow = width(node) <= SHORT
  return node
}

/** How long a value is on one line; endless where it cannot stand on one. */
function width(node: unknown): number {
  if (isScalar(node)) {
    const text = String(node.value)
    return node.commentBefore || text.includes('\n') ? Number.POSITIVE_INFINITY : text.length + 2
  }
  if (node instanceof Pair) return width(node.key) + width(node.value)
  if (!isCollection(node)) return 0
  if (node.items.length > 0 && !node.flow && node.flow !== undefined) return Number.POSITIVE_INFINITY
  return node.items.reduce((sum: number, item) => sum + width(item), 2)
}
