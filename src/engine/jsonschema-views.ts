import { kinds } from '../model/kinds.ts'
import type { JsonSchema } from './jsonschema-attributes.ts'

/** As editors read it: what is expected stands in the keywords that their language server prints. */
export const forEditors = (schema: JsonSchema): JsonSchema =>
  mapNodes(schema, ({ expected, secret: _, sets: __, ...node }) => {
    if (typeof expected !== 'string') return node
    const message = `Expected ${expected}.`
    const types = Array.isArray(node.type) ? node.type : [node.type]
    // At a map the general message would also be said of its unknown and missing keys.
    if (!types.includes('object')) return { ...node, errorMessage: message }
    return node.pattern === undefined ? node : { ...node, patternErrorMessage: message }
  })

/** As it is compiled: without what nobody reads at a run, and what stands there several times only once. */
export function forValidators(schema: JsonSchema): JsonSchema {
  const lean = mapNodes(
    schema,
    ({ description: _, examples: __, default: ___, title: ____, ...node }) => node,
  )
  const names = repeated(lean)
  const refer = (node: JsonSchema): JsonSchema => {
    const name = names.get(JSON.stringify(node))
    return name === undefined ? node : { $ref: `#/definitions/${name}` }
  }
  const below = (top: JsonSchema) => mapNodes(top, (node) => (node === top ? node : refer(node)))
  const shared = [...names].map(([text, name]) => [name, below(JSON.parse(text))])
  const { definitions, ...rest } = below(lean)
  return { ...rest, definitions: { ...(definitions as JsonSchema), ...Object.fromEntries(shared) } }
}

/** A call costs more than the code of a small node. */
const WORTH_A_NAME = 200

/** The text of each larger node that stands in several places, with a name; not of what is only within such. */
function repeated(schema: JsonSchema): ReadonlyMap<string, string> {
  const seen = new Set<string>()
  const names = new Map<string, string>()
  mapNodes(schema, (node) => {
    const text = JSON.stringify(node)
    if (text.length < WORTH_A_NAME) return node
    if (seen.has(text)) {
      if (!names.has(text)) names.set(text, `shared_${names.size}`)
      return {}
    }
    seen.add(text)
    return node
  })
  return names
}

/** As TypeScript's types are made of it: each definition under its type's name; `tsType` names what stands there. */
export function forTypes({ definitions }: JsonSchema): Readonly<Record<string, JsonSchema>> {
  const { title: secret, ...reference } = kinds.secret.json
  const all = Object.entries(isNode(definitions) ? definitions : {}).map(([key, node]) => {
    const { word, ...rest } = wordOf(isNode(node) ? node : {})
    return { at: `#/definitions/${key}`, name: typeName(key), word, node: rest }
  })
  // What is weaker than every document and what is stronger have one form.
  const presets =
    all.map(({ node }) => isNode(node.properties) && node.properties.defaults).find(isNode) ?? {}
  const whole: JsonSchema = { ...presets, description: 'Attributes by type.' }
  const form = JSON.stringify(presets.properties)
  const change = (written: JsonSchema): JsonSchema => {
    if (form && JSON.stringify(written.properties) === form)
      return { description: written.description, tsType: 'Presets' }
    const found = all.find(({ at }) => at === written.$ref)
    if (found) {
      const { name, word, node } = found
      return { description: node.description, tsType: word ? `(${name} | '${word}')` : name }
    }
    const { title, word, description, minItems: _, ...node } = wordOf(written)
    if (title === secret) {
      const text = [node.type].flat().includes('string') ? ['string'] : []
      return { description, tsType: [...text, 'Secret'].join(' | ') }
    }
    if (isNode(node.properties) && Object.keys(node.properties).length === 0)
      return { description, tsType: 'Record<string, never>' }
    return { description, ...(word ? { anyOf: [node, { enum: [word] }] } : node) }
  }
  /** A preset of all that a definition has: neither blocks nor sets are left out of it. */
  const preset = (written: JsonSchema): JsonSchema => {
    const properties = JSON.stringify(written.properties)
    const found = properties && all.find(({ node }) => JSON.stringify(node.properties) === properties)
    return found ? { description: written.description, tsType: found.name } : change(written)
  }
  return Object.fromEntries([
    ['Secret', { ...reference, description: `A ${secret}.` }],
    ['Presets', mapNodes(whole, (node) => (node === whole ? node : preset(node)))],
    ...all.map(({ name, node }) => [name, mapNodes(node, change)]),
  ])
}

/** A node without the only word that it takes as a text, and that word. */
function wordOf({ pattern, ...node }: JsonSchema): JsonSchema & { readonly word?: string } {
  const [, word] = /^\^\(?([a-z]+)\)?\$$/.exec(String(pattern)) ?? []
  if (!word || !Array.isArray(node.type)) return node
  return { ...node, type: node.type.filter((type) => type !== 'string'), word }
}

/** `default_permission` → `DefaultPermission`; a kind of documents, which has a capital letter, → `UserDocument`. */
const typeName = (key: string): string =>
  /^[A-Z]/.test(key) ? `${key}Document` : key.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase())

/** Every node of a schema, and not the maps of names between them. */
function mapNodes(schema: JsonSchema, change: (node: JsonSchema) => JsonSchema): JsonSchema {
  const below = (value: unknown): unknown => (isNode(value) ? mapNodes(value, change) : value)
  const entries = Object.entries(change(schema)).map(([keyword, value]) => {
    if (names.includes(keyword) && isNode(value))
      return [keyword, Object.fromEntries(Object.entries(value).map(([name, node]) => [name, below(node)]))]
    if (nodes.includes(keyword)) return [keyword, Array.isArray(value) ? value.map(below) : below(value)]
    return [keyword, value]
  })
  return Object.fromEntries(entries)
}

const names = ['properties', 'definitions']
const nodes = ['items', 'additionalProperties', 'propertyNames', 'allOf', 'anyOf', 'if', 'then']

const isNode = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
