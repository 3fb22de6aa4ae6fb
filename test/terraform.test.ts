import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  type Files,
  filesBelow,
  folder,
  organization,
  type Quay,
  quay,
  quayctl,
  registry,
  root,
  writes,
} from './commands/run.ts'
import { Module, without } from './module.ts'

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

/** A configuration, and the module that is made of it. */
class Stack extends Module {
  readonly #at: string
  readonly #folder: string
  readonly #quay: Quay

  constructor(files: Files, at: Quay, env = {}, where = 'terraform') {
    const path = folder(files)
    super(join(path, where), at, env)
    this.#at = path
    this.#folder = where
    this.#quay = at
  }

  edit(file: string, text: string): void {
    writeFileSync(join(this.#at, file), text)
  }

  async synth(...flags: string[]): Promise<void> {
    const ran = await quayctl(['synth', '--out', this.#folder, ...flags], { cwd: this.#at })
    expect(ran.stderr).toContain(`Written: ${join(this.#folder, 'quay.tf.json')}`)
    expect(ran.code).toBe(0)
  }

  async state(): Promise<readonly { readonly address: string; readonly tainted?: true }[]> {
    return (await this.json('show')).values?.root_module?.resources ?? []
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
    const module = new Stack({ ...files, 'organizations/other.yaml': organization('other') }, there, {
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
    expect((await module.run('plan', '-detailed-exitcode')).code).toBe(0)

    module.edit('organizations/acme.yaml', organization('acme', MIRROR('["9.*", latest]')))
    await module.synth('--allow', 'data')
    expect(await module.planned()).toEqual({ 'terraform_data.quay_acme_state': 'delete,create' })
    const changed = await module.writes(() => module.good('apply', '-auto-approve', 'tfplan'))
    expect(changed).toEqual(['PUT /api/v1/repository/acme/ubi9/mirror'])
    expect((await module.run('plan', '-detailed-exitcode')).code).toBe(0)

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
    const module = new Stack(files, there, { QC_PULL: 'x' })
    await module.synth('--allow-destroy', '--allow', 'data,credential', '--credentials-out', 'secrets.json')
    await module.good('init')
    await module.good('apply', '-auto-approve')
    await there.call('PUT', '/organization/acme/robots/stray', {})
    module.edit('organizations/acme.yaml', organization('acme', MIRROR('[latest]')))
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
    const module = new Stack(files, there, { QC_PULL: 'x' })
    await module.synth('--granularity', 'object', '--allow-destroy', '--allow', 'data')
    await module.good('init')
    await module.good('apply', '-auto-approve')
    expect((await module.run('plan', '-detailed-exitcode')).code).toBe(0)
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
    const files = {
      'quayctl.yaml': MAIN,
      'organizations/acme.yaml': organization(
        'acme',
        MIRROR('["9.*"]').replace('from_env: QC_PULL', 'from_file: pull'),
      ),
    }
    const module = new Stack(files, there)
    await module.synth('--allow', 'data')
    await module.good('init')
    const failed = await module.run('apply', '-auto-approve')
    expect(failed.code).toBe(1)
    expect(failed.stdout + failed.stderr).toContain('the file pull cannot be read')
    expect((await module.state()).filter(({ tainted }) => tainted).map(({ address }) => address)).toEqual([
      'terraform_data.quay_acme_state',
    ])
    module.edit('organizations/pull', 'secret')
    await module.good('apply', '-auto-approve')
    expect((await module.run('plan', '-detailed-exitcode')).code).toBe(0)
  })

  test('a presence that is made anew has its state made anew, as soon as Quay frees the name', async () => {
    const there = await quay()
    const module = new Stack({ 'quayctl.yaml': MAIN, 'organizations/acme.yaml': organization('acme') }, there)
    await module.synth('--allow-destroy')
    await module.good('init')
    await module.good('apply', '-auto-approve')
    const ran = await module.run('apply', '-auto-approve', '-replace=terraform_data.quay_acme_presence')
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('was deleted: Quay frees it when')])
    expect(await module.planned()).toEqual({ 'terraform_data.quay_acme_state': 'delete,create' })
  })

  test('what is gone already is no obstacle to destroy', async () => {
    const there = await quay()
    const body = 'robots: {ci: {}}\nrepositories: {api: {}}\n'
    const module = new Stack(
      { 'quayctl.yaml': MAIN, 'organizations/acme.yaml': organization('acme', body) },
      there,
    )
    await module.synth('--allow-destroy', '--granularity', 'object')
    await module.good('init')
    await module.good('apply', '-auto-approve')
    await there.call('DELETE', '/organization/acme')
    await module.good('destroy', '-auto-approve')
    expect(await module.state()).toEqual([])
  })

  test('what a protect line keeps, destroy keeps too', async () => {
    const there = await quay()
    const safe = `${MAIN}safety: {protect: ["organization.*"]}\n`
    const module = new Stack({ 'quayctl.yaml': safe, 'organizations/acme.yaml': organization('acme') }, there)
    await module.synth('--allow-destroy')
    await module.good('init')
    await module.good('apply', '-auto-approve')
    const kept = await module.run('destroy', '-auto-approve')
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
    const module = new Stack({ 'quayctl.yaml': MAIN, ...all }, there)
    await module.synth()
    await module.good('init')
    expect((await module.writes(() => module.good('apply', '-auto-approve'))).length).toBe(200)
    expect(Object.keys(await module.planned())).toEqual([])
  })

  test('the example, in a sandbox: what depends on Quay comes after it', async () => {
    const there = await quay()
    const example = filesBelow(join(root, 'examples', 'terraform'))
    const module = new Stack(example, there, {}, '.')
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
