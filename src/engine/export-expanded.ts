import { Document, isMap, isScalar, Scalar, type YAMLMap, type YAMLSeq } from 'yaml'
import { byText, relative, rootOf } from '../model/address.ts'
import type { Desired } from '../model/change.ts'
import type { Origin, Place } from '../model/diagnostics.ts'
import { kinds } from '../model/kinds.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Attribute, Value } from '../model/schema.ts'
import type { Expanded } from './expand.ts'
import { childrenOf } from './jsonschema.ts'
import { API_VERSION } from './load.ts'

/** What the files come to, as files without templates, defaults and parts: each value with the line that it comes from. */
export function exportExpanded(expanded: Expanded, registry: Registry): string {
  const children = new Map<string, Desired[]>()
  for (const desired of expanded.desired) {
    const key = `${desired.address.type} ${desired.address.parent?.text ?? ''}`
    children.set(key, [...(children.get(key) ?? []), desired])
  }
  const writer = new Writer(registry, children)
  return expanded.desired
    .filter(({ address }) => address.parent === null)
    .flatMap((root) => {
      const type = registry.get(root.address.type)
      return type?.document
        ? [writer.document(root, type, expanded).toString({ lineWidth: 0, flowCollectionPadding: false })]
        : []
    })
    .join('---\n')
}

class Writer {
  readonly #registry: Registry
  readonly #children: ReadonlyMap<string, readonly Desired[]>

  constructor(registry: Registry, children: ReadonlyMap<string, readonly Desired[]>) {
    this.#registry = registry
    this.#children = children
  }

  document(root: Desired, type: ResourceType, expanded: Expanded): Document {
    const document = new Document({})
    const { name } = root.address
    const isPart = root.mustExist === true && type.document?.part !== undefined
    const map = document.contents
    if (!isMap(map)) return document
    document.set('apiVersion', API_VERSION)
    document.set('kind', isPart ? type.document?.part : type.document?.kind)
    map.set(document.createNode(isPart ? type.name : 'name'), commented(document, name, root.origin))
    this.#fill(map, root, type, document)
    const own = expanded.blocks.filter(({ parent, pruneAt }) => pruneAt && parent.text === root.address.text)
    const prune = own.map((block) => [this.#registry.get(block.type)?.block ?? block.type, 'all'] as const)
    if (prune.length > 0) document.set('prune', document.createNode(Object.fromEntries(prune)))
    this.#lists(document, root, expanded)
    return document
  }

  #lists(document: Document, root: Desired, { removed, external }: Expanded): void {
    const below = <T extends Pick<Desired, 'address'>>(list: readonly T[]) =>
      list.filter(({ address }) => address.parent && rootOf(address).text === root.address.text)
    const gone: Record<string, Record<string, unknown>> = {}
    for (const { address, reason, until } of below(removed)) {
      const block = this.#registry.get(address.type)?.block ?? address.type
      gone[block] = { ...gone[block], [relative(address)]: { reason, until } }
    }
    const others: Record<string, string[]> = {}
    for (const { address } of below(external)) {
      const block = this.#registry.get(address.type)?.block ?? address.type
      others[block] = [...(others[block] ?? []), address.name]
    }
    if (Object.keys(gone).length > 0) document.set('removed', document.createNode(gone))
    if (Object.keys(others).length > 0) document.set('external', document.createNode(others))
  }

  /** Attributes, then blocks. */
  #fill(map: YAMLMap, desired: Desired, type: ResourceType, document: Document): void {
    for (const [name, attribute] of Object.entries(type.schema)) {
      const value = desired.attributes[name]
      const origin = desired.origins[name]
      if (value !== undefined && origin)
        map.set(name, commented(document, written(attribute, value, origin), origin))
    }
    if (desired.replaceAllowed)
      map.set('lifecycle', document.createNode({ replace: 'allow' }, { flow: true }))
    for (const below of childrenOf(type.name, this.#registry)) this.#block(map, desired, below, document)
  }

  #block(map: YAMLMap, parent: Desired, type: ResourceType, document: Document): void {
    const objects = this.#children.get(`${type.name} ${parent.address.text}`) ?? []
    const nodes = objects.map(
      (object) => [object.address.name, this.#object(object, type, document)] as const,
    )
    if (nodes.length === 0) return
    if (type.identity === 'singleton') map.set(type.block, nodes[0]?.[1])
    else {
      const block = document.createNode({}) as YAMLMap
      for (const [name, node] of [...nodes].sort((a, b) => byText(a[0], b[0]))) block.set(name, node)
      map.set(type.block, block)
    }
  }

  #object(desired: Desired, type: ResourceType, document: Document) {
    if (desired.absent) return commented(document, 'none', desired.origin)
    const node = document.createNode({}) as YAMLMap
    this.#fill(node, desired, type, document)
    if (node.items.length > 0) return node
    node.flow = true
    node.comment = ` ${provenance(desired.origin)}`
    return node
  }
}

/** A value as it would be written, with its line behind it. */
function commented(document: Document, value: Value, origin: Origin) {
  const node = document.createNode(value) as Scalar | YAMLMap | YAMLSeq
  if (!isScalar(node)) node.flow = true
  else if (typeof value === 'string' && value.includes('\n')) node.type = Scalar.QUOTE_DOUBLE
  node.comment = ` ${provenance(origin)}`
  return node
}

function written({ kind, many, fields }: Attribute, value: Value, { text }: Origin): Value {
  if (value === null || (many === 'single' && Array.isArray(value) && value.length === 0)) return 'none'
  if (many === 'single' && Array.isArray(value)) return value[0] ?? 'none'
  if (kind === 'duration' || kind === 'size') return value === 0 ? 0 : (text ?? kinds[kind].print(value))
  if (fields && typeof value === 'object' && !Array.isArray(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inner ?? 'none']))
  return value
}

/** `orgs/acme.yaml:15 via …, over quayctl.yaml:6` */
function provenance({ at, via, over = [] }: Origin): string {
  const line = ({ file, line: number }: Place) => `${file}:${number}`
  return `${line(at)}${via ? ` via ${line(via)}` : ''}${over.length > 0 ? `, over ${over.map(line).join(', ')}` : ''}`
}
