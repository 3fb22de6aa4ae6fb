import { examplesOf, expectedOf, limitsOf } from '../model/kinds.ts'
import { type Registry, type ResourceType, typesOf } from '../model/resource.ts'
import type { Attribute } from '../model/schema.ts'
import type { Topic } from '../model/topic.ts'
import { exampleName } from './example.ts'
import { exampleYaml } from './export-example.ts'

type Fact = readonly [string, string]

/** Every attribute of a type, and the keys of those that are maps. */
export function attributeTopics(type: ResourceType, registry: Registry): readonly Topic[] {
  return Object.entries(type.schema).flatMap(([name, attribute]) => [
    topic(type, registry, name, attribute),
    ...Object.entries(attribute.fields ?? {}).map(([key, field]) =>
      topic(type, registry, `${name}.${key}`, field),
    ),
  ])
}

function topic(type: ResourceType, registry: Registry, path: string, attribute: Attribute): Topic {
  const key = path.replace(/.*\./, '')
  return {
    name: `${type.name}.${path}`,
    what: `${kindOf(attribute)} of ${article(type.name)}`,
    page: type.name,
    text: [attribute.description],
    facts: [
      ['write', attribute.fields ? 'a map' : expectedOf(attribute)],
      [
        'where',
        type.value === path
          ? placeOf(type, registry)
          : [placeOf(type, registry), path].filter((part) => part !== '').join('.'),
      ],
      ...facts(limitsOf(attribute), 'limits'),
      ...presence(type, attribute),
      ...behaviour(type, attribute, registry),
      ...facts(attribute.quay, 'in Quay'),
    ],
    below: Object.entries(attribute.fields ?? {}).map(([below, field]) => ({
      key: below,
      text: field.description,
      topic: `${type.name}.${path}.${below}`,
    })),
    example: exampleYaml({
      [type.value === path ? exampleName(type) : key]: examplesOf(attribute).at(
        attribute.many === 'set' ? -1 : 0,
      ),
    }),
  }
}

/** What it means that it is, or is not, written. */
function presence(type: ResourceType, attribute: Attribute): readonly Fact[] {
  const { fallback, required, many, minimum, words = [], kind, pattern } = attribute
  const created = `when quayctl creates the ${type.name}`
  const empty =
    many === 'set' || many === 'loose'
      ? [`${minimum ? 'an error: at least one is needed' : '[]: none of them'}`]
      : kind === 'object'
        ? ['{} is an error']
        : kind === 'text' && !attribute.choices
          ? [pattern && !new RegExp(pattern, 'u').test('') ? 'an error' : '"": the empty text']
          : []
  return [
    ...(required
      ? ([['required', 'yes; defaults and templates count']] as const)
      : fallback === undefined
        ? []
        : ([['default', `${fallback === '' ? 'the empty text' : fallback}, ${created}`]] as const)),
    ['absent', required ? 'an error' : 'not managed: neither read nor changed'],
    ...empty.map((text): Fact => ['empty', text]),
    ...(words.includes('none') ? ([['none', 'not set']] as const) : []),
  ]
}

/** What Quay and quayctl do with it. */
function behaviour(type: ResourceType, attribute: Attribute, registry: Registry): readonly Fact[] {
  const { many, refers, since, introduced, feature, together, upstream, serverOwned } = attribute
  const target = refers && registry.get(refers)
  return [
    ...facts(
      target && `${article(target.name)} of the same place, declared under ${target.block} or external`,
      'refers to',
    ),
    ...facts(many && many !== 'single' ? 'exact: what is not listed is taken away' : undefined, 'set'),
    ...facts(
      attribute.replaces && 'not in place: a warning, unless lifecycle or --replace allows a replace',
      'changes',
    ),
    ...facts(attribute.writeOnly && 'never: Quay does not return it', 'compared'),
    ...facts(
      serverOwned &&
        (serverOwned === 'forward' ? 'Quay moves it: only a later one is a change' : 'at a create only'),
      'compared',
    ),
    ...facts(together && `only together with ${together.join(', ')}`, 'sent'),
    ...facts(
      upstream && `from upstreams of the Registry document, by ${type.upstreamOf}, where neither is written`,
      'filled in',
    ),
    ...facts(needsText(since, introduced, feature), 'needs'),
  ]
}

/** What a server must have, in words. */
export function needsText(
  since: string | undefined,
  introduced: string | undefined,
  feature: string | readonly string[] = [],
): string {
  return [
    introduced ? `Quay ${introduced} or newer` : '',
    ...[feature].flat().map((name) => `FEATURE_${name}`),
    since ? `discovery must list ${since}` : '',
  ]
    .filter((part) => part !== '')
    .join('; ')
}

const facts = (text: string | false | undefined, heading: string): readonly Fact[] =>
  text ? [[heading, text]] : []

function kindOf({ many, kind }: Attribute): string {
  return many && many !== 'single' ? 'a set' : kind === 'object' || kind === 'map' ? 'a map' : 'an attribute'
}

/** Where objects of a type stand in their document: `repositories.NAME.mirror`; empty at the root. */
function placeOf(type: ResourceType, registry: Registry): string {
  const parent = registry.get(type.parents[0] ?? '')
  if (!parent && type.document) return ''
  const own = type.identity === 'key' ? `${type.block}.NAME` : type.block
  if (!parent) return own
  return [placeOf(parent, registry), own].filter((part) => part !== '').join('.')
}

/** All places of a type. */
export const placesOf = (type: ResourceType, registry: Registry): string => {
  const parents = typesOf(type.parents, registry)
  const own = type.identity === 'key' ? `${type.block}.NAME` : type.block
  const places = parents.map((parent) =>
    [placeOf(parent, registry), parent.patternOf ? 'NAME' : own].filter((part) => part !== '').join('.'),
  )
  return parents.length === 0 ? placeOf(type, registry) : [...new Set(places)].join(', ')
}

/** `a mirror`, `an organization` */
export const article = (noun: string): string => `${/^([aeio]|u(?!se))/i.test(noun) ? 'an' : 'a'} ${noun}`
