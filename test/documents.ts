import { type Address, addressOf } from '../src/model/address.ts'
import { kinds } from '../src/model/kinds.ts'
import type { ResourceType } from '../src/model/resource.ts'
import type { Attribute, Schema, Value } from '../src/model/schema.ts'
import { registry } from './world.ts'

/** What a file holds, as data; JSON is YAML. */
export type Written = { readonly [key: string]: Value }

/** Two different values of an attribute as a user writes them: its own examples, its choices, or those of its kind. */
export function examplesOf(attribute: Attribute): readonly [Value, Value] {
  const { choices, many, examples, kind } = attribute
  if (examples) return examples as readonly [Value, Value]
  const [one, two] = choices ?? kinds[kind].examples
  if (one === undefined || two === undefined) throw new Error(`no two values of kind ${kind}`)
  return many === 'set' ? [[one], [one, two]] : [one, two]
}

/** The first values of the attributes that must be written. */
export const requiredOf = (schema: Schema): Written =>
  Object.fromEntries(
    Object.entries(schema).flatMap(([name, attribute]) =>
      attribute.required ? [[name, examplesOf(attribute)[0]]] : [],
    ),
  )

/** The name that an object of a type has in these documents. */
const nameOf = (type: ResourceType): string => (type.identity === 'singleton' ? '' : `my-${type.name}`)

const parentOf = (type: ResourceType): ResourceType | undefined => registry.get(type.parents[0] ?? '')

/** The address of the object that `documentOf` declares. */
export function exampleAddress(type: ResourceType): Address {
  const parent = parentOf(type)
  return addressOf(type, parent ? exampleAddress(parent) : null, nameOf(type))
}

/** A document with one object of a type, its parents, and what its attributes may refer to. */
export function documentOf(type: ResourceType, written: Written): string {
  return JSON.stringify(withReferences(nested(type, written), type))
}

function nested(type: ResourceType, written: Written): Written {
  const parent = parentOf(type)
  if (!parent)
    return { apiVersion: 'quayctl/v1', kind: type.document?.kind ?? '', name: nameOf(type), ...written }
  const entry = type.identity === 'singleton' ? written : { [nameOf(type)]: written }
  return nested(parent, { ...requiredOf(parent.schema), [type.block]: entry })
}

/** Declares every object that an example of a referring attribute names. */
function withReferences(document: Written, { schema }: ResourceType): Written {
  const blocks = Object.values(schema).flatMap((attribute) => {
    const target = attribute.refers && registry.get(attribute.refers)
    if (!target) return []
    return [
      [target.block, Object.fromEntries(examplesOf(attribute).map((name) => [String(name), {}]))] as const,
    ]
  })
  return { ...document, ...Object.fromEntries(blocks) }
}
