import { subjectsExpected } from '../model/kinds.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Below, Topic } from '../model/topic.ts'
import { exampleAddress, exampleAttributes, exampleDocument, wholeExample } from './example.ts'
import { exampleYaml } from './export-example.ts'
import { childrenOf } from './jsonschema-objects.ts'
import { article, needsText, placesOf } from './topics-attributes.ts'

/** A type: what it is, where it stands, what may be said of it. */
export function typeTopic(type: ResourceType, registry: Registry): Topic {
  const { parents, identity, block, document } = type
  const place = placesOf(type, registry)
  const single = identity === 'singleton'
  const what =
    parents.length === 0
      ? document
        ? `a document of kind ${document.kind}`
        : `an entry of ${block} of the Registry document`
      : single
        ? `a singleton of ${oneOf(parents.map(article))}`
        : `an entry of ${block} of ${oneOf(parents.map(article))}`
  return {
    name: type.name,
    what,
    page: type.name,
    text: [type.summary],
    facts: [
      ...(place ? ([['where', place]] as const) : []),
      ['address', addressText(type, registry)],
      ...(nameText(type) ? ([['name', nameText(type)]] as const) : []),
      ...(document ? [] : meaning(type)),
      ...(type.since ? ([['needs', needsText(type.since, type.introduced, type.feature)]] as const) : []),
    ],
    below: keysOf(type, registry),
    example: exampleYaml(exampleDocument(type, wholeExample(type), registry)),
  }
}

/** `a, b or c` */
const oneOf = (words: readonly string[]): string =>
  [words.slice(0, -1).join(', '), words.at(-1)].filter((part) => part).join(' or ')

/** Attributes, then what stands below. */
export function keysOf(type: ResourceType, registry: Registry): readonly Below[] {
  return [
    ...Object.entries(type.schema).map(([key, attribute]) => ({
      key,
      text: `${attribute.description}${attribute.required ? ' Required.' : ''}`,
      topic: `${type.name}.${key}`,
    })),
    ...childrenOf(type.name, registry).map((child) => ({
      key: type.patternOf ? subjectsExpected(type.patternOf.named) : child.block,
      text: child.summary,
      topic: child.name,
    })),
    ...(Object.values(type.schema).some(({ replaces }) => replaces)
      ? [{ key: 'lifecycle', text: 'What quayctl may do to this object.', topic: 'lifecycle' }]
      : []),
  ]
}

/** What it means that it is, or is not, written. */
function meaning(type: ResourceType): Topic['facts'] {
  const { identity, prunable, removable, block, exact, patternOf, none = 'deleted' } = type
  if (identity === 'singleton')
    return [
      ['absent', 'not managed: neither read nor changed'],
      ['none', `it shall not be; if it is there: ${none}`],
      ['empty', '{} is an error'],
    ]
  if (exact)
    return [
      ['absent', `the ${block} are not managed: neither read nor changed`],
      ['exact', `what a written block does not list is deleted`],
      ['empty', `${identity === 'list' ? '[]' : '{}'}: none of them`],
    ]
  if (patternOf)
    return [
      ['absent', 'nothing is given'],
      ['additive', 'never lowers and never takes away what is there'],
    ]
  const ways = [
    ...(prunable ? [`prune: {${block}: all}, or dropped with --base`] : []),
    ...(removable ? ['removed'] : []),
  ]
  return [
    ['absent', `not managed: left alone${type.parents.length > 0 ? ', and counted as unmanaged' : ''}`],
    ...(identity === 'list' || type.parents.length === 0
      ? []
      : ([
          ['none', 'what a template has is left out'],
          ['empty', '{}: without attributes'],
        ] as const)),
    ...(ways.length > 0 ? ([['deleted', `by ${ways.join(', or by ')}`]] as const) : []),
  ]
}

const nameText = ({ named, identity, keyExpected }: ResourceType): string =>
  named ? subjectsExpected(named) : identity === 'list' ? 'none: its attributes name it' : (keyExpected ?? '')

const addressText = (type: ResourceType, registry: Registry): string =>
  `such as ${exampleAddress(type, exampleAttributes(type.schema), registry).text}`
