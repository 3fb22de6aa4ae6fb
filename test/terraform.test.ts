import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  execute,
  type Files,
  filesBelow,
  folder,
  organization,
  type Quay,
  quay,
  quayctl,
  type Ran,
  registry,
  root,
  writes,
} from './commands/run.ts'

const PATH = process.env.PATH ?? ''
const { code } = await execute('terraform', ['version']).catch(() => ({ code: 1 }))
const without = code === 0 ? '' : ', not tried because terraform is not on the PATH'

const MIRROR = (tags: string) => `prune: {robots: all}
quota: {limit: 10 GiB}
robots: {sync: {}, ci: {description: Pushes}}
teams: {developers: {role: member, members: [robot:ci]}}
default_permissions: [{to: team:developers, role: read}]
repositories:
  api: {permissions: {team:developers: write}}
  ubi9:
    mirror:
      external_reference: registry.example.com/ubi9
      tags: ${tags}
      robot: sync
      sync_interval: 12h
      username: puller
      password: {from_env: QC_PULL}
`
const MAIN = registry('include: [organizations/*.yaml]\nsecrets: [QC_*]\n')

/** A module beside a configuration, and quayctl on the path. */
class Module {
  readonly #at: string
  readonly #folder: string
  readonly #quay: Quay
  readonly #env: Record<string, string | undefined>

  constructor(files: Files, at: Quay, env = {}, where = 'terraform') {
    this.#folder = where
    this.#at = folder({
      ...files,
      'bin/quayctl': `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin', 'run.js')}' "$@"\n`,
    })
    chmodSync(join(this.#at, 'bin', 'quayctl'), 0o755)
    this.#quay = at
    const path = `${join(this.#at, 'bin')}${delimiter}${PATH}`
    this.#env = { ...at.env, PATH: path, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: undefined, ...env }
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.#at, file), text)
  }

  read(file: string): string {
    return readFileSync(join(this.#at, file), 'utf8')
  }

  async synth(...flags: string[]): Promise<void> {
    const ran = await quayctl(['synth', '--out', this.#folder, ...flags], { cwd: this.#at })
    expect(ran.stderr, ran.stderr).toContain(`Written: ${join(this.#folder, 'quay.tf.json')}`)
    expect(ran.code).toBe(0)
  }

  /** Runs Terraform in the module. */
  run(args: readonly string[], env = {}): Promise<Ran> {
    return execute('terraform', [...args, '-no-color'], {
      cwd: join(this.#at, this.#folder),
      env: { ...this.#env, ...env },
    })
  }

  /** The same; it has to go well. */
  async good(...args: string[]): Promise<string> {
    const ran = await this.run(args)
    expect(ran.code, ran.stdout + ran.stderr).toBe(0)
    return ran.stdout
  }

  /** What a plan would do, by resource: `create`, `delete,create`. */
  async planned(): Promise<Readonly<Record<string, string>>> {
    await this.good('plan', '-out=tfplan')
    const { resource_changes: changes = [] } = JSON.parse(await this.good('show', '-json', 'tfplan'))
    return Object.fromEntries(
      changes
        .map(({ address, change }: { address: string; change: { actions: string[] } }) => [
          address,
          change.actions.join(),
        ])
        .filter(([, actions]: [string, string]) => actions !== 'no-op'),
    )
  }

  async state(): Promise<readonly { readonly address: string; readonly tainted?: true }[]> {
    return JSON.parse(await this.good('show', '-json')).values?.root_module?.resources ?? []
  }

  /** What this does to Quay. */
  async writes(work: () => Promise<unknown>): Promise<readonly string[]> {
    const before = this.#quay.seen.length
    await work()
    return writes(this.#quay.seen.slice(before))
  }
}

describe.skipIf(without !== '')(`the configuration in Terraform${without}`, { timeout: 300_000 }, () => {
  test('is applied, and stays as it is; a changed mirror is one state made anew; destroy leaves Quay alone', async () => {
    const there = await quay()
    const files = { 'quayctl.yaml': MAIN, 'organizations/acme.yaml': organization('acme', MIRROR('["9.*"]')) }
    const module = new Module({ ...files, 'organizations/other.yaml': organization('other') }, there, {
      QC_PULL: 'x',
    })
    await module.synth('--allow', 'data')
    await module.good('init')
    await module.good('validate')
    expect(Object.values(await module.planned())).toEqual(['create', 'create', 'create', 'create'])
    await module.good('apply', '-auto-approve')
    expect(await there.call('GET', '/repository/acme/ubi9/mirror')).toMatchObject({
      root_rule: { rule_value: ['9.*'] },
    })
    expect((await module.run(['plan', '-detailed-exitcode'])).code).toBe(0)

    module.write('organizations/acme.yaml', organization('acme', MIRROR('["9.*", latest]')))
    await module.synth('--allow', 'data')
    expect(await module.planned()).toEqual({ 'terraform_data.quay_acme_state': 'delete,create' })
    const changed = await module.writes(() => module.good('apply', '-auto-approve', 'tfplan'))
    expect(changed).toEqual(['PUT /api/v1/repository/acme/ubi9/mirror'])
    expect((await module.run(['plan', '-detailed-exitcode'])).code).toBe(0)

    expect(await module.writes(() => module.good('destroy', '-auto-approve'))).toEqual([])
    expect(await module.state()).toEqual([])
    expect(await there.call('GET', '/organization/acme')).toMatchObject({ name: 'acme' })
  })

  test('with --allow-destroy, destroy deletes in the reverse order, and prune is done', async () => {
    const there = await quay()
    const files = {
      'quayctl.yaml': `${MAIN}users: {alice: {email: alice@example.com}}\n`,
      'organizations/acme.yaml': organization('acme', MIRROR('["9.*"]')),
    }
    const module = new Module(files, there, { QC_PULL: 'x' })
    await module.synth('--allow-destroy', '--allow', 'data,credential', '--credentials-out', 'secrets.json')
    await module.good('init')
    await module.good('apply', '-auto-approve')
    await there.call('PUT', '/organization/acme/robots/stray', {})
    module.write('organizations/acme.yaml', organization('acme', MIRROR('[latest]')))
    await module.synth('--allow-destroy', '--allow', 'data,credential', '--credentials-out', 'secrets.json')
    expect(await module.writes(() => module.good('apply', '-auto-approve'))).toEqual([
      'PUT /api/v1/repository/acme/ubi9/mirror',
      'DELETE /api/v1/organization/acme/robots/stray',
    ])
    const gone = await module.writes(() => module.good('destroy', '-auto-approve'))
    expect(gone).toEqual(['DELETE /api/v1/organization/acme', 'DELETE /api/v1/superuser/users/alice'])
  })

  test('by object it is applied and destroyed in order', async () => {
    const there = await quay()
    const files = { 'quayctl.yaml': MAIN, 'organizations/acme.yaml': organization('acme', MIRROR('["9.*"]')) }
    const module = new Module(files, there, { QC_PULL: 'x' })
    await module.synth('--granularity', 'object', '--allow-destroy', '--allow', 'data')
    await module.good('init')
    await module.good('apply', '-auto-approve')
    expect((await module.run(['plan', '-detailed-exitcode'])).code).toBe(0)
    const gone = await module.writes(() => module.good('destroy', '-auto-approve'))
    expect(gone.at(-1)).toBe('DELETE /api/v1/organization/acme')
    const at = (path: string) => gone.indexOf(`DELETE /api/v1${path}`)
    expect(at('/repository/acme/ubi9')).toBeGreaterThan(-1)
    expect(at('/organization/acme/robots/ci')).toBeGreaterThan(at('/organization/acme/team/developers'))
    // Quay deletes no robot that a mirror uses, nor did: it goes with the organization.
    expect(at('/organization/acme/robots/sync')).toBe(-1)
  })

  test('a failed apply is tainted, and converges when it is run again', async () => {
    const there = await quay()
    const files = { 'quayctl.yaml': MAIN, 'organizations/acme.yaml': organization('acme', MIRROR('["9.*"]')) }
    const module = new Module(files, there)
    await module.synth('--allow', 'data')
    await module.good('init')
    const failed = await module.run(['apply', '-auto-approve'])
    expect(failed.code).toBe(1)
    expect(failed.stdout + failed.stderr).toContain('QC_PULL')
    expect((await module.state()).filter(({ tainted }) => tainted).map(({ address }) => address)).toEqual([
      'terraform_data.quay_acme_state',
    ])
    const again = await module.run(['apply', '-auto-approve'], { QC_PULL: 'x' })
    expect(again.code, again.stderr).toBe(0)
    expect((await module.run(['plan', '-detailed-exitcode'])).code).toBe(0)
  })

  test('what a protect line keeps, destroy keeps too', async () => {
    const there = await quay()
    const safe = `${MAIN}safety: {protect: ["organization.*"]}\n`
    const module = new Module(
      { 'quayctl.yaml': safe, 'organizations/acme.yaml': organization('acme') },
      there,
    )
    await module.synth('--allow-destroy')
    await module.good('init')
    await module.good('apply', '-auto-approve')
    const kept = await module.run(['destroy', '-auto-approve'])
    expect(kept.code).toBe(1)
    expect(kept.stdout + kept.stderr).toContain('QC4101')
    expect(await there.call('GET', '/organization/acme')).toMatchObject({ name: 'acme' })
  })

  test('200 objects by organization', async () => {
    const there = await quay()
    const names = ['a', 'b', 'c', 'd'].map((letter) => `shop-${letter}`)
    const body = (name: string) =>
      organization(
        name,
        `repositories:\n${Array.from({ length: 49 }, (_, index) => `  app-${index}: {}\n`).join('')}`,
      )
    const all = Object.fromEntries(names.map((name) => [`organizations/${name}.yaml`, body(name)]))
    const module = new Module({ 'quayctl.yaml': MAIN, ...all }, there)
    await module.synth()
    await module.good('init')
    expect((await module.writes(() => module.good('apply', '-auto-approve'))).length).toBe(200)
    expect(Object.keys(await module.planned())).toEqual([])
  })

  test('the example, in a sandbox: what depends on Quay comes after it', async () => {
    const there = await quay()
    const example = filesBelow(join(root, 'examples', 'terraform'))
    const module = new Module(example, there, {}, '.')
    await module.good('init')
    const log = await module.good('apply', '-auto-approve')
    expect(log).toContain('deployed_from = "quay: shop/web"')
    expect(log.indexOf('terraform_data.deployment: Creating')).toBeGreaterThan(
      log.indexOf('terraform_data.quay_shop_state: Creation complete'),
    )
    expect(await there.call('GET', '/repository/shop/web')).toMatchObject({ description: 'The shop' })
    await module.synth()
    expect(module.read('quay.tf.json')).toBe(example['quay.tf.json'])
  })
})
