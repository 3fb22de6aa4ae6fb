import { isDeepStrictEqual } from 'node:util'
import { repr } from './repr.ts'

/** One violation; `path` is relative to the alternative it was found in, `context` holds those of a `oneOf`'s alternatives. */
export interface Violation {
  readonly path: readonly (string | number)[]
  readonly keyword: string
  readonly message: string
  readonly instance: unknown
  readonly schema: unknown
  readonly context: readonly Violation[]
}
/** All violations of a schema, in the order of its keys. */
export type Check = (instance: unknown, schema: object) => Violation[]
type Fields = Readonly<Record<string, unknown>>
/** What one keyword has against an instance: texts, or violations found further down. */
type Keyword = (value: never, instance: unknown, check: Check, schema: Fields) => (string | Violation)[]

/** A JSON object, and nothing else that JavaScript calls one. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isSchema = (value: unknown): value is object => isFields(value)

const types: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => typeof value === 'number' && Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  array: Array.isArray,
  object: isFields,
  null: (value) => value === null,
}

/** The same violation as seen one step further up. */
const below = (step: string | number, found: Violation[]): Violation[] =>
  found.map((one) => ({ ...one, path: [step, ...one.path] }))

const listed = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value

const size = (instance: unknown): number => (typeof instance === 'string' ? [...instance].length : 0)
const when = (broken: boolean, text: () => string): string[] => (broken ? [text()] : [])

function oneOf(alternatives: readonly object[], instance: unknown, check: Check, several: boolean) {
  const results = alternatives.map((schema) => check(instance, schema))
  const valid = alternatives.filter((_, i) => results[i]?.length === 0)
  if (valid.length === 0) {
    const context = results.flat()
    const message = `${repr(instance)} is not valid under any of the given schemas`
    return [
      { path: [], keyword: several ? 'anyOf' : 'oneOf', message, instance, schema: alternatives, context },
    ]
  }
  if (several || valid.length === 1) return []
  const [first, ...more] = valid
  return [`${repr(instance)} is valid under each of ${[...more, first].map(repr).join(', ')}`]
}

/** The keywords that Quay's schemas use, worded as Python's jsonschema 3 does. */
export const keywords: Record<string, Keyword> = {
  type: (names: string | readonly string[], instance) =>
    when(
      !listed(names).some((name) => types[name]?.(instance)),
      () => `${repr(instance)} is not of type ${listed(names).map(repr).join(', ')}`,
    ),
  enum: (values: readonly unknown[], instance) =>
    when(
      !values.some((value) => isDeepStrictEqual(value, instance)),
      () => `${repr(instance)} is not one of ${repr(values)}`,
    ),
  required: (names: readonly string[], instance) =>
    isFields(instance)
      ? names
          .filter((name) => !Object.hasOwn(instance, name))
          .map((name) => `${repr(name)} is a required property`)
      : [],
  properties: (schemas: Fields, instance, check) =>
    isFields(instance)
      ? Object.entries(schemas).flatMap(([name, schema]) =>
          Object.hasOwn(instance, name) && isSchema(schema) ? below(name, check(instance[name], schema)) : [],
        )
      : [],
  items: (schema: object, instance, check) =>
    Array.isArray(instance) ? instance.flatMap((item, i) => below(i, check(item, schema))) : [],
  additionalProperties: (allowed: unknown, instance, _check, schema) => {
    if (allowed !== false || !isFields(instance)) return []
    const known = isFields(schema.properties) ? schema.properties : {}
    const extra = Object.keys(instance).filter((name) => !Object.hasOwn(known, name))
    return when(
      extra.length > 0,
      () =>
        `Additional properties are not allowed (${extra.map(repr).join(', ')} ${extra.length === 1 ? 'was' : 'were'} unexpected)`,
    )
  },
  minimum: (least: number, instance) =>
    when(
      typeof instance === 'number' && instance < least,
      () => `${repr(instance)} is less than the minimum of ${least}`,
    ),
  maximum: (most: number, instance) =>
    when(
      typeof instance === 'number' && instance > most,
      () => `${repr(instance)} is greater than the maximum of ${most}`,
    ),
  minLength: (least: number, instance) =>
    when(typeof instance === 'string' && size(instance) < least, () => `${repr(instance)} is too short`),
  maxLength: (most: number, instance) => when(size(instance) > most, () => `${repr(instance)} is too long`),
  minItems: (least: number, instance) =>
    when(Array.isArray(instance) && instance.length < least, () => `${repr(instance)} is too short`),
  maxItems: (most: number, instance) =>
    when(Array.isArray(instance) && instance.length > most, () => `${repr(instance)} is too long`),
  pattern: (pattern: string, instance) =>
    when(
      typeof instance === 'string' && !new RegExp(pattern, 'u').test(instance),
      () => `${repr(instance)} does not match ${repr(pattern)}`,
    ),
  not: (schema: object, instance, check) =>
    when(check(instance, schema).length === 0, () => `${repr(schema)} is not allowed for ${repr(instance)}`),
  oneOf: (alternatives: readonly object[], instance, check) => oneOf(alternatives, instance, check, false),
  anyOf: (alternatives: readonly object[], instance, check) => oneOf(alternatives, instance, check, true),
}
