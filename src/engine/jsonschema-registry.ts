import { subjectsExpected } from '../model/kinds.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import {
  attributeSchema,
  attributesSchema,
  closed,
  type JsonSchema,
  subjectPattern,
} from './jsonschema-attributes.ts'
import { rulesSchema } from './jsonschema-rules.ts'
import { safety } from './jsonschema-safety.ts'
import { dateSchema, reasonSchema, texts } from './jsonschema-words.ts'
import { API_VERSION } from './load.ts'

/** What begins every document. */
export const header = (kind: string): JsonSchema => ({
  apiVersion: { const: API_VERSION, description: 'The language of this file.' },
  kind: { const: kind, description: 'What this document is.' },
})

/** Types whose attributes may be given to all: not those whose attributes name them, or that are a bare value. */
const presettable = (registry: Registry): readonly ResourceType[] =>
  [...registry.values()].filter(
    ({ identity, value, patternOf }) => identity !== 'list' && value === undefined && !patternOf,
  )

/** Attributes by type, for every declared object: no sets, no blocks. */
const presets = (registry: Registry, description: string): JsonSchema =>
  closed(
    description,
    [],
    Object.fromEntries(
      presettable(registry).map((type) => [
        type.name,
        {
          ...closed(
            `For every declared ${type.name}.`,
            [],
            attributesSchema(
              Object.fromEntries(
                Object.entries(type.schema).filter(([, { many }]) => !many || many === 'single'),
              ),
            ),
          ),
          sets: Object.keys(type.schema).filter(
            (name) => type.schema[name]?.many && type.schema[name]?.many !== 'single',
          ),
        },
      ]),
    ),
  )

const include: JsonSchema = {
  type: 'array',
  description:
    'The files that belong to this registry: globs relative to this file, {organization} for a folder or file named by one.',
  expected: 'a list of globs',
  examples: [['organizations/**/*.yaml']],
  items: {
    ...closed('Files, and what they may say.', ['path'], {
      path: {
        type: 'string',
        minLength: 1,
        description: 'A glob relative to this file.',
        expected: 'a glob',
        examples: ['organizations/{organization}/*.yaml'],
      },
      only_organization: {
        type: 'boolean',
        description:
          'Files there hold documents of the organization that {organization} stands for, and no others.',
        expected: 'true or false',
        examples: [true],
      },
      secrets: texts(
        'Which environment variables files there may refer to; {ORGANIZATION} is its name in upper case, other characters as _.',
        ['QC_{ORGANIZATION}_*'],
      ),
    }),
    type: ['string', 'object'],
    minLength: 1,
    expected: 'a glob, or {path, only_organization, secrets}',
  },
}

/** What holds for all files. */
export function registrySchema(registry: Registry, blocks: JsonSchema): JsonSchema {
  const roots = [...registry.values()].filter((type) => type.removable && type.parents.length === 0)
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
        examples: ['https://quay.example.com'],
      },
      include,
      defaults: presets(
        registry,
        'Attributes that hold for every declared object of a type that does not write them.',
      ),
      overrides: presets(
        registry,
        'In registries/NAME.yaml: attributes that hold for every declared object of a type, whatever it writes.',
      ),
      upstreams: {
        type: 'object',
        description:
          'Credentials for mirrors, by upstream host, or host/path; the longest match over whole path segments is used.',
        expected: 'a map of hosts',
        examples: [{ 'registry.redhat.io': { username: 'acme-pull', password: { from_env: 'QC_REDHAT' } } }],
        propertyNames: {
          pattern: '^[A-Za-z0-9.-]+(:[0-9]+)?(/[^\\s:@]+)*$',
          expected: 'a host, or host/path, without scheme',
        },
        additionalProperties: closed('The credentials of one upstream.', ['username', 'password'], {
          username: attributeSchema({
            kind: 'text',
            description: 'The user name.',
            reference: true,
            examples: ['acme-pull', 'bot'],
          }),
          password: attributeSchema({ kind: 'secret', description: 'The password, as a reference.' }),
        }),
      },
      secrets: texts(
        'Which environment variables the files may refer to, as globs. Default: QC_* and those named in upstreams.',
        ['QC_*'],
      ),
      safety,
      rules: rulesSchema,
      ...blocks,
      removed: removedSchema(roots, registry),
    },
  )
}

/** What is deleted, by block. */
export function removedSchema(types: readonly ResourceType[], registry: Registry): JsonSchema {
  const entry = closed('Why it goes, and how long this line deletes.', ['reason', 'until'], {
    reason: reasonSchema('INFRA-412, images archived'),
    until: dateSchema('The last day (UTC) on which this line deletes.'),
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
          ...(isPlainlyNamed(type, registry) && { propertyNames: namesSchema(type) }),
          additionalProperties: entry,
        },
      ]),
    ),
  )
}

/** Elsewhere `removed` takes what follows the organization: `api#vulnerabilities`. */
const isPlainlyNamed = ({ identity, named, parents }: ResourceType, registry: Registry): boolean =>
  identity === 'key' && !named && parents.every((name) => registry.get(name)?.parents.length === 0)

/** What a name of the type looks like. */
export const nameSchema = (type: ResourceType, description: string): JsonSchema => ({
  type: 'string',
  ...(type.named ? { pattern: subjectPattern(type.named) } : type.keyPattern && { pattern: type.keyPattern }),
  ...(description && { description }),
  ...(type.exampleName !== undefined && { examples: [type.exampleName] }),
  expected: type.named ? subjectsExpected(type.named) : (type.keyExpected ?? 'a name'),
})

/** The same of the keys of a map, which are texts anyway. */
export function namesSchema(type: ResourceType): JsonSchema {
  const { type: _, ...name } = nameSchema(type, '')
  return name
}
