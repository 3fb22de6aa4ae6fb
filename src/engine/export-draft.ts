import { byText, rootOf } from '../model/address.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Attributes, Value } from '../model/schema.ts'
import type { Item } from './export-items.ts'
import { childrenOf, externalBlocks } from './jsonschema-objects.ts'
import { API_VERSION } from './load.ts'
import { referencesOf } from './select.ts'

/** A document in the making. */
export interface Draft {
  /** What stands before all else: `apiVersion`, `kind`, and the name where it has one. */
  readonly head: Readonly<Record<string, Value>>
  readonly body: Item
  /** Names by block of what is referred to and stands in no document. */
  readonly external: ReadonlyMap<ResourceType, readonly string[]>
  /** Addresses that templates speak of as well: a part would replace nothing of theirs. */
  readonly templated?: ReadonlySet<string>
}

/** The document of a body; a part where its object is not seen whole. */
export function draftOf(body: Item, registry: Registry): Draft {
  return { head: headOf(body), body, external: externalOf(body, registry) }
}

export function headOf({ type, as, name }: Item): Readonly<Record<string, string>> {
  if (!type?.document) return { apiVersion: API_VERSION, kind: 'Registry' }
  const { kind, part } = type.document
  return as === 'part' && part
    ? { apiVersion: API_VERSION, kind: part, [type.name]: name }
    : { apiVersion: API_VERSION, kind, name }
}

function externalOf(body: Item, registry: Registry): Draft['external'] {
  const { type: root } = body
  if (!root?.document) return new Map()
  const all = [...body.all()]
  const written = new Set(all.map(({ live }) => live?.address.text))
  const allowed = externalBlocks(root, registry)
  const found = new Map<ResourceType, Set<string>>()
  for (const { live, attributes } of all) {
    const said = Object.entries(live?.attributes ?? {}).filter(([name]) => attributes.has(name))
    const object = live && { address: live.address, attributes: Object.fromEntries(said) as Attributes }
    for (const address of object ? referencesOf(object, registry) : []) {
      const type = allowed.find(({ name }) => name === address.type)
      const isOurs = address.parent?.text === rootOf(address).text && !address.name.includes('+')
      // Who refers to what is gone cannot be made again.
      const isGone = body.found.get(address.type)?.has(address.name) === false
      if (!type || !isOurs || isGone || written.has(address.text) || !isName(type, address.name)) continue
      found.set(type, (found.get(type) ?? new Set()).add(address.name))
    }
  }
  return new Map([...found].map(([type, names]) => [type, [...names].sort(byText)]))
}

const isName = (type: ResourceType, name: string): boolean =>
  new RegExp(type.keyPattern ?? '', 'u').test(name) && !type.checkName?.(name)

/** The blocks of an object as they are read best: what there is one of, then lists of names, last what holds blocks itself. */
export function blocksOf(
  item: Item,
  registry: Registry,
): readonly (readonly [ResourceType, readonly Item[]])[] {
  const weight = (type: ResourceType): number =>
    type.identity === 'singleton' ? 0 : childrenOf(type.name, registry).length === 0 ? 1 : 2
  return [...item.blocks].sort(([a], [b]) => weight(a) - weight(b) || byText(a.block, b.block))
}

/** The value that an entry of a block is, where it is no map. */
export const bareValue = ({ type, attributes }: Item): Value | undefined =>
  type?.value === undefined ? undefined : attributes.get(type.value)
