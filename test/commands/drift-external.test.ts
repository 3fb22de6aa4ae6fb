import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { flagsOf, parseQuery } from '../../src/cli/external.ts'
import { SYNTH_FILE } from '../../src/cli/synthesis.ts'
import { Module, without } from '../module.ts'
import { folder, organization, type Quay, quay, quayctl, registry, shipped, writes } from './run.ts'

// Many runs of other programs, beside others.
vi.setConfig({ testTimeout: 300_000 })

const ACME = organization(
  'acme',
  'robots: {ci: {description: Pushes}}\nrepositories: {api: {description: API}}\n',
)
const files = {
  'quayctl.yaml': registry('include: [organizations/*.yaml]\n'),
  'organizations/acme.yaml': ACME,
  'organizations/other.yaml': organization('other'),
}

/** An applied configuration. */
async function applied(more = {}) {
  const there = await quay()
  const cwd = folder({ ...files, ...more })
  expect((await quayctl(['apply', '--yes'], { cwd, env: there.env })).code).toBe(0)
  return { ...there, cwd }
}

type Answer = Readonly<Record<string, string>>

/** Asks as Terraform does. */
async function asked(query: object, { cwd, env }: { cwd: string; env: Quay['env'] }): Promise<Answer> {
  const ran = await shipped(['drift', 'external'], { cwd, env, input: JSON.stringify(query) })
  expect([ran.code, ran.stderr]).toEqual([0, ''])
  return JSON.parse(ran.stdout)
}

const describeApi = ({ call }: Quay, description: string) =>
  call('PUT', '/repository/acme/api', { description })

describe('the answer', () => {
  test('is an object of texts, whose fingerprint is the same whenever Quay is as the files say', async () => {
    const there = await applied()
    const inSync = await asked({}, there)
    expect(inSync).toEqual({
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      in_sync: 'true',
      changes: '0',
      summary: 'no changes',
    })
    await describeApi(there, 'Something else')
    const drifted = await asked({}, there)
    expect(drifted).toMatchObject({
      in_sync: 'false',
      changes: '1',
      summary: '0 to create, 1 to update, 0 to replace, 0 to delete',
    })
    expect(drifted.fingerprint).not.toBe(inSync.fingerprint)
    await describeApi(there, 'Something else again')
    expect((await asked({}, there)).fingerprint).not.toBe(drifted.fingerprint)
    await describeApi(there, 'API')
    expect(await asked({}, there)).toEqual(inSync)

    writeFileSync(
      join(there.cwd, 'organizations/acme.yaml'),
      ACME.replace('description: API', 'description: The API'),
    )
    expect(await asked({ organization: 'acme' }, there)).toMatchObject({ in_sync: 'false', changes: '1' })
    expect((await quayctl(['apply', '--yes'], there)).code).toBe(0)
    expect(await asked({}, there)).toEqual(inSync)
  })

  test('is about what the query names, and reads only', async () => {
    const there = await applied({
      'registries/stage.yaml': registry('defaults: {repository: {visibility: public}}\n'),
    })
    await describeApi(there, 'Something else')
    const before = there.seen.length
    const counts = async (query: object) => (await asked(query, there)).changes
    expect(await counts({ organization: 'acme' })).toBe('1')
    expect(await counts({ organization: 'other' })).toBe('0')
    expect(await counts({ organization: 'acme', target: 'robot.**' })).toBe('0')
    expect(await counts({ target: 'repository.acme/api' })).toBe('1')
    expect(await counts({ registry: 'stage' })).toBe('1')
    expect(await counts({ files: '["organizations/other.yaml"]' })).toBe('0')
    expect(await counts({ files: '["organizations/other.yaml", "organizations/acme.yaml"]' })).toBe('1')
    expect(writes(there.seen.slice(before))).toEqual([])
  })
})

describe('no query is', () => {
  const queries: Readonly<Record<string, readonly [text: string, says: string]>> = {
    nothing: ['', 'standard input holds no query'],
    'no JSON': ['acme', 'standard input holds no query'],
    'a text': ['"acme"', 'standard input holds no query'],
    null: ['null', 'standard input holds no query'],
    'a list': ['[{"organization": "acme"}]', 'standard input holds no query'],
    'an unknown key': ['{"organisation": "acme"}', 'the query has no key "organisation"'],
    'a key of every object': ['{"__proto__": "acme"}', 'the query has no key "__proto__"'],
    'a number': ['{"organization": 1}', "the query's organization is no text"],
    'files that are no JSON': ['{"files": "quayctl.yaml"}', "the query's files are no list of files"],
    'no files': ['{"files": "[]"}', "the query's files are no list of files"],
    'files that are no texts': ['{"files": "[1]"}', "the query's files are no list of files"],
    'standard input, which holds it': ['{"files": "[\\"-\\"]"}', "the query's files are no list of files"],
  }
  test.each(Object.entries(queries))('%s', (_, [text, says]) => {
    expect(() => flagsOf(parseQuery(text))).toThrow(says)
  })
})

describe('a mistake ends with another code than 0, and says why on standard error', () => {
  test.each([
    ['a bad query', 'acme', {}, {}, 64, 'QC6484 standard input holds no query'],
    ['a file that is not there', '{"files": "[\\"none.yaml\\"]"}', {}, {}, 3, 'none.yaml'],
    ['an organization of no file', '{"organization": "none"}', {}, {}, 64, 'none'],
    ['files with mistakes', '{}', { 'organizations/acme.yaml': `${ACME}robot: {}\n` }, {}, 3, 'QC1002'],
    ['a dead token', '{}', {}, { QUAY_TOKEN: 'DEAD' }, 7, 'QC7401'],
    ['a Quay that is not there', '{}', {}, { QUAY_URL: 'http://127.0.0.1:1' }, 8, '127.0.0.1:1'],
  ])('%s', async (_, input, more, env, code, says) => {
    const there = await quay()
    const cwd = folder({ ...files, ...more })
    const ran = await shipped(['drift', 'external'], { cwd, env: { ...there.env, ...env }, input })
    expect(ran.stdout).toBe('')
    expect(ran.stderr).toContain(says)
    expect(ran.code).toBe(code)
  })
})

/** What synth has written, with variables in place of the data source, whose provider is not there. */
function withVariables(text: string) {
  const { data, terraform, ...rest } = JSON.parse(text)
  const { required_providers: _, ...needs } = terraform
  const sources: Readonly<Record<string, { working_dir: string; query: object; program: string[] }>> =
    data.external
  const variable = Object.fromEntries(Object.keys(sources).map((name) => [name, { type: 'map(string)' }]))
  const module = JSON.stringify({ terraform: needs, ...rest, variable })
  return { sources, module: module.replaceAll(/data\.external\.([\w-]+)\.result/g, 'var.$1') }
}

describe.skipIf(without !== '')(`as a trigger in Terraform${without}`, () => {
  test('what was changed in Quay is mended, and nothing else', async () => {
    const there = await quay()
    const cwd = folder(files)
    const out = ['--out', 'terraform', '--drift']
    expect((await quayctl(['synth', ...out], { cwd })).code).toBe(0)
    const module = new Module(join(cwd, 'terraform'), there)
    const made = withVariables(module.read(SYNTH_FILE))
    rmSync(join(module.path, SYNTH_FILE))
    module.write('main.tf.json', made.module)
    await module.good('init')
    /** What Terraform would be answered now. */
    const ask = async () => {
      const answers = Object.entries(made.sources).map(async ([name, { working_dir, query, program }]) => {
        expect(program).toEqual(['quayctl', 'drift', 'external'])
        const at = working_dir.replace(`\${path.module}`, module.path)
        return [name, await asked(query, { cwd: at, env: there.env })] as const
      })
      const text = JSON.stringify(Object.fromEntries(await Promise.all(answers)))
      module.write('answers.auto.tfvars.json', text)
    }
    const apply = async (...args: string[]) => {
      const before = there.seen.length
      await module.good('apply', '-auto-approve', ...args)
      return writes(there.seen.slice(before))
    }

    // It is asked once the state is there.
    const { terraform_data: resources } = JSON.parse(made.module).resource
    const states = Object.keys(resources).filter((name) => name.endsWith('_state'))
    const none = Object.keys(made.sources).map((name) => `-var=${name}={}`)
    await apply(...none, ...states.map((name) => `-target=terraform_data.${name}`))
    await ask()
    expect(await apply()).toEqual([])
    await ask()
    expect(await module.planned()).toEqual({})

    await describeApi(there, 'Changed by hand')
    await ask()
    const replaced = await module.planned()
    expect(replaced).toEqual({ 'terraform_data.quay_acme_drift': 'delete,create' })
    expect(await apply()).toEqual(['PUT /api/v1/repository/acme/api'])
    expect(await there.call('GET', '/repository/acme/api')).toMatchObject({ description: 'API' })
    await ask()
    expect(await module.planned()).toEqual(replaced)
    expect(await apply()).toEqual([])
    await ask()
    expect(await module.planned()).toEqual({})
  })
})
