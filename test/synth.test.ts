import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadBridge, SYNTH_FILE } from '../src/cli/synthesis.ts'
import {
  filesBelow,
  folder,
  organization,
  quayctl,
  registry,
  root,
  shipped,
  unwrapped,
} from './commands/run.ts'

const acme = join(root, 'examples', 'acme')

/** What synth prints of files, and warns of. */
async function synth(cwd: string, ...flags: readonly string[]) {
  const { code, stdout, stderr } = await quayctl(['synth', ...flags], { cwd })
  expect(code, stderr).toBe(0)
  return { text: stdout, json: JSON.parse(stdout), warnings: unwrapped(stderr) }
}

describe('of the example it prints', () => {
  test.each([
    ['organizations', []],
    ['objects', ['--granularity=object', '--resource=null_resource', '--allow-destroy']],
    ['drift', ['--drift', '--allow=data,credential', '--credentials-out=secrets/made.json']],
  ])('%s as they were', async (name, flags) => {
    const { text, json } = await synth(acme, ...flags)
    await expect(text).toMatchFileSnapshot(`terraform/acme-${name}.tf.json`)
    expect(text).not.toContain(root)
    expect(text).not.toContain(process.cwd())
    expect(json.terraform.backend).toBeUndefined()
    const providers = json.terraform.required_providers ?? {}
    const ranges = { null: '~> 3.2', external: '~> 2.3' }
    for (const [provider, range] of Object.entries(ranges))
      if (provider in providers)
        expect(providers[provider]).toEqual({ source: `hashicorp/${provider}`, version: range })
    expect(Object.keys(providers)).toEqual(
      name === 'objects' ? ['null'] : name === 'drift' ? ['external'] : [],
    )
  })

  test('the same bytes wherever it is', async () => {
    const copy = folder(filesBelow(acme))
    expect((await synth(copy)).text).toBe((await synth(acme)).text)
  })
})

const MIRROR = `robots: {sync: {}}
repositories:
  ubi9:
    mirror: {external_reference: registry.example.com/ubi9, tags: [latest], robot: sync, sync_interval: 12h}
`
const here = (files: Readonly<Record<string, string>> = {}) =>
  folder({
    'quayctl.yaml': `${registry('include: [acme.yaml]')}`,
    'acme.yaml': organization('acme', MIRROR),
    ...files,
  })

const ALLOW = 'give --allow data: an apply that has to change mirror.acme/ubi9'

describe('it warns', () => {
  test('of what no apply is allowed', async () => {
    const cwd = here()
    expect((await synth(cwd)).warnings).toContain(ALLOW)
    expect((await synth(cwd, '--allow=data:mirror.acme/api')).warnings).toContain(ALLOW)
    for (const allow of ['data', 'public,data', 'data:mirror.acme/*', 'data:repository.acme/ubi9'])
      expect((await synth(cwd, `--allow=${allow}`)).warnings).toBe('')
  })

  test('of secrets that nobody would keep', async () => {
    const cwd = here({
      'quayctl.yaml': registry('include: [acme.yaml]\nusers: {alice: {email: a@acme.example}}\n'),
    })
    const lost = 'give --credentials-out FILE: Quay tells the secret of user.alice once'
    expect((await synth(cwd, '--allow=data,credential')).warnings).toContain(lost)
    const kept = await synth(cwd, '--allow=data,credential', '--credentials-out=made.json')
    expect(kept.warnings).toBe('')
    const { quay_registry_wide_state: state } = kept.json.resource.terraform_data
    expect(state.provisioner[0]['local-exec'].environment.QUAYCTL_CREDENTIALS).toBe('made.registry_wide.json')
  })

  test('of what only an apply of all of an organization does', async () => {
    const cwd = here({ 'acme.yaml': organization('acme', `${MIRROR}prune: {robots: all}\n`) })
    expect((await synth(cwd, '--allow=data')).warnings).toContain(
      'give --allow credential: an apply that has to change robot.acme+*',
    )
    expect((await synth(cwd, '--allow=data,credential')).warnings).toBe('')
    expect((await synth(cwd, '--allow=data', '--granularity=object')).warnings).toContain(
      'what the files do not list of robots of acme stays',
    )
  })
})

test('a repository that is public needs its word', async () => {
  const cwd = here({ 'acme.yaml': organization('acme', 'repositories: {web: {visibility: public}}\n') })
  expect((await synth(cwd)).warnings).toContain('give --allow public: an apply that has to change')
  expect((await synth(cwd, '--allow=public:repository.acme/web')).warnings).toBe('')
})

test('an account goes when no organization needs it any more', async () => {
  const removed = '{users: {eve: {reason: left, until: 2031-01-01}}}'
  const main = `include: [acme.yaml]\nusers: {bob: {email: b@acme.example}}\nremoved: ${removed}\n`
  const cwd = here({ 'quayctl.yaml': registry(main) })
  const { json } = await synth(cwd, '--allow=data,credential', '--credentials-out=made.json')
  const all = json.resource.terraform_data
  const [eve = ''] = Object.keys(all).filter((name) => name.startsWith('quay_user_eve'))
  expect(all[eve].depends_on).toEqual([
    'terraform_data.quay_registry_wide_state',
    'terraform_data.quay_acme_state',
  ])
  const { command, environment } = all[eve].provisioner[0]['local-exec']
  expect([command, environment.QUAYCTL_TARGET_1]).toEqual([expect.stringContaining('--target='), 'user.eve'])
  const first = all.quay_registry_wide_state.provisioner[0]['local-exec']
  expect(first.environment.QUAYCTL_EXCLUDE_1).toBe('user.eve')
})

test('it leaves nothing where it runs', async () => {
  const cwd = here()
  const before = readdirSync(cwd)
  await synth(cwd)
  expect(readdirSync(cwd)).toEqual(before)
})

describe('--out', () => {
  test('takes a folder, that may be new, and is as the module sees the files', async () => {
    const cwd = here()
    const ran = await quayctl(['synth', '--out=stacks/quay', '-f', 'acme.yaml'], { cwd })
    expect([ran.code, ran.stdout]).toEqual([0, ''])
    expect(ran.stderr).toContain(`Written: ${join('stacks', 'quay', SYNTH_FILE)}, with 1 unit.`)
    const { resource } = JSON.parse(readFileSync(join(cwd, 'stacks', 'quay', SYNTH_FILE), 'utf8'))
    const { working_dir, environment } = resource.terraform_data.quay_acme_state.provisioner[0]['local-exec']
    expect([working_dir, environment.QUAYCTL_FILE_1]).toEqual([`\${path.module}/../..`, 'acme.yaml'])
    expect((await quayctl(['synth', '--out=stacks/quay'], { cwd })).code).toBe(0)
  })

  test('spares a file that is not ours', async () => {
    const cwd = here({ [`terraform/${SYNTH_FILE}`]: '{"resource": {}}' })
    const { code, stderr } = await quayctl(['synth', '--out=terraform'], { cwd })
    expect([code, stderr]).toEqual([3, expect.stringContaining('QC3123')])
    expect(readFileSync(join(cwd, 'terraform', SYNTH_FILE), 'utf8')).toBe('{"resource": {}}')
  })

  test('leaves what is there where the files have a mistake', async () => {
    const cwd = here({ 'acme.yaml': organization('acme', 'robot: {}\n') })
    const { code, stdout, stderr } = await quayctl(['synth', '--out=terraform'], { cwd })
    expect([code, stdout, stderr]).toEqual([3, '', expect.stringContaining('QC1002 unknown key "robot"')])
    expect(existsSync(join(cwd, 'terraform'))).toBe(false)
  })
})

test.each([
  ['the folder itself', '.', './'],
  ['a file that is called like standard input', './-', './-'],
  ['a folder above', '..', '..'],
])('%s stays what it is', async (_, given, seen) => {
  const file = given === './-' ? '-' : 'acme.yaml'
  const top = folder({ [`here/${file}`]: organization('acme') })
  const { json } = await synth(join(top, 'here'), `--file=${given}`)
  const { environment } = json.resource.terraform_data.quay_acme_state.provisioner[0]['local-exec']
  expect(environment.QUAYCTL_FILE_1).toBe(seen)
})

test.each([
  ['standard input', ['-f', '-'], 64, 'QC6483'],
  ['tokens on standard output', ['--credentials-out', '-'], 64, 'QC6400'],
  ['an unknown impact', ['--allow', 'everything'], 64, 'QC6404 --allow knows no impact "everything"'],
  ['an unknown kind of resource', ['--resource', 'local_file'], 64, '--resource'],
  ['no file', ['-f', 'none.yaml'], 3, 'none.yaml'],
  ['a text that Terraform would change', ['--credentials-out', 'e\u0301.json'], 3, 'QC3131'],
])('%s is refused', async (_, flags, code, says) => {
  const ran = await quayctl(['synth', ...flags], { cwd: here() })
  expect([ran.code, ran.stdout]).toEqual([code, ''])
  expect(ran.stderr).toContain(says)
})

test('it needs no network and no secrets', async () => {
  const env = { QUAY_URL: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1' }
  const ran = await shipped(['synth'], { cwd: acme, env })
  expect(ran.code).toBe(0)
})

describe('without the optional packages', () => {
  const missing = (message: string) =>
    Promise.reject(Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' }))

  test.each(['cdktf', 'constructs', '@cdktf/provider-null'])(
    '%s it says how to install them',
    async (name) => {
      await expect(
        loadBridge(() => missing(`Cannot find package '${name}' imported from x`)),
      ).rejects.toMatchObject({
        code: 'QC3130',
        hints: [
          expect.stringContaining('npm install cdktf constructs @cdktf/provider-null'),
          expect.any(String),
        ],
      })
    },
  )

  test('another mistake stays what it is', async () => {
    await expect(loadBridge(() => missing("Cannot find package 'yaml'"))).rejects.toThrow("'yaml'")
    await expect(loadBridge(() => Promise.reject(new TypeError('cdktf')))).rejects.toThrow(TypeError)
  })
})
