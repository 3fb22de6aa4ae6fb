import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { App, DataResource, TerraformElement, TerraformStack } from 'cdktf'
import { Construct } from 'constructs'
import { describe, expect, test, vi } from 'vitest'
import type * as construct from '../src/terraform/construct.ts'
import { execute, filesBelow, folder, organization, quay, registry, writes } from './commands/run.ts'
import { Module, without } from './module.ts'

// Many runs of other programs, beside others.
vi.setConfig({ testTimeout: 300_000 })

const { QuayConfiguration }: typeof construct = await import(
  new URL('../dist/terraform/construct.js', import.meta.url).href
)

const MIRRORS = `robots: {sync: {}}
repositories:
  ubi9:
    mirror: {external_reference: registry.example.com/ubi9, tags: [latest], robot: sync, sync_interval: 12h}
`
const files = { 'quay.yaml': organization('acme', MIRRORS), 'others/bank.yaml': organization('bank') }

/** A stack whose program has done this, as the module that it becomes. */
function synthesized(program: (stack: TerraformStack, directory: string) => unknown) {
  const directory = folder({ ...files, 'quayctl.yaml': registry('include: ["*.yaml", others/*.yaml]\n') })
  const app = new App({ outdir: join(directory, 'cdktf.out') })
  const stack = new TerraformStack(app, 'registry')
  program(stack, directory)
  app.synth()
  const made = filesBelow(join(app.outdir, 'stacks', 'registry'))
  return { made, json: JSON.parse(made['cdk.tf.json'] ?? ''), stack }
}

const idsOf = (json: { resource: { terraform_data: object } }) => Object.keys(json.resource.terraform_data)
const documentOf = (name: string) =>
  ({
    apiVersion: 'quayctl/v1',
    kind: 'Organization',
    name,
    email: `quay@${name}.example`,
  }) as const

describe('the construct', () => {
  test('takes a file, files, a folder, documents, or the nearest quayctl.yaml', () => {
    const keys: (readonly string[])[] = []
    const { made } = synthesized((stack, directory) => {
      const props: Readonly<Record<string, construct.QuayConfigurationProps>> = {
        file: { file: 'quay.yaml' },
        files: { file: ['quay.yaml', 'others/bank.yaml'] },
        folder: { file: 'others' },
        document: { documents: documentOf('one') },
        documents: { documents: [documentOf('one'), documentOf('two')] },
        nearest: {},
      }
      for (const [id, given] of Object.entries(props))
        keys.push([...new QuayConfiguration(stack, id, { ...given, directory }).units.keys()])
    })
    expect(keys).toEqual([['acme'], ['acme', 'bank'], ['bank'], ['one'], ['one', 'two'], ['acme', 'bank']])
    expect(Object.keys(made)).toEqual(['cdk.tf.json', 'document.quayctl.yaml', 'documents.quayctl.yaml'])
  })

  test('calls each resource what its place and its unit say, however deep it stands', () => {
    class Platform extends Construct {
      constructor(scope: Construct, id: string, directory: string) {
        super(scope, id)
        new QuayConfiguration(this, 'quay', { file: 'quay.yaml', directory })
      }
    }
    const { json } = synthesized((stack, directory) => {
      new Platform(stack, 'platform', directory)
      new QuayConfiguration(stack, 'quay', { file: 'quay.yaml', directory })
    })
    expect(idsOf(json)).toEqual([
      'platform__quay_acme_presence',
      'platform__quay_acme_state',
      'quay_acme_presence',
      'quay_acme_state',
    ])
  })

  test.each([
    ['a b', 'a_b'],
    ['a.b', 'a_b'],
    ['é', 'ü'],
    ['1', '_1'],
  ])('%s and %s do not collide', (one, other) => {
    const { json } = synthesized((stack, directory) => {
      for (const id of [one, other]) new QuayConfiguration(stack, id, { file: 'quay.yaml', directory })
    })
    expect(idsOf(json)).toHaveLength(4)
    for (const id of idsOf(json)) expect(id).toMatch(/^[A-Za-z_][\w-]*$/)
  })

  test('leaves the documents of each beside the stack', () => {
    const { made } = synthesized((stack, directory) => {
      for (const name of ['one', 'two'])
        new QuayConfiguration(new Construct(stack, name), 'quay', { documents: documentOf(name), directory })
    })
    const left = (name: string) => JSON.parse((made[name] ?? '').split('\n---\n')[0] ?? '')
    expect(left('one__quay.quayctl.yaml')).toEqual(documentOf('one'))
    expect(left('two__quay.quayctl.yaml')).toEqual(documentOf('two'))
  })

  test('makes the same bytes each time', () => {
    const program = (stack: TerraformStack, directory: string) => {
      new QuayConfiguration(stack, 'quay', { file: 'quay.yaml', directory })
      new QuayConfiguration(stack, 'more', { documents: documentOf('one'), directory, granularity: 'object' })
    }
    const { made, json } = synthesized(program)
    const { json: again, made: files } = synthesized(program)
    expect({ ...again, terraform: null }).toEqual({ ...json, terraform: null })
    expect(files['more.quayctl.yaml']).toBe(made['more.quayctl.yaml'])
  })

  test('has units that others depend on', () => {
    const { json } = synthesized((stack, directory) => {
      const configuration = new QuayConfiguration(stack, 'other', { file: 'quay.yaml', directory })
      const { key, organization, state, presence } = configuration.unit('acme')
      expect([key, organization, presence]).toEqual(['acme', 'acme', expect.any(TerraformElement)])
      new DataResource(stack, 'after', { dependsOn: [state] })
    })
    expect(json.resource.terraform_data.after.depends_on).toEqual(['terraform_data.other_acme_state'])
  })

  test('names the units that there are where there is not the one that is asked for', () => {
    synthesized((stack, directory) => {
      const made = new QuayConfiguration(stack, 'quay', { directory })
      expect(() => made.unit('acne')).toThrow('the files say nothing of acne; they do of acme, bank')
    })
  })

  test('says what applies will ask for, in annotations too', () => {
    const { stack } = synthesized((stack, directory) => {
      const { warnings, node } = new QuayConfiguration(stack, 'quay', { file: 'quay.yaml', directory })
      const annotations = node.metadata.filter(({ type }) => type === '@cdktf/warn').map(({ data }) => data)
      expect(warnings).toEqual([
        'give --allow data: an apply that has to change mirror.acme/ubi9 stops without it',
      ])
      expect(annotations).toEqual(warnings)
      const { warnings: none } = new QuayConfiguration(stack, 'other', {
        file: 'quay.yaml',
        directory,
        allow: ['data:mirror.acme/**'],
      })
      expect(none).toEqual([])
    })
    expect(stack.node.findChild('quay')).toBeInstanceOf(QuayConfiguration)
  })

  test('throws what is wrong with the files, with its line', () => {
    synthesized((stack, directory) => {
      const documents = { ...documentOf('acme'), robot: {} }
      expect(() => new QuayConfiguration(stack, 'quay', { documents, directory })).toThrow(
        /QC1002 unknown key "robot"/,
      )
    })
  })
})

describe.skipIf(without !== '')(`a program of cdktf in Terraform${without}`, () => {
  test('makes the same each time, and is applied', async () => {
    const there = await quay()
    const cwd = folder(files)
    const run = async (out: string) => {
      const program = fileURLToPath(new URL('terraform/program.mjs', import.meta.url))
      const ran = await execute(process.execPath, [program, out, 'quay.yaml'], { cwd })
      expect([ran.code, ran.stderr]).toEqual([0, ''])
      return filesBelow(join(cwd, out))
    }
    const made = await run('cdktf.out')
    expect(await run('cdktf.out')).toEqual(made)

    const module = new Module(join(cwd, 'cdktf.out', 'stacks', 'registry'), there)
    await module.good('init')
    await module.good('validate')
    await module.good('apply', '-auto-approve')
    expect(await there.call('GET', '/repository/acme/ubi9/mirror')).toMatchObject({
      external_reference: 'registry.example.com/ubi9',
    })
    expect(await there.call('GET', '/repository/shop/api')).toMatchObject({
      description: `\${path.module} of shop`,
    })
    expect(await module.planned()).toEqual({})
    const before = there.seen.length
    await module.good('destroy', '-auto-approve')
    expect([...writes(there.seen.slice(before))].sort()).toEqual([
      'DELETE /api/v1/organization/bank',
      'DELETE /api/v1/organization/shop',
      'DELETE /api/v1/repository/bank/api',
      'DELETE /api/v1/repository/shop/api',
    ])
  })
})
