import { type Registry, type ResourceType, typesOf } from '../model/resource.ts'
import { attributeSchema, attributesSchema, closed, type JsonSchema } from './jsonschema-attributes.ts'
import { namesSchema } from './jsonschema-registry.ts'

/** The root types that objects of a type stand below. */
export function rootsOf(type: ResourceType, registry: Registry): readonly string[] {
  const above = typesOf(type.parents, registry)
  return above.length === 0 ? [type.name] : above.flatMap((parent) => rootsOf(parent, registry))
}

/** The blocks that stand in an object of this type. */
export function childrenOf(name: string, registry: Registry): readonly ResourceType[] {
  return [...registry.values()].filter((type) => type.parents.includes(name))
}

/** The blocks that parts of a document may hold: of what stands below repositories first, others own only that there. */
export const partBlocks = (type: ResourceType, registry: Registry): readonly ResourceType[] =>
  childrenOf(type.name, registry).filter(
    ({ identity, exact, patternOf, parents }) =>
      identity !== 'singleton' && !exact && !patternOf && parents[0] === type.name,
  )

/** The blocks whose names may stand in `external`. */
export const externalBlocks = (type: ResourceType, registry: Registry): readonly ResourceType[] =>
  childrenOf(type.name, registry).filter(
    ({ identity, exact, patternOf }) => identity === 'key' && !exact && !patternOf,
  )

/** Attributes and child blocks of one object. */
export function body(type: ResourceType, registry: Registry): JsonSchema {
  const lifecycle = Object.values(type.schema).some((attribute) => attribute.replaces)
  return {
    ...attributesSchema(type.schema),
    ...Object.fromEntries(childrenOf(type.name, registry).map((child) => [child.block, block(child)])),
    ...(lifecycle && {
      lifecycle: closed('What quayctl may do to this object.', ['replace'], {
        replace: {
          enum: ['allow'],
          description: 'allow: delete and create it again when an attribute cannot be changed in place.',
          expected: '"allow"',
          examples: ['allow'],
        },
      }),
    }),
  }
}

/** One object that stands in a block; a singleton, or an entry that a template has, may be `none`. */
export function objectSchema(type: ResourceType, registry: Registry): JsonSchema {
  const singleton = type.identity === 'singleton'
  const bare = type.value === undefined ? undefined : type.schema[type.value]
  if (bare) return attributeSchema(bare)
  const [inside] = childrenOf(type.name, registry)
  if (type.patternOf && inside)
    return {
      ...block(inside),
      type: ['object', 'string'],
      pattern: '^none$',
      propertyNames: namesSchema({ ...inside, named: type.patternOf.named }),
    }
  if (type.identity === 'list') {
    const required = Object.keys(type.schema).filter((name) => type.schema[name]?.required)
    return {
      ...closed(type.summary, required, body(type, registry)),
      expected: `the ${type.name}'s attributes`,
    }
  }
  return {
    ...closed(type.summary, [], body(type, registry)),
    type: ['object', 'string'],
    pattern: '^none$',
    ...(singleton && { minProperties: 1 }),
    expected: `the ${type.name}'s attributes, ${singleton ? 'or none' : '{} for none of them, or none to leave out what a template has'}`,
  }
}

export function block(type: ResourceType): JsonSchema {
  const object = { $ref: `#/definitions/${type.name}` }
  if (type.identity === 'singleton') return object
  if (type.identity === 'list')
    return {
      type: 'array',
      description: type.summary,
      expected: `a list of ${type.block}`,
      items: object,
    }
  return {
    type: 'object',
    description: type.summary,
    expected: `a map: each key a ${type.name}'s name`,
    propertyNames: namesSchema(type),
    additionalProperties: object,
  }
}
