import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { beforeAll, describe, expect, test } from 'vitest'
import { conditions } from '../../src/cli/status-run.ts'
import { codes } from '../../src/model/codes.ts'
import type { EmulatorModule } from '../../src/model/emulation.ts'
import { modules } from '../../src/resources/registry.ts'
import { folder, organization, type Quay, quay, quayctl, root, TOKEN, unwrapped, writes } from './run.ts'

const HOUR = 3_600_000
const GIB = 2 ** 30
const names = 'well tried failed cancelled disabled stale wedged new dormant'.split(' ')
const files = organization(
  'acme',
  `quota: {limit: 10 GiB, warn_at: 70, reject_at: 100}
robots: {sync: {}}
teams: {owners: {role: admin, members: [user:admin]}}
repositories:
${names.map((name) => `  ${name}: {mirror: {external_reference: quay.io/minio/mc, tags: [latest], sync_interval: 1d, robot: sync}}`).join('\n')}
  api: {notifications: {ci: {event: repo_push, method: webhook, config: {url: "https://ci.acme.example"}}}}
---
apiVersion: quayctl/v1
kind: Organization
name: globex
email: quay@globex.example
`,
)

/** The server that nobody answers, as it is after three attempts. */
const deaf: EmulatorModule = {
  routes: [],
  collected(_ground, tables) {
    for (const rows of tables.get('notification')?.values() ?? [])
      for (const row of (rows as Map<string, { failures: number }>).values()) row.failures = 3
  },
}

let acme: Quay
let cwd: string

/** An organization in which a mirror is in each of its states. Quay's time is some hours behind until all has happened. */
beforeAll(async () => {
  let behind = 14 * HOUR
  const now = () => new Date(Date.now() - behind)
  const parts = await Promise.all(modules.map(async (module) => (await module.emulator()).emulator))
  acme = await quay({ now, modules: [...parts, deaf] })
  cwd = folder({ 'quayctl.yaml': files })
  const { call, emulator } = acme
  const ticks = (count: number) => {
    for (let i = 0; i < count; i++) emulator.tick()
  }
  const mirror = async (name: string, change: object = {}) => {
    const body = { namespace: 'acme', repository: name, visibility: 'private', description: '' }
    await call('POST', '/repository', { ...body, repo_kind: 'image' })
    const answer = await call('POST', `/repository/acme/${name}/mirror`, {
      external_reference: 'quay.io/minio/mc',
      root_rule: { rule_kind: 'tag_glob_csv', rule_value: ['latest'] },
      robot_username: 'acme+sync',
      sync_interval: 86_400,
      skopeo_timeout_interval: 300,
      sync_start_date: `${now().toISOString().slice(0, 19)}Z`,
      ...change,
    })
    if (typeof answer === 'object') expect(answer).not.toHaveProperty('detail')
  }
  const unable = (name: string) =>
    emulator.ground.repositories.get(`acme/${name}`)?.userGrants.delete('acme+sync')
  await call('POST', '/organization/', { name: 'acme', email: 'quay@acme.example' })
  await call('PUT', '/organization/acme/robots/sync', { description: '' })
  await call('PUT', '/organization/acme/robots/old', { description: '' })
  await mirror('wedged')
  ticks(1)
  await call('PUT', '/repository/acme/wedged/mirror', { sync_interval: 3600 })
  behind = 2 * HOUR
  await mirror('well')
  await mirror('stale', { sync_interval: 1800 })
  await mirror('cancelled')
  await mirror('disabled', { is_enabled: false })
  await mirror('failed')
  unable('failed')
  ticks(4)
  await mirror('tried')
  unable('tried')
  await call('POST', '/repository/acme/cancelled/mirror/sync-now')
  await call('POST', '/repository/acme/cancelled/mirror/sync-cancel')
  ticks(2)
  behind = 0
  await mirror('new', { sync_start_date: '2026-01-01T00:00:00Z' })
  await mirror('dormant')
  await call('PUT', '/repository/acme/dormant/changestate', { state: 'NORMAL' })
  await call('POST', '/repository', {
    namespace: 'acme',
    repository: 'api',
    visibility: 'private',
    description: '',
    repo_kind: 'image',
  })
  for (const title of ['ci', undefined])
    await call('POST', '/repository/acme/api/notification/', {
      ...(title && { title }),
      event: 'repo_push',
      method: 'webhook',
      config: { url: 'https://ci.acme.example' },
      eventConfig: {},
    })
  emulator.collectGarbage()
  await call('POST', '/organization/acme/quota', { limit_bytes: 10 * GIB })
  const [{ id }] = JSON.parse(`${await call('GET', '/organization/acme/quota')}`) as [{ id: number }]
  await call('POST', `/organization/acme/quota/${id}/limit`, { type: 'Warning', threshold_percent: 70 })
  await call('POST', `/organization/acme/quota/${id}/limit`, { type: 'Reject', threshold_percent: 100 })
  const row = emulator.ground.repositories.get('acme/api')
  if (row) row.tags = new Map([['v1', { digest: 'sha256:0', size: 9 * GIB, start: 1_760_000_000 }]])
})

const run = (...args: readonly string[]) => quayctl(['status', ...args], { cwd, env: acme.env })

interface Told {
  readonly summary: Readonly<Record<string, number>>
  readonly fail_on: readonly { readonly condition: string; readonly addresses: readonly string[] }[]
  readonly objects: readonly {
    readonly address: string
    readonly managed: boolean
    readonly level: string
    readonly troubles: readonly { readonly kind: string; readonly words: string }[]
    readonly [vital: string]: unknown
  }[]
  readonly unseen: readonly { readonly type: string; readonly below: string }[]
}

const validate = new Ajv({ allowUnionTypes: true, strict: true, formats: { 'date-time': true } }).compile(
  JSON.parse(readFileSync(join(root, 'schemas', 'status.schema.json'), 'utf8')),
)
async function told(...args: readonly string[]): Promise<Told> {
  const { stdout } = await run('--json', ...args)
  const document = JSON.parse(stdout)
  validate(document)
  expect(validate.errors).toBeNull()
  return document
}
const find = (document: Told, address: string) => document.objects.find((one) => one.address === address)

describe('what is told', () => {
  test.each([
    ['mirror.acme/well', 'ok', [], 'success'],
    ['mirror.acme/tried', 'warning', ['failed-mirror'], 'fail'],
    ['mirror.acme/failed', 'failing', ['failed-mirror'], 'fail'],
    ['mirror.acme/cancelled', 'warning', ['cancelled-mirror'], 'cancel'],
    ['mirror.acme/disabled', 'note', ['disabled-mirror'], 'never_run'],
    ['mirror.acme/stale', 'failing', ['stale-mirror'], 'success'],
    ['mirror.acme/wedged', 'failing', ['wedged-mirror'], 'syncing'],
    ['mirror.acme/new', 'failing', ['never-run-mirror'], 'never_run'],
  ])('of %s', async (address, level, kinds, result) => {
    const found = find(await told(), address)
    expect([found?.level, found?.troubles.map(({ kind }) => kind)]).toEqual([level, kinds])
    expect(found?.sync).toMatchObject({ result, enabled: result !== 'never_run' || address.endsWith('new') })
  })

  test('of a mirror whose repository is none any more', async () => {
    expect(find(await told(), 'mirror.acme/dormant')).toEqual({
      address: 'mirror.acme/dormant',
      type: 'mirror',
      managed: true,
      level: 'warning',
      troubles: [
        {
          kind: 'missing',
          level: 'warning',
          words:
            'is declared and not there: repository.acme/dormant has state normal; quayctl plan says more',
        },
      ],
    })
  })

  test('of quotas, sizes, ages, and notifications, also without a title', async () => {
    const document = await told()
    expect(find(document, 'quota.acme')).toMatchObject({
      level: 'warning',
      use: { used: 9 * GIB, limit: 10 * GIB, percent: 90, warn_at: [70], reject_at: [100] },
    })
    expect(find(document, 'repository.acme/api')).toMatchObject({
      size: 9 * GIB,
      last_pushed: '2025-10-09T08:53:20Z',
    })
    expect(find(document, 'robot.acme+old')).toMatchObject({
      managed: false,
      last_used: null,
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    })
    const deafened = document.objects.filter(({ troubles }) =>
      troubles.some(({ kind }) => kind === 'disabled-notification'),
    )
    expect(deafened.map(({ managed }) => managed).sort()).toEqual([false, true])
  })

  test('of what the files declare and Quay does not have, once', async () => {
    const missing = (await told()).objects.filter(({ troubles }) =>
      troubles.some(({ kind }) => kind === 'missing'),
    )
    expect(missing.map(({ address }) => address)).toEqual(['mirror.acme/dormant', 'organization.globex'])
  })

  test('of what is in no file; Quay made the team of owners itself', async () => {
    const strays = (await told()).objects.filter(({ managed }) => !managed)
    expect(strays.map(({ address }) => address.replace(/#.*/, '#'))).toEqual([
      'notification.acme/api#',
      'robot.acme+old',
    ])
  })

  test('to people: within 80 columns, the worst first, bars of plain characters', async () => {
    const { code, stdout, stderr } = await run()
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(stdout).toContain(' warning  quota.acme  [##################..]  90%  9 GiB of 10 GiB\n')
    expect(stdout).toContain('\n          largest: api 9 GiB\n')
    expect(stdout).toMatch(/Mirrors\n failing {2}mirror\.acme\/new\n {10}has never run: /)
    expect(stdout).toMatch(/ warning {2}mirror\.acme\/tried +failed, and is tried again; 2 left\n/)
    expect(stdout).not.toContain('\u001b')
  })

  test('with no request twice, and none that writes', async () => {
    acme.seen.length = 0
    await run()
    const sent = acme.seen.map(({ path }) => path)
    expect(writes(acme.seen)).toEqual([])
    expect(new Set(sent).size).toBe(sent.length)
    expect(sent.filter((path) => /trigger|permission|members|federation|prototypes/.test(path))).toEqual([
      '/api/v1/organization/acme/prototypes',
    ])
  })

  test('only of some blocks, with fewer requests', async () => {
    acme.seen.length = 0
    const document = await told('--blocks', 'quota')
    expect([...new Set(document.objects.map(({ type }) => type))]).toEqual(['quota'])
    expect(acme.seen.filter(({ path }) => /repository|robots/.test(path))).toEqual([])
  })
})

test('what was applied is not missing, and permissions are nothing to tell of', async () => {
  const { env } = await quay()
  const cwd = folder({
    'quayctl.yaml': organization(
      'acme',
      'robots: {ci: {}}\ndefault_permissions: [{to: "robot:ci", role: read}]\napplications: {app: {}}\nteams: {dev: {role: member}}\nrepositories: {api: {permissions: {robot:ci: read}, auto_prune: [{method: number_of_tags, value: 5}]}}\n',
    ),
  })
  expect((await quayctl(['apply', '--yes'], { cwd, env })).code).toBe(0)
  const { code } = await quayctl(['status', '--fail-on', 'warning,unmanaged'], { cwd, env })
  expect(code).toBe(0)
  const mute = await quayctl(['status', '--blocks', 'permissions'], { cwd, env })
  expect([mute.code, mute.stderr.slice(0, 13)]).toEqual([64, 'error QC6482 '])
})

test('what an organization mirror makes is not unmanaged', async () => {
  const upstream = await quay({ features: { ORG_MIRROR: true } })
  const mirror =
    '{external_registry_type: quay, external_registry_url: "https://quay.io", external_namespace: minio, robot: sync, sync_interval: 12h, sync_start_date: "2026-01-01T00:00:00Z"}'
  const text = organization('upstream', `robots: {sync: {}}\norganization_mirror: ${mirror}\n`)
  const here = { cwd: folder({ 'quayctl.yaml': text }), env: upstream.env }
  expect((await quayctl(['apply', '--yes'], here)).code).toBe(0)
  for (const _ of ['begin', 'end']) upstream.emulator.tick()
  const { objects }: Told = JSON.parse((await quayctl(['status', '--json'], here)).stdout)
  const about = Object.fromEntries(objects.map(({ address, managed, level }) => [address, [managed, level]]))
  expect(about).toEqual({
    'organization.upstream': [true, 'ok'],
    'organization_mirror.upstream': [true, 'ok'],
    'repository.upstream/minio': [true, 'ok'],
    'robot.upstream+sync': [true, 'ok'],
    'team.upstream/owners': [true, 'ok'],
  })
})

describe('--fail-on', () => {
  test.each([
    ['stale-mirror', 4, ['mirror.acme/stale']],
    ['quota>89%', 4, ['quota.acme']],
    ['quota>90%', 0, []],
    ['quota-reject', 0, []],
    ['missing', 4, ['mirror.acme/dormant', 'organization.globex']],
    ['unmanaged', 4, [expect.any(String), 'robot.acme+old']],
  ])('%s', async (condition, exit, addresses) => {
    const { code, stdout, stderr } = await run('--json', '--fail-on', condition)
    const { summary, fail_on: hits }: Told = JSON.parse(stdout)
    expect([code, summary.exit_code]).toEqual([exit, exit])
    expect(hits).toEqual(exit === 0 ? [] : [{ condition, addresses }])
    expect(stderr.startsWith(`warning QC4080 ${condition}: `)).toBe(exit === 4)
  })

  test('knows what is missing with all that it stands in', async () => {
    const text = `robots: {sync: {}}
repositories:
  mc: {mirror: {external_reference: quay.io/minio/mc, tags: [latest], sync_interval: 1d, robot: sync}}
`
    const gone = folder({ 'quayctl.yaml': organization('gone', text) })
    const missingIn = async (...args: readonly string[]) => {
      const more = ['--json', '--fail-on', 'missing', ...args]
      const { code, stdout } = await quayctl(['status', ...more], { cwd: gone, env: acme.env })
      const { fail_on: hits }: Told = JSON.parse(stdout)
      return [code, ...hits.flatMap(({ addresses }) => addresses)]
    }
    expect(await missingIn('--blocks', 'mirror')).toEqual([4, 'mirror.gone/mc'])
    expect(await missingIn()).toEqual([4, 'organization.gone'])
  })

  test('takes several, and every condition that it lists', async () => {
    const all = Object.keys(conditions).map((name) => name.replace('N%', '50%'))
    const { code, stdout } = await run(
      '--json',
      '--fail-on',
      all.slice(0, 3).join(','),
      '--fail-on',
      all.join(', '),
    )
    expect(code).toBe(4)
    expect(JSON.parse(stdout).fail_on.length).toBeGreaterThan(8)
  })

  test.each(['stale-mirors', 'quota>101%', 'quota>N%', 'quota', 'toString', ''])(
    'refuses %j',
    async (text) => {
      const { code, stderr } = await run('--fail-on', `failing,${text}`)
      expect([code, stderr.slice(0, 13)]).toEqual([64, 'error QC6480 '])
      for (const name of Object.keys(conditions)) expect(unwrapped(stderr)).toContain(name)
    },
  )

  test('ends with 7 where the token may not see all', async () => {
    const env = { ...acme.env, QUAY_TOKEN: 'PLAIN' }
    const blocks = ['--blocks', 'quota,robots']
    const calm = await quayctl(['status', ...blocks], { cwd, env })
    const asked = await quayctl(['status', ...blocks, '--fail-on', 'quota-reject'], { cwd, env })
    expect([calm.code, asked.code]).toEqual([0, 7])
    expect(asked.stderr).toContain('warning QC4081 the token may not see ')
  })

  test.each([
    ['quota>90%', 'mirror', 'quota'],
    ['stale-mirror', 'quota,robots', 'mirror or organization_mirror'],
  ])('refuses %s, which can never hold beside --blocks %s', async (condition, blocks, needed) => {
    const { code, stderr } = await run('--fail-on', `failing,${condition}`, '--blocks', blocks)
    expect([code, stderr.slice(0, 13)]).toEqual([64, 'error QC6492 '])
    expect(unwrapped(stderr)).toContain(`add to --blocks: ${needed}`)
  })

  test('--stats names what requests are for', async () => {
    const { stderr } = await run('--stats', '--blocks', 'quota')
    expect(stderr).toMatch(/GET \/organization\/\* +organization, quota$/m)
  })

  test('its codes are explained', () => {
    expect(Object.keys(codes)).toEqual(expect.arrayContaining(['QC4080', 'QC4081', 'QC6480', 'QC6481']))
  })
})

describe('without files', () => {
  const bare = (...args: readonly string[]) => quayctl(['status', ...args], { cwd: folder(), env: acme.env })

  test.each([[['--all']], [['--organization', 'acme']]])('%j', async (args) => {
    const { code, stdout } = await bare('--json', ...args)
    const { objects, summary }: Told = JSON.parse(stdout)
    expect([code, summary.unmanaged]).toEqual([0, 0])
    expect(objects.map(({ address }) => address)).toContain('mirror.acme/stale')
  })

  test('there must be something to tell of', async () => {
    const nothing = await bare()
    expect([nothing.code, nothing.stderr.slice(0, 13)]).toEqual([3, 'error QC1010 '])
    expect(nothing.stderr).toContain('quayctl init begins one')
    expect(nothing.stderr).toContain('--all or --organization NAME needs none')
    const unknown = await bare('--organization', 'acne')
    expect([unknown.code, unknown.stderr.slice(0, 13)]).toEqual([64, 'error QC6481 '])
  })
})

test('nothing that is printed or written holds a secret', async () => {
  const page = join(folder(), 'status.html')
  const { code, stdout, stderr } = await run('--all', '--json', '--html', page, '-v')
  expect(code).toBe(0)
  const texts = `${stdout}${stderr}${readFileSync(page, 'utf8')}`
  expect(texts).not.toContain(TOKEN)
  expect(texts).not.toContain('ci.acme.example')
  expect(readFileSync(page, 'utf8')).toContain('<h1>Quay status</h1>')
})

test('--html takes no folder', async () => {
  const { code, stderr } = await run('--html', '.')
  expect([code, unwrapped(stderr)]).toEqual([
    3,
    expect.stringContaining('--html: . cannot be written: it is a folder'),
  ])
})

test('a file that is no report is not replaced', async () => {
  const here = folder({ 'notes.html': 'mine' })
  const { code, stderr } = await run('--html', join(here, 'notes.html'))
  expect([code, stderr.slice(0, 13)]).toEqual([3, 'error QC3123 '])
  expect(readFileSync(join(here, 'notes.html'), 'utf8')).toBe('mine')
})
