import { describe, expect, test } from 'vitest'
import { realCost, serving } from '../src/emulator/cost.ts'
import { createEmulator, type EmulatorOptions } from '../src/emulator/emulator.ts'
import { modules } from '../src/resources/registry.ts'

const loaded = await Promise.all(modules.map(async ({ emulator }) => (await emulator()).emulator))
const password = 'pass-w0rd-of-tests'
const START = Date.parse('2026-01-01T00:00:00Z')

/** An emulated Quay, and a browser that looks at it: it keeps its cookie and its token, and time goes by as it says. */
function browser(options: Partial<EmulatorOptions> = {}) {
  let now = START
  const emulator = createEmulator({
    modules: loaded,
    accounts: {
      users: { admin: { superuser: true, password }, off: { enabled: false, password }, bare: {} },
      tokens: { TOKEN: { user: 'admin', scopes: 'org:admin user:admin super:user' } },
    },
    profile: 'full',
    now: () => new Date(now),
    ...options,
  })
  const kept = { cookie: '', csrf: '' }
  const send = (operation: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const [method = '', target = ''] = operation.split(' ')
    const outcome = emulator.handle({
      method,
      target: target === '/csrf_token' ? target : `/api/v1${target}`,
      headers: {
        ...(kept.cookie && { cookie: `other=1; ${kept.cookie}` }),
        ...(kept.csrf && { 'x-csrf-token': kept.csrf }),
        'content-type': 'application/json',
        ...headers,
      },
      body: body === undefined ? '' : JSON.stringify(body),
    })
    if (typeof outcome === 'string') throw new Error(outcome)
    const { answer } = outcome
    kept.cookie = answer.headers?.['set-cookie']?.split(';')[0] ?? kept.cookie
    kept.csrf = answer.headers?.['x-next-csrf-token'] ?? kept.csrf
    return answer
  }
  return {
    emulator,
    kept,
    send,
    wait: (milliseconds: number) => {
      now += milliseconds
    },
    begin() {
      kept.csrf = (send('GET /csrf_token').body as { csrf_token: string }).csrf_token
    },
    signIn: (username = 'admin', secret = password) => send('POST /signin', { username, password: secret }),
  }
}

const CSRF = 'CSRF token was invalid or missing.'
const minute = 60_000

describe('a session', () => {
  test('has all rights of its user, by its cookie; a write needs the newest token, too', () => {
    const { begin, signIn, send, kept } = browser()
    begin()
    const first = { ...kept }
    expect(signIn()).toMatchObject({ status: 200, body: { success: true } })
    expect(kept.cookie).not.toBe(first.cookie)
    expect(kept.csrf).not.toBe(first.csrf)
    expect(send('GET /user/').body).toMatchObject({
      username: 'admin',
      super_user: true,
      email: expect.anything(),
    })
    const organization = { name: 'acme', email: 'a@acme.example' }
    const old = send('POST /organization/', organization, { 'x-csrf-token': first.csrf })
    expect(old).toMatchObject({ status: 403, body: `{"error": "${CSRF} (authorized: user admin)"}` })
    expect(send('POST /organization/', organization).status).toBe(201)
    expect(send('GET /superuser/users/').status).toBe(200)
    // The first one is nobody's, as it was.
    expect(send('GET /user/', undefined, { cookie: first.cookie }).status).toBe(401)
  })

  test('does not begin without a token of its own', () => {
    const { signIn, begin, send } = browser()
    expect(signIn()).toMatchObject({ status: 403, body: `{"error": "${CSRF}"}` })
    begin()
    expect(send('GET /csrf_token').headers).toBeUndefined()
    expect(signIn('admin@example.com').status).toBe(200)
  })

  test('a token counts before it', () => {
    const { begin, signIn, send } = browser()
    begin()
    signIn()
    const headers = { authorization: 'Bearer TOKEN', 'x-csrf-token': 'wrong' }
    expect(send('POST /organization/', { name: 'acme', email: 'a@b.example' }, headers).status).toBe(201)
  })

  test('ends with all others of its user; to a dead one Quay shows what anybody may see', () => {
    const { begin, signIn, send, kept } = browser()
    begin()
    signIn()
    send('POST /organization/', { name: 'acme', email: 'a@acme.example' })
    const first = { ...kept }
    Object.assign(kept, { cookie: '', csrf: '' })
    begin()
    signIn()
    expect(send('POST /signout')).toMatchObject({ status: 200, body: { success: true } })
    Object.assign(kept, first)
    expect(send('GET /user/').status).toBe(401)
    expect(send('GET /organization/acme')).toMatchObject({ status: 200, body: { is_admin: false } })
    expect(send('PUT /organization/acme', {})).toMatchObject({ status: 403, body: `{"error": "${CSRF}"}` })
  })

  test.each([
    ['GET /superuser/users/', 401],
    ['DELETE /organization/acme', 401],
    ['POST /messages', 401],
    ['DELETE /superuser/organization/acme/quota/1', 404],
    ['GET /organization/acme', 200],
    ['PUT /organization/acme', 200],
  ])('is too old after ten minutes for some: %s', (operation, status) => {
    const { begin, signIn, send, wait } = browser()
    begin()
    signIn()
    send('POST /organization/', { name: 'acme', email: 'a@acme.example' })
    wait(10 * minute + 1)
    const answer = send(operation, operation.startsWith('GET') ? undefined : {})
    expect(answer.status).toBe(status)
    if (status === 401) expect(answer.body).toMatchObject({ error_type: 'fresh_login_required', status: 401 })
    signIn()
    expect(send('GET /superuser/users/').status).toBe(200)
    wait(20 * minute)
    expect(send('GET /superuser/users/', undefined, { authorization: 'Bearer TOKEN' }).status).toBe(200)
  })
})

describe('a sign-in', () => {
  test.each([
    ['a wrong password', 'admin', 'wrong', { invalidCredentials: true, needsEmailVerification: false }],
    ['nobody', 'nobody', password, { invalidCredentials: true }],
    ['a user without a password', 'bare', '', { invalidCredentials: true }],
    ['a disabled account', 'off', password, { invalidCredentials: false, needsEmailVerification: true }],
  ])('is 403 for %s', (_, username, secret, body) => {
    const { begin, signIn } = browser()
    begin()
    expect(signIn(username, secret)).toMatchObject({ status: 403, body })
  })

  test('pauses after a wrong password, twice as long each time, even for the right one', () => {
    const { begin, signIn, wait } = browser()
    begin()
    signIn('admin', 'wrong')
    wait(500)
    expect(signIn()).toMatchObject({
      status: 429,
      headers: { 'retry-after': '1' },
      body: 'Too many login attempts. \nPlease reset your Quay password and try again.',
    })
    wait(1500)
    expect(signIn('admin', 'wrong').status).toBe(403)
    wait(3999)
    expect(signIn().status).toBe(429)
    wait(1)
    expect(signIn().status).toBe(200)
    expect(signIn().status).toBe(200)
  })

  test('goes on in a read-only registry, and is no route where FEATURE_DIRECT_LOGIN is off', () => {
    const closed = browser({ readOnly: true })
    closed.begin()
    expect(closed.signIn().status).toBe(200)
    expect(closed.send('POST /signout').status).toBe(503)
    const elsewhere = browser({ features: { DIRECT_LOGIN: false } })
    elsewhere.begin()
    expect(elsewhere.signIn()).toMatchObject({ status: 405, contentType: 'text/html' })
  })

  test('takes the password that Quay has made, and the one that it was changed to', () => {
    const { begin, signIn, send } = browser()
    const headers = { authorization: 'Bearer TOKEN' }
    const made = send('POST /superuser/users/', { username: 'zoe' }, headers).body as { password: string }
    begin()
    expect(signIn('zoe', made.password).status).toBe(200)
    send('PUT /superuser/users/zoe', { password: 'another-one' }, headers)
    expect(signIn('zoe', 'another-one').status).toBe(200)
  })
})

describe('what calls cost', () => {
  const at = (method: string, target: string, headers = {}) => ({ method, target, headers, body: '' })
  const bearer = at('GET', '/api/v1/user/', { authorization: 'Bearer x' })
  const session = at('GET', '/api/v1/user/', { cookie: 'session=x' })
  const signIn = at('POST', '/api/v1/signin')

  test.each<[string, Parameters<typeof serving>[0], readonly (typeof bearer)[], readonly number[]]>([
    ['two at a time, the others after them', realCost, Array(5).fill(bearer), [200, 200, 400, 400, 600]],
    ['a session costs less', realCost, Array(5).fill(session), [30, 30, 60, 60, 90]],
    ['a password costs as a token does, once', realCost, [signIn, session, session], [200, 30, 60]],
    ['on one core', { bearer: 10, session: 1, cores: 1 }, [bearer, session, bearer], [10, 11, 21]],
  ])('%s', (_, cost, requests, waits) => {
    const wait = serving(cost, () => new Date(START))
    expect(requests.map((request) => wait(request))).toEqual(waits)
  })

  test('a core that is idle serves at once', () => {
    let now = START
    const wait = serving({ ...realCost, cores: 1 }, () => new Date(now))
    const waits = [0, 50, 1000].map((later) => {
      now = START + later
      return wait(bearer)
    })
    expect(waits).toEqual([200, 350, 200])
  })

  test('delays the answer, on top of what else does', () => {
    const { emulator } = browser({ cost: () => 30, faults: () => ({ delay: 5 }) })
    expect(emulator.handle(session)).toMatchObject({ delay: 35 })
  })
})
