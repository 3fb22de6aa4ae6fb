import { examplesOf, expectedOf, kinds, limitsOf } from '../model/kinds.ts'
import type { Attribute, Schema } from '../model/schema.ts'

/** A JSON Schema node. `expected` is an annotation of ours: the words of a message. */
export type JsonSchema = { readonly [keyword: string]: unknown }

/** The attributes of a type, or the keys of an object attribute. */
export const attributesSchema = (schema: Schema): JsonSchema =>
  Object.fromEntries(Object.entries(schema).map(([name, attribute]) => [name, attributeSchema(attribute)]))

/** A map that has these keys and no others. */
export function closed(description: string, required: readonly string[], properties: JsonSchema): JsonSchema {
  return {
    type: 'object',
    description,
    expected: 'a map',
    ...(required.length > 0 && { required }),
    properties,
    additionalProperties: false,
  }
}

/** What may be written for an attribute. */
export function attributeSchema(attribute: Attribute): JsonSchema {
  const notes = {
    description: describe(attribute),
    expected: expectedOf(attribute),
    ...(attribute.fallback !== undefined && { default: attribute.fallback }),
    examples: examplesOf(attribute),
  }
  const one = attribute.fields ? fieldsSchema(attribute, attribute.fields) : scalar(attribute)
  if (attribute.kind === 'secret') return { ...one, ...notes, secret: true }
  if (attribute.many === 'set')
    return {
      ...notes,
      type: 'array',
      items: { ...one, expected: expectedOf(single(attribute)) },
      minItems: attribute.minimum ?? 0,
    }
  if (attribute.many === 'loose')
    return {
      ...one,
      ...notes,
      type: [...types(one), 'array'],
      items: { ...one, expected: expectedOf(single(attribute)) },
      minItems: attribute.minimum ?? 0,
    }
  return { ...one, ...notes }
}

/** A map of known keys; the word `none` may stand for it. */
function fieldsSchema({ description, words, many }: Attribute, fields: Schema): JsonSchema {
  const required = Object.keys(fields).filter((key) => fields[key]?.required)
  const map = { ...closed(description, required, attributesSchema(fields)), minProperties: 1 }
  return words && !many ? { ...map, type: ['object', 'string'], pattern: `^(${words.join('|')})$` } : map
}

/** With the limits of durations and sizes, which no keyword can hold. */
function describe(attribute: Attribute): string {
  const limits = limitsOf(attribute)
  if (limits === undefined || attribute.kind === 'integer') return attribute.description
  return `${attribute.description} ${limits.charAt(0).toUpperCase()}${limits.slice(1)}.`
}

function single({ many: _, words: __, ...attribute }: Attribute): Attribute {
  return attribute
}

/** One written value; a word may stand for it. */
function scalar(attribute: Attribute): JsonSchema {
  const { json } = kinds[attribute.kind]
  const base: Record<string, unknown> = attribute.choices
    ? { type: 'string', enum: attribute.choices }
    : { ...json, ...patternOf(attribute) }
  if (attribute.kind === 'integer' && attribute.minimum !== undefined) base.minimum = attribute.minimum
  if (attribute.kind === 'integer' && attribute.maximum !== undefined) base.maximum = attribute.maximum
  if (attribute.reference) Object.assign(base, { ...kinds.secret.json, type: [...types(base), 'object'] })
  const words = attribute.words?.join('|')
  if (!words) return base
  const pattern = types(base).includes('string') ? base.pattern : '$.'
  return {
    ...base,
    type: [...new Set([...types(base), 'string'])],
    ...(pattern !== undefined && { pattern: pattern === '$.' ? `^(${words})$` : `^(${words})$|${pattern}` }),
  }
}

const patternOf = ({ pattern, subjects }: Attribute): JsonSchema => {
  if (subjects) return { pattern: subjectPattern(subjects) }
  return pattern ? { pattern: `${pattern}|\\{organization\\}` } : {}
}

/** A subject of one of these kinds. */
export const subjectPattern = (kinds: readonly string[]): string =>
  `^(${kinds.join('|')}):(?!\\.{1,2}$)[^\\s:/]+$`

const types = (node: JsonSchema): readonly unknown[] => (Array.isArray(node.type) ? node.type : [node.type])
