import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { EmulatedRequest } from '../../src/emulator/request.ts'
import {
  execute,
  type Files,
  filesBelow,
  folder,
  headsOf,
  organization,
  type Quay,
  quay,
  quayctl,
  registry,
  unwrapped,
  writes,
} from './run.ts'

const PLAIN = { QUAY_TOKEN: 'PLAIN' }

/** A call by the user of a token; what is refused is an error. */
async function send({ url }: Quay, token: string, method: string, path: string, body?: unknown) {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} ${response.status} ${text}`)
  return text
}

/** What a Quay has: all, what its first release had, or nothing that is optional. */
type Having = 'all' | 'old' | 'plain'

/** An organization with some of everything, by the user of a token. */
async function furnish(
  server: Quay,
  name = 'acme',
  token = 'TESTTOKEN',
  having: Having = 'all',
): Promise<void> {
  const must = (method: string, path: string, body?: unknown) => send(server, token, method, path, body)
  const [o, r] = [`/organization/${name}`, `/repository/${name}`]
  await must('POST', '/organization/', { name, email: `quay@${name}.example` })
  await must('PUT', `${o}/robots/ci`, { description: 'Pushes' })
  await must('PUT', `${o}/robots/sync`, {})
  await must('PUT', `${o}/team/devs`, { role: 'member', description: 'Developers' })
  await must('PUT', `${o}/team/devs/members/${name}+ci`)
  const nested = having === 'plain' ? 'tools' : 'tools/make'
  for (const repository of ['api', 'web', nested, 'ubi9'])
    await must('POST', '/repository', {
      namespace: name,
      repository,
      visibility: repository === 'web' ? 'public' : 'private',
      description: repository === 'api' ? 'The API.\nSee also: web' : '',
      repo_kind: 'image',
    })
  await must('PUT', `${r}/api/permissions/team/devs`, { role: 'write' })
  await must('PUT', `${r}/${nested}/permissions/user/${name}+ci`, { role: 'write' })
  for (const title of ['pushes', '', 'all of it'])
    await must('POST', `${r}/api/notification/`, {
      ...(title && { title }),
      event: 'repo_push',
      eventConfig: {},
      method: 'webhook',
      config: { url: 'https://hooks.example.com/HUSH-HOOK' },
    })
  await must('POST', `${r}/api/notification/`, {
    title: 'hip',
    event: 'repo_push',
    eventConfig: {},
    method: 'hipchat',
    config: { room_id: '1', notification_token: 'HUSH-TOKEN' },
  })
  await must('POST', `${o}/prototypes`, { role: 'read', delegate: { name: 'devs', kind: 'team' } })
  await must('POST', `${o}/applications`, { name: 'Dashboards', redirect_uri: 'https://grafana.example.com' })
  if (having === 'plain') return
  await must('POST', `${r}/${nested}/autoprunepolicy/`, { method: 'number_of_tags', value: 30 })
  await must('POST', `${o}/autoprunepolicy/`, { method: 'creation_date', value: '1y' })
  await must('PUT', `${r}/ubi9/changestate`, { state: 'MIRROR' })
  await must('POST', `${r}/ubi9/mirror`, {
    external_reference: 'registry.redhat.io/ubi9',
    sync_interval: 43200,
    sync_start_date: '2026-01-01T00:00:00Z',
    root_rule: { rule_kind: 'tag_glob_csv', rule_value: ['latest', '9.*'] },
    robot_username: `${name}+sync`,
    ...(having === 'all' && { skopeo_timeout_interval: 300 }),
    external_registry_username: 'bob',
    external_registry_password: 'HUSH-PASSWORD',
  })
}

/** A Quay with an organization; what was sent to it until now is forgotten. */
async function furnished(options: Parameters<typeof quay>[0] = {}, having: Having = 'all'): Promise<Quay> {
  const server = await quay(options)
  await furnish(server, 'acme', 'TESTTOKEN', having)
  server.seen.length = 0
  return server
}

/** What holds for every run: it only reads, fits on a terminal, and tells no secret. */
function harmless(server: Quay, texts: readonly string[], stderr: string): void {
  expect(writes(server.seen)).toEqual([])
  const tokens = [...server.emulator.ground.robots.values()].map(({ token }) => token)
  for (const secret of ['HUSH', 'TESTTOKEN', ...tokens])
    for (const text of [...texts, stderr]) expect(text).not.toContain(secret)
  const wide = stderr.split('\n').filter((line) => line.length > 80 && line.trim().includes(' '))
  expect(wide).toEqual([])
}

interface Options {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs it in a folder of its own; `files`: what is there afterwards. */
async function run(server: Quay, args: readonly string[], { cwd = folder(), env = {} }: Options = {}) {
  const ran = await quayctl(['export', ...args], { cwd, env: { ...server.env, ...env } })
  const files = filesBelow(cwd)
  harmless(server, [ran.stdout, ...Object.values(files)], ran.stderr)
  for (const [name, text] of ran.code !== 0
    ? []
    : ([['stdout', ran.stdout], ...Object.entries(files)] as const))
    if (name === 'stdout' || name.endsWith('.yaml'))
      for (const document of parseAllDocuments(text))
        if ('errors' in document) expect(document.errors, name).toEqual([])
  return { ...ran, cwd, files }
}

const withoutUuids = (text: string): string => text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID')

/** A plan of what a run wrote. */
const planOf = (server: Quay, cwd: string, path: string, env: Options['env'] = {}) =>
  quayctl(['plan', '-f', path, '--detailed-exitcode'], { cwd, env: { ...server.env, ...env } })

async function plansToNothing(server: Quay, cwd: string, path: string, env?: Options['env']): Promise<void> {
  const { code, stdout, stderr } = await planOf(server, cwd, path, env)
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toContain('No changes.')
}

const secondary = ['quayctl.yaml', 'secrets.env.example']
const pathsIn = (files: Readonly<Record<string, string>>): readonly string[] => Object.keys(files)

describe.concurrent('what it writes', () => {
  test('one organization on standard output, and what came of it on standard error', async () => {
    const server = await furnished()
    const { code, stdout, stderr, files } = await run(server, ['acme'])
    expect(code).toBe(0)
    expect(withoutUuids(stdout)).toBe(`apiVersion: quayctl/v1
kind: Organization
name: acme
email: quay@acme.example
tag_expiration: 2w
applications:
  Dashboards: {redirect_uri: https://grafana.example.com}
auto_prune:
  - {method: creation_date, value: 1y}
default_permissions:
  - {to: team:devs, role: read}
robots:
  ci: {description: Pushes}
  sync: {}
teams:
  devs: {role: member, description: Developers, members: [robot:ci]}
  owners: {role: admin, members: [user:admin]}
repositories:
  # not managed: notification.acme/api#UUID: it has no title (repo_push by webhook)
  api:
    description: |-
      The API.
      See also: web
    notifications:
      all of it:
        event: repo_push
        method: webhook
        config: {url: {from_env: QC_ACME_API_ALL_OF_IT_URL}}
      hip:
        event: repo_push
        method: hipchat
        config:
          room_id: "1"
          notification_token: {from_env: QC_ACME_API_HIP_NOTIFICATION_TOKEN}
      pushes:
        event: repo_push
        method: webhook
        config: {url: {from_env: QC_ACME_API_PUSHES_URL}}
    permissions: {team:devs: write, user:admin: admin}
  tools/make:
    auto_prune:
      - {method: number_of_tags, value: 30}
    permissions: {robot:ci: write, user:admin: admin}
  ubi9:
    mirror:
      external_reference: registry.redhat.io/ubi9
      tags: [9.*, latest]
      robot: sync
      sync_interval: 12h
      username: bob
      password: {from_env: QC_REGISTRY_REDHAT_IO_BOB}
    permissions: {user:admin: admin}
  web:
    visibility: public
    permissions: {user:admin: admin}
`)
    expect(withoutUuids(stderr)).toBe(`Exported: 1 organization, 2 robots, 4 repositories, 6 permissions, 3
    notifications, 2 auto prune policies, 1 mirror, 2 teams, 1 default
    permission, 1 application.
Not managed, because no file can say it; the files have it as comments:
  notification.acme/api#UUID: it has no title
    (repo_push by webhook)
Secrets that Quay does not tell; apply takes them from these variables:
  QC_ACME_API_ALL_OF_IT_URL  config.url of notification.acme/api#all%20of%20it
  QC_ACME_API_HIP_NOTIFICATION_TOKEN  config.notification_token of
    notification.acme/api#hip
  QC_ACME_API_PUSHES_URL  config.url of notification.acme/api#pushes
  QC_REGISTRY_REDHAT_IO_BOB  password of mirror.acme/ubi9
`)
    expect(files).toEqual({})
    expect((await run(server, ['acme'])).stdout).toBe(stdout)
    await plansToNothing(server, folder({ 'quay.yaml': stdout }), 'quay.yaml')
  })

  test('a folder: a configuration that plans to nothing', async () => {
    const server = await furnished()
    await furnish(server, 'other')
    await server.call('POST', '/messages', {
      message: { content: 'Maintenance\non Sunday', media_type: 'text/markdown', severity: 'warning' },
    })
    server.seen.length = 0
    const { code, stdout, stderr, files, cwd } = await run(server, ['--all', '-o', 'quay'])
    expect([code, stdout]).toEqual([0, ''])
    expect(pathsIn(files)).toEqual([
      'quay/organizations/acme.yaml',
      'quay/organizations/other.yaml',
      'quay/quayctl.yaml',
      'quay/secrets.env.example',
    ])
    expect(stderr).toMatch(/^Wrote 4 files to quay: 2 users, 1 message, /)
    expect(files['quay/quayctl.yaml']).toBe(`apiVersion: quayctl/v1
kind: Registry
url: ${server.url}
include: [organizations/*.yaml]
messages:
  - severity: warning
    content: |-
      Maintenance
      on Sunday
users:
  admin: {email: admin@example.com}
  mallory: {email: mallory@example.com}
`)
    await plansToNothing(server, cwd, 'quay')
    const there = await quayctl(['plan', '--detailed-exitcode'], {
      cwd: join(cwd, 'quay'),
      env: { QUAY_TOKEN: 'TESTTOKEN' },
    })
    expect([there.code, there.stderr]).toEqual([0, ''])
  })

  test('the variables, as a file that a shell reads', async () => {
    const server = await furnished()
    const { files, cwd } = await run(server, ['acme', '-o', 'quay'])
    expect(
      files['quay/secrets.env.example'],
    ).toBe(`# Secrets that Quay does not tell. Copy this to secrets.env, keep that out of Git, and fill it in; then, before
# quayctl apply: set -a; . ./secrets.env; set +a

# config.url of notification.acme/api#all%20of%20it
QC_ACME_API_ALL_OF_IT_URL=

# config.notification_token of notification.acme/api#hip
QC_ACME_API_HIP_NOTIFICATION_TOKEN=

# config.url of notification.acme/api#pushes
QC_ACME_API_PUSHES_URL=

# password of mirror.acme/ubi9
QC_REGISTRY_REDHAT_IO_BOB=
`)
    const path = join(cwd, 'quay', 'secrets.env.example')
    expect(statSync(path).mode & 0o111).toBe(0)
    const sourced = await execute('sh', ['-euc', '. ./secrets.env.example; set | grep ^QC_'], {
      cwd: join(cwd, 'quay'),
    })
    expect([sourced.code, sourced.stderr]).toEqual([0, ''])
    expect(sourced.stdout.split('\n').filter(Boolean)).toHaveLength(4)
  })

  test('nothing to fill in, no such file', async () => {
    const server = await quay()
    await server.call('POST', '/organization/', { name: 'acme', email: 'quay@acme.example' })
    server.seen.length = 0
    const { files, stderr } = await run(server, ['acme', '-o', '.'])
    expect(pathsIn(files)).toEqual(['organizations/acme.yaml', 'quayctl.yaml'])
    expect(stderr).toBe('Wrote 2 files to .: 1 organization, 1 team.\n')
  })

  test.each([
    [
      'repository',
      [
        'organization',
        'repositories/api',
        'repositories/tools+make',
        'repositories/ubi9',
        'repositories/web',
      ],
    ],
    ['block', ['applications', 'default_permissions', 'organization', 'repositories', 'robots', 'teams']],
  ])('--split %s: the same variables, counts and check as in one file', async (split, names) => {
    const server = await furnished()
    const plain = await run(server, ['acme', '-o', 'quay', '--check'])
    const { code, stderr, files, cwd } = await run(server, [
      'acme',
      '-o',
      'quay',
      '--split',
      split,
      '--check',
    ])
    expect(code).toBe(0)
    expect(pathsIn(files)).toEqual([
      ...names.map((name) => `quay/organizations/acme/${name}.yaml`),
      ...secondary.map((name) => `quay/${name}`),
    ])
    expect(stderr.replace(/\d+ files/, 'N files')).toBe(plain.stderr.replace(/\d+ files/, 'N files'))
    expect(files['quay/secrets.env.example']).toBe(plain.files['quay/secrets.env.example'])
    expect(files['quay/quayctl.yaml']).toContain('include: [organizations/**/*.yaml]\n')
    await plansToNothing(server, cwd, 'quay')
  })

  test('a file of a repository whose name has a /', async () => {
    const server = await furnished()
    const { files } = await run(server, ['acme', '-o', '.', '--split', 'repository'])
    expect(files['organizations/acme/repositories/tools+make.yaml']).toBe(`apiVersion: quayctl/v1
kind: OrganizationPart
organization: acme
repositories:
  tools/make:
    auto_prune:
      - {method: number_of_tags, value: 30}
    permissions: {robot:ci: write, user:admin: admin}
`)
  })
})

describe.concurrent('files that are there', () => {
  test('are never overwritten, and none is written then; --force replaces them', async () => {
    const server = await furnished()
    const before = {
      'quay/organizations/acme.yaml': '# mine\n',
      'quay/quayctl.yaml': `apiVersion: quayctl/v1\nkind: Registry\ninclude: [organizations/*.yaml]\n`,
    }
    const cwd = folder(before)
    const refused = await run(server, ['acme', '-o', 'quay'], { cwd })
    expect([refused.code, refused.stdout, refused.files]).toEqual([3, '', before])
    expect(unwrapped(refused.stderr)).toBe(
      'error QC3115 organizations/acme.yaml in quay would be overwritten\n  = name another folder with --output, or pass --force\n  = nothing was written\n',
    )
    const forced = await run(server, ['acme', '-o', 'quay', '--force'], { cwd })
    expect(forced.code).toBe(0)
    expect(forced.files['quay/organizations/acme.yaml']).toMatch(/^apiVersion: /)
    expect(forced.files['quay/quayctl.yaml']).toBe(before['quay/quayctl.yaml'])
    expect(unwrapped(forced.stderr)).toContain(
      '\nquayctl.yaml was there and stays; a new one would say include: [organizations/*.yaml].\n',
    )
    await plansToNothing(server, cwd, 'quay')
    const split = ['acme', '-o', 'apart', '--split', 'repository']
    await run(server, split, { cwd })
    const several = await run(server, split, { cwd })
    expect(unwrapped(several.stderr)).toMatch(
      /^error QC3115 5 files, organizations\/acme\/organization\.yaml first, in apart would be overwritten\n/,
    )
  })

  test('a quayctl.yaml that stays is told what it lacks', async () => {
    const server = await furnished()
    const cwd = folder({ 'quay/quayctl.yaml': 'apiVersion: quayctl/v1\nkind: Registry\n' })
    const { stderr } = await run(server, ['--all', '-o', 'quay'], { cwd })
    expect(unwrapped(stderr)).toContain(
      'quayctl.yaml was there and stays; a new one would say include: [organizations/*.yaml], users.\n',
    )
  })

  test('its server counts, and another one is an error', async () => {
    const server = await furnished()
    const cwd = folder({
      'quay/quayctl.yaml': `apiVersion: quayctl/v1\nkind: Registry\nurl: ${server.url}\n`,
    })
    const found = await quayctl(['export', 'acme', '-o', 'quay'], { cwd, env: { QUAY_TOKEN: 'TESTTOKEN' } })
    expect(found.code).toBe(0)
    const other = await quayctl(['export', 'acme', '-o', 'quay', '--force'], {
      cwd,
      env: { QUAY_TOKEN: 'TESTTOKEN', QUAY_URL: 'https://quay.example.com' },
    })
    expect([other.code, headsOf(other.stderr)]).toEqual([3, [expect.stringContaining('QC3106')]])
  })

  test('a folder that cannot be written', async () => {
    const server = await furnished()
    const { code, stderr, files } = await run(server, ['acme', '-o', 'file/below'], {
      cwd: folder({ file: 'x' }),
    })
    expect([code, files]).toEqual([3, { file: 'x' }])
    expect(unwrapped(stderr)).toMatch(
      /^error QC3117 file\/below cannot be written: \S*file is a file\n {2}= name another folder with --output; some of the files may be there by now\n$/,
    )
  })

  test.skipIf(process.getuid?.() === 0)('a folder that nobody may write to', async () => {
    const server = await furnished()
    const cwd = folder()
    chmodSync(cwd, 0o500)
    const { code, stderr } = await run(server, ['acme', '-o', 'quay'], { cwd })
    chmodSync(cwd, 0o700)
    expect([code, headsOf(stderr)]).toEqual([3, [expect.stringContaining('QC3117')]])
  })

  test('a file that quayctl itself would not read', async () => {
    const server = await furnished()
    await server.call('PUT', '/repository/acme/api', { description: 'x'.repeat(5 * 2 ** 20) })
    server.seen.length = 0
    const { code, stderr, files } = await run(server, ['acme', '-o', 'quay'])
    expect([code, files]).toEqual([3, {}])
    expect(unwrapped(stderr)).toBe(
      'error QC3116 organizations/acme.yaml would have more than 4 MiB, which quayctl does not read\n  = pass --split repository, or leave something out with --blocks\n  = nothing was written\n',
    )
    const less = await run(server, ['acme', '-o', 'quay', '--blocks', 'permissions'])
    expect(less.code).toBe(0)
  })
})

const template = (body: string) =>
  `apiVersion: quayctl/v1\nkind: OrganizationTemplate\nname: standard\n${body}`

describe.concurrent('--using', () => {
  const standard = template(
    'robots: {ci: {description: Pushes}, sync: {}, other: {}}\nrepositories: {web: {visibility: public}}\n',
  )

  test('leaves out what a template says, and includes it', async () => {
    const server = await furnished()
    const cwd = folder({ 'quay/templates/standard.yaml': standard })
    const { code, files, stderr } = await run(
      server,
      ['acme', '-o', 'quay', '--using', 'quay/templates', '--check'],
      { cwd },
    )
    expect([code, stderr]).toEqual([0, expect.stringContaining('\nChecked: a plan of it is empty.\n')])
    const text = files['quay/organizations/acme.yaml'] ?? ''
    expect(text).toContain('use: [{template: standard, except: [robot.other]}]\n')
    expect(text).not.toMatch(/^robots:|visibility/m)
    expect(files['quay/quayctl.yaml']).toContain('include: [organizations/*.yaml, templates/**/*.yaml]\n')
    await plansToNothing(server, cwd, 'quay')
  })

  test('a template that does not fit is not used', async () => {
    const server = await furnished()
    const cwd = folder({
      'quay/t.yaml': template('robots: {one: {}, two: {}}\nteams: {ops: {role: admin}}\n'),
    })
    const { code, files } = await run(server, ['acme', '-o', 'quay', '--using', 'quay/t.yaml', '--check'], {
      cwd,
    })
    expect(code).toBe(0)
    expect(files['quay/organizations/acme.yaml']).not.toContain('use:')
    expect(files['quay/quayctl.yaml']).toContain('include: [organizations/*.yaml, t.yaml]\n')
    await plansToNothing(server, cwd, 'quay')
  })

  test.each<[string, Files, readonly string[], string]>([
    [
      'outside of the output',
      { 'templates/a.yaml': standard },
      ['templates'],
      'QC6412 --using: templates lies outside of the folder that is written',
    ],
    [
      'no template in it',
      { 'quay/a.yaml': 'apiVersion: quayctl/v1\nkind: Organization\nname: acme\n' },
      ['quay/a.yaml'],
      'QC1009 --using: there is no template in quay/a.yaml',
    ],
    ['broken', { 'quay/a.yaml': 'kind: [\n' }, ['quay/a.yaml'], 'QC1009 --using: quay/a.yaml:'],
    ['nowhere', {}, ['quay/none'], 'quay/none'],
  ])('%s: nothing is sent or written', async (_, before, using, head) => {
    const server = await furnished()
    const cwd = folder(before)
    const { code, stderr, files } = await run(
      server,
      ['acme', '-o', 'quay', ...using.flatMap((path) => ['--using', path])],
      { cwd },
    )
    expect(unwrapped(stderr)).toContain(head)
    expect([code, files, server.seen]).toEqual([head.startsWith('QC64') ? 64 : 3, before, []])
  })
})

describe.concurrent('--redact', () => {
  test('no name of the registry, other names each time, and still a configuration', async () => {
    const server = await furnished()
    await server.call('POST', '/messages', {
      message: { content: 'Maintenance', media_type: 'text/markdown', severity: 'warning' },
    })
    server.seen.length = 0
    const one = await run(server, ['--all', '--redact'])
    const two = await run(server, ['--all', '--redact', '-o', 'quay', '--split', 'repository'])
    expect([one.code, two.code]).toEqual([0, 0])
    const texts = [one.stdout, one.stderr, two.stderr, ...Object.entries(two.files).flat()].join('\n')
    const names =
      /acme|\bapi\b|\bweb\b|tools|make\b|ubi9|\bci\b|sync\b|devs|Dashboards|grafana|admin@|user:admin|mallory|Pushes|Developers|pushes|all of it|bob|redhat|Maintenance|latest|127\.0/
    expect(texts.match(names)).toBe(null)
    expect(one.stdout).toContain('not managed: something that is not shown here\n')
    const [, name = ''] = /^name: (n\w+)$/m.exec(one.stdout) ?? []
    expect(name).not.toBe('')
    expect(texts.split(name).length).toBeGreaterThan(1)
    expect(Object.values(two.files).join('\n')).not.toContain(name)
    expect(Object.keys(two.files)).not.toContain('quay/secrets.env.example')
    expect(two.files['quay/quayctl.yaml']).toContain('url: https://quay.example.com\n')
    for (const [cwd, path] of [
      [folder({ 'a.yaml': one.stdout }), 'a.yaml'],
      [two.cwd, 'quay'],
    ] as const) {
      const valid = await quayctl(['validate', '-f', path], { cwd })
      expect([valid.code, headsOf(valid.stderr).filter((line) => line.includes('error'))]).toEqual([0, []])
    }
  })

  test('neither with --check nor with --using', async () => {
    const server = await furnished()
    for (const more of [['--check'], ['--using', 't.yaml']]) {
      const { code, stderr } = await run(server, ['acme', '--redact', ...more])
      expect([code, headsOf(stderr)]).toEqual([64, [expect.stringContaining('QC6400')]])
    }
  })
})

describe.concurrent('the command line', () => {
  test.each<[readonly string[], string]>([
    [
      ['acme', '--blocks', 'team,robotz'],
      'error QC6411 --blocks: there is no block robotz\n  = did you mean "robots"?\n',
    ],
    [['acme', '--blocks', 'teams,'], 'error QC6411 --blocks: there is no block '],
    [
      ['acme', '--all'],
      'error QC6410 names and --all exclude each other\n  = name organizations, or pass --all for all that the token may see\n',
    ],
    [
      [],
      'error QC6410 nothing says what to export\n  = name organizations, or pass --all for all that the token may see\n',
    ],
    [['acme', '--split', 'repository'], 'error QC6400 '],
    [['acme', '-o', ''], 'error QC6400 --output has an empty value\n'],
  ])('%j: nothing is sent', async (args, words) => {
    const server = await furnished()
    const { code, stdout, stderr } = await run(server, args)
    expect(unwrapped(stderr).startsWith(words), stderr).toBe(true)
    expect([code, stdout, server.seen]).toEqual([64, '', []])
  })

  test('an organization that is not there, beside one that is', async () => {
    const server = await furnished()
    const { code, stdout, stderr, files } = await run(server, ['acme', 'nowhere', '-o', 'quay'])
    expect([code, stdout, files]).toEqual([64, '', {}])
    expect(unwrapped(stderr)).toBe(
      'error QC6413 there is no organization nowhere that the token may see\n  = --all exports all that it may see\n',
    )
  })

  test('--blocks takes types and blocks, several times', async () => {
    const server = await furnished()
    const { code, stdout, stderr } = await run(server, [
      'acme',
      '--blocks',
      'team, robots',
      '--blocks',
      'quota',
      '--check',
    ])
    expect([code, stderr]).toEqual([0, 'Exported: 2 robots, 2 teams.\nChecked: a plan of it is empty.\n'])
    expect(withoutUuids(stdout)).toBe(`apiVersion: quayctl/v1
kind: Organization
name: acme
robots:
  ci: {description: Pushes}
  sync: {}
teams:
  devs: {role: member, description: Developers, members: [robot:ci]}
  owners: {role: admin, members: [user:admin]}
`)
  })

  test('--check plans to nothing, and --stats counts what it took', async () => {
    const server = await furnished()
    const { code, stderr } = await run(server, ['--all', '--check', '--stats'])
    expect(code).toBe(0)
    expect(stderr).toMatch(/\nChecked: a plan of it is empty\.\n\d+ requests, 0 repetitions\n/)
  })

  test('-v shows the requests', async () => {
    const server = await furnished()
    const { stderr } = await run(server, ['acme', '-v'])
    expect(stderr).toMatch(/^GET \/organization\/acme 200 \d+ ms$/m)
  })
})

describe.concurrent('who asks', () => {
  test('a member, administrator of one repository: a part, and what was not shown', async () => {
    const server = await furnished()
    await server.call('PUT', '/organization/acme/team/devs/members/mallory')
    await server.call('PUT', '/repository/acme/api/permissions/user/mallory', { role: 'admin' })
    await server.call('PUT', '/repository/acme/web/permissions/user/mallory', { role: 'read' })
    server.seen.length = 0
    const { code, stdout, stderr } = await run(server, ['--all', '--check'], { env: PLAIN })
    expect(code).toBe(0)
    expect(withoutUuids(stdout)).toBe(`# not managed: what else is there that the token is not shown
# not managed: robots, teams, default_permissions, applications, which the token may not see
# not managed: permissions, notifications, auto_prune, immutability of web, which the token may not see

apiVersion: quayctl/v1
kind: OrganizationPart
organization: acme
repositories:
  # not managed: notification.acme/api#UUID: it has no title (repo_push by webhook)
  api:
    description: |-
      The API.
      See also: web
    notifications:
      all of it:
        event: repo_push
        method: webhook
        config: {url: {from_env: QC_ACME_API_ALL_OF_IT_URL}}
      hip:
        event: repo_push
        method: hipchat
        config:
          room_id: "1"
          notification_token: {from_env: QC_ACME_API_HIP_NOTIFICATION_TOKEN}
      pushes:
        event: repo_push
        method: webhook
        config: {url: {from_env: QC_ACME_API_PUSHES_URL}}
    permissions: {team:devs: write, user:admin: admin, user:mallory: admin}
  web: {visibility: public}
external:
  teams: [devs]
`)
    expect(withoutUuids(stderr)).toBe(`Exported: 2 repositories, 3 permissions, 3 notifications.
Not managed, because no file can say it; the files have it as comments:
  organization.acme: what else is there that the token is not shown
  notification.acme/api#UUID: it has no title
    (repo_push by webhook)
8 blocks that the token may not see: the comments name them.
Secrets that Quay does not tell; apply takes them from these variables:
  QC_ACME_API_ALL_OF_IT_URL  config.url of notification.acme/api#all%20of%20it
  QC_ACME_API_HIP_NOTIFICATION_TOKEN  config.notification_token of
    notification.acme/api#hip
  QC_ACME_API_PUSHES_URL  config.url of notification.acme/api#pushes
Checked: a plan of it is empty.
`)
    const cwd = folder({ 'a.yaml': stdout })
    await plansToNothing(server, cwd, 'a.yaml', PLAIN)
    const named = await run(server, ['acme', '-o', 'quay', '--split', 'block'], { env: PLAIN })
    expect(named.code).toBe(0)
    await plansToNothing(server, named.cwd, 'quay', PLAIN)
  })

  test('a member of nothing but a team: there is nothing to write', async () => {
    const server = await furnished()
    await server.call('PUT', '/organization/acme/team/devs/members/mallory')
    await server.call('DELETE', '/repository/acme/api/permissions/team/devs')
    await server.call('DELETE', '/repository/acme/web')
    server.seen.length = 0
    const { code, stdout, stderr } = await run(server, ['--all', '--check'], { env: PLAIN })
    expect([code, stdout]).toEqual([0, ''])
    expect(unwrapped(stderr)).toContain('Not exported: organization.acme: the token may see nothing of it.\n')
  })

  test('an owner, who is no superuser', async () => {
    const server = await furnished()
    await server.call('PUT', '/organization/acme/team/owners/members/mallory')
    const { stdout: asSuperuser } = await quayctl(['export', 'acme'], { env: server.env })
    server.seen.length = 0
    const { code, stdout, stderr, cwd, files } = await run(server, ['--all', '-o', 'quay', '--check'], {
      env: PLAIN,
    })
    expect([code, stdout]).toEqual([0, ''])
    expect(files['quay/organizations/acme.yaml']).toBe(asSuperuser)
    expect(stderr).toContain('\nChecked: a plan of it is empty.\n')
    await plansToNothing(server, cwd, 'quay', PLAIN)
  })

  test('a superuser who does not see into the organizations of others', async () => {
    const server = await quay({ features: { SUPERUSERS_FULL_ACCESS: false } })
    await furnish(server, 'own')
    await furnish(server, 'others', 'PLAIN')
    server.seen.length = 0
    const { code, stdout, stderr } = await run(server, ['--all', '--check'])
    expect(code).toBe(0)
    expect(stdout).toContain('kind: Organization\nname: own\n')
    expect(stderr).toContain('\nNot exported: organization.others: the token may see nothing of it.\n')
    expect(stderr).toContain('\nChecked: a plan of it is empty.\n')
    await plansToNothing(server, folder({ 'a.yaml': stdout }), 'a.yaml')
  })

  test("the token's own namespace, by name and with all", async () => {
    const server = await quay()
    await send(server, 'PLAIN', 'PUT', '/user/robots/laptop', { description: 'Mine' })
    await send(server, 'PLAIN', 'POST', '/repository', {
      namespace: 'mallory',
      repository: 'notes',
      visibility: 'private',
      description: '',
      repo_kind: 'image',
    })
    server.seen.length = 0
    const named = await run(server, ['mallory', '--check'], { env: PLAIN })
    expect([named.code, named.stderr]).toEqual([
      0,
      'Exported: 1 namespace, 1 robot, 1 repository.\nChecked: a plan of it is empty.\n',
    ])
    expect(named.stdout).toBe(`apiVersion: quayctl/v1
kind: User
name: mallory
robots:
  laptop: {description: Mine}
repositories:
  notes:
    permissions: {}
`)
    const all = await run(server, ['--all'], { env: PLAIN })
    expect(all.stdout).toContain(named.stdout)
    const other = await run(server, ['mallory'])
    expect([other.code, other.stdout]).toEqual([64, ''])
    const empty = await run(server, ['admin'])
    expect([empty.code, empty.stdout]).toEqual([0, 'apiVersion: quayctl/v1\nkind: User\nname: admin\n'])
  })

  test('a dead token, and none', async () => {
    const server = await furnished()
    for (const [QUAY_TOKEN, code] of [
      ['DEAD', 'QC7401'],
      ['', 'QC7402'],
    ] as const) {
      const {
        code: exit,
        stdout,
        stderr,
        files,
      } = await run(server, ['--all', '-o', 'quay'], { env: { QUAY_TOKEN } })
      expect([exit, stdout, files]).toEqual([7, '', {}])
      expect(headsOf(stderr), stderr).toEqual([expect.stringContaining(code)])
    }
  })

  test('a token that may read only its user', async () => {
    const server = await furnished()
    const NARROW = { QUAY_TOKEN: 'NARROW' }
    const { code, stdout } = await run(server, ['--all'], { env: NARROW })
    expect(code).toBe(0)
    expect(stdout.match(/^# .*|^kind.*/gm)).toEqual([
      '# not managed: users, which the token may not see',
      'kind: Registry',
      '# not managed: robots, auto_prune, immutability, which the token may not see',
      'kind: User',
      '# not managed: what else is there that the token is not shown',
      '# not managed: robots, teams, default_permissions, applications, which the token may not see',
      '# not managed: permissions, notifications, auto_prune, immutability of api, tools/make, ubi9, web, which the token may not see',
      '# not managed: mirror of ubi9, which the token may not see',
      'kind: OrganizationPart',
    ])
    await plansToNothing(server, folder({ 'a.yaml': stdout }), 'a.yaml', NARROW)
  })

  test('of many the first ten are named', async () => {
    const server = await quay()
    await server.call('POST', '/organization/', { name: 'acme', email: 'quay@acme.example' })
    for (const n of '0123456789ab')
      await server.call('POST', '/repository', {
        namespace: 'acme',
        repository: `r${n}`,
        visibility: 'public',
        description: '',
        repo_kind: 'image',
      })
    server.seen.length = 0
    const { stdout } = await run(server, ['acme', '--blocks', 'notifications'], {
      env: { QUAY_TOKEN: 'NARROW' },
    })
    expect(stdout).toContain(
      '# not managed: notifications of r0, r1, r2, r3, r4, r5, r6, r7, r8, r9 and 2 more, which the token may not see\n',
    )
  })
})

describe.concurrent('which Quay', () => {
  test.each<[string, Parameters<typeof quay>[0], Having]>([
    ['3.11', { version: '3.11' }, 'old'],
    ['features off', { profile: 'plain' }, 'plain'],
    ['LDAP', { authentication: 'LDAP' }, 'all'],
  ])('%s', async (_, options, having) => {
    const server = await furnished(options, having)
    const { code, stderr, cwd, files } = await run(server, ['--all', '-o', 'quay', '--check'])
    expect([code, stderr]).toEqual([0, expect.stringContaining('\nChecked: a plan of it is empty.\n')])
    expect(pathsIn(files)).toContain('quay/organizations/acme.yaml')
    await plansToNothing(server, cwd, 'quay')
  })

  test.each([
    ['a list', '/robots?', 500, ['acme', '-o', 'quay']],
    ['what is asked for one repository', '/repository/acme/web/notification/', 501, ['--all', '-o', 'quay']],
    ['the same on standard output', '/repository/acme/web/notification/', 501, ['--all']],
  ])('that fails in the middle: %s: nothing is written', async (_, part, status, args) => {
    let fails = false
    const faults = ({ target }: EmulatedRequest) =>
      fails && target.includes(part) ? { status, body: { message: 'no' } } : undefined
    const server = await furnished({ faults })
    fails = true
    const { code, stdout, stderr, files, cwd } = await run(server, args)
    expect([code, stdout, files]).toEqual([8, '', {}])
    expect(existsSync(join(cwd, 'quay'))).toBe(false)
    expect(headsOf(stderr)).toEqual([expect.stringMatching(/^error QC7\d{3} GET /)])
  })

  test('secrets that only Quay knows stand nowhere', async () => {
    const server = await furnished()
    const applications = await send(server, 'TESTTOKEN', 'GET', '/organization/acme/applications')
    const [, secret = ''] = /"client_secret": *"(\w+)"/.exec(applications) ?? []
    expect(secret).not.toBe('')
    server.seen.length = 0
    for (const args of [['--all'], ['--all', '-o', 'quay', '-v', '--stats', '--check']]) {
      const { stdout, stderr, files } = await run(server, args)
      expect([stdout, stderr, ...Object.values(files)].filter((text) => text.includes(secret))).toEqual([])
    }
  })
})

describe.concurrent('a folder in which something is', () => {
  const small = organization(
    'acme',
    `robots:
  sync: {}
repositories:
  hidden: {description: not for all}
  shown: {visibility: public}
  ubi9:
    mirror: {external_reference: quay.io/minio/mc, tags: [latest], sync_interval: 1d, robot: sync}
`,
  )
  /** A Quay that holds acme, and a folder with a Registry document. */
  async function beside(main: string, more: Readonly<Record<string, string>> = {}) {
    const server = await quay()
    const from = folder({ 'quayctl.yaml': small })
    await quayctl(['apply', '--yes', '--allow', 'public'], { cwd: from, env: server.env })
    const cwd = folder({ 'quayctl.yaml': registry(main), ...more })
    const ran = await quayctl(['export', 'acme', '-o', '.', '--force', '--check'], { cwd, env: server.env })
    const text = () => readFileSync(join(cwd, 'organizations', 'acme.yaml'), 'utf8')
    const plan = () => quayctl(['plan', '--detailed-exitcode'], { cwd, env: server.env })
    return { server, cwd, ran, text, plan }
  }

  test('what its defaults say is left out, and what they would make otherwise is written', async () => {
    const { ran, text, plan } = await beside(`include: [organizations/*.yaml]
defaults:
  repository: {visibility: public, description: from defaults}
  mirror: {sync_interval: 24h, verify_tls: false}
`)
    expect([ran.code, (await plan()).code]).toEqual([0, 0])
    expect(text()).toContain('  hidden:\n    visibility: private\n    description: not for all\n')
    expect(text()).toContain('  shown:\n    description: ""\n')
    expect(text()).toContain('verify_tls: true')
    expect(text()).not.toContain('sync_interval')
  })

  test('no credentials of its upstreams are given to whom Quay has without', async () => {
    const { ran, text, plan } = await beside(`include: [organizations/*.yaml]
upstreams:
  quay.io: {username: somebody, password: {from_env: QC_SOMEBODY}}
`)
    expect([ran.code, (await plan()).code]).toEqual([0, 0])
    expect(text()).toContain('username: none')
  })

  test('overrides are no reason to write less', async () => {
    const { ran, text } = await beside('include: [organizations/*.yaml]\n')
    expect(ran.code).toBe(0)
    expect(text()).toContain('sync_interval: 1d')
  })

  test('a Registry document that includes nothing of it is told', async () => {
    const { ran } = await beside('include: [orgs/*.yaml]\n')
    expect(unwrapped(ran.stderr)).toContain(
      'quayctl.yaml does not include organizations/acme.yaml: nothing reads it.',
    )
  })

  test('one that cannot be read stops it before anything is written', async () => {
    const { ran, cwd } = await beside('include: [a: b: c]\n')
    expect([ran.code, ran.stderr.split(' ')[1]]).toEqual([3, 'QC1009'])
    expect(Object.keys(filesBelow(cwd))).toEqual(['quayctl.yaml'])
  })

  test('files of before are named, and no more than those', async () => {
    const { ran, cwd, server } = await beside('include: ["organizations/**/*.yaml"]\n', {
      'organizations/gone.yaml': organization('gone'),
      'organizations/acme/repositories/hidden.yaml': `apiVersion: quayctl/v1
kind: OrganizationPart
organization: acme
repositories: {hidden: {}}
`,
    })
    expect(unwrapped(ran.stderr)).toContain(
      'Not of this export, and still read: organizations/acme/repositories/hidden.yaml.',
    )
    // The whole folder is what is checked.
    expect([ran.code, headsOf(ran.stderr)]).toEqual([3, [expect.stringContaining('QC1202')]])
    const all = await quayctl(['export', '--all', '-o', '.', '--force'], { cwd, env: server.env })
    expect(unwrapped(all.stderr)).toContain(
      'organizations/acme/repositories/hidden.yaml, organizations/gone.yaml. Delete',
    )
  })

  test('another organization comes to the first, and its secrets to the list', async () => {
    const server = await quay()
    const both = folder({
      'a.yaml': ['acme', 'globex']
        .map((name) =>
          organization(
            name,
            `repositories: {api: {notifications: {hook: {event: repo_push, method: slack, config: {url: {from_env: QC_HOOK}}}}}}\n`,
          ),
        )
        .join('---\n'),
    })
    const env = { ...server.env, QC_HOOK: 'https://hooks.slack.com/services/x' }
    await quayctl(['apply', '--yes', '-f', 'a.yaml'], { cwd: both, env })
    const cwd = folder()
    for (const name of ['globex', 'acme'])
      expect(await quayctl(['export', name, '-o', '.'], { cwd, env: server.env })).toMatchObject({ code: 0 })
    const files = filesBelow(cwd)
    expect(Object.keys(files)).toEqual([
      'organizations/acme.yaml',
      'organizations/globex.yaml',
      'quayctl.yaml',
      'secrets.env.example',
    ])
    expect(files['secrets.env.example']?.match(/^\w+=/gm)).toEqual([
      'QC_GLOBEX_API_HOOK_URL=',
      'QC_ACME_API_HOOK_URL=',
    ])
    expect(await quayctl(['plan', '--detailed-exitcode'], { cwd, env: server.env })).toMatchObject({
      code: 0,
    })
  })

  test('of templates that contradict each other the one that fits is used', async () => {
    const tier = (name: string, limit: string) =>
      `apiVersion: quayctl/v1\nkind: OrganizationTemplate\nname: ${name}\nquota: {limit: ${limit}, warn_at: [70, 85], reject_at: 100}\n`
    const server = await quay()
    const from = folder({
      'quayctl.yaml': organization('acme', 'quota: {limit: 200 GiB, warn_at: [70, 85], reject_at: 100}\n'),
    })
    await quayctl(['apply', '--yes'], { cwd: from, env: server.env })
    const cwd = folder({
      'out/templates/a.yaml': tier('large', '1 TiB'),
      'out/templates/b.yaml': tier('medium', '200 GiB'),
      'out/templates/c.yaml': tier('small', '50 GiB'),
    })
    const args = ['export', 'acme', '-o', 'out', '--using', 'out/templates', '--check']
    expect(await quayctl(args, { cwd, env: server.env })).toMatchObject({ code: 0 })
    const text = readFileSync(join(cwd, 'out', 'organizations', 'acme.yaml'), 'utf8')
    expect(text).toContain('use: [medium]\n')
    expect(text).not.toContain('quota')
  })
})

test.each([
  ['acme/api', 'name the organization: acme'],
  ['', '--all exports all that the token may see'],
])('"%s" is no organization, and nothing is asked for it', async (name, hint) => {
  const server = await quay()
  const { code, stderr } = await quayctl(['export', name], { env: server.env })
  expect(code).toBe(64)
  expect(stderr).toContain(`QC6413 "${name}" is no name of an organization\n  = ${hint}`)
  expect(server.seen).toEqual([])
})

test('an organization by name of which nothing can be seen is no success', async () => {
  const server = await furnished()
  await server.call('POST', '/organization/', { name: 'globex', email: 'quay@globex.example' })
  const { code, stdout } = await quayctl(['export', 'globex'], {
    env: { ...server.env, QUAY_TOKEN: 'PLAIN' },
  })
  expect([code, stdout]).toEqual([7, ''])
})
