import {
  exampleAddress as addressIn,
  exampleAttributes,
  exampleDocument,
  type Written,
} from '../src/engine/example.ts'
import type { Address } from '../src/model/address.ts'
import { examplesOf as anyExamples } from '../src/model/kinds.ts'
import type { ResourceType } from '../src/model/resource.ts'
import type { Attribute, Schema, Value } from '../src/model/schema.ts'
import { registry } from './world.ts'

export type { Written }

/** Two different values of an attribute as a user writes them: its own examples, its choices, or those of its kind. */
export function examplesOf(attribute: Attribute): readonly [Value, Value] {
  const [one, two] = anyExamples(attribute) as readonly Value[]
  if (one === undefined || two === undefined) throw new Error(`no two values of kind ${attribute.kind}`)
  return [one, two]
}

/** The first values of the attributes that must be written. */
export const requiredOf = (schema: Schema): Written => exampleAttributes(schema)

/** The address of the object that `documentOf` declares. */
export const exampleAddress = (type: ResourceType, written: Written = requiredOf(type.schema)): Address =>
  addressIn(type, written, registry)

/** A document with one object of a type, its parents, and what its attributes refer to, or those of `others`. */
export const documentOf = (type: ResourceType, written: Written, others: readonly Written[] = []): string =>
  JSON.stringify(exampleDocument(type, written, registry, others))
