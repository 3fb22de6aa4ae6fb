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

/** As it is compiled: without what nobody reads at a run. */
export const forValidators = (schema: JsonSchema): JsonSchema =>
  mapNodes(schema, ({ description: _, examples: __, default: ___, title: ____, ...node }) => node)

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
const nodes = ['items', 'additionalProperties', 'propertyNames', 'allOf', 'if', 'then']

const isNode = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
