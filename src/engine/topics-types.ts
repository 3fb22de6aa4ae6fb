import { type Address, addressOf } from '../model/address.ts'
import { examplesOf } from '../model/kinds.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Below, Topic } from '../model/topic.ts'
import { exampleYaml } from './export-example.ts'
import { childrenOf } from './jsonschema.ts'
import { API_VERSION } from './load.ts'
import { article, placeOf } from './topics-attributes.ts'

type Written = Readonly<Record<string, unknown>>

/** A type: what it is, where it stands, what may be said of it. */
export function typeTopic(type: ResourceType, registry: Registry): Topic {
  const { parents, identity, block, document } = type
  const place = placeOf(type, registry)
  const single = identity === 'singleton'
  const what =
    parents.length === 0
      ? `a document of kind ${document?.kind}`
      : single
        ? `a singleton of ${article(parents[0] ?? '')}`
        : `an entry of ${block} of ${parents.map(article).join(' or ')}`
  return {
    name: type.name,
    what,
    page: type.name,
    text: [type.summary],
    facts: [
      ...(place ? ([['where', place]] as const) : []),
      ['address', addressText(type, registry)],
      ...(type.keyExpected ? ([['name', type.keyExpected]] as const) : []),
      ...(parents.length > 0 ? meaning(type) : []),
      ...(type.since ? ([['needs', `a server whose discovery lists ${type.since}`]] as const) : []),
    ],
    below: keysOf(type, registry),
    example: exampleYaml(exampleDocument(type, registry)),
  }
}

/** Attributes, then what stands below. */
export function keysOf(type: ResourceType, registry: Registry): readonly Below[] {
  return [
    ...Object.entries(type.schema).map(([key, attribute]) => ({
      key,
      text: `${attribute.description}${attribute.required ? ' Required.' : ''}`,
      topic: `${type.name}.${key}`,
    })),
    ...childrenOf(type.name, registry).map((child) => ({
      key: child.block,
      text: child.summary,
      topic: child.name,
    })),
    ...(Object.values(type.schema).some(({ replaces }) => replaces)
      ? [{ key: 'lifecycle', text: 'What quayctl may do to this object.', topic: 'lifecycle' }]
      : []),
  ]
}

/** What it means that it is, or is not, written. */
function meaning({ identity, prunable, removable, block, none = 'deleted' }: ResourceType): Topic['facts'] {
  if (identity === 'singleton')
    return [
      ['absent', 'not managed: neither read nor changed'],
      ['none', `it shall not be; if it is there: ${none}`],
      ['empty', '{} is an error'],
    ]
  const ways = [...(prunable ? [`prune: {${block}: all}`] : []), ...(removable ? ['removed'] : [])]
  return [
    ['absent', 'not managed: left alone, and counted as unmanaged'],
    ['none', 'what a template has is left out'],
    ['empty', '{}: without attributes'],
    ...(ways.length > 0 ? ([['deleted', `by ${ways.join(', or by ')}`]] as const) : []),
  ]
}

const nameOf = (type: ResourceType): string =>
  type.identity === 'singleton' ? '' : (type.exampleName ?? type.name)

function addressOfExample(type: ResourceType, registry: Registry): Address {
  const parent = registry.get(type.parents[0] ?? '')
  return addressOf(type, parent ? addressOfExample(parent, registry) : null, nameOf(type))
}

const addressText = (type: ResourceType, registry: Registry): string =>
  `such as ${addressOfExample(type, registry).text}`

/** A valid document with one object that has every attribute, and what it refers to. */
function exampleDocument(type: ResourceType, registry: Registry): Written {
  const attributes = Object.fromEntries(
    Object.entries(type.schema).map(([name, attribute]) => [
      name,
      examplesOf(attribute).at(attribute.many === 'set' ? -1 : 0),
    ]),
  )
  const blocks = Object.values(type.schema).flatMap((attribute) => {
    const target = attribute.refers && registry.get(attribute.refers)
    return target ? [[target.block, { [String(examplesOf(attribute)[0])]: {} }] as const] : []
  })
  const { head, body } = nested(type, attributes, registry)
  return { ...head, ...Object.fromEntries(blocks), ...body }
}

function nested(
  type: ResourceType,
  attributes: Written,
  registry: Registry,
): { head: Written; body: Written } {
  const parent = registry.get(type.parents[0] ?? '')
  if (!parent)
    return {
      head: { apiVersion: API_VERSION, kind: type.document?.kind, name: nameOf(type) },
      body: attributes,
    }
  const entry = type.identity === 'singleton' ? attributes : { [nameOf(type)]: attributes }
  return nested(parent, { [type.block]: entry }, registry)
}
