import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { modules } from '../../src/resources/registry.ts'
import { committed } from '../repository.ts'
import { folder, organization, type Quay, quay, quayctl, root, site, unwrapped } from './run.ts'

const now = () => new Date('2026-11-21T09:14:07Z')

const base = `quota: {limit: 100 GiB}
teams:
  owners: {role: admin, members: [user:admin, user:mallory]}
  dev: {role: member}
robots: {ci: {}, sync: {}}
repositories:
  api:
    visibility: private
    permissions: {robot:ci: write, team:dev: read}
  web: {description: Web}
  old: {}
`
const files = base.replace('100 GiB', '250 GiB').replace('description: Web', 'description: The web shop')

/** A call by somebody who administers acme, too. */
async function byMallory({ url }: Quay, method: string, path: string, body?: object): Promise<void> {
  const headers = { authorization: 'Bearer PLAIN', 'content-type': 'application/json' }
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  })
  expect(answer.status).toBeLessThan(300)
}

/** Files that were applied and have gone on since, and a Quay that others have changed. */
async function drifted() {
  const there = await quay({ now })
  const cwd = folder({ 'quayctl.yaml': organization('acme', base) })
  committed(cwd)
  expect((await quayctl(['apply', '--yes'], { cwd, env: there.env })).code).toBe(0)
  writeFileSync(join(cwd, 'quayctl.yaml'), organization('acme', files))
  await byMallory(there, 'POST', '/repository/acme/api/changevisibility', { visibility: 'public' })
  await byMallory(there, 'DELETE', '/repository/acme/api/permissions/user/acme+ci')
  await byMallory(there, 'DELETE', '/repository/acme/old')
  await there.call('PUT', '/organization/acme/quota/1', { limit_bytes: 120 * 2 ** 30 })
  await there.call('PUT', '/organization/acme/robots/hand', {})
  return { ...there, cwd }
}

const validate = new Ajv({ strict: false }).compile(
  JSON.parse(readFileSync(join(root, 'schemas', 'drift.schema.json'), 'utf8')),
)

/** Every object of a schema that admits members it does not name. */
const open = (schema: unknown, at = ''): readonly string[] => {
  if (schema === null || typeof schema !== 'object') return []
  const below = Object.entries(schema).flatMap(([key, inner]) => open(inner, `${at}/${key}`))
  const isOpen =
    'properties' in schema && !('additionalProperties' in schema && schema.additionalProperties === false)
  return isOpen ? [at, ...below] : below
}

describe.concurrent('drift', () => {
  test('tells apart what Quay, both and only the files have changed, and by whom', async () => {
    const { cwd, env, url } = await drifted()
    const { code, stdout, stderr } = await quayctl(['drift', '--base', 'HEAD', '--detailed-exitcode'], {
      cwd,
      env,
    })
    expect([code, stderr]).toEqual([2, ''])
    expect(stdout.replaceAll(url, 'https://quay.example').replace(/since [0-9a-f]{7}/, 'since 3d91f0a')).toBe(
      `Drift at https://quay.example since 3d91f0a (2026-11-20 10:00 UTC)

Changed in Quay, not in the files
 - permission.acme/api:robot:ci                 quayctl.yaml:13
     role  write -> (none)
     by mallory, 2026-11-21 09:14 UTC
 ~ repository.acme/api  !                       quayctl.yaml:12
     visibility  private -> public
     by mallory, 2026-11-21 09:14 UTC
 - repository.acme/old                          quayctl.yaml:15
     deleted in Quay
     by mallory, 2026-11-21 09:14 UTC

Changed on both sides
 ~ quota.acme                                   quayctl.yaml:5
     limit  base 100 GiB, files 250 GiB, Quay 120 GiB

1 change of the files waits: quayctl plan --base HEAD
New in Quay, in no file: 1 (robot.acme+hand)
  quayctl status lists them

Drift: 3 changed, 1 conflict. 6 objects match.
Put the files back in force:  quayctl plan --base HEAD
Take Quay's side:             quayctl drift --write --base HEAD
`,
    )
  })

  test('without a base the files are it', async () => {
    const { cwd, env } = await drifted()
    const { code, stdout } = await quayctl(['drift', '--json'], { cwd, env })
    const { summary, base: none } = JSON.parse(stdout)
    expect([code, none]).toEqual([0, null])
    expect(summary).toMatchObject({ changed: 5, conflicts: 0, waiting: 0, unmanaged: 1 })
  })

  test('what it advises is about the same files and objects', async () => {
    const { cwd, env, url } = await drifted()
    const given = ['-f', 'quayctl.yaml', '--url', url, '--organization', 'acme', '--exclude', 'quota.*']
    const { stdout } = await quayctl(['drift', '--base', 'HEAD', ...given], { cwd, env })
    const same = `--base HEAD -f quayctl.yaml --url ${url} --organization acme --exclude 'quota.*'`
    expect(stdout).toContain(`\nPut the files back in force:\n  quayctl plan ${same}\n`)
    expect(stdout).toContain(`\nTake Quay's side:\n  quayctl drift --write ${same}\n`)
  })

  test('none is said to be none', async () => {
    const { env } = await quay()
    const cwd = folder({ 'quayctl.yaml': organization('acme', base) })
    await quayctl(['apply', '--yes'], { cwd, env })
    const { code, stdout } = await quayctl(['drift', '--detailed-exitcode'], { cwd, env })
    expect([code, stdout]).toEqual([0, expect.stringContaining('\n\nNo drift. 11 objects match.\n')])
  })

  test('files that have only gone on are none', async () => {
    const { env } = await quay()
    const cwd = folder({ 'quayctl.yaml': organization('acme', base) })
    committed(cwd)
    await quayctl(['apply', '--yes'], { cwd, env })
    writeFileSync(
      join(cwd, 'quayctl.yaml'),
      organization('acme', files.replace('  old: {}\n', '  new: {}\n')),
    )
    const args = ['drift', '--base', 'HEAD', '--detailed-exitcode']
    const { code, stdout } = await quayctl(args, { cwd, env })
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/\n3 changes of the files wait: .*\n(.*\n)*No drift\./),
    ])
  })

  test('--json is as its schema says, which is closed', async () => {
    const { cwd, env } = await drifted()
    expect(open(JSON.parse(readFileSync(join(root, 'schemas', 'drift.schema.json'), 'utf8')))).toEqual([])
    for (const more of [[], ['--base', 'HEAD'], ['--base', 'HEAD', '--quick'], ['--write']]) {
      const { stdout } = await quayctl(['drift', '--json', ...more], { cwd, env })
      const document = JSON.parse(stdout)
      validate(document)
      expect(validate.errors ?? []).toEqual([])
      expect([validate({ ...document, more: 1 }), validate({ ...document, kind: 'x' })]).toEqual([
        false,
        false,
      ])
    }
  })

  test('a log that may not be read is a note, and drift is told all the same', async () => {
    const { cwd, env, emulator } = await drifted()
    const url = await site(({ method = 'GET', url: target = '/', headers }, response) => {
      const { authorization } = headers
      const outcome = emulator.handle({ method, target, headers: { authorization }, body: '' })
      if (typeof outcome === 'string') return
      const { status, body } = target.includes('/logs') ? { status: 403, body: {} } : outcome.answer
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    })
    const args = ['drift', '--json', '--base', 'HEAD']
    const { code, stdout } = await quayctl(args, { cwd, env: { ...env, QUAY_URL: url } })
    const { objects, findings } = JSON.parse(stdout)
    expect([code, objects.length]).toEqual([0, 4])
    expect(findings).toMatchObject([{ code: 'QC4090', severity: 'note', address: 'organization.acme' }])
    const quick = await quayctl([...args, '--quick'], { cwd, env: { ...env, QUAY_URL: url } })
    expect(JSON.parse(quick.stdout).organizations).toEqual([
      { organization: 'acme', status: 'unknown', entries: 0 },
    ])
  })

  test('what is refused to a superuser is looked up in the log of the whole server', async () => {
    const { cwd, env, emulator, seen, call } = await drifted()
    const url = await site(({ method = 'GET', url: target = '/', headers }, response) => {
      const { authorization } = headers
      const outcome = emulator.handle({ method, target, headers: { authorization }, body: '' })
      if (typeof outcome === 'string') return
      const isRefused = target.includes('/organization/acme/logs')
      const { status, body } = isRefused ? { status: 403, body: {} } : outcome.answer
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    })
    const args = ['drift', '--json', '--base', 'HEAD']
    const { stdout } = await quayctl(args, { cwd, env: { ...env, QUAY_URL: url } })
    const { objects, findings } = JSON.parse(stdout)
    const old = objects.find(({ address }: { address: string }) => address === 'repository.acme/old')
    expect([findings, old.logged.by]).toEqual([[], 'mallory'])
    const quick = await quayctl([...args, '--quick'], { cwd, env: { ...env, QUAY_URL: url } })
    expect(JSON.parse(quick.stdout).organizations).toMatchObject([{ status: 'moved', entries: 3 }])
    // One that is gone is not asked for its log.
    await call('DELETE', '/organization/acme')
    const before = seen.length
    const { code, stdout: text } = await quayctl(args, { cwd, env })
    expect([code, JSON.parse(text).findings]).toEqual([0, []])
    const logs = seen.slice(before).flatMap(({ path }) => (path.includes('/logs') ? path.split('?')[0] : []))
    expect([...new Set(logs)]).toEqual(['/api/v1/superuser/logs'])
  })

  test('a log that Quay cannot search is not taken for an empty one', async () => {
    const { cwd, env, emulator } = await drifted()
    const message = 'Logs are kept in Splunk, which is not searched'
    const url = await site(({ method = 'GET', url: target = '/', headers }, response) => {
      const { authorization } = headers
      const outcome = emulator.handle({ method, target, headers: { authorization }, body: '' })
      if (typeof outcome === 'string') return
      const unsearched = { logs: [], search_unavailable: true, message }
      const { status, body } = target.includes('/logs') ? { status: 200, body: unsearched } : outcome.answer
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    })
    const args = ['drift', '--quick', '--json', '--base', 'HEAD']
    const { stdout } = await quayctl(args, { cwd, env: { ...env, QUAY_URL: url } })
    const { organizations, findings } = JSON.parse(stdout)
    expect(organizations).toEqual([{ organization: 'acme', status: 'unknown', entries: 0 }])
    expect(findings).toMatchObject([{ code: 'QC4090', message: expect.stringContaining(message) }])
  })

  test('what the files took out and Quay has changed is no new object', async () => {
    const there = await quay({ now })
    const { env } = there
    const declared = `teams:
  owners: {role: admin, members: [user:admin, user:mallory]}
  dev: {role: member, members: [robot:ci]}
  ops: {role: member}
robots: {ci: {}}
prune: {teams: dropped}
`
    const cwd = folder({ 'quayctl.yaml': organization('acme', declared) })
    committed(cwd)
    expect((await quayctl(['apply', '--yes'], { cwd, env })).code).toBe(0)
    writeFileSync(
      join(cwd, 'quayctl.yaml'),
      organization('acme', declared.replace(/ {2}(dev|ops):.*\n/g, '')),
    )
    await byMallory(there, 'PUT', '/organization/acme/team/dev/members/mallory')
    const args = ['drift', '--base', 'HEAD']
    const { stdout, stderr } = await quayctl(args, { cwd, env })
    expect([stdout, stderr]).toEqual([expect.stringContaining('Changed on both sides'), ''])
    expect(stdout.replace(/ quayctl.yaml:\d+/, '').replace(/\s+/g, ' ')).toContain(
      '~ team.acme/dev members + user:mallory = robot:ci taken out of the files, changed in Quay by mallory, 2026-11-21 09:14 UTC',
    )
    const { stdout: text } = await quayctl([...args, '--json'], { cwd, env })
    const document = JSON.parse(text)
    validate(document)
    expect(validate.errors ?? []).toEqual([])
    expect(document.objects).toMatchObject([
      { address: 'team.acme/dev', action: 'update', conflict: true, taken_out: true },
    ])
  })

  test('pages of the log are followed', async () => {
    const { cwd, env, call } = await drifted()
    await call('PUT', '/organization/acme', { email: 'another@acme.example' })
    for (let count = 0; count < 45; count++)
      await call('PUT', '/repository/acme/web', { description: `Web ${count}` })
    const { stdout } = await quayctl(['drift', '--json', '--base', 'HEAD'], { cwd, env })
    const objects: { address: string; logged?: { by: string } }[] = JSON.parse(stdout).objects
    const loggedOf = (text: string) => objects.find(({ address }) => address === text)?.logged
    // That it was made is in the log, and says nothing of a change.
    expect(loggedOf('organization.acme')).toBeUndefined()
    expect(loggedOf('repository.acme/api')).toEqual({
      kind: 'change_repo_visibility',
      by: 'mallory',
      at: '2026-11-21T09:14:07.000Z',
    })
  })
})

test('the newest entry is not enough: it must be about what differs', async () => {
  const there = await quay({ now })
  const cwd = folder({
    'quayctl.yaml': organization(
      'acme',
      `teams:
  owners: {role: admin, members: [user:admin, user:mallory]}
  dev: {role: member, members: [robot:ci]}
  ops: {role: member, members: [robot:ci]}
robots: {ci: {}, sync: {}}
repositories:
  mc: {mirror: &mirror {external_reference: quay.io/minio/mc, tags: [latest], robot: sync, sync_interval: 12h}}
  web: {mirror: *mirror}
`,
    ),
  })
  const { env } = there
  expect((await quayctl(['apply', '--yes'], { cwd, env })).code).toBe(0)
  const team = (name: string, member: string) => `/organization/acme/team/${name}/members/${member}`
  // In dev mallory adds, and somebody else removes and adds again; in ops it is the other way round.
  await byMallory(there, 'PUT', team('dev', 'acme+sync'))
  await there.call('DELETE', team('dev', 'acme+ci'))
  await there.call('PUT', team('dev', 'acme+ci'))
  await byMallory(there, 'DELETE', team('ops', 'acme+ci'))
  await there.call('PUT', team('ops', 'mallory'))
  await there.call('DELETE', team('ops', 'mallory'))
  const mirrorOf = (name: string) => `/repository/acme/${name}/mirror`
  await byMallory(there, 'PUT', mirrorOf('mc'), { sync_interval: 3600 })
  await there.call('PUT', mirrorOf('mc'), { is_enabled: false })
  await there.call('PUT', mirrorOf('mc'), { is_enabled: true })
  // A robot's change is in no log, and this other one is undone.
  await there.call('PUT', mirrorOf('web'), { is_enabled: false })
  await there.call('PUT', mirrorOf('web'), { is_enabled: true, robot_username: 'acme+ci' })
  const { stdout } = await quayctl(['drift', '--json'], { cwd, env })
  const objects: { address: string; logged?: { kind: string; by: string } }[] = JSON.parse(stdout).objects
  expect(objects.map(({ address, logged }) => [address, logged?.kind, logged?.by])).toEqual(
    expect.arrayContaining([
      ['team.acme/dev', 'org_add_team_member', 'mallory'],
      ['team.acme/ops', 'org_remove_team_member', 'mallory'],
      ['mirror.acme/mc', 'repo_mirror_config_changed', 'mallory'],
      ['mirror.acme/web', undefined, undefined],
    ]),
  )
})

test('the log of a mirror names leaves, and hides the password', async () => {
  const { env, call } = await quay({ now })
  const block = 'external_reference: quay.io/minio/mc, tags: [latest], robot: sync, sync_interval: 12h'
  const text = `robots: {sync: {}}\nrepositories: {mc: {mirror: {${block}}}}\n`
  const cwd = folder({ 'quayctl.yaml': organization('acme', text) })
  expect((await quayctl(['apply', '--yes'], { cwd, env })).code).toBe(0)
  await call('PUT', '/repository/acme/mc/mirror', {
    robot_username: 'acme+sync',
    external_registry_username: 'bot',
    external_registry_password: 'hush',
    external_registry_config: { verify_tls: false },
    root_rule: { rule_kind: 'tag_glob_csv', rule_value: ['1.*'] },
  })
  const { logs } = (await call('GET', '/repository/acme/mc/logs')) as {
    logs: { kind: string; metadata: { changed: string; to: unknown } }[]
  }
  expect(
    logs.flatMap(({ kind, metadata: { changed, to } }) =>
      kind === 'repo_mirror_config_changed' ? [[changed, to]] : [],
    ),
  ).toEqual([
    ['mirror_rule', ['1.*']],
    ['verify_tls', false],
    ['external_registry_password', '********'],
    ['external_registry_username', 'bot'],
  ])
})

/** Entries of the log, and the object of acme that each tells of. */
const told: readonly (readonly [string, object, string, string])[] = [
  ['create_repo', { repo: 'api', namespace: 'acme' }, 'repository', 'api'],
  ['change_repo_visibility', { repo: 'team/api', visibility: 'public' }, 'repository', 'team/api'],
  [
    'change_repo_permission',
    { username: 'alice', repo: 'api', role: 'read' },
    'permission',
    'api user:alice',
  ],
  ['change_repo_permission', { username: 'acme+ci', repo: 'api' }, 'permission', 'api robot:ci'],
  ['delete_repo_permission', { team: 'dev', repo: 'api' }, 'permission', 'api team:dev'],
  ['repo_mirror_config_changed', { repo: 'api', changed: 'sync_interval' }, 'mirror', 'api'],
  ['repo_mirror_config_changed', { repo: 'api', changed: 'mirror_rule' }, 'mirror', 'api'],
  ['repo_mirror_config_changed', { repo: 'api', changed: 'sync_status', to: 'SYNC_NOW' }, 'none', ''],
  ['repo_mirror_config_changed', { repo: 'api' }, 'none', ''],
  ['org_mirror_config_changed', { updated_fields: ['is_enabled'] }, 'organization_mirror', ''],
  ['org_mirror_config_changed', {}, 'none', ''],
  ['delete_robot', { robot: 'ci' }, 'robot', 'ci'],
  ['org_add_team_member', { member: 'alice', team: 'dev' }, 'team', 'dev'],
  ['org_add_team_member', { team: 'dev' }, 'none', ''],
  [
    'create_prototype_permission',
    { delegate_team: 'dev', activating_username: null },
    'default_permission',
    '*:team:dev',
  ],
  [
    'modify_prototype_permission',
    { delegate_user: 'acme+ci', activating_username: 'bob' },
    'default_permission',
    'user:bob:robot:ci',
  ],
  ['delete_application', { application_name: 'portal' }, 'application', 'portal'],
  ['delete_proxy_cache_config', {}, 'proxy_cache', ''],
  ['org_mirror_enabled', {}, 'organization_mirror', ''],
  ['org_create', { namespace: 'acme' }, 'organization', ''],
  ['change_repo_visibility', {}, 'none', ''],
  ['change_repo_visibility', { repo: 7 }, 'none', ''],
  ['pull_repo', { repo: 'api' }, 'none', ''],
  ['constructor', { repo: 'api' }, 'none', ''],
]

test.each(told)('an entry %s of %j tells of a %s', (kind, metadata, type, names) => {
  const entry = { kind, metadata: { ...metadata }, by: 'alice', at: '2026-11-21T09:14:07.000Z' }
  const found = modules.flatMap(({ type: one }) => {
    const logged = one?.logged?.(entry, 'acme')
    return one && logged ? [`${one.name} ${logged.names.join(' ')}`] : []
  })
  expect(found).toEqual(type === 'none' ? [] : [`${type} ${names}`])
})

describe.concurrent('drift --quick', () => {
  test('reads logs only, and says who moved', async () => {
    const { cwd, env, seen } = await drifted()
    const before = seen.length
    const args = ['drift', '--quick', '--base', 'HEAD', '--detailed-exitcode']
    const { code, stdout } = await quayctl(args, { cwd, env })
    expect([code, stdout]).toEqual([2, expect.stringContaining('\nMoved\n ~ acme ')])
    expect(stdout.replace(/\n +/g, ' ')).toContain(', not counting what admin did, whose token this is')
    expect(stdout).toContain('3 entries, last by mallory, 2026-11-21 09:14 UTC')
    const paths = seen.slice(before).map(({ path }) => path.split('?')[0])
    expect([...new Set(paths)].filter((path) => path?.includes('acme'))).toEqual([
      '/api/v1/organization/acme/logs',
    ])
  })

  test('says what it has to know', async () => {
    const { code, stderr } = await quayctl(['drift', '--quick'])
    expect([code, unwrapped(stderr)]).toEqual([64, expect.stringContaining('QC6490 --quick needs --base')])
  })
})

/** OpenMetrics by its grammar: families with their metadata first, each sample once, and an end. */
function metricsIn(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n')
  expect(lines.slice(-2)).toEqual(['# EOF', ''])
  const samples = new Map<string, number>()
  let family = ''
  const families = new Set<string>()
  for (const line of lines.slice(0, -2)) {
    const about = /^# (HELP|TYPE|UNIT) ([a-z_]+) (.+)$/.exec(line)
    if (about) {
      const [, word, name = '', rest] = about
      if (name !== family) expect(families.has(name)).toBe(false)
      family = name
      families.add(name)
      if (word === 'TYPE') expect(rest).toBe('gauge')
      if (word === 'UNIT') expect(name.endsWith(`_${rest}`)).toBe(true)
      continue
    }
    const label = '[a-z_]+="(?:[^"\\\\\\n]|\\\\[\\\\n"])*"'
    const sample = new RegExp(`^(${family}(?:\\{${label}(?:,${label})*\\})?) (\\d+(?:\\.\\d+)?)$`).exec(line)
    expect([line, sample === null]).toEqual([line, false])
    expect(samples.has(sample?.[1] ?? '')).toBe(false)
    samples.set(sample?.[1] ?? '', Number(sample?.[2]))
  }
  return samples
}

describe.concurrent('drift --report openmetrics', () => {
  test('is what a collector reads', async () => {
    const { cwd, env } = await drifted()
    const args = ['drift', '--base', 'HEAD', '--report', 'openmetrics=quay.prom']
    expect((await quayctl(args, { cwd, env })).code).toBe(0)
    const samples = metricsIn(readFileSync(join(cwd, 'quay.prom'), 'utf8'))
    expect(Object.fromEntries(samples)).toMatchObject({
      'quayctl_drift_objects{organization="acme",kind="repository"}': 2,
      'quayctl_drift_objects{organization="acme",kind="permission"}': 1,
      'quayctl_drift_objects{organization="acme",kind="quota"}': 1,
      'quayctl_drift_unmanaged{organization="acme",kind="robot"}': 1,
      quayctl_drift_conflicts: 1,
      quayctl_drift_failures: 0,
    })
    expect((await quayctl(args, { cwd, env })).code).toBe(0)
  })

  test('a run that fails says so there', async () => {
    const cwd = folder({ 'quayctl.yaml': organization('acme', 'quota: {limit: x}\n') })
    const env = { QUAY_URL: 'http://127.0.0.1:1', QUAY_TOKEN: 'x' }
    const { code } = await quayctl(['drift', '--report', 'openmetrics=quay.prom'], { cwd, env })
    const samples = metricsIn(readFileSync(join(cwd, 'quay.prom'), 'utf8'))
    expect([code, samples.get('quayctl_drift_failures'), samples.size]).toEqual([3, 1, 3])
  })

  test.each([
    ['html=x', 'QC6420 --report knows no format "html"'],
    ['openmetrics=', 'QC6420 --report openmetrics= names no file'],
  ])('%s', async (value, says) => {
    const { code, stderr } = await quayctl(['drift', '--report', value])
    expect([code, stderr]).toEqual([64, expect.stringContaining(says)])
  })

  test('a folder that is not there is said before anything is read', async () => {
    const { env, seen } = await quay()
    const cwd = folder({ 'quayctl.yaml': organization('acme', base) })
    const { code, stderr } = await quayctl(['drift', '--report', 'openmetrics=no/q.prom'], { cwd, env })
    expect([code, stderr.slice(0, 13), seen.length]).toEqual([3, 'error QC3123 ', 0])
  })
})

describe.concurrent('drift --write', () => {
  test.each([
    [
      'an anchor that others use',
      'repositories:\n  a: {description: &text One}\n  b: {description: *text}\n',
      [['PUT', '/repository/acme/a', { description: 'Two' }]],
      '&text says it for several at once',
    ],
    [
      'an organization that is gone',
      '',
      [['DELETE', '/organization/acme']],
      'it is gone from Quay: take its document out of the files, or apply',
    ],
    [
      'what many are given at once',
      'teams: {dev: {role: member}}\ngrants: {"*": {team:dev: read}}\nrepositories: {api: {}}\n',
      [['DELETE', '/repository/acme/api/permissions/team/dev']],
      'asks for it of all that match',
    ],
  ] as const)('leaves %s, and says why', async (_, body, calls, because) => {
    const { env, call } = await quay()
    const text = organization('acme', body)
    const cwd = folder({ 'quayctl.yaml': text })
    await quayctl(['apply', '--yes'], { cwd, env })
    for (const [method, path, ...rest] of calls) await call(method, path, rest[0])
    const { code, stdout } = await quayctl(['drift', '--write', '--detailed-exitcode'], { cwd, env })
    expect([code, stdout.replace(/\n +/g, ' ')]).toEqual([2, expect.stringContaining(because)])
    expect(stdout).toMatch(/\nWrote nothing, left \d\.\n$/)
    const again = await quayctl(['drift'], { cwd, env })
    expect(again.stdout).toMatch(/\nTake Quay's side: {13}by hand; /)
    expect(readFileSync(join(cwd, 'quayctl.yaml'), 'utf8')).toBe(text)
  })

  test('writes nothing after which the files would be wrong, and the rest', async () => {
    const { env, call } = await quay()
    const body =
      'robots: {ci: {}}\nrepositories:\n  api: {description: One}\ndefault_permissions: [{to: robot:ci, role: read}]\n'
    const cwd = folder({ 'quayctl.yaml': organization('acme', body) })
    await quayctl(['apply', '--yes'], { cwd, env })
    await call('DELETE', '/organization/acme/robots/ci')
    await call('PUT', '/repository/acme/api', { description: 'Two' })
    const { stdout } = await quayctl(
      ['drift', '--write', '--target', 'robot.**', '--target', 'repository.**'],
      { cwd, env },
    )
    expect(stdout).toContain('with it the files would be wrong')
    const after = readFileSync(join(cwd, 'quayctl.yaml'), 'utf8')
    expect(after).toBe(organization('acme', body.replace('One', 'Two')))
  })

  test('puts what a template says otherwise into the document, and not into a part of it', async () => {
    const { env, call } = await quay()
    const document = organization('acme', 'use: [std]\n')
    const part =
      'apiVersion: quayctl/v1\nkind: OrganizationPart\norganization: acme\nrepositories: {web: {}}\n'
    const template =
      'apiVersion: quayctl/v1\nkind: OrganizationTemplate\nname: std\ntag_expiration: 2w\nquota: {limit: 10 GiB}\nteams: {dev: {role: member}}\n'
    const registry = 'apiVersion: quayctl/v1\nkind: Registry\ninclude: ["?-*.yaml"]\n'
    const files = {
      'quayctl.yaml': `${registry}---\n${template}`,
      'a-part.yaml': part,
      'b-acme.yaml': document,
    }
    const cwd = folder(files)
    expect((await quayctl(['apply', '--yes'], { cwd, env })).code).toBe(0)
    await call('PUT', '/organization/acme', { tag_expiration_s: 86_400 })
    await call('PUT', '/organization/acme/quota/1', { limit_bytes: 2 ** 30 })
    await call('PUT', '/organization/acme/team/dev', { role: 'creator' })
    const { code, stdout } = await quayctl(['drift', '--write', '--detailed-exitcode'], { cwd, env })
    expect([code, stdout]).toEqual([0, expect.stringContaining('\nWrote 3 places. Look at the files.\n')])
    expect(readFileSync(join(cwd, 'a-part.yaml'), 'utf8')).toBe(part)
    expect(readFileSync(join(cwd, 'b-acme.yaml'), 'utf8')).toBe(
      `${document}tag_expiration: 1d\nquota: {limit: 1 GiB}\nteams: {dev: {role: creator}}\n`,
    )
  })

  test('takes no standard input', async () => {
    const { code, stderr } = await quayctl(['drift', '--write', '-f', '-'], { input: '' })
    expect([code, stderr]).toEqual([64, expect.stringContaining('QC6491 --write with -f -')])
  })
})
