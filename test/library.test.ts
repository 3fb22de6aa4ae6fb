import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Document } from '../src/index.ts'
import { cleanUp, execute, folder, organization, quay, registry, root, writes } from './commands/run.ts'
import { library } from './library.ts'
import { committed } from './repository.ts'

const { apply, InvalidConfiguration, load, plan, QuayctlError, render, units } = library

afterAll(cleanUp)

const acme = {
  apiVersion: 'quayctl/v1',
  kind: 'Organization',
  name: 'acme',
  email: 'quay@acme.example',
} as const
const shop: Document = { ...acme, robots: { ci: {} }, repositories: { api: { visibility: 'public' } } }
const thrown = (act: () => unknown): unknown => {
  try {
    return act()
  } catch (error) {
    return error
  }
}

test('load takes what a folder has, a file by its path, and documents', () => {
  const directory = folder({
    'quayctl.yaml': registry('include: [organizations/*.yaml]\n'),
    'organizations/acme.yaml': organization('acme', 'robots: {ci: {}}\n'),
    'organizations/shop.yaml': organization('shop'),
  })
  const all = ['organization.acme', 'organization.shop', 'robot.acme+ci']
  expect(load({ directory }).addresses).toEqual(all)
  expect(load({ directory, file: 'organizations/shop.yaml' }).addresses).toEqual(['organization.shop'])
  expect(load({ directory, file: ['organizations'] }).addresses).toEqual(all)
  expect(load({ directory: folder(), documents: shop }).addresses).toEqual([
    'organization.acme',
    'repository.acme/api',
    'robot.acme+ci',
  ])
})

test('what is wrong is thrown, and shows the line', () => {
  const directory = folder({ 'acme.yaml': organization('acme', 'robos: {}\n') })
  const error = thrown(() => load({ directory, file: 'acme.yaml' }))
  expect(error).toBeInstanceOf(InvalidConfiguration)
  expect(error).toBeInstanceOf(QuayctlError)
  expect(error).toMatchObject({
    code: 'QC1002',
    message: expect.stringMatching(/^acme\.yaml:5:1 error QC1002 [\s\S]* 5 \| robos/),
    diagnostics: [{ code: 'QC1002', severity: 'error', at: { file: 'acme.yaml', line: 5, column: 1 } }],
  })
})

test('what only warns is in the configuration', () => {
  const directory = folder({ 'quayctl.yaml': registry('include: [nothing/*.yaml]\n') })
  expect(load({ directory }).diagnostics).toMatchObject([{ code: 'QC1011', severity: 'warning' }])
})

test('where there is nothing to load, it says so', () => {
  expect(thrown(() => load({ directory: folder() }))).toMatchObject({ code: 'QC1010' })
  expect(thrown(() => load({ directory: folder(), file: 'none.yaml' }))).toBeInstanceOf(QuayctlError)
})

test('units are in the order of an apply, and have the fingerprint of what they say', () => {
  const of = (document: Document) => units(load({ documents: [document, { ...acme, name: 'base' }] }))
  expect(of(shop).map(({ key }) => key)).toEqual(['acme', 'base'])
  const [before, after] = [of(shop), of({ ...shop, robots: {} })]
  expect(after[0]?.fingerprint).not.toBe(before[0]?.fingerprint)
  expect(after[1]?.fingerprint).toBe(before[1]?.fingerprint)
})

test('a plan only reads, and is rendered in three formats', async () => {
  const { env, seen } = await quay()
  const found = await plan(load({ documents: shop, env }))
  expect(writes(seen)).toEqual([])
  expect(found.changes.map(({ action, address }) => `${action} ${address}`)).toEqual([
    'create organization.acme',
    'create robot.acme+ci',
    'create repository.acme/api',
  ])
  expect(render(found)).toMatch(/^Plan: 3 create\.$/m)
  expect(render(found)).toBe(render(found, { format: 'text', width: 80 }))
  expect(render(found, { format: 'markdown' })).toContain('`repository.acme/api`')
  expect(JSON.parse(render(found, { format: 'json' }))).toMatchObject({
    format_version: '1.0',
    plan_id: found.plan_id,
  })
})

test('a plan can be narrowed', async () => {
  const { url, env } = await quay()
  const configuration = load({ documents: [shop, { ...acme, name: 'base' }], env: { ...env, QUAY_URL: '' } })
  const addresses = async (options: Parameters<typeof plan>[1]) =>
    (await plan(configuration, { url, ...options })).changes.map(({ address }) => address)
  expect(await addresses({ organizations: ['base'] })).toEqual(['organization.base'])
  expect(await addresses({ targets: ['robot.acme+*'] })).toEqual(['organization.acme', 'robot.acme+ci'])
  expect(await addresses({ excludes: ['organization.acme'], concurrency: 1 })).toEqual(['organization.base'])
})

test('an apply does what was planned, tells secrets as they come, and leaves nothing to do', async () => {
  const { env, seen } = await quay()
  const configuration = load({ documents: shop, env })
  const found = await plan(configuration)
  await expect(apply(found)).rejects.toMatchObject({
    code: 'QC4103',
    message: 'nothing allows public: repository.acme/api',
  })
  await expect(apply(found, { allow: ['public:repository.other/*'] })).rejects.toThrow('repository.acme/api')
  expect(writes(seen)).toEqual([])

  const told: [string, unknown][] = []
  const { ok, outcomes } = await apply(found, {
    allow: ['public:repository.acme/*'],
    onCredential: (address, credential) => told.push([address, credential]),
  })
  expect(ok).toBe(true)
  expect([...outcomes].map(([address, { status }]) => `${status} ${address}`)).toEqual([
    'done organization.acme',
    'done robot.acme+ci',
    'done repository.acme/api',
  ])
  expect(told).toEqual([['robot.acme+ci', { username: 'acme+ci', token: expect.any(String) }]])

  const again = await plan(configuration)
  expect(again).toMatchObject({ status: 'clean', changes: [] })
  expect(await apply(again)).toEqual({ ok: true, outcomes: new Map() })
})

test('without onCredential no secret is asked for, and one that is told once is not made', async () => {
  const { env, seen } = await quay()
  const { ok, outcomes } = await apply(await plan(load({ documents: { ...acme, robots: { ci: {} } }, env })))
  expect(ok).toBe(true)
  expect(outcomes.get('robot.acme+ci')).toEqual({ status: 'done' })
  const users: Document = {
    apiVersion: 'quayctl/v1',
    kind: 'Registry',
    users: { bob: { email: 'bob@acme.example' } },
  }
  const found = await plan(load({ documents: users, env }))
  const sent = writes(seen).length
  await expect(apply(found, { allow: ['credential'] })).rejects.toMatchObject({
    code: 'QC4106',
    hints: expect.arrayContaining([expect.stringContaining('onCredential')]),
  })
  expect(writes(seen)).toHaveLength(sent)
  const told: unknown[] = []
  const onCredential = (...secret: readonly unknown[]) => told.push(secret)
  expect(await apply(found, { allow: ['credential'], onCredential })).toMatchObject({ ok: true })
  expect(told).toEqual([['user.bob', { username: 'bob', password: expect.any(String) }]])
})

test('a guard stops it before anything is sent', async () => {
  const { env, seen } = await quay()
  await apply(await plan(load({ documents: { ...acme, robots: { one: {}, two: {} } }, env })))
  const strict: Document = { apiVersion: 'quayctl/v1', kind: 'Registry', safety: { max_deletes: 1 } }
  const fewer: Document = { ...acme, robots: {}, prune: { robots: 'all' } }
  const found = await plan(load({ documents: [strict, fewer], env }))
  expect(found).toMatchObject({ status: 'blocked', safety: { blocked: true } })
  const sent = writes(seen).length
  await expect(apply(found, { allow: ['data', 'credential'] })).rejects.toMatchObject({
    kind: 'blocked',
    code: found.safety.stops[0]?.code,
  })
  expect(writes(seen)).toHaveLength(sent)
})

test('a secret is read when it is sent; one that is missing shows its line, and nothing is sent', async () => {
  const { env, seen } = await quay()
  const documents: Document = {
    ...acme,
    proxy_cache: { upstream_registry: 'docker.io', username: 'bot', password: { from_env: 'QC_PULL' } },
  }
  const found = await plan(load({ documents, env }))
  const error = await apply(found).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(InvalidConfiguration)
  expect(error).toMatchObject({
    message: expect.stringMatching(/QC_PULL is not set[\s\S]* 9 \| {5}"password"/),
  })
  expect(writes(seen)).toEqual([])
  const given = await plan(load({ documents, env: { ...env, QC_PULL: 'secret' } }))
  expect(await apply(given)).toMatchObject({ ok: true })
})

test('once its signal is aborted no step begins', async () => {
  const { env, seen } = await quay()
  const found = await plan(load({ documents: { ...acme, robots: { ci: {} } }, env }))
  const { ok, outcomes } = await apply(found, { signal: AbortSignal.abort() })
  expect(ok).toBe(false)
  expect([...outcomes.values()]).toEqual([
    expect.objectContaining({ status: 'skipped' }),
    expect.objectContaining({ status: 'skipped' }),
  ])
  expect(writes(seen)).toEqual([])
})

test('what was changed since the plan is not written, and failFast begins nothing after it', async () => {
  const { env, call } = await quay()
  const team = (description: string): Document => ({
    ...acme,
    teams: { devs: { role: 'member', description } },
  })
  await apply(await plan(load({ documents: team('one'), env })))
  const configuration = load({ documents: { ...team('two'), repositories: { api: {} } } as Document, env })
  const [fast, found] = [await plan(configuration), await plan(configuration)]
  await call('PUT', '/organization/acme/team/devs', { role: 'creator', description: 'three' })
  const ended = async (...args: Parameters<typeof apply>) => {
    const { ok, outcomes } = await apply(...args)
    return [ok, ...[...outcomes].map(([address, { status }]) => `${status} ${address}`)]
  }
  const stale = [false, 'stale team.acme/devs']
  expect(await ended(fast, { failFast: true })).toEqual([...stale, 'skipped repository.acme/api'])
  expect(await ended(found)).toEqual([...stale, 'done repository.acme/api'])
})

test('a plan of another make is none', async () => {
  const { env } = await quay()
  const found = await plan(load({ documents: acme, env }))
  await expect(apply({ ...found })).rejects.toThrow(TypeError)
  await expect(plan({ ...load({ documents: acme }) })).rejects.toThrow(TypeError)
})

test('a server that is not there is an error, and a token that is missing', async () => {
  const env = { QUAY_URL: 'http://127.0.0.1:9', QUAY_TOKEN: 'none' }
  await expect(plan(load({ documents: acme, env }))).rejects.toMatchObject({ kind: 'unavailable' })
  await expect(plan(load({ documents: acme }), { url: env.QUAY_URL })).rejects.toMatchObject({
    code: 'QC7402',
  })
})

test('what was applied last is a commit', async () => {
  const { env } = await quay()
  const directory = folder({ 'acme.yaml': organization('acme', 'robots: {ci: {}, old: {}}\n') })
  committed(directory)
  await apply(await plan(load({ directory, file: 'acme.yaml', env })))
  writeFileSync(
    join(directory, 'acme.yaml'),
    organization('acme', 'robots: {ci: {}}\nprune: {robots: dropped}\n'),
  )
  const { PATH } = process.env
  const configuration = load({ directory, file: 'acme.yaml', base: 'HEAD', env: { ...env, PATH } })
  expect((await plan(configuration)).changes).toMatchObject([{ action: 'delete', address: 'robot.acme+old' }])
})

test('what onCredential throws is how its step ended', async () => {
  const { env } = await quay()
  const found = await plan(load({ documents: shop, env }))
  const error = new TypeError('no room')
  const onCredential = () => {
    throw error
  }
  const { ok, outcomes } = await apply(found, { allow: ['public'], onCredential })
  expect([ok, outcomes.get('robot.acme+ci')]).toEqual([false, { status: 'failed', error }])
  expect(outcomes.get('repository.acme/api')).toEqual({ status: 'done' })
})

test('it says nothing, reads no variable of the process, sets no exit code, and leaves nothing open', async () => {
  const { env } = await quay()
  const script = `
    import { apply, load, plan, render } from ${JSON.stringify(join(root, 'dist', 'index.js'))}
    const [env, documents] = JSON.parse(process.argv[1])
    const found = await plan(load({ documents, env }))
    render(found)
    const refused = await apply(found).catch(({ code }) => code)
    const { ok } = await apply(found, { allow: ['public'], onCredential() {} })
    const unset = await apply(await plan(load({ documents: { ...documents, proxy_cache: ${JSON.stringify({
      upstream_registry: 'docker.io',
      username: 'bot',
      password: { from_env: 'QC_PULL' },
    })} }, env }))).catch(({ message }) => /QC_PULL is not set/.test(message))
    const nowhere = await plan(load({ documents })).catch(({ code }) => code)
    const open = process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY|FS/.test(name))
    console.log(JSON.stringify({ refused, ok, unset, nowhere, open, exitCode: process.exitCode ?? 'none' }))`
  const bad = 'http://127.0.0.1:9'
  const ran = await execute(
    process.execPath,
    ['--input-type=module', '--eval', script, JSON.stringify([env, shop])],
    {
      env: {
        ...{ QUAY_URL: bad, QUAY_TOKEN: 'none', QC_PULL: 'taken', HTTP_PROXY: bad, http_proxy: bad },
        ...{ CI: 'true', GITHUB_ACTIONS: 'true', FORCE_COLOR: '1', QUAYCTL_SANDBOX: '1' },
      },
    },
  )
  expect(ran.stderr).toBe('')
  expect(JSON.parse(ran.stdout)).toEqual({
    ...{ refused: 'QC4103', ok: true, unset: true, nowhere: 'QC3108', open: [], exitCode: 'none' },
  })
  expect(ran.code).toBe(0)
})

test('what cannot be meant is refused before anything is read', async () => {
  const documents = acme
  expect(() => load({ documents: [] })).toThrow('one or several')
  expect(() => load({ documents, file: 'quay' })).toThrow('instead of files')
  expect(() => load({ file: '-' })).toThrow('no standard input')
  const configuration = load({ documents, env: { QUAY_URL: 'http://127.0.0.1:1', QUAY_TOKEN: 'x' } })
  await expect(plan(configuration, { concurrency: Number.NaN })).rejects.toThrow('concurrency')
  const there = await quay()
  const online = load({ documents, env: there.env })
  await expect(plan(online, { organizations: ['acne'] })).rejects.toMatchObject({ code: 'QC6403' })
})

test('who takes a secret is waited for, and may fail', async () => {
  const there = await quay()
  const planned = await plan(load({ documents: { ...acme, robots: { ci: {} } }, env: there.env }))
  const { ok, outcomes } = await apply(planned, {
    onCredential: async () => {
      throw new Error('the vault is sealed')
    },
  })
  expect(ok).toBe(false)
  expect(outcomes.get('robot.acme+ci')).toMatchObject({
    status: 'failed',
    error: { message: 'the vault is sealed' },
  })
})

test('documents take no quayctl.yaml of the folder', () => {
  const directory = folder({ 'quayctl.yaml': registry('users: {alice: {email: a@b.example}}\n') })
  expect(load({ documents: acme, directory }).addresses).toEqual(['organization.acme'])
})
