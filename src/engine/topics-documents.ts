import { documents, keys } from '../model/language.ts'
import type { Registry } from '../model/resource.ts'
import type { Below, Topic } from '../model/topic.ts'
import { exampleYaml } from './export-example.ts'
import { documentKinds, publishedSchema } from './jsonschema.ts'
import type { JsonSchema } from './jsonschema-attributes.ts'
import { keysOf } from './topics-types.ts'

/** The document that holds for all files. */
export const MAIN = 'Registry'
const HEAD = ['apiVersion', 'kind']

/** Kinds of documents, and those of their keys that are no attributes and no blocks. */
export function documentTopics(registry: Registry): readonly Topic[] {
  const { definitions } = publishedSchema(registry) as { definitions: Record<string, JsonSchema> }
  const types = [...registry.values()]
  const ofTypes = new Map(
    types.flatMap((type) => keysOf(type, registry).map((below) => [below.key, below] as const)),
  )
  const listed = new Set(types.flatMap(({ name, block }) => [name, block]))
  const found = new Map<string, Topic>()
  const add = (topic: Topic) => found.set(topic.name, found.get(topic.name) ?? topic)
  for (const kind of documentKinds(registry)) {
    const node = definitions[kind]
    if (!node) continue
    const type = types.find(({ document }) => document && Object.values(document).includes(kind))
    const own = new Map([...ofTypes, ...(type ? keysOf(type, registry) : []).map((b) => [b.key, b] as const)])
    const prefix = kind === MAIN ? `${MAIN.toLowerCase()}.` : ''
    const nameOf = (key: string) => (key in keys && key in shared(definitions) ? key : prefix + key)
    add(documentTopic(kind, node, (key) => own.get(key)?.topic ?? nameOf(key)))
    for (const [key, below] of Object.entries(propertiesOf(node)))
      if (![...HEAD, 'name'].includes(key) && !own.has(key) && !registry.has(key))
        for (const topic of keyTopics(
          nameOf(key),
          key,
          below,
          kind === MAIN ? 'registry' : 'documents',
          listed,
        ))
          add(topic)
  }
  return [...found.values()]
}

/** Keys that more than one kind of document has. */
function shared(definitions: Readonly<Record<string, JsonSchema>>): Readonly<Record<string, true>> {
  const counts = new Map<string, number>()
  for (const node of Object.values(definitions))
    for (const key of Object.keys(propertiesOf(node))) counts.set(key, (counts.get(key) ?? 0) + 1)
  return Object.fromEntries([...counts].flatMap(([key, count]) => (count > 1 ? [[key, true]] : [])))
}

function documentTopic(kind: string, node: JsonSchema, topicOf: (key: string) => string): Topic {
  const words = documents[kind]
  const required = Array.isArray(node.required) ? node.required : []
  return {
    name: kind,
    what: 'a kind of document',
    page: kind === MAIN ? 'registry' : 'documents',
    text: [String(node.description), ...(words?.text ?? [])],
    facts: [['required', required.join(', ')]],
    below: Object.entries(propertiesOf(node))
      .filter(([key]) => !HEAD.includes(key))
      .map(([key, below]) => ({
        key,
        text: textOf(below),
        ...(key !== 'name' && { topic: topicOf(key) }),
      })),
    ...(words && { example: words.example }),
  }
}

/** A key and what can be written below it. */
function keyTopics(
  name: string,
  key: string,
  node: JsonSchema,
  page: string,
  listed: ReadonlySet<string>,
): readonly Topic[] {
  const words = keys[key]
  const inner = Object.entries(innerOf(node))
  const byType = inner.length > 0 && inner.every(([below]) => listed.has(below))
  const [first] = inner
  const deeper = byType && first ? Object.entries(innerOf(first[1].additionalProperties)) : inner
  const example = words?.example ?? (Array.isArray(node.examples) && exampleYaml({ [key]: node.examples[0] }))
  const topic: Topic = {
    name,
    what: page === 'registry' ? `a key of the ${MAIN} document` : 'a key of documents',
    page,
    text: [textOf(node), ...(words?.text ?? [])],
    facts: [
      ...(typeof node.expected === 'string' ? ([['write', node.expected]] as const) : []),
      ...(node.default === undefined ? [] : ([['default', String(node.default)]] as const)),
    ],
    below: [
      ...(byType
        ? inner.map(([below, { description }]): Below => ({ key: below, text: String(description) }))
        : []),
      ...deeper.map(
        ([below, entry]): Below => ({ key: below, text: textOf(entry), topic: `${name}.${below}` }),
      ),
    ],
    ...(example && { example }),
  }
  return [
    topic,
    ...deeper.flatMap(([below, entry]) => keyTopics(`${name}.${below}`, below, entry, page, listed)),
  ]
}

const propertiesOf = (node: unknown): Readonly<Record<string, JsonSchema>> =>
  isNode(node) && isNode(node.properties) ? (node.properties as Record<string, JsonSchema>) : {}

/** The keys of a map, of the entries of a list, or of the entries of a map by name; not those of a reference to a secret. */
function innerOf(node: unknown): Readonly<Record<string, JsonSchema>> {
  if (!isNode(node) || node.secret === true || 'from_env' in propertiesOf(node)) return {}
  const own = propertiesOf(node)
  if (Object.keys(own).length > 0) return own
  return { ...innerOf(node.items), ...innerOf(node.additionalProperties) }
}

const textOf = (node: JsonSchema): string => (typeof node.description === 'string' ? node.description : '')

const isNode = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
