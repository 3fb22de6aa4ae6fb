import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { CredentialsFile } from '../src/cli/credentials.ts'
import type { EmulatorOptions } from '../src/emulator/emulator.ts'
import { folder, quay, quayctl, registry } from './commands/run.ts'
import { acme } from './resources/acme.ts'
import { isWrite, type World, withWorld } from './world.ts'

vi.setConfig({ testTimeout: 60_000 })

describe('a secret that Quay made', () => {
  test('is in the file before the next request', async () => {
    const cwd = folder({
      'quayctl.yaml': registry('users: {alice: {email: a@b.example, enabled: false}}\n'),
      'acme.yaml': acme({
        robots: { ci: { federation: [{ issuer: 'https://a.example', subject: 'b' }] } },
        applications: { grafana: {} },
      }),
    })
    const path = join(cwd, 'made.json')
    /** What of the file is there when a request comes in. */
    const seen: string[] = []
    const faults: EmulatorOptions['faults'] = ({ method, target }) => {
      seen.push(
        `${method} ${target.replace('/api/v1', '')} ${existsSync(path) ? Object.keys(JSON.parse(readFileSync(path, 'utf8'))).join() : ''}`,
      )
      return undefined
    }
    const { env } = await quay({ faults })
    const args = [
      'apply',
      '--yes',
      '--allow',
      'credential',
      '--credentials-out',
      path,
      '-f',
      'quayctl.yaml',
      '-f',
      'acme.yaml',
    ]
    const { code } = await quayctl(args, { cwd, env })
    const next = (request: string) => seen[seen.findIndex((line) => line.startsWith(request)) + 1]
    expect(code).toBe(0)
    expect(next('POST /superuser/users/')).toBe('PUT /superuser/users/alice user.alice')
    expect(next('PUT /organization/acme/robots/ci')).toMatch(
      /^POST \/organization\/acme\/robots\/ci\/federation .*robot\.acme\+ci/,
    )
    expect(next('POST /organization/acme/applications')).toMatch(/ application\.acme\/grafana/)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(Object.keys(JSON.parse(readFileSync(path, 'utf8'))).sort()).toEqual([
      'application.acme/grafana',
      'robot.acme+ci',
      'user.alice',
    ])
  })

  test('is no concern of this run where somebody else has made the object', async () => {
    const cwd = folder({ 'quayctl.yaml': registry('users: {alice: {email: a@b.example}}\n') })
    let isTaken = false
    const server = await quay({
      faults({ method, target, headers, body }) {
        if (method !== 'POST' || isTaken) return undefined
        isTaken = true
        server.emulator.handle({ method, target, headers, body })
        return undefined
      },
    })
    const args = ['apply', '--yes', '--allow', 'credential', '--credentials-out', 'made.json']
    const first = await quayctl(args, { cwd, env: server.env })
    expect([first.code, first.stderr]).toEqual([0, expect.stringContaining('already create  user.alice')])
    expect(JSON.parse(readFileSync(join(cwd, 'made.json'), 'utf8'))).toEqual({})
    server.seen.length = 0
    expect((await quayctl(args, { cwd, env: server.env })).code).toBe(0)
    expect(server.seen.filter(isWrite)).toEqual([])
  })

  test('that nobody kept is set anew by a yes only', async () => {
    const cwd = folder({ 'quayctl.yaml': registry('users: {alice: {email: a@b.example}}\n') })
    const server = await quay()
    await server.call('POST', '/superuser/users/', { username: 'alice', email: 'a@b.example' })
    const path = join(cwd, 'made.json')
    writeFileSync(path, '{"user.alice": null}', { mode: 0o600 })
    server.seen.length = 0
    const run = (...more: readonly string[]) =>
      quayctl(['apply', '--credentials-out', 'made.json', ...more], { cwd, env: server.env })
    const asked = await run()
    expect([asked.code, asked.stderr]).toEqual([5, expect.stringContaining('a new one is set with --yes')])
    expect(server.seen.filter(isWrite)).toEqual([])
    expect((await run('--yes')).code).toBe(0)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ 'user.alice': { username: 'alice' } })
  })

  test('is never written over what is there', () => {
    const path = join(folder({ 'made.json': 'kept' }), 'made.json')
    expect(() => CredentialsFile.open(path)).toThrow()
    expect(readFileSync(path, 'utf8')).toBe('kept')
  })
})

/** What a PUT does with the pair, as Quay says: `quay-api` calls it the credential matrix. */
interface Pair {
  readonly username?: string
  readonly password?: object
}
const secret = { from_env: 'QC_ONE' }
const SECRET = 'https://secret.example.com/QC_ONE'
const rows: readonly (readonly [title: string, before: Pair, after: Pair, sent: object | null])[] = [
  ['a user name without password', {}, { username: 'bob' }, { external_registry_username: 'bob' }],
  [
    'another user name with its password',
    { username: 'bob', password: secret },
    { username: 'ann', password: secret },
    { external_registry_username: 'ann', external_registry_password: SECRET },
  ],
  [
    'no user name any more',
    { username: 'bob', password: secret },
    { username: 'none' },
    { external_registry_username: null, external_registry_password: null },
  ],
  [
    'a user name that is as it was',
    { username: 'bob', password: secret },
    { username: 'bob', password: secret },
    null,
  ],
]
const mirrors: Readonly<Record<string, readonly [path: string, document: (pair: Pair) => string]>> = {
  mirror: [
    '/api/v1/repository/acme/api/mirror',
    (pair) =>
      acme({
        robots: { sync: {} },
        repositories: {
          api: {
            mirror: {
              external_reference: 'quay.io/a/b',
              tags: ['latest'],
              robot: 'sync',
              sync_interval: '1h',
              ...pair,
            },
          },
        },
      }),
  ],
  'organization mirror': [
    '/api/v1/organization/acme/mirror',
    (pair) =>
      acme({
        robots: { sync: {} },
        organization_mirror: {
          external_registry_type: 'quay',
          external_registry_url: 'https://quay.io',
          external_namespace: 'a',
          robot: 'sync',
          sync_interval: '1h',
          ...pair,
        },
      }),
  ],
}

describe.each(Object.entries(mirrors))('%s', (_, [path, document]) => {
  test.each(rows)('%s sends %s', async (__, before, after, sent) => {
    const bodies: unknown[] = []
    const faults: EmulatorOptions['faults'] = ({ method, target, body }) => {
      if (method === 'PUT' && target === path) bodies.push(JSON.parse(body))
      return undefined
    }
    await withWorld(
      async (world: World) => {
        await world.converge(document(before))
        const ready = await world.plan(document(after))
        const { sent: requests } = await world.apply(ready)
        expect(requests.filter(isWrite).length).toBe(sent ? 1 : 0)
        expect(bodies).toEqual(sent ? [sent] : [])
      },
      { faults },
    )
  })
})
