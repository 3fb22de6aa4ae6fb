import type { Registry, ResourceType } from '../model/resource.ts'
import { attributeSchema, attributesSchema, closed, type JsonSchema } from './jsonschema-attributes.ts'
import { API_VERSION } from './load.ts'

/** The schema of each document kind, by kind. */
export function documentSchemas(registry: Registry): Readonly<Record<string, JsonSchema>> {
  const roots = [...registry.values()].filter((type) => type.document)
  return {
    Registry: registrySchema(registry),
    ...Object.fromEntries(roots.map((type) => [type.document, documentSchema(type, registry)])),
  }
}

/** The published schema: every kind, told apart by `kind`, for editors. */
export function publishedSchema(registry: Registry): JsonSchema {
  const definitions = documentSchemas(registry)
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'quayctl/v1/configuration.json',
    title: 'quayctl configuration',
    type: 'object',
    required: ['apiVersion', 'kind'],
    properties: { apiVersion: { const: API_VERSION }, kind: { enum: Object.keys(definitions) } },
    allOf: Object.keys(definitions).map((kind) =>
      conditional(
        { required: ['kind'], properties: { kind: { const: kind } } },
        { $ref: `#/definitions/${kind}` },
      ),
    ),
    definitions,
  }
}

/** An object literal with the key `then` would be taken for a promise by linters and by `await`. */
const conditional = (condition: JsonSchema, consequence: JsonSchema): JsonSchema =>
  Object.fromEntries([
    ['if', condition],
    ['then', consequence],
  ])

/** The blocks that stand in an object of this type. */
export function childrenOf(name: string, registry: Registry): readonly ResourceType[] {
  return [...registry.values()].filter((type) => type.parents.includes(name))
}

const header = (kind: string): JsonSchema => ({
  apiVersion: { const: API_VERSION, description: 'The language of this file.' },
  kind: { const: kind, description: 'What this document is.' },
})

function documentSchema(type: ResourceType, registry: Registry): JsonSchema {
  const below = [...registry.values()].filter((other) => other !== type && other.identity === 'key')
  const prunable = below.filter((other) => other.prunable)
  return closed(type.summary, ['apiVersion', 'kind', 'name'], {
    ...header(type.document ?? ''),
    name: nameSchema(type, `The ${type.name}'s name.`),
    ...body(type, registry),
    prune: closed('Blocks whose unlisted objects are deleted.', [], {
      ...Object.fromEntries(
        prunable.map((other) => [
          other.block,
          {
            enum: ['all'],
            description: `all: every ${other.name} that no file lists is deleted.`,
            expected: '"all"',
          },
        ]),
      ),
    }),
    removed: removedSchema(below.filter((other) => other.removable)),
  })
}

function registrySchema(registry: Registry): JsonSchema {
  const roots = [...registry.values()].filter((type) => type.removable && type.parents.length === 0)
  const texts = (description: string) => ({
    type: 'array',
    items: { type: 'string', minLength: 1 },
    description,
    expected: 'a list of texts',
  })
  return closed(
    'What holds for all files: which Quay, which files, whose credentials, how careful.',
    ['apiVersion', 'kind'],
    {
      ...header('Registry'),
      url: {
        type: 'string',
        pattern: '^https?://[^/?#@\\s]+/?$',
        description: "The Quay server's address.",
        expected: 'an address like https://quay.example.com',
      },
      include: texts('The files that belong to this registry: globs relative to this file.'),
      upstreams: {
        type: 'object',
        description:
          'Credentials for mirrors, by upstream host, or host/path; the longest match over whole path segments is used.',
        expected: 'a map of hosts',
        propertyNames: {
          pattern: '^[A-Za-z0-9.-]+(:[0-9]+)?(/[^\\s:@]+)*$',
          expected: 'a host, or host/path, without scheme',
        },
        additionalProperties: closed('The credentials of one upstream.', ['username', 'password'], {
          username: attributeSchema({ kind: 'text', description: 'The user name.', reference: true }),
          password: attributeSchema({ kind: 'secret', description: 'The password, as a reference.' }),
        }),
      },
      secrets: texts(
        'Which environment variables the files may refer to, as globs. Default: QC_* and those named in upstreams.',
      ),
      safety: closed('The limits of one plan.', [], {
        max_deletes: {
          type: 'integer',
          minimum: 0,
          description: 'How many objects one plan may delete or replace.',
          default: 5,
          expected: 'a whole number',
        },
        protect: texts(
          'Addresses and globs that may not be deleted or replaced; ! makes an exception, the last match wins.',
        ),
      }),
      removed: removedSchema(roots),
    },
  )
}

function removedSchema(types: readonly ResourceType[]): JsonSchema {
  const entry = closed('Why it goes, and how long this line deletes.', ['reason', 'until'], {
    reason: {
      type: 'string',
      minLength: 1,
      description: 'Why, for the reviewer.',
      expected: 'a reason in words',
    },
    until: {
      type: 'string',
      pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
      description: 'The last day (UTC) on which this line deletes.',
      expected: 'a date like 2026-12-31',
    },
  })
  return closed(
    'What is deleted.',
    [],
    Object.fromEntries(
      types.map((type) => [
        type.block,
        {
          type: 'object',
          description: `The ${type.block} to delete.`,
          expected: 'a map of names',
          additionalProperties: entry,
        },
      ]),
    ),
  )
}

/** Attributes and child blocks of one object. */
function body(type: ResourceType, registry: Registry): JsonSchema {
  const lifecycle = Object.values(type.schema).some((attribute) => attribute.replaces)
  return {
    ...attributesSchema(type.schema),
    ...Object.fromEntries(
      childrenOf(type.name, registry).map((child) => [child.block, block(child, registry)]),
    ),
    ...(lifecycle && {
      lifecycle: closed('What quayctl may do to this object.', ['replace'], {
        replace: {
          enum: ['allow'],
          description: 'allow: delete and create it again when an attribute cannot be changed in place.',
          expected: '"allow"',
        },
      }),
    }),
  }
}

function block(type: ResourceType, registry: Registry): JsonSchema {
  const own = closed(type.summary, [], body(type, registry))
  if (type.identity === 'singleton')
    return {
      ...own,
      type: ['object', 'string'],
      pattern: '^none$',
      minProperties: 1,
      expected: `the ${type.name}'s attributes, or none`,
    }
  const { type: _, ...name } = nameSchema(type, '')
  return {
    type: 'object',
    description: type.summary,
    expected: `a map: each key a ${type.name}'s name`,
    propertyNames: name,
    additionalProperties: own,
  }
}

const nameSchema = (type: ResourceType, description: string): JsonSchema => ({
  type: 'string',
  ...(type.keyPattern && { pattern: type.keyPattern }),
  ...(description && { description }),
  expected: type.keyExpected ?? 'a name',
})
