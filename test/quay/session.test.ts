import { describe, expect, test } from 'vitest'
import { type ApiPath, path } from '../../src/model/api.ts'
import { AuthError, ConfigError } from '../../src/model/errors.ts'
import { anything, flag, optional, record } from '../../src/model/shape.ts'
import type { Answer } from '../../src/quay/answers.ts'
import { type ClientOptions, createClient } from '../../src/quay/client.ts'
import type { Message } from '../../src/quay/connection.ts'
import { createJar } from '../../src/quay/cookies.ts'
import type { TraceLine } from '../../src/quay/stats.ts'
import { fakeClock, problem, thrown } from './server.ts'

const PASSWORD = 'pass-w0rd-of-tests'
const login = { username: 'gitops', password: PASSWORD }

const json = (status: number, body: unknown, headers: Answer['headers'] = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  text: JSON.stringify(body),
})
const CSRF = json(403, { error: 'CSRF token was invalid or missing. (authorized: user gitops)' })
const DEAD = json(401, problem(401, 'invalid_token', 'Requires authentication'))
const STALE = json(401, problem(401, 'fresh_login_required', 'The action requires a fresh login to succeed.'))
const WRONG = json(403, {
  needsEmailVerification: false,
  invalidCredentials: true,
  message: `Invalid Username or Password (${PASSWORD})`,
})
const PAUSE: Answer = {
  status: 429,
  headers: { 'retry-after': '1' },
  text: 'Too many login attempts. \nPlease reset your Quay password and try again.',
}
const PAGE: Answer = { status: 405, headers: {}, text: '<html><title>Method Not Allowed</title></html>' }

/** A Quay with one user. `answer` comes first, with the number of the session that is signed in; null where Quay does as usual. */
function quay(
  answer: (asked: string, session: number) => Answer | Promise<Answer> | null = () => null,
  more: Partial<ClientOptions> = {},
) {
  const seen: string[] = []
  const trace: TraceLine[] = []
  const clock = fakeClock()
  const state = { signedIn: 0, alive: 0 }
  const handle = ({ method, path: target, headers }: Message): Answer | Promise<Answer> => {
    const asked = `${method} ${target.replace('/api/v1', '')}`
    const session = /s=(\d+)/.exec(headers.cookie ?? '')?.[1] ?? '-'
    const csrf = headers['x-csrf-token'] ?? '-'
    seen.push(`${asked} ${session}${method === 'GET' ? '' : ` ${csrf}`}`)
    const own = answer(asked, Number(session))
    if (own) return own
    if (asked === 'GET /csrf_token')
      return json(200, { csrf_token: 'first' }, { 'set-cookie': ['s=0; HttpOnly; Path=/', 'lb=node7'] })
    if (asked === 'GET /config') return json(200, {})
    if (asked === 'POST /signin') {
      if (session !== '0' || csrf !== 'first') return CSRF
      state.alive = ++state.signedIn
      const headers = { 'set-cookie': `s=${state.alive}; HttpOnly`, 'X-Next-CSRF-Token': '' }
      return json(200, { success: true }, { ...headers, 'x-next-csrf-token': `csrf${state.alive}` })
    }
    if (session === '-' || Number(session) !== state.alive) return method === 'GET' ? DEAD : CSRF
    if (method !== 'GET' && csrf !== `csrf${state.alive}`) return CSRF
    if (asked === 'POST /signout') state.alive = -1
    return json(200, { at: asked })
  }
  const client = createClient({
    url: 'https://quay.test',
    version: '1.2.3',
    login,
    clock,
    connection: {
      host: 'quay.test',
      exchange: async (message) => handle(message),
      close: async () => {
        seen.push('closed')
      },
    },
    trace: (line) => trace.push(line),
    ...more,
  })
  const get = (at: ApiPath) => client.fresh.get(at, anything)
  return { client, seen, clock, state, trace, get }
}

const organization = path`/organization/acme`
const robots = path`/organization/acme/robots`

describe('a run', () => {
  test('signs in once, works by cookie, and signs out once', async () => {
    const { client, seen, get } = quay()
    expect(seen).toEqual([])
    await Promise.all([get(organization), get(robots)])
    await client.put(organization, { email: 'a@b.example' })
    await client.close()
    await client.close()
    expect(seen).toEqual([
      'GET /csrf_token -',
      'POST /signin 0 first',
      'GET /organization/acme 1',
      'GET /organization/acme/robots 1',
      'PUT /organization/acme 1 csrf1',
      'POST /signout 1 csrf1',
      'closed',
    ])
  })

  test('that needs nobody signs nobody in or out', async () => {
    const { client, seen } = quay()
    await client.root('/config', anything)
    await client.close()
    expect(seen).toEqual(['GET /config -', 'closed'])
  })

  test('with a token never signs in', async () => {
    const { client, seen, get } = quay(() => json(200, {}), { token: 'tok-3n' })
    await get(organization)
    await client.close()
    expect(seen).toEqual(['GET /organization/acme -', 'closed'])
  })

  test.each([
    ['is refused', DEAD],
    ['breaks', null],
  ])('a sign-out that %s is silent', async (_, answer) => {
    const { client, get } = quay((asked) => {
      if (asked !== 'POST /signout') return null
      if (answer) return answer
      throw Object.assign(new Error('reset'), { code: 'ECONNRESET' })
    })
    await get(organization)
    await expect(client.close()).resolves.toBeUndefined()
  })

  test('sends nothing after it has signed out', async () => {
    const { client, seen, get } = quay()
    await get(organization)
    await client.close()
    const before = seen.length
    expect(await thrown(get(organization))).toMatchObject({ kind: 'unavailable' })
    expect(seen).toHaveLength(before)
  })
})

describe('a session that has ended', () => {
  /** Ends the first session once; what answers then. */
  const once = (answer: Answer, of = 1) => {
    return (asked: string, session: number) =>
      session <= of && !/csrf_token|sign/.test(asked) && session > 0 ? answer : null
  }

  test.each([
    ['401 of a read', DEAD],
    ['403 with the CSRF text', CSRF],
    ['401 as no fresh sign-in', STALE],
  ])('%s: one sign-in serves all who wait, and each is sent once more', async (_, answer) => {
    const { client, seen, get, state } = quay(once(answer))
    const paths = ['a', 'b', 'c', 'd', 'e'].map((name) => path`/organization/${name}`)
    await Promise.all([...paths.map(get), client.post(path`/organization/`, { name: 'f' })])
    expect(state.signedIn).toBe(2)
    expect(seen.filter((line) => line.startsWith('POST /signin'))).toHaveLength(2)
    expect(seen.filter((line) => line.startsWith('POST /organization/'))).toEqual([
      'POST /organization/ 1 csrf1',
      'POST /organization/ 2 csrf2',
    ])
  })

  test('a renewal that does not help is not tried again', async () => {
    const { seen, get } = quay(once(DEAD, 99))
    for (const at of [organization, robots, organization])
      expect(await thrown(get(at))).toMatchObject({ code: 'QC7407', kind: 'auth' })
    expect(seen.filter((line) => line.startsWith('POST /signin'))).toHaveLength(2)
  })

  test('a late answer does not bring the old cookie back', async () => {
    let release = (_: Answer) => {}
    const late = new Promise<Answer>((resolve) => {
      release = resolve
    })
    const { client, seen, get, state } = quay((asked) => (asked.endsWith('/robots') ? late : null))
    await get(organization)
    const waiting = get(robots)
    await Promise.resolve()
    state.alive = -1
    await get(organization)
    release(json(200, {}, { 'set-cookie': 's=1', 'x-next-csrf-token': 'csrf1' }))
    await waiting
    await client.put(organization, {})
    expect(seen.filter((line) => line.includes('robots'))).toEqual(['GET /organization/acme/robots 1'])
    expect(seen.at(-1)).toBe('PUT /organization/acme 2 csrf2')
  })

  test('what Quay showed to a dead one is read again, by all of one session', async () => {
    let turn = 0
    const { client, state, get } = quay((asked) => (asked === 'GET /repository' ? json(200, [turn]) : null))
    const result = await client.whole(async () => {
      turn++
      await get(organization)
      // Another run signs out.
      if (turn === 1) state.alive = -1
      return client.get(path`/repository`, anything)
    })
    expect([turn, result]).toEqual([2, [2]])
  })

  test('and that again and again is an error', async () => {
    const { client, state, get } = quay()
    const read = async () => {
      await get(organization)
      state.alive = -1
    }
    expect(await thrown(client.whole(read))).toMatchObject({
      code: 'QC7407',
      message: 'the session ended 3 times while Quay was being read',
    })
  })

  test('one that is only not fresh any more has seen all', async () => {
    const { client, get } = quay((asked, session) =>
      asked.endsWith('/robots') && session === 1 ? STALE : null,
    )
    let turns = 0
    await client.whole(async () => {
      turns++
      await get(robots)
    })
    expect(turns).toBe(1)
  })
})

test('a refusal that a dead session has met is read again', async () => {
  const { client, state } = quay((asked, session) => {
    if (asked !== 'GET /organization/acme' || session === state.alive) return null
    return json(200, { is_admin: false })
  })
  let times = 0
  const read = async () => {
    times += 1
    // Somebody else signs this user out.
    if (times === 1) state.alive = -1
    const view = await client.get(organization, record({ is_admin: optional(flag) }))
    if (view.is_admin === false) throw new AuthError('QC7403', 'no administrator', [])
    return times
  }
  await client.get(robots, anything)
  expect(await client.whole(read)).toBe(2)
  expect(state.signedIn).toBe(2)
})

test('a refusal that is none of the session stays one', async () => {
  const { client, state } = quay()
  const refusal = new AuthError('QC7403', 'no administrator', [])
  expect(await thrown(client.whole(() => Promise.reject(refusal)))).toBe(refusal)
  expect(state.signedIn).toBe(1)
})

describe('a sign-in', () => {
  const refuses = (answer: Answer) => (asked: string) => (asked === 'POST /signin' ? answer : null)

  test.each<[string, (asked: string) => Answer | null, object]>([
    [
      'with a wrong password',
      refuses(WRONG),
      {
        code: 'QC7405',
        message: 'Quay does not take the password of gitops. Quay says: Invalid Username or Password (***)',
      },
    ],
    [
      'of a disabled account',
      refuses(json(403, { needsEmailVerification: true, invalidCredentials: false, message: null })),
      {
        code: 'QC7405',
        message:
          'Quay does not sign gitops in: the account is disabled, or its e-mail address is not verified',
      },
    ],
    [
      'where only OIDC signs in',
      refuses(PAGE),
      {
        code: 'QC7406',
        message:
          'POST /signin -> 405: this Quay signs nobody in by name and password. Quay says: Method Not Allowed',
      },
    ],
    ['that something else refuses', refuses(json(403, { error: 'blocked by policy' })), { code: 'QC7406' }],
    [
      'to a server without CSRF tokens',
      (asked) => (asked === 'GET /csrf_token' ? { ...PAGE, status: 404 } : null),
      { code: 'QC7406', message: 'GET /csrf_token -> 404: this Quay signs nobody in by name and password' },
    ],
    [
      'with another JSON where the token is due',
      (asked) => (asked === 'GET /csrf_token' ? json(200, { csrf_token: 'a\nb' }) : null),
      { code: 'QC7406' },
    ],
  ])('%s is one clear error of kind auth, and tried once', async (_, answer, error) => {
    const { client, seen, get, clock } = quay(answer)
    const failures = await Promise.all([organization, robots].map((at) => thrown(get(at))))
    failures.push(await thrown(client.put(organization, {})))
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(AuthError)
      expect(failure).toMatchObject(error)
      const { message, hints } = failure as AuthError
      expect([message, ...hints].join(' ')).not.toContain(PASSWORD)
      expect(hints.join(' ')).toContain('QUAY_TOKEN')
    }
    expect(seen.filter((line) => /signin|csrf/.test(line)).length).toBeLessThanOrEqual(2)
    expect(clock.slept).toEqual([])
    await client.close()
    expect(seen.filter((line) => line.includes('signout'))).toEqual([])
  })

  test('after a wrong one elsewhere waits once, for as long as Quay takes', async () => {
    let times = 0
    const { get, clock, seen } = quay((asked) => (asked === 'POST /signin' && ++times === 1 ? PAUSE : null))
    await get(organization)
    expect(clock.slept).toEqual([3000])
    expect(seen.filter((line) => line.startsWith('POST /signin'))).toHaveLength(2)
  })

  test('that has to wait for ever says so', async () => {
    const { get, clock, seen } = quay(refuses(PAUSE))
    const failures = [await thrown(get(organization)), await thrown(get(robots))]
    for (const failure of failures)
      expect(failure).toMatchObject({
        code: 'QC7429',
        kind: 'unavailable',
        message: 'POST /signin -> 429: gitops is not signed in for now. Quay says: Too many login attempts.',
      })
    expect(clock.slept).toEqual([3000])
    expect(seen.filter((line) => line.startsWith('POST /signin'))).toHaveLength(2)
  })

  test('that takes longer than anybody waits is not waited for', async () => {
    const { get, clock } = quay(refuses({ ...PAUSE, headers: { 'retry-after': '1024' } }))
    expect(await thrown(get(organization))).toMatchObject({
      hints: [expect.anything(), expect.stringContaining('Try again in 1025 seconds')],
    })
    expect(clock.slept).toEqual([])
  })

  test.each([
    [502, 2],
    [503, 2],
    [500, 1],
  ])('%i: the server is ill, and the next request tries again', async (status, tries) => {
    let ill = true
    const { get, seen } = quay((asked) => (ill && asked === 'POST /signin' ? json(status, {}) : null))
    expect(await thrown(get(organization))).toMatchObject({ code: 'QC7500', kind: 'unavailable' })
    expect(seen.filter((line) => line.startsWith('POST /signin'))).toHaveLength(tries)
    ill = false
    await get(organization)
  })

  test('by plain http is refused before anything is sent, but on this machine', () => {
    expect(() => quay(undefined, { url: 'http://quay.example' })).toThrow(ConfigError)
    expect(() => quay(undefined, { url: 'http://quay.example' })).toThrow(/the password is not sent to http:/)
    expect(() => quay(undefined, { url: 'http://127.0.0.1:1' })).not.toThrow()
  })

  test('never shows a secret, in no line of the trace', async () => {
    const { trace, get } = quay((asked) =>
      asked === 'GET /organization/acme' ? json(200, { note: `${PASSWORD} csrf-token-in-an-answer` }) : null,
    )
    await get(organization)
    const told = JSON.stringify(trace.map(({ bodies, ...line }) => ({ ...line, ...bodies() })))
    expect(trace.map(({ method, target }) => `${method} ${target}`)).toEqual([
      'GET /csrf_token',
      'POST /api/v1/signin',
      'GET /api/v1/organization/acme',
    ])
    expect(told).not.toContain(PASSWORD)
    expect(told).not.toContain('"first"')
  })
})

test('a redirect is not followed: no cookie leaves for another place', async () => {
  const { seen, get } = quay((asked) =>
    asked === 'GET /organization/acme' ? json(302, {}, { location: 'https://evil.example/' }) : null,
  )
  expect(await thrown(get(organization))).toMatchObject({ code: 'QC7611' })
  expect(seen.at(-1)).toBe('GET /organization/acme 1')
})

describe('cookies', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  test.each<[string, string | string[] | undefined, string]>([
    ['none', undefined, ''],
    ['one', 'a=1; Path=/; HttpOnly; Secure; SameSite=Lax', 'a=1'],
    ['several', ['a=1', 'b=2==; Path=/'], 'a=1; b=2=='],
    ['the last of a name', ['a=1', 'a=2'], 'a=2'],
    ['one with a comma in its date', 'a=1; Expires=Fri, 02 Jan 2026 00:00:00 GMT', 'a=1'],
    ['one that is over', ['a=1', 'a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT'], ''],
    ['one of no age', ['a=1', 'a=1; Max-Age=0'], ''],
    ['an age before a date', 'a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'a=1'],
    ['a date that is none', 'a=1; Expires=soon', 'a=1'],
    ['an empty value', 'a=', 'a='],
    ['what is no cookie', ['=1', 'a', ''], ''],
  ])('%s', (_, set, sent) => {
    const jar = createJar(() => now)
    jar.take({ status: 200, text: '', headers: { 'set-cookie': set } })
    expect(jar.text()).toBe(sent)
  })
})
