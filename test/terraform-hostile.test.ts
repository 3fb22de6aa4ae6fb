import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { App, TerraformOutput, TerraformStack } from 'cdktf'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { SYNTH_FILE } from '../src/cli/synthesis.ts'
import { literal } from '../src/terraform/provisioners.ts'
import { filesBelow, folder, quay, quayctl } from './commands/run.ts'
import { Module, without } from './module.ts'
import { type Planted, secrets } from './secrets.ts'

// Many runs of other programs, beside others.
vi.setConfig({ testTimeout: 300_000 })

const pieces = [
  ...'$%{}"\'\\`;[]~#!*?'.split(''),
  '${',
  '$${',
  '$$${',
  '%{',
  '%%{',
  `\${path.module}`,
  `\${self.id}`,
  '%{ if true }x%{ endif }',
  `\${~ 1 ~}`,
  '$(touch PWNED)',
  '`touch PWNED`',
  '; touch PWNED; ',
  '" && touch PWNED "',
  "' && touch PWNED '",
  '$HOME',
  'TfToken[',
  'TfToken[TOKEN.0]',
  `\${TfToken[TOKEN.0]}`,
  '#{TfToken[TOKEN.1]}',
  '-f',
  '--yes',
  '<<EOT',
  'ünï',
  '☃',
  '😀',
  ' ',
  'a',
]
const lineBreaks = ['\n', '\r\n', '\t']

const textOf = (all: readonly string[]) =>
  fc
    .array(fc.constantFrom(...all), { minLength: 1, maxLength: 7 })
    .map((parts) => parts.join(''))
    .filter((text) => text.trim() !== '')
/** On one line. */
const lines = textOf(pieces)
const texts = textOf([...pieces, ...lineBreaks])

describe.skipIf(without !== '')(`texts in Terraform${without}`, () => {
  test('mean what they are', async () => {
    const all = [...pieces, ...lineBreaks, '', '$', '$$$$', '{$', ...fc.sample(texts, 1000)]
    const stack = new TerraformStack(new App({ outdir: folder() }), 'texts')
    new TerraformOutput(stack, 'texts', { value: all.map(literal) })
    stack.prepareStack()
    const { output } = stack.toTerraform()
    const module = new Module(folder({ 'main.tf.json': JSON.stringify({ output }) }), { env: {} })
    await module.good('apply', '-auto-approve')
    expect((await module.json('output')).texts.value).toEqual(all)
  })
})

/** What stands where the language takes any text. */
interface Free {
  readonly names: readonly string[]
  readonly lines: readonly string[]
  readonly texts: readonly string[]
}

const documentsOf = ({ names, lines, texts }: Free, url: string) => {
  const at = (list: readonly string[], index: number) => list[index % list.length] ?? ''
  const hook = (index: number) => ({
    event: 'repo_push',
    method: 'webhook',
    config: { url: 'https://hooks.example.com/quay', template: JSON.stringify({ text: at(texts, index) }) },
  })
  return [
    {
      kind: 'Registry',
      url,
      messages: [...new Set(texts.slice(0, 1))].map((content) => ({
        severity: 'info',
        media_type: 'text/plain',
        content,
      })),
      safety: { protect: ['organization.other', `robot.${at(lines, 0)}`], max_deletes: 20 },
    },
    {
      kind: 'Organization',
      name: 'acme',
      email: 'quay@acme.example',
      // Quay keeps it until its garbage collection has taken the mirror of a deleted repository.
      external: { robots: ['sync'] },
      robots: {
        ci: {
          description: at(lines, 1),
          unstructured_metadata: { [at(texts, 2)]: at(texts, 3), nested: { [at(lines, 2)]: [at(texts, 4)] } },
        },
      },
      applications: Object.fromEntries(names.map((name, index) => [name, { description: at(texts, index) }])),
      repositories: {
        api: {
          description: at(texts, 6),
          notifications: Object.fromEntries(lines.slice(0, 3).map((title, index) => [title, hook(index)])),
        },
        mirrored: {
          mirror: {
            external_reference: 'registry.example.com/ubi9',
            tags: ['latest'],
            robot: 'sync',
            sync_interval: '12h',
            username: at(lines, 3),
            password: { from_env: 'QC_PULL' },
            proxy: { http_proxy: at(lines, 4), https_proxy: at(lines, 5), no_proxy: at(lines, 6) },
          },
        },
      },
    },
  ].map((document) => ({ apiVersion: 'quayctl/v1', ...document }))
}

/** What a file or folder may be called: no shorter than it looks, and not hidden. */
const fileNames = lines.map((text) => `f${text}`.slice(0, 100).trimEnd())

describe.skipIf(without !== '')(`a configuration of such texts in Terraform${without}`, () => {
  test.each([
    { granularity: 'organization', outside: false },
    { granularity: 'object', outside: true },
  ])('by $granularity is in Quay as it was written, and nothing of it is run', async (way) => {
    const there = await quay()
    await there.call('POST', '/organization/', { name: 'acme', email: 'quay@acme.example' })
    await there.call('PUT', '/organization/acme/robots/sync', {})
    const free: Free = {
      names: [`e\u0301 \${a}`, ...fc.sample(texts, 1)],
      lines: fc.sample(lines, 7),
      texts: fc.sample(texts, 7),
    }
    const [here, main, below, file, out, kept] = fc.sample(fileNames, 6) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ]
    const top = folder()
    const cwd = join(top, `\${TfToken[TOKEN.9]}${here}`)
    const path = join(cwd, way.outside ? '..' : '.', `m${out}`)
    mkdirSync(join(cwd, below), { recursive: true })
    const [registry, organization] = documentsOf(free, there.url)
    writeFileSync(join(cwd, `${main}.yaml`), JSON.stringify(registry))
    writeFileSync(join(cwd, below, `${file}.yaml`), JSON.stringify(organization))
    const globs = free.lines.slice(0, 2).map((text) => `public:repository.acme/${text.replaceAll(',', '')}`)
    const env = { QC_PULL: 'x' }
    const flags = [
      `--file=${main}.yaml`,
      `--file=${below}`,
      `--granularity=${way.granularity}`,
      '--allow-destroy',
      `--allow=data,credential,${globs.join(',')}`,
      `--credentials-out=${kept}.json`,
    ]
    const made = await quayctl(['synth', ...flags, `--out=${path}`], { cwd })
    expect(made.code, made.stderr).toBe(0)

    const module = new Module(path, there, env)
    await module.good('init')
    await module.good('validate')
    await module.good('apply', '-auto-approve')
    const plan = ['plan', `--file=${main}.yaml`, `--file=${below}`, '--detailed-exitcode']
    const planned = await quayctl(plan, { cwd, env: { ...there.env, ...env } })
    expect(planned.code, planned.stdout + planned.stderr).toBe(0)
    expect(await there.call('GET', '/organization/acme/applications')).toMatchObject({
      applications: expect.toSatisfy(
        (all: readonly { name: string }[]) =>
          all
            .map(({ name }) => name)
            .sort()
            .join('\0') === [...free.names].sort().join('\0'),
      ),
    })
    expect(await there.call('GET', '/repository/acme/mirrored/mirror')).toMatchObject({
      external_registry_username: free.lines[3],
      external_registry_config: { proxy: { http_proxy: free.lines[4] } },
    })
    expect(await module.planned()).toEqual({})
    await module.good('destroy', '-auto-approve')
    expect(await there.call('GET', '/organization/acme')).toMatchObject({ status: 404 })
    expect(await there.call('GET', '/messages')).toEqual({ messages: [] })
    expect(Object.keys(filesBelow(top)).filter((name) => basename(name).startsWith('PWNED'))).toEqual([])
  })
})

const SECRETIVE = `apiVersion: quayctl/v1
kind: Organization
name: acme
email: quay@acme.example
proxy_cache: {upstream_registry: docker.io/library, username: acme, password: {from_env: QC_HUB}}
robots: {ci: {}}
---
apiVersion: quayctl/v1
kind: Organization
name: other
email: quay@other.example
robots: {sync: {}}
repositories:
  one:
    mirror:
      external_reference: registry.example.com/one
      tags: [latest]
      robot: sync
      sync_interval: 12h
      username: {from_env: QC_PULL}
      password: {from_file: secrets/one}
    notifications:
      push: {event: repo_push, method: slack, config: {url: {from_env: QC_HOOK}}}
      build: {event: build_failure, method: hipchat, config: {room_id: a, notification_token: {from_env: QC_HIPCHAT}}}
`

describe.skipIf(without !== '')(`secrets and Terraform${without}`, () => {
  test('stay out of the module, its state and plan, and of all that is said', async () => {
    const bodies: string[] = []
    const faults = ({ body }: { body: string }) => {
      bodies.push(body)
      return undefined
    }
    const there = await quay({ faults })
    const [pull, hub, hook, hipchat, file] = fc.sample(secrets, 5) as [
      Planted,
      Planted,
      Planted,
      Planted,
      Planted,
    ]
    const env = {
      QC_PULL: pull.core,
      QC_HUB: hub.value,
      QC_HOOK: `https://hooks.example.com/${hook.core}`,
      QC_HIPCHAT: hipchat.value,
    }
    const cwd = folder({ 'quay.yaml': SECRETIVE, 'secrets/one': file.value })
    const flags = [
      '--allow-destroy',
      '--allow=data,credential',
      '--credentials-out=kept.json',
      '--out=module',
    ]
    const made = await quayctl(['synth', '-f', 'quay.yaml', ...flags], { cwd, env })
    const module = new Module(join(cwd, 'module'), there, env)
    const said = [
      JSON.stringify(made),
      await module.good('init'),
      await module.good('plan', '-out=tfplan'),
      await module.good('show', '-json', 'tfplan'),
      await module.good('apply', 'tfplan'),
      await module.good('show', '-json'),
    ]
    const cores = [pull, hub, hook, hipchat, file].map(({ core }) => core)
    expect(cores.filter((core) => !bodies.join('\n').includes(core))).toEqual([])
    const applied = filesBelow(module.path)
    expect(Object.keys(applied)).toEqual(expect.arrayContaining([SYNTH_FILE, 'terraform.tfstate', 'tfplan']))
    said.push(await module.good('destroy', '-auto-approve'))

    const keptFiles = Object.entries(filesBelow(cwd)).filter(([name]) => /^kept\.\w+\.json$/.test(name))
    const kept = keptFiles.flatMap(([, text]) => text.match(/[A-Za-z0-9+/]{30,}/g) ?? [])
    expect(kept.length).toBeGreaterThan(1)
    const text = JSON.stringify([said, applied, filesBelow(module.path)])
    expect([...cores, ...kept, `${there.env.QUAY_TOKEN}`].filter((one) => text.includes(one))).toEqual([])
  })
})
