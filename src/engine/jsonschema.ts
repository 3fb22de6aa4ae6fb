import type { Registry, ResourceType } from '../model/resource.ts'
import { closed, type JsonSchema } from './jsonschema-attributes.ts'
import { block, body, externalBlocks, objectSchema, partBlocks, rootsOf } from './jsonschema-objects.ts'
import { header, nameSchema, registrySchema, removedSchema } from './jsonschema-registry.ts'
import { dateSchema, reasonSchema, texts } from './jsonschema-words.ts'
import { API_VERSION } from './load.ts'

/** The kinds of documents. */
export const documentKinds = (registry: Registry): readonly string[] => [
  'Registry',
  ...[...registry.values()].flatMap(({ document }) => (document ? Object.values(document) : [])),
]

/** The published schema: every kind, told apart by `kind`; each kind is a definition that can be compiled by itself. */
export function publishedSchema(registry: Registry): JsonSchema {
  const kinds = documentKinds(registry)
  const types = [...registry.values()]
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'quayctl/v1/configuration.json',
    title: 'document of quayctl',
    type: 'object',
    required: ['apiVersion', 'kind'],
    properties: { apiVersion: { const: API_VERSION }, kind: { enum: kinds } },
    allOf: kinds.map((kind) =>
      conditional(
        // A pattern: for completion a language server takes any beginning of a constant for the constant.
        { required: ['kind'], properties: { kind: { pattern: `^${kind}$` } } },
        { $ref: `#/definitions/${kind}` },
      ),
    ),
    definitions: titled({
      Registry: registrySchema(registry, rootBlocks(registry)),
      ...Object.assign({}, ...types.map((type) => documents(type, registry))),
      ...Object.fromEntries(
        types.filter(({ document }) => !document).map((type) => [type.name, objectSchema(type, registry)]),
      ),
    }),
  }
}

/** Editors head with the title whatever they say of a key below. */
const titled = (definitions: Readonly<Record<string, JsonSchema>>): JsonSchema =>
  Object.fromEntries(Object.entries(definitions).map(([title, node]) => [title, { title, ...node }]))

/** An object literal with the key `then` would be taken for a promise by linters and by `await`. */
const conditional = (condition: JsonSchema, consequence: JsonSchema): JsonSchema =>
  Object.fromEntries([
    ['if', condition],
    ['then', consequence],
  ])

/** The blocks of the Registry document: types that stand in no organization. */
const rootBlocks = (registry: Registry): JsonSchema =>
  Object.fromEntries(
    [...registry.values()]
      .filter(({ parents, document }) => parents.length === 0 && !document)
      .map((type) => [type.block, block(type)]),
  )

/** The documents that declare objects of a root type. */
function documents(type: ResourceType, registry: Registry): JsonSchema {
  const { document } = type
  if (!document) return {}
  const below = [...registry.values()].filter(
    (other) =>
      rootsOf(other, registry).includes(type.name) && other.identity !== 'singleton' && !other.patternOf,
  )
  const parts = partBlocks(type, registry)
  const name = nameSchema(type, `The ${type.name}'s name.`)
  const prune = pruneSchema(below)
  const owned = {
    removed: removedSchema(
      below.filter(({ removable }) => removable),
      registry,
    ),
    external: externalSchema(externalBlocks(type, registry)),
  }
  return {
    [document.kind]: closed(type.summary, ['apiVersion', 'kind', 'name'], {
      ...header(document.kind),
      name,
      ...(document.template && { use }),
      ...body(type, registry),
      prune,
      ...(document.template && { paused }),
      ...owned,
    }),
    ...(document.template && {
      [document.template]: closed(
        `What several documents of kind ${document.kind} have in common.`,
        ['apiVersion', 'kind', 'name'],
        {
          ...header(document.template),
          name: {
            type: 'string',
            minLength: 1,
            description: "The template's name, for use.",
            expected: 'a name',
            examples: ['standard'],
          },
          ...body(type, registry),
          prune,
          external: owned.external,
        },
      ),
    }),
    ...(document.part && {
      [document.part]: closed(
        `Objects of one ${document.kind} that others own.`,
        ['apiVersion', 'kind', type.name],
        {
          ...header(document.part),
          [type.name]: { ...name, description: `The ${type.name} that they belong to.` },
          ...Object.fromEntries(parts.map((other) => [other.block, block(other)])),
          ...owned,
        },
      ),
    }),
  }
}

const paused = closed(
  'A rest for a while: what differs is planned and shown, and not applied.',
  ['reason', 'until'],
  {
    reason: reasonSchema('INFRA-431, moves to the new cluster'),
    until: dateSchema('The last day (UTC) on which nothing is applied.'),
  },
)

const use: JsonSchema = {
  type: 'array',
  description: 'The templates whose body this one has, weakest first.',
  expected: 'a list of templates',
  examples: [['standard', { template: 'catalog', except: ['repository.redis'] }]],
  items: {
    ...closed('A template, less some of it.', ['template'], {
      template: {
        type: 'string',
        minLength: 1,
        description: "The template's name.",
        expected: 'a name',
        examples: ['catalog'],
      },
      except: texts('What of it is not wanted: robot.ci, repository.redis, quota; with all below.', [
        'repository.redis',
      ]),
    }),
    type: ['string', 'object'],
    minLength: 1,
    expected: "a template's name, or {template, except}",
  },
}

const pruneSchema = (types: readonly ResourceType[]): JsonSchema =>
  closed(
    'Blocks whose unlisted objects are deleted.',
    [],
    Object.fromEntries(
      types
        .filter(({ prunable }) => prunable)
        .map((type) => [
          type.block,
          {
            enum: ['all', 'dropped'],
            description: `all: every ${type.name} that no file lists is deleted. dropped: of those the ones that the files at --base listed.`,
            expected: '"all" or "dropped"',
            examples: ['all', 'dropped'],
          },
        ]),
    ),
  )

const externalSchema = (types: readonly ResourceType[]): JsonSchema =>
  closed(
    'What may be referred to and is never read, written, pruned or counted.',
    [],
    Object.fromEntries(
      types.map((type) => {
        const { description: _, examples: __, ...items } = nameSchema(type, '')
        const pattern = type.keyPattern && { pattern: `${type.keyPattern}|\\{organization\\}` }
        const names = texts(`Names of ${type.block}.`, [type.exampleName ?? type.name])
        return [type.block, { ...names, items: { ...items, minLength: 1, ...pattern } }]
      }),
    ),
  )
