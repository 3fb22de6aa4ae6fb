import { AuthError, MissingRouteError, type ServerError, UnavailableError } from '../model/errors.ts'
import { type Answer, header, problem, saying } from './answers.ts'
import type { Clock } from './clock.ts'
import type { Message } from './connection.ts'
import { createJar, type Jar } from './cookies.ts'
import { type Asked, silent } from './errors.ts'
import { successOf } from './outcomes.ts'
import { createPersist, type Outcome, type Persist } from './retry.ts'

/** Who signs in. */
export interface Login {
  readonly username: string
  readonly password: string
}

/** Sends one message; `attempt` counts from 1. */
export type Send = (message: Message, attempt: number) => Promise<Answer>

export interface SignInOptions {
  readonly login: Login
  readonly host: string
  readonly send: Send
  /** What every request says of who sends it. */
  readonly headers: Readonly<Record<string, string>>
  readonly persist: Persist
  readonly clock: Clock
  /** How long one request may be repeated, in milliseconds. */
  readonly retryFor: number
  readonly signal?: AbortSignal | undefined
  /** From now on these are secrets. */
  readonly add: (secrets: Iterable<string>) => void
  readonly conceal: (text: string) => string
}

/** What shows Quay that a request is of this session. */
export interface Signed {
  readonly jar: Jar
  csrf: string
}

/** The headers by which Quay knows the session; a write also says a token that no other site knows. */
export function proofOf(method: string, { jar, csrf }: Signed): Readonly<Record<string, string>> {
  const cookie = jar.text()
  return { ...(cookie && { cookie }), ...(method !== 'GET' && csrf && { 'x-csrf-token': csrf }) }
}

/** Takes what an answer changes of it. */
export function renew(signed: Signed, answer: Answer): void {
  signed.jar.take(answer)
  signed.csrf = header(answer, 'x-next-csrf-token') ?? signed.csrf
}

/** Shorter cookies are names of servers, and words in other texts. */
const SECRET = 16

/** Signs in by user name and password. What Quay refuses is an `AuthError`, and not tried a second time. */
export async function signIn(options: SignInOptions): Promise<Signed> {
  const { login, host, add, conceal } = options
  const signed: Signed = { jar: createJar(options.clock.now), csrf: '' }
  const asked = (method: string, path: string, { attempts }: Outcome): Asked => ({
    ...{ method, path, host, attempts, effect: 'none', conceal, session: true },
  })
  signed.csrf = await csrfOf()
  // That it is done twice does no harm, which persist takes of a PUT.
  const persist = createPersist({ ...options, attempts: 2 })
  const outcome = await ask(persist, 'PUT', messageOf('POST', '/api/v1/signin', login))
  const refusal = 'answer' in outcome ? refusalOf(outcome.answer, login, conceal) : null
  if (refusal) throw refusal
  successOf(outcome, asked('POST', '/signin', outcome))
  add([signed.csrf, ...signed.jar.values()].filter((text) => text.length >= SECRET))
  return signed

  async function csrfOf(): Promise<string> {
    const outcome = await ask(options.persist, 'GET', messageOf('GET', '/csrf_token'))
    const token = tokenIn(() => successOf(outcome, asked('GET', '/csrf_token', outcome)).body)
    if (token === null) throw closed('GET /csrf_token', 'answer' in outcome ? outcome.answer.status : null)
    add([token])
    return token
  }

  async function ask(persist: Persist, method: string, message: Message): Promise<Outcome> {
    let attempt = 0
    return persist(method, async () => {
      const answer = await options.send(
        { ...message, headers: { ...message.headers, ...proofOf(message.method, signed) } },
        ++attempt,
      )
      renew(signed, answer)
      return withPause(answer)
    })
  }

  function messageOf(method: 'GET' | 'POST', path: string, content?: object): Message {
    const { headers, signal } = options
    const typed = content ? { ...headers, 'content-type': 'application/json' } : headers
    return { method, path, headers: typed, body: content ? JSON.stringify(content) : null, signal }
  }
}

/** Null where the server tells none. */
function tokenIn(read: () => unknown): string | null {
  try {
    const body = read()
    const token = typeof body === 'object' && body && 'csrf_token' in body ? body.csrf_token : null
    return typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) ? token : null
  } catch (error) {
    if (error instanceof MissingRouteError) return null
    throw error
  }
}

/** Quay rounds the seconds down; the first pause after a wrong password takes about three. */
function withPause(answer: Answer): Answer {
  if (answer.status !== 429) return answer
  const seconds = Number(header(answer, 'retry-after') ?? 0) || 0
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(Math.max(3, seconds + 1)) } }
}

/** Why nobody is signed in, where Quay has decided that. */
function refusalOf(answer: Answer, login: Login, conceal: (text: string) => string): ServerError | null {
  const { status } = answer
  const { username } = login
  const said = saying(answer, conceal)
  const says = said === '' ? '' : `. Quay says: ${said}`
  const failed = { ...silent('POST', '/signin', status), said }
  if (status === 429) {
    const what = `POST /signin -> 429: ${username} is not signed in for now${says}`
    return new UnavailableError('QC7429', what, pauseHints(header(answer, 'retry-after')), failed)
  }
  if (![403, 404, 405].includes(status)) return null
  const { invalidCredentials, needsEmailVerification } = problem(answer) ?? {}
  if (invalidCredentials === true)
    return new AuthError(
      'QC7405',
      `Quay does not take the password of ${username}${says}`,
      loginHints(login),
      failed,
    )
  if (needsEmailVerification !== true) return closed('POST /signin', status, says)
  const why = 'the account is disabled, or its e-mail address is not verified'
  return new AuthError('QC7405', `Quay does not sign ${username} in: ${why}`, loginHints(login), failed)
}

const pauseHints = (seconds: string | null): readonly string[] => [
  'After a wrong password Quay refuses even the right one for a time that doubles with each.',
  `Try again in ${seconds ?? 'a few'} seconds, and see that nothing else signs in with a wrong one.`,
]
const loginHints = ({ username }: Login): readonly string[] => [
  `Check QUAY_USERNAME (${username}) and QUAY_PASSWORD. It was tried once only: Quay makes a user wait after a wrong one.`,
  'Where users sign in elsewhere (OIDC), or by more than a password, use a token: QUAY_TOKEN or --token-file.',
]
const closedHints = [
  'Users may have to sign in elsewhere (OIDC; FEATURE_DIRECT_LOGIN is off), or the server may be too old for it.',
  'Use a token: QUAY_TOKEN or --token-file.',
]

const closed = (request: string, status: number | null, says = ''): AuthError =>
  new AuthError(
    'QC7406',
    `${request}${status === null ? '' : ` -> ${status}`}: this Quay signs nobody in by name and password${says}`,
    closedHints,
    silent('POST', '/signin', status),
  )
