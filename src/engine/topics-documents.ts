import { documents, keys } from '../model/language.ts'
import type { Registry } from '../model/resource.ts'
import type { Below, Topic } from '../model/topic.ts'
import { exampleYaml } from './export-example.ts'
import { documentKinds, publishedSchema } from './jsonschema.ts'
import type { JsonSchema } from './jsonschema-attributes.ts'
import { keysOf } from './topics-types.ts'

/** The document that holds for all files. */
export const MAIN = 'Registry'
const PREFIX = `${MAIN.toLowerCase()}.`
const HEAD = ['apiVersion', 'kind', 'name']

type Nodes = Readonly<Record<string, JsonSchema>>

/** Kinds of documents, and those of their keys that are no attributes and no blocks. */
export function documentTopics(registry: Registry): readonly Topic[] {
  const definitions = nodesOf(publishedSchema(registry).definitions)
  const types = [...registry.values()]
  const ofTypes = new Map(
    types.flatMap((type) => keysOf(type, registry).map((below) => [below.key, below] as const)),
  )
  const listed = new Set(types.flatMap(({ name, block }) => [name, block]))
  const owned = (key: string) => !(key in keys) && (ofTypes.has(key) || registry.has(key))
  const found = new Map<string, Topic>()
  for (const node of Object.values(definitions))
    for (const [key, below] of Object.entries(nodesOf(node.properties))) {
      if (HEAD.includes(key) || owned(key)) continue
      for (const topic of keyTopics(nameOf(key, definitions), key, below, listed)) {
        const before = found.get(topic.name)
        found.set(topic.name, before ? { ...before, below: united(before.below, topic.below) } : topic)
      }
    }
  const kinds = documentKinds(registry).flatMap((kind) => {
    const node = definitions[kind]
    const type = types.find(({ document }) => document && Object.values(document).includes(kind))
    const own = new Map((type ? keysOf(type, registry) : []).map((below) => [below.key, below]))
    return node ? [documentTopic(kind, node, (key) => own.get(key), definitions)] : []
  })
  return [...kinds, ...found.values()]
}

/** A key that the main document alone has is named after it. */
function nameOf(key: string, definitions: Nodes): string {
  const others = Object.entries(definitions).filter(([name]) => name !== MAIN)
  return others.some(([, node]) => key in nodesOf(node.properties)) ? key : PREFIX + key
}

function documentTopic(
  kind: string,
  node: JsonSchema,
  ofType: (key: string) => Below | undefined,
  definitions: Nodes,
): Topic {
  const words = documents[kind]
  const required = Array.isArray(node.required) ? node.required : []
  return {
    name: kind,
    what: 'a kind of document',
    page: kind === MAIN ? 'registry' : 'documents',
    text: [String(node.description), ...(words?.text ?? [])],
    facts: [['required', required.join(', ')]],
    below: Object.entries(nodesOf(node.properties))
      .filter(([key]) => key !== 'apiVersion' && key !== 'kind')
      .map(([key, below]) => ({
        key,
        text: textOf(below),
        ...(key !== 'name' && { topic: nameOf(key, definitions) }),
        ...ofType(key),
      })),
    ...(words && { example: words.example }),
  }
}

/** A key and what can be written below it. */
function keyTopics(
  name: string,
  key: string,
  node: JsonSchema,
  listed: ReadonlySet<string>,
): readonly Topic[] {
  const words = keys[key]
  const { lead, nodes } = innerOf(node)
  const names = Object.keys(nodes)
  const byType = names.length > 0 && names.every((below) => listed.has(below))
  const entry = Object.values(nodes)[0]?.additionalProperties
  const deeper = byType ? Object.entries(innerOf(entry).nodes) : Object.entries(nodes)
  const example = words?.example ?? (Array.isArray(node.examples) && exampleYaml({ [key]: node.examples[0] }))
  const isMain = name.startsWith(PREFIX)
  return [
    {
      name,
      what: isMain ? `a key of the ${MAIN} document` : 'a key of documents',
      page: isMain ? 'registry' : 'documents',
      text: [textOf(node), ...(words?.text ?? [])],
      facts: [
        ...(typeof node.expected === 'string' ? ([['write', node.expected]] as const) : []),
        ...(node.default === undefined ? [] : ([['default', String(node.default)]] as const)),
      ],
      below: [
        ...(byType
          ? Object.entries(nodes).map(([below, value]) => ({ key: below, text: textOf(value) }))
          : []),
        ...deeper.map(([below, value]) => ({
          key: `${byType ? 'BLOCK.NAME.' : lead}${below}`,
          text: textOf(value),
          topic: `${name}.${below}`,
        })),
      ],
      ...(example && { example }),
    },
    ...deeper.flatMap(([below, value]) => keyTopics(`${name}.${below}`, below, value, listed)),
  ]
}

/** The keys of a map, of the entries of a list, or of the entries of a map by name; not those of a reference to a secret. */
function innerOf(node: unknown): { readonly lead: string; readonly nodes: Nodes } {
  if (!isNode(node)) return { lead: '', nodes: {} }
  const own = nodesOf(node.properties)
  if ('from_env' in own) return { lead: '', nodes: {} }
  if (Object.keys(own).length > 0) return { lead: '', nodes: own }
  if (isNode(node.items)) return innerOf(node.items)
  return { lead: 'NAME.', nodes: innerOf(node.additionalProperties).nodes }
}

/** Those without a topic of their own, the blocks, come first. */
function united(one: readonly Below[], two: readonly Below[]): readonly Below[] {
  const all = [...one, ...two.filter(({ key }) => !one.some((known) => known.key === key))]
  return [...all.filter(({ topic }) => !topic), ...all.filter(({ topic }) => topic)]
}

const textOf = (node: JsonSchema): string => (typeof node.description === 'string' ? node.description : '')

const nodesOf = (value: unknown): Nodes =>
  isNode(value)
    ? Object.fromEntries(
        Object.entries(value).filter((entry): entry is [string, JsonSchema] => isNode(entry[1])),
      )
    : {}

const isNode = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
