import { Document, isMap, type YAMLMap, type YAMLSeq } from 'yaml'
import { type Address, byText, rootOf } from '../model/address.ts'
import type { Desired } from '../model/change.ts'
import type { Origin } from '../model/diagnostics.ts'
import { kinds } from '../model/kinds.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Attribute, Value } from '../model/schema.ts'
import { child, mapEntries, plain } from '../model/tree.ts'
import { withoutUserinfo } from '../model/userinfo.ts'
import { type Expanded, grouped } from './expand.ts'
import { commented, printed, provenance } from './export-printed.ts'
import { childrenOf } from './jsonschema-objects.ts'
import { API_VERSION } from './load.ts'
import type { Pause } from './pauses.ts'
import type { Block, Released } from './prune.ts'
import type { External, Removal } from './removed.ts'

/** How a value is shown. */
type Show = (attribute: Attribute, value: Value) => Value

/** What the files come to, as files without templates, defaults and parts: each value with the line that it comes from. */
export function exportExpanded(
  expanded: Expanded,
  registry: Registry,
  show: Show = (_, value) => value,
): string {
  const writer = new Writer(registry, expanded, show)
  const roots = expanded.desired.filter(({ address }) => address.parent === null)
  const documents = [
    ...writer.settings(expanded),
    ...roots.flatMap((root) => {
      const type = registry.get(root.address.type)
      return type?.document ? [writer.document(root, type)] : []
    }),
  ]
  return documents.map(printed).join('---\n')
}

class Writer {
  readonly #registry: Registry
  readonly #show: Show
  readonly #children: ReadonlyMap<string, readonly Desired[]>
  readonly #pruned: ReadonlyMap<string, readonly Block[]>
  readonly #removed: ReadonlyMap<string, readonly Removal[]>
  readonly #released: ReadonlyMap<string, readonly Released[]>
  readonly #external: ReadonlyMap<string, readonly External[]>
  readonly #paused: ReadonlyMap<string, Pause>

  constructor(registry: Registry, expanded: Expanded, show: Show) {
    this.#show = show
    const { desired, patterns, blocks, removed, external, released, paused } = expanded
    this.#registry = registry
    this.#children = grouped(
      [...desired, ...patterns, ...globsOf(patterns)],
      ({ address: { type, parent } }) => `${type} ${parent?.text ?? ''}`,
    )
    this.#released = grouped(released, ({ type, parent }) => `${type} ${parent?.text ?? ''}`)
    const pruned = blocks.filter(({ pruneAt }) => pruneAt)
    this.#pruned = grouped(pruned, ({ parent }) => parent.text)
    this.#removed = grouped(removed, ({ address }) => (address.parent ? rootOf(address).text : ''))
    this.#paused = new Map(paused.map((pause) => [pause.address.text, pause]))
    this.#external = grouped(external, ({ address }) => rootOf(address).text)
  }

  /** What holds for all and is not in the objects by now. */
  settings({ settings: { tree, url, secrets } }: Expanded): readonly Document[] {
    const document = new Document({ apiVersion: API_VERSION, kind: 'Registry' })
    const written = (key: string) => child(tree, key)
    if (url) document.set('url', commented(document, withoutUserinfo(url.text), url))
    const said = written('secrets') ?? written('upstreams')
    if (said) document.set('secrets', commented(document, [...secrets], said))
    for (const key of ['safety', 'rules']) {
      const entries = mapEntries(written(key)).map(
        ([name, { value }]) => [name, commented(document, plain(value), value)] as const,
      )
      if (entries.length > 0) document.set(key, mapOf(document, entries))
    }
    for (const type of this.#registry.values())
      if (type.parents.length === 0 && !type.document && isMap(document.contents))
        this.#block(document.contents, null, type, document)
    this.#removals(document, '')
    return isMap(document.contents) && document.contents.items.length > 2 ? [document] : []
  }

  document(root: Desired, type: ResourceType): Document {
    const document = new Document({})
    const { name } = root.address
    const isPart = root.mustExist === true && type.document?.part !== undefined
    const map = document.contents
    if (!isMap(map)) return document
    document.set('apiVersion', API_VERSION)
    document.set('kind', isPart ? type.document?.part : type.document?.kind)
    map.set(document.createNode(isPart ? type.name : 'name'), commented(document, name, root.origin))
    this.#fill(map, root, type, document)
    const own = [...this.#pruned.values()]
      .flat()
      .filter(({ parent, exact }) => !exact && rootOf(parent).text === root.address.text)
    const prune = own
      .sort((a, b) => byText(a.type, b.type))
      .flatMap(({ type: block, pruneAt: at, dropped }) =>
        at ? [[this.#blockOf(block), commented(document, dropped ? 'dropped' : 'all', { at })] as const] : [],
      )
    if (prune.length > 0) document.set('prune', mapOf(document, prune))
    const pause = this.#paused.get(root.address.text)
    if (pause) {
      const { reason, until } = pause
      document.set('paused', commented(document, { reason, until }, pause))
    }
    this.#removals(document, root.address.text)
    const external = grouped(this.#leftAlone(root.address), ({ address }) => this.#blockOf(address.type))
    const names = [...external].map(
      ([block, list]) =>
        [
          block,
          document.createNode(
            sorted(list).map(({ address, origin }) => commented(document, address.name, origin)),
          ),
        ] as const,
    )
    if (names.length > 0) document.set('external', mapOf(document, names))
    return document
  }

  /** An empty block says that all go; what shall not can only be external beside it. */
  #leftAlone(root: Address): readonly { readonly address: Address; readonly origin: Origin }[] {
    const external = (this.#external.get(root.text) ?? []).map(({ address, at }) => ({
      address,
      origin: { at },
    }))
    const beside = (this.#pruned.get(root.text) ?? [])
      .map(({ type }) => `${type} ${root.text}`)
      .filter((key) => !this.#children.has(key))
      .flatMap((key) => this.#released.get(key) ?? [])
      .map((address) => ({ address, origin: address.origin }))
    return [...external, ...beside]
  }

  #removals(document: Document, root: string): void {
    const byBlock = grouped(this.#removed.get(root) ?? [], ({ address }) => this.#blockOf(address.type))
    const gone = [...byBlock].map(([block, list]) => [block, reasonsOf(document, list)] as const)
    if (gone.length > 0) document.set('removed', mapOf(document, gone))
  }

  readonly #blockOf = (type: string): string => this.#registry.get(type)?.block ?? type

  /** Attributes, then blocks. */
  #fill(map: YAMLMap, desired: Desired, type: ResourceType, document: Document): void {
    for (const [name, attribute] of Object.entries(type.schema)) {
      const value = desired.attributes[name]
      const origin = desired.origins[name]
      if (value !== undefined && origin)
        map.set(name, commented(document, written(attribute, this.#show(attribute, value), origin), origin))
    }
    if (desired.replaceOrigin)
      map.set('lifecycle', commented(document, { replace: 'allow' }, desired.replaceOrigin))
    for (const below of childrenOf(type.name, this.#registry))
      this.#block(map, desired.address, below, document)
  }

  #block(map: YAMLMap, parent: Address | null, type: ResourceType, document: Document): void {
    const place = parent?.text ?? ''
    const objects = this.#children.get(`${type.name} ${place}`) ?? []
    const nodes = objects.map(
      (object) => [object.address.name, this.#object(object, type, document)] as const,
    )
    const isPruned = this.#pruned.get(place)?.some((block) => block.type === type.name)
    const released =
      isPruned && nodes.length > 0 && !type.exact ? (this.#released.get(`${type.name} ${place}`) ?? []) : []
    const left = released.map(({ name, origin }) => [name, commented(document, 'none', origin)] as const)
    if (nodes.length === 0 && !isPruned) return
    if (type.identity === 'singleton') map.set(type.block, nodes[0]?.[1])
    else if (type.identity === 'list') {
      const list = document.createNode(nodes.map(([, node]) => node)) as YAMLSeq
      list.flow = nodes.length === 0
      map.set(type.block, list)
    } else {
      const block = document.createNode({}) as YAMLMap
      // `set` looks for the name among all before it.
      for (const [name, node] of [...nodes, ...left].sort((a, b) => byText(a[0], b[0])))
        block.items.push(document.createPair(name, node))
      block.flow = block.items.length === 0
      map.set(type.block, block)
    }
  }

  #object(desired: Desired, type: ResourceType, document: Document) {
    if (desired.absent) return commented(document, 'none', desired.origin)
    const bare = type.value === undefined ? undefined : desired.attributes[type.value]
    if (bare !== undefined) return commented(document, bare, desired.origin)
    const node = document.createNode({}) as YAMLMap
    if (type.patternOf)
      for (const inside of childrenOf(type.name, this.#registry))
        for (const object of this.#children.get(`${inside.name} ${desired.address.text}`) ?? [])
          node.set(object.address.name, this.#object(object, inside, document))
    else this.#fill(node, desired, type, document)
    if (node.items.length > 0) return node
    node.flow = true
    node.comment = ` ${provenance(desired.origin)}`
    return node
  }
}

/** The objects that patterns stand in. */
const globsOf = (patterns: readonly Desired[]): readonly Desired[] => [
  ...new Map(
    patterns.flatMap((pattern) => {
      const { parent } = pattern.address
      return parent
        ? [[parent.text, { ...pattern, address: parent, attributes: {}, origins: {} }] as const]
        : []
    }),
  ).values(),
]

/** The key of an object in `removed`: its name, after that of its parent where that is not the root. */
function keyOf({ name, place, parent }: Address): string {
  return parent?.parent ? `${parent.name}${place.charAt(parent.place.length)}${name}` : name
}

const reasonsOf = (document: Document, list: readonly Removal[]) =>
  mapOf(
    document,
    sorted(list).map(({ address, reason, until, at }) => [
      keyOf(address),
      commented(document, { reason, until }, { at }),
    ]),
  )

/** A map of what is made already. */
const mapOf = (document: Document, entries: readonly (readonly [string, unknown])[]) =>
  document.createNode(Object.fromEntries(entries))

const sorted = <T extends { readonly address: Address }>(list: readonly T[]): readonly T[] =>
  [...list].sort((a, b) => byText(a.address.text, b.address.text))

function written({ kind, many, fields }: Attribute, value: Value, { text }: Origin): Value {
  if (value === null) return 'none'
  if (many === 'single' && Array.isArray(value)) return value[0] ?? 'none'
  if (kind === 'duration' || kind === 'size') return value === 0 ? 0 : (text ?? kinds[kind].print(value))
  if (fields && typeof value === 'object' && !Array.isArray(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inner ?? 'none']))
  return value
}
