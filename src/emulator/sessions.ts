import { ok, Refusal } from '../model/answers.ts'
import type { AccountRow, Answer, Call, EmulatorModule, Tables } from '../model/emulation.ts'

/** One client's session; nobody's until somebody signs in. */
export interface SessionRow {
  readonly csrf: string
  readonly user: string | null
  /** When the user signed in. */
  readonly since: Date
}

/** How often a user's password was wrong lately, and when the last time. */
interface Failures {
  readonly count: number
  readonly last: number
}

const SESSIONS = 'session'
const idIn = (cookies: string | undefined): string =>
  /(?:^|;\s*)session=([^;]+)/.exec(cookies ?? '')?.[1] ?? ''

/** The session that a request's cookies name, if there is one. */
export const sessionIn = (tables: Tables, cookies: string | undefined): SessionRow | undefined =>
  (tables.get(SESSIONS) as Map<string, SessionRow> | undefined)?.get(idIn(cookies))

/** What takes a password not older than FRESH_LOGIN_TIMEOUT of who has signed in; a token does always (by discovery's `x-requires-fresh-login`). */
const fresh = [
  /^(?!GET \/superuser\/(config|registrystatus|keys)\b)(?!DELETE \S+\/quota\/)\w+ \/superuser\//,
  /^DELETE \/organization\/\{org\}$/,
  /^(POST|DELETE) \S+\/syncing$/,
  /^(POST \/messages|DELETE \/message\/\{uuid\}|(PUT|DELETE) \/user\/)$/,
]
const FRESH = 10 * 60_000

/** Must the user sign in anew before this? */
export const isStale = (operation: string, { since }: SessionRow, now: Date): boolean =>
  now.getTime() - since.getTime() > FRESH && fresh.some((pattern) => pattern.test(operation))

/** With a session of its own for whoever has none: the token by which writes show that they are of that session. */
function csrfToken(call: Call): Answer {
  const rows = call.rows<SessionRow>(SESSIONS)
  const known = rows.get(idIn(call.cookies))
  return known ? ok({ csrf_token: known.csrf }) : begun(call, null, (csrf_token) => ok({ csrf_token }))
}

function begun(call: Call, user: string | null, answer: (csrf: string) => Answer): Answer {
  const [id, csrf] = [call.secret(40), call.secret(64)]
  call.rows<SessionRow>(SESSIONS).set(id, { csrf, user, since: call.now })
  const made = answer(csrf)
  return { ...made, headers: { ...made.headers, 'set-cookie': `session=${id}; HttpOnly; Path=/` } }
}

const signinUser = {
  type: 'object',
  required: ['username', 'password'],
  properties: { username: { type: 'string' }, password: { type: 'string' } },
}

const refused = (invalid: boolean, text: string | null): Answer => ({
  status: 403,
  body: { needsEmailVerification: !invalid, invalidCredentials: invalid, message: text },
})

/** By name or e-mail address. After a wrong password the next attempt waits, twice as long each time (data/model/user.py). */
function signIn(call: Call): Answer {
  const { username, password } = call.read<{ username: string; password: string }>(signinUser)
  const { accounts } = call.ground
  const row = accounts.get(username) ?? [...accounts.values()].find(({ email }) => email === username)
  const wrong = refused(true, 'Invalid Username or Password')
  if (!row) return wrong
  pause(call, row)
  const failures = call.rows<Failures>('failed sign-ins')
  if (row.password === undefined || row.password !== password) {
    const count = (failures.get(row.name)?.count ?? 0) + 1
    failures.set(row.name, { count, last: call.now.getTime() })
    return wrong
  }
  failures.delete(row.name)
  if (!row.enabled) return refused(false, null)
  return begun(call, row.name, (csrf) => ({
    ...ok({ success: true }),
    headers: { 'x-next-csrf-token': csrf },
  }))
}

function pause(call: Call, { name }: AccountRow): void {
  const failed = call.rows<Failures>('failed sign-ins').get(name)
  const left = failed ? failed.last + 1000 * 2 ** failed.count - call.now.getTime() : 0
  if (left <= 0) return
  throw new Refusal(() => ({
    status: 429,
    contentType: 'text/html',
    headers: { 'retry-after': String(Math.floor(left / 1000)) },
    body: 'Too many login attempts. \nPlease reset your Quay password and try again.',
  }))
}

/** Ends all sessions of the user, wherever they are (endpoints/api/user.py). */
function signOut(call: Call): Answer {
  const rows = call.rows<SessionRow>(SESSIONS)
  for (const [id, { user }] of rows) if (user !== null && user === call.caller.user) rows.delete(id)
  return ok({ success: true })
}

/** Signing in and out, for who has no token. */
export const sessionsModule: EmulatorModule = {
  routes: [
    { operation: 'GET /csrf_token', root: true, handle: csrfToken },
    {
      operation: 'POST /signin',
      feature: 'DIRECT_LOGIN',
      internal: true,
      always: true,
      body: { SigninUser: signinUser },
      handle: signIn,
    },
    { operation: 'POST /signout', internal: true, handle: signOut },
  ],
}
