import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { Document } from '../src/index.ts'
import { examplesOf } from '../src/model/kinds.ts'
import type { Value } from '../src/model/schema.ts'
import { cleanUp, execute, folder, root } from './commands/run.ts'
import { documentOf, requiredOf } from './documents.ts'
import { library } from './library.ts'
import { registry } from './world.ts'

afterAll(cleanUp)

const read = (below: string, end: string): readonly string[] =>
  readdirSync(join(root, below), { recursive: true })
    .map(String)
    .filter((file) => file.endsWith(end))
    .map((file) => readFileSync(join(root, below, file), 'utf8'))

/** Every document of the examples and of the reference. */
const shown = [
  ...read('examples', '.yaml'),
  ...read('docs/reference', '.md').flatMap(
    (page) => page.match(/(?<=^```yaml\n)(?=#|apiVersion)[^`]*/gm) ?? [],
  ),
]
  .flatMap((text) => parseAllDocuments(text))
  .map((document) => document.toJS())
  .filter((document) => document?.apiVersion === 'quayctl/v1')

/** Of every attribute of every type, a document for each of its examples. */
const attributes = [...registry.values()].flatMap((type) =>
  Object.entries(type.schema).flatMap(([name, attribute]) =>
    examplesOf(attribute).map((value) =>
      JSON.parse(documentOf(type, { ...requiredOf(type.schema), [name]: value as Value })),
    ),
  ),
)

test('a document that the schema takes has the type Document', async () => {
  const documents = [...shown, ...attributes]
  expect(new Set(documents.map(({ kind }) => kind)).size).toBe(5)
  const source = join(root, 'src/model/documents.ts')
  const lines = documents.map((document, at) => `export const d${at}: Document = ${JSON.stringify(document)}`)
  const place = folder({
    'documents.mts': `import type { Document } from ${JSON.stringify(source)}\n${lines.join('\n')}\n`,
    'tsconfig.json': JSON.stringify({
      extends: join(root, 'tsconfig.check.json'),
      compilerOptions: { rootDir: '/', types: [] },
      include: ['documents.mts'],
    }),
  })
  expect(
    await execute(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', place]),
  ).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  })
})

const apiVersion = 'quayctl/v1'
const acme = { apiVersion, kind: 'Organization', name: 'acme' } as const
const subjects = ['user:alice', 'user:bob'] as const

const password = { from_env: 'QC_PULL' }
const mirror = {
  external_reference: 'ghcr.io/acme/api',
  tags: ['latest', '1.*'],
  robot: 'ci',
  sync_interval: '1d',
}

const taken: Readonly<Record<string, Document>> = {
  'what shall not be': {
    ...acme,
    quota: 'none',
    robots: { ci: {} },
    teams: { owners: { role: 'admin', members: [] } },
  },
  'lists that nobody may change': { ...acme, teams: { readers: { role: 'member', members: subjects } } },
  'secrets as references': {
    ...acme,
    robots: { ci: {} },
    repositories: { api: { mirror: { ...mirror, username: 'bot', password } } },
  },
}

const refused: Readonly<Record<string, Document>> = {
  // @ts-expect-error
  'a kind that is none': { apiVersion, kind: 'Organisation', name: 'acme' },
  // @ts-expect-error
  'another language': { apiVersion: 'quayctl/v2', kind: 'Organization', name: 'acme' },
  // @ts-expect-error
  'no name': { apiVersion, kind: 'Organization' },
  // @ts-expect-error
  'a misspelt key': { ...acme, emial: 'quay@acme.example' },
  // @ts-expect-error
  'a misspelt key below': { ...acme, teams: { owners: { rôle: 'admin' } } },
  // @ts-expect-error
  'a key of another kind': { ...acme, include: ['*.yaml'] },
  // @ts-expect-error
  'another word': { ...acme, teams: { owners: { role: 'owner' } } },
  // @ts-expect-error
  null: { ...acme, quota: null },
  // @ts-expect-error
  'a secret as it is': { ...acme, repositories: { api: { mirror: { password: 'hunter2' } } } },
  // @ts-expect-error
  'a text for a list': { ...acme, teams: { owners: { members: 'user:alice' } } },
}

test.each(Object.entries(taken))('%s: has the type Document', (_, document) => {
  expect(() => library.load({ documents: document })).not.toThrow()
})

test.each(Object.entries(refused))('%s: has not', (_, document) => {
  expect(() => library.load({ documents: document })).toThrow(library.InvalidConfiguration)
})
