import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Emulator, EmulatorOptions } from '../../src/emulator/emulator.ts'
import type { EmulatedRequest } from '../../src/emulator/request.ts'
import {
  cleanUp,
  folder,
  organization,
  type Quay,
  quay,
  quayctl,
  type RunOptions,
  registry,
  TOKEN,
  unwrapped,
} from './run.ts'

afterAll(cleanUp)

const PASSWORD = 'pass-w0rd-of-tests'
const accounts: EmulatorOptions['accounts'] = {
  users: {
    admin: { superuser: true, email: 'admin@example.com', password: PASSWORD },
    mallory: { password: 'mallorys-own-1' },
  },
  tokens: {
    [TOKEN]: { user: 'admin', scopes: 'org:admin repo:admin repo:create super:user user:admin user:read' },
  },
}
const LOGIN = { QUAY_USERNAME: 'admin', QUAY_PASSWORD: PASSWORD }
const body = `quota: {limit: 1 GiB}
robots: {sync: {}, ci: {}}
teams: {devs: {role: member, members: [robot:ci]}}
repositories:
  api: {permissions: {robot:ci: write}}
  web: {mirror: {external_reference: quay.io/minio/mc, tags: [latest], sync_interval: 1h, robot: sync}}
`
const files = { 'quayctl.yaml': `${registry('users: {zoe: {}}\n')}---\n${organization('acme', body)}` }
const APPLY = ['apply', '--yes', '--allow', 'credential', '--credentials-out', 'out.json']

const known = (options: Partial<EmulatorOptions> = {}) => quay({ accounts, ...options })
const run = (server: Quay, args: readonly string[], env: RunOptions['env'] = LOGIN, cwd = folder(files)) =>
  quayctl(args, { cwd, env: { QUAY_URL: server.url, ...env } })

/** What was sent to sign in and out. */
const signs = ({ seen }: Quay) =>
  seen.flatMap(({ path, status }) =>
    /sign(in|out)$/.test(path) ? [`${path.replace('/api/v1/', '')} ${status}`] : [],
  )

/** Somebody else signs in as the same user, and out. */
function endSessions(emulator: Emulator): void {
  const send = (method: string, target: string, headers: EmulatedRequest['headers'] = {}, body = '') => {
    const outcome = emulator.handle({
      method,
      target,
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
    if (typeof outcome === 'string') throw new Error(outcome)
    return outcome.answer
  }
  const cookieOf = (headers: Readonly<Record<string, string>> = {}) => headers['set-cookie']?.split(';')[0]
  const first = send('GET', '/csrf_token')
  const { csrf_token: csrf } = first.body as { csrf_token: string }
  const content = JSON.stringify({ username: 'admin', password: PASSWORD })
  const { headers } = send(
    'POST',
    '/api/v1/signin',
    { cookie: cookieOf(first.headers), 'x-csrf-token': csrf },
    content,
  )
  send('POST', '/api/v1/signout', {
    cookie: cookieOf(headers),
    'x-csrf-token': headers?.['x-next-csrf-token'],
  })
}

/** A Quay on which something happens before the first of some requests, once it is armed. */
async function disturbed(
  fits: (request: EmulatedRequest) => boolean,
  happens: (server: Quay) => void,
  options: Partial<EmulatorOptions> = {},
) {
  let armed = false
  const server = await known({
    ...options,
    faults(request) {
      if (!armed || !fits(request)) return undefined
      armed = false
      happens(server)
      return undefined
    },
  })
  const arm = () => {
    server.seen.length = 0
    armed = true
  }
  return { server, arm }
}

describe.concurrent('by session', () => {
  test('everything works as by token, with one sign-in and one sign-out a run', async () => {
    const server = await known()
    const cwd = folder(files)
    const runs = [
      [APPLY, 0, /\nApplied [0-9a-f]{12}: (\d+) of \1 done/],
      [['plan', '--detailed-exitcode'], 0, /No changes\./],
      [['export', '--all'], 0, /\nname: acme\n/],
      [['doctor'], 0, / 0 failed/],
      [['plan', '--out', 'plan.json'], 0, /No changes\./],
      [['apply', 'plan.json', '--yes'], 0, /No changes\./],
      [['init', '--from-live', 'acme', '--output', 'new'], 0, /quayctl\.yaml/],
    ] as const
    for (const [args, code, says] of runs) {
      server.seen.length = 0
      const ran = await run(server, args, LOGIN, cwd)
      expect({ args, ...ran }).toMatchObject({ code, stdout: expect.stringMatching(says) })
      expect(signs(server), args.join(' ')).toEqual(['signin 200', 'signout 200'])
      expect(server.seen.at(-1)?.path).toBe('/api/v1/signout')
      expect(ran.stdout + ran.stderr).not.toContain(PASSWORD)
    }
  })

  test('the plan is that of a token', async () => {
    const server = await known()
    const [session, token] = [
      await run(server, ['plan', '--json']),
      await run(server, ['plan', '--json'], { QUAY_TOKEN: TOKEN }),
    ]
    expect(session.stdout).toBe(token.stdout)
  })

  test('a token wins', async () => {
    const server = await known()
    expect((await run(server, ['plan'], { ...LOGIN, QUAY_TOKEN: TOKEN })).code).toBe(0)
    expect(signs(server)).toEqual([])
  })

  test('doctor says who is signed in', async () => {
    const { stdout } = await run(await known(), ['doctor'])
    expect(stdout).toContain('none: admin is signed in, by QUAY_USERNAME and')
    expect(stdout).toContain('all: who has signed in may do what admin may')
    expect(stdout).toContain(' ok       superuser       admin is one\n')
    expect(stdout).not.toContain('the token')
  })

  test('who is no superuser is told so before anything is written', async () => {
    const server = await known()
    const env = { QUAY_USERNAME: 'mallory', QUAY_PASSWORD: 'mallorys-own-1' }
    const { code, stderr } = await run(server, APPLY, env)
    expect([code, unwrapped(stderr)]).toEqual([
      3,
      expect.stringContaining('users are managed by superusers only, and mallory is none'),
    ])
    expect(signs(server)).toEqual(['signin 200', 'signout 200'])
  })

  test.each([
    ['a blocked apply', ['apply', '--yes', '--max-deletes', '0'], 4],
    ['an apply that nobody confirms', ['apply'], 64],
  ])('%s signs out, too', async (_, args, code) => {
    const server = await known()
    await run(server, APPLY)
    server.seen.length = 0
    const removed = `${organization('acme')}removed:\n  robots: {ci: {reason: gone, until: 2999-12-31}}\n`
    expect((await run(server, args, LOGIN, folder({ 'quayctl.yaml': removed }))).code).toBe(code)
    expect(signs(server)).toEqual(['signin 200', 'signout 200'])
  })

  test('so does one that a signal ends', async () => {
    let pid = 0
    const server = await known({
      faults({ method, target }) {
        if (method === 'GET' || target.endsWith('/signin')) return undefined
        if (target.endsWith('/organization/')) process.kill(pid, 'SIGINT')
        return { delay: 300 }
      },
    })
    const { code } = await quayctl([...APPLY, '-v'], {
      cwd: folder(files),
      env: { QUAY_URL: server.url, ...LOGIN },
      watch: (_, id) => {
        pid = id
      },
    })
    expect([code, signs(server)]).toEqual([130, ['signin 200', 'signout 200']])
  })
})

describe.concurrent('a session that ends', () => {
  const end = ({ emulator }: Quay) => endSessions(emulator)

  test('in the middle of an apply is renewed, and all is done', async () => {
    const { server, arm } = await disturbed(({ target }) => target.includes('/permissions/'), end)
    arm()
    const { code, stdout } = await run(server, APPLY)
    expect([code, stdout]).toEqual([0, expect.stringMatching(/\nApplied [0-9a-f]{12}: (\d+) of \1 done/)])
    // Between the two of its own the other run's.
    const [own, other] = ['signin 200', ['signin 200', 'signout 200']]
    expect(signs(server)).toEqual([own, ...other, own, 'signout 200'])
    expect(server.seen.filter(({ status }) => status === 403 || status === 401).length).toBeGreaterThan(0)
    expect((await run(server, ['plan', '--detailed-exitcode'])).code).toBe(0)
  })

  test('while Quay is read changes no plan: what a dead one was shown is read again', async () => {
    const { server, arm } = await disturbed(({ target }) => /\/repository(\?|\/acme)/.test(target), end)
    await run(server, APPLY, { QUAY_TOKEN: TOKEN })
    arm()
    const { code, stdout } = await run(server, ['plan', '--detailed-exitcode'])
    expect([code, stdout]).toEqual([0, expect.stringContaining('No changes.')])
    expect(server.seen.filter(({ status }) => status === 401).length).toBeGreaterThan(0)
  })

  test('because it is not fresh any more is renewed where Quay asks for that', async () => {
    let ahead = 0
    const { server, arm } = await disturbed(
      ({ method }) => method === 'DELETE',
      () => {
        ahead = 11 * 60_000
      },
      { now: () => new Date(Date.now() + ahead) },
    )
    await run(server, APPLY, { QUAY_TOKEN: TOKEN })
    arm()
    const removed = `${registry()}removed:\n  organizations: {acme: {reason: gone, until: 2999-12-31}}\n`
    const cwd = folder({ 'quayctl.yaml': removed })
    const { code } = await run(server, ['apply', '--yes', '--allow', 'data'], LOGIN, cwd)
    expect(code).toBe(0)
    expect(server.emulator.ground.organizations.has('acme')).toBe(false)
    const deletes = server.seen.filter(({ method }) => method === 'DELETE').map(({ status }) => status)
    expect(deletes).toEqual([401, 204])
    expect(signs(server)).toEqual(['signin 200', 'signin 200', 'signout 200'])
  })
})

describe.concurrent('a sign-in', () => {
  test('with a wrong password is one error, tried once, and the password stands nowhere', async () => {
    const server = await known()
    const cwd = folder(files)
    for (const args of [['plan', '--trace', 'trace.jsonl', '-v'], ['export', '--all'], ['doctor'], APPLY]) {
      server.seen.length = 0
      const env = { ...LOGIN, QUAY_PASSWORD: 'hunter2-is-wrong' }
      const ran = await run(server, args, env, cwd)
      const said = unwrapped(ran.stdout + ran.stderr)
      expect([args, ran.code, said.replaceAll(/\s+/g, ' ')]).toEqual([
        args,
        expect.any(Number),
        expect.stringMatching(/Quay does not take the password of admin|not signed in for now/),
      ])
      expect(said).not.toContain('hunter2')
      if (args[0] === 'plan') {
        expect(ran.code).toBe(7)
        expect(said).toContain('QUAY_USERNAME (admin) and QUAY_PASSWORD')
        expect(signs(server)).toEqual(['signin 403'])
        expect(readFileSync(join(cwd, 'trace.jsonl'), 'utf8')).not.toContain('hunter2')
      }
    }
  })

  test.each([
    [{ QUAY_USERNAME: 'admin' }, 'QUAY_USERNAME is set, and QUAY_PASSWORD is not'],
    [{ QUAY_USERNAME: 'admin', QUAY_PASSWORD: '' }, 'QUAY_USERNAME is set, and QUAY_PASSWORD is not'],
    [{ QUAY_PASSWORD: PASSWORD }, 'QUAY_PASSWORD is set, and QUAY_USERNAME is not'],
    [{}, 'there is no token: QUAY_TOKEN is not set'],
  ])('needs both variables: %j', async (env, says) => {
    const server = await known()
    const { code, stderr } = await run(server, ['plan'], env)
    expect([code, unwrapped(stderr)]).toEqual([7, expect.stringContaining(says)])
    expect(stderr).not.toContain(PASSWORD)
    expect(server.seen).toEqual([])
  })

  test('where the server has none names a token', async () => {
    const server = await known({ features: { DIRECT_LOGIN: false } })
    const { code, stderr } = await run(server, ['plan'])
    expect([code, unwrapped(stderr)]).toEqual([
      7,
      expect.stringContaining('signs nobody in by name and password'),
    ])
    expect(stderr).toContain('QUAY_TOKEN')
  })

  test('sends no password over plain http', async () => {
    const { code, stderr } = await quayctl(['plan', '--url', 'http://quay.invalid'], {
      cwd: folder(files),
      env: LOGIN,
    })
    expect([code, unwrapped(stderr)]).toEqual([
      3,
      expect.stringContaining('QC3105 the password is not sent to http://quay.invalid'),
    ])
  })
})
