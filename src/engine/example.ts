import { type Address, addressOf } from '../model/address.ts'
import { examplesOf } from '../model/kinds.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Attribute, Schema, Value } from '../model/schema.ts'
import { parseSubject } from '../model/subject.ts'
import { API_VERSION } from './load.ts'

/** What a file holds, as data; JSON is YAML. */
export type Written = { readonly [key: string]: Value }

/** The first example of every attribute that must be written. */
export const exampleAttributes = (schema: Schema): Written =>
  Object.fromEntries(
    Object.entries(schema).flatMap(([name, attribute]) =>
      attribute.required ? [[name, examplesOf(attribute)[0] as Value]] : [],
    ),
  )

/** An object that says as much as one can. */
export const wholeExample = ({ schema, example }: ResourceType): Written =>
  example ??
  Object.fromEntries(
    Object.entries(schema).map(([name, attribute]) => [
      name,
      examplesOf(attribute).at(attribute.many === 'set' ? -1 : 0) as Value,
    ]),
  )

/** The name of an object of a type in examples; none where its attributes or its place name it. */
export const exampleName = (type: ResourceType): string =>
  type.identity === 'key' ? (type.exampleName ?? type.name) : ''

/** A valid document with one object of a type, its parents, and what its name and attributes refer to, and those of `others`. */
export function exampleDocument(
  type: ResourceType,
  attributes: Written,
  registry: Registry,
  others: readonly Written[] = [],
): Written {
  const referred = [attributes, ...others].flatMap((written) =>
    Object.entries(type.schema).flatMap(([name, attribute]) =>
      written[name] === undefined ? [] : namesIn(attribute, written[name]),
    ),
  )
  const names = type.patternOf ? Object.keys(attributes) : type.named ? [exampleName(type)] : []
  const subjects = names.map(parseSubject)
  const blocks = [...referred, ...subjects].flatMap(({ kind, name }) => {
    const target = registry.get(kind)
    return target && target.parents.length > 0 && target !== type ? [{ target, name }] : []
  })
  const { head, body } = nested(type, attributes, registry)
  const beside: Record<string, Written> = {}
  for (const { target, name } of blocks)
    beside[target.block] = { ...beside[target.block], [name]: exampleAttributes(target.schema) }
  return { ...head, ...beside, ...merged(body, beside) }
}

/** The address of an example, where a name is all it takes. */
export function exampleAddress(type: ResourceType, attributes: Written, registry: Registry): Address {
  const parent = registry.get(type.parents[0] ?? '')
  const name = type.identity === 'list' ? (type.nameOf?.(attributes) ?? '') : exampleName(type)
  return addressOf(
    type,
    parent ? exampleAddress(parent, exampleAttributes(parent.schema), registry) : null,
    name,
  )
}

function nested(
  type: ResourceType,
  attributes: Written,
  registry: Registry,
): { readonly head: Written; readonly body: Written } {
  const object: Value = type.value === undefined ? attributes : (attributes[type.value] ?? '')
  const entry: Value =
    type.identity === 'singleton'
      ? object
      : type.identity === 'list'
        ? [object]
        : { [exampleName(type)]: object }
  const parent = registry.get(type.parents[0] ?? '')
  if (parent) return nested(parent, { ...exampleAttributes(parent.schema), [type.block]: entry }, registry)
  const head = { apiVersion: API_VERSION }
  return type.document
    ? { head: { ...head, kind: type.document.kind, name: exampleName(type) }, body: attributes }
    : { head: { ...head, kind: 'Registry' }, body: { [type.block]: entry } }
}

/** Blocks of the document itself, with what is declared beside the object. */
const merged = (body: Written, beside: Readonly<Record<string, Written>>): Written =>
  Object.fromEntries(
    Object.entries(body).map(([key, value]) => [key, isMap(value) ? { ...beside[key], ...value } : value]),
  )

const isMap = (value: Value): value is Written =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whom a value names, by type. */
function namesIn(
  attribute: Attribute,
  value: Value,
): readonly { readonly kind: string; readonly name: string }[] {
  const { refers, subjects, fields } = attribute
  if (Array.isArray(value)) return value.flatMap((item) => namesIn(attribute, item))
  if (typeof value === 'string')
    return subjects ? [parseSubject(value)] : refers ? [{ kind: refers, name: value }] : []
  if (!fields || !isMap(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => (fields[key] ? namesIn(fields[key], inner) : []))
}
