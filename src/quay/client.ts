import { setMaxListeners } from 'node:events'
import { type ApiPath, pathOf, type QuayApi } from '../model/api.ts'
import { createConcealer } from '../model/conceal.ts'
import { AuthError } from '../model/errors.ts'
import { type SecretKeys, secretKeysOf, secretsIn } from '../model/secrets.ts'
import { anything, type Shape } from '../model/shape.ts'
import { type Answer, header, isReadOnly } from './answers.ts'
import { bodiesOf, requestIdOf } from './bodies.ts'
import { checkPath, checkToken, checkWay } from './checks.ts'
import { type Clock, realClock } from './clock.ts'
import { type Connection, type ConnectionOptions, connect, type Message, serverUrl } from './connection.ts'
import { createGate } from './limits.ts'
import { successOf } from './outcomes.ts'
import { createPace } from './pace.ts'
import { passwordsOf } from './proxy.ts'
import { createReaders, shaped } from './reader.ts'
import { createPersist } from './retry.ts'
import { createSession } from './session.ts'
import type { Login } from './sign-in.ts'
import { createStats, type Stats, type TraceLine } from './stats.ts'

export interface ClientOptions extends ConnectionOptions {
  /** quayctl's own, for the User-Agent. */
  readonly version: string
  /** An OAuth access token; without one, and without a login, the client reads what anybody may. */
  readonly token?: string | undefined
  /** Who signs in, where there is no token. */
  readonly login?: Login | undefined
  /** How many requests run at once at most: 1 to 16. */
  readonly concurrency?: number | undefined
  /** How long one request may be repeated, in milliseconds. */
  readonly retryFor?: number | undefined
  /** How often one request is sent at most. */
  readonly attempts?: number | undefined
  readonly clock?: Clock | undefined
  /** Carries requests instead of the network. */
  readonly connection?: Connection | undefined
  /** Once it is aborted every request, under way or to come, fails with its reason. */
  readonly signal?: AbortSignal | undefined
  /** Told of every answer. */
  readonly heard?: ((heard: Heard) => void) | undefined
  /** Told of every request sent, without secrets. */
  readonly trace?: ((line: TraceLine) => void) | undefined
  /** Under which keys secrets stand in what is sent and answered; those that Quay makes are known without. */
  readonly secretKeys?: SecretKeys | undefined
}

/** One answer as it came in. */
export interface Heard {
  readonly status: number
  readonly milliseconds: number
  /** The server's clock, by its `Date` header. */
  readonly date: string | null
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** A success of any call, as it came. */
export interface Called {
  readonly status: number
  /** JSON; empty where there was none. The token of the client stands nowhere in it. */
  readonly text: string
}

/** Quay over the network. */
export interface Client extends QuayApi {
  /** Any call, its body JSON that is sent as it is; repeated like the others; its answer is not remembered. */
  call(method: Method, path: ApiPath, body?: string): Promise<Called>
  /** From now on these stand in no message, whatever Quay says: the values of secrets, wherever they are sent. */
  conceal(values: Iterable<string>): void
  stats(): Stats
  /** Reads until one session has seen all of it: to one that has ended Quay shows what anybody may see, as if it were all. With a token that is the first time. */
  whole<T>(read: () => Promise<T>): Promise<T>
  /** How many requests a second Quay lets through, while some wait for that; else null. */
  limit(): number | null
  /** Signs out; what waits is not sent any more. */
  close(): Promise<void>
}

const API = '/api/v1'
/** How many requests are under way at once, unless fewer are asked for. */
export const MOST_AT_ONCE = 16
/** Why requests are sent that sign in and out. */
const SESSION = 'the session'
const SIGNING = [
  ['GET', '/csrf_token'],
  ['POST', '/signin'],
  ['POST', '/signout'],
] as const
/** So often all is read, where sessions end meanwhile. */
const MOST_READINGS = 3

/** The one door to a Quay: limited, patient, and sure that the token goes to that server alone. Throws a `ConfigError` before anything is sent when it cannot be sure. */
export function createClient(options: ClientOptions): Client {
  const { token, clock = realClock, retryFor = 120_000, attempts = 8 } = options
  const closing = new AbortController()
  const signal = AbortSignal.any([closing.signal, ...(options.signal ? [options.signal] : [])])
  // As many listen as requests wait.
  setMaxListeners(0, signal)
  const login = token === undefined ? options.login : undefined
  if (token !== undefined) checkToken(token, serverUrl(options.url))
  if (login) checkWay('the password', serverUrl(options.url))
  const concurrency = Math.min(MOST_AT_ONCE, Math.max(1, options.concurrency ?? MOST_AT_ONCE))
  const { origin } = serverUrl(options.url)
  const connection = options.connection ?? connect(options, concurrency)
  const { host } = connection
  const gate = createGate(concurrency)
  const pace = createPace(clock, retryFor)
  const persist = createPersist({ clock, retryFor, attempts, signal, pace })
  const stats = createStats(options.trace)
  const { secretKeys = secretKeysOf([]) } = options
  const { add, conceal } = createConcealer()
  add([token, login?.password].filter((secret) => secret !== undefined))
  add(passwordsOf(options.env))
  const headers = {
    accept: 'application/json',
    'user-agent': `quayctl/${options.version}`,
    'x-requested-with': 'XMLHttpRequest',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
  const session = login
    ? createSession({ login, host, send: once, headers, persist, clock, retryFor, signal, add, conceal })
    : null
  const exchange = session?.exchange ?? once

  async function once(message: Message, attempt: number): Promise<Answer> {
    message.signal?.throwIfAborted()
    const settle = gate.observe()
    const start = clock.now()
    const { method, body } = message
    const prefix = message.path.startsWith(`${API}/`) ? API : ''
    const path = message.path.slice(prefix.length)
    const sent = (answer: Answer | null) =>
      stats.sent(method, path, prefix, () => ({
        at: start,
        origin,
        version: connection.version?.() ?? 'HTTP/1.1',
        status: answer?.status ?? null,
        milliseconds: clock.now() - start,
        attempt,
        requestId: answer && requestIdOf(answer, conceal),
        bodies: () => bodiesOf(body, message.headers, answer, secretKeys, { add, conceal }),
      }))
    try {
      const answer = await connection.exchange(message)
      const [{ status }, milliseconds] = [answer, clock.now() - start]
      sent(answer)
      options.heard?.({ status, milliseconds, date: header(answer, 'date') })
      settle({ strained: status === 503 && !isReadOnly(answer), milliseconds })
      return answer
    } catch (failure) {
      sent(null)
      throw failure
    }
  }

  async function ask(method: Method, path: string, content?: unknown, prefix = API, json?: string) {
    checkPath(path)
    const body = json ?? (content === undefined ? null : JSON.stringify(content))
    add(secretsIn(content, secretKeys))
    const typed = body === null ? headers : { ...headers, 'content-type': 'application/json' }
    const message: Message = { method, path: prefix + path, headers: typed, body, signal }
    let attempt = 0
    const outcome = await gate.run(() => persist(method, () => exchange(message, ++attempt)))
    stats.repeated(outcome.attempts - 1)
    const asked = { ...outcome, method, path, host, conceal, session: session !== null }
    const success = successOf(outcome, asked)
    // What Quay tells once it may say again elsewhere.
    add(secretsIn(success.body, secretKeys))
    return success
  }

  const send = async (...asked: Parameters<typeof ask>): Promise<unknown> => (await ask(...asked)).body

  const write = async <T>(method: Method, path: ApiPath, body: unknown, shape: Shape<T>, why: string) => {
    stats.wanted(method, path, why)
    return shaped(method, path, await send(method, path, body), shape)
  }
  const noted = (path: string, why: string) => stats.wanted('GET', path, why)
  const readers = createReaders((path) => send('GET', path), noted)
  const roots = createReaders((path) => send('GET', path, undefined, ''), noted)
  if (session) for (const [method, path] of SIGNING) stats.wanted(method, path, SESSION)
  const apis = new Map<string, QuayApi>()
  /** Few reasons, and each step of an apply has some. */
  const apiFor = (why: string): QuayApi => {
    const api = apis.get(why) ?? newApi(why)
    apis.set(why, api)
    return api
  }
  const newApi = (why: string): QuayApi => ({
    ...readers(why).remembered,
    fresh: readers(why).fresh,
    root: (path, shape) => roots(why).remembered.get(pathOf(path), shape),
    post: (path, body, shape = anything as Shape<never>) => write('POST', path, body, shape, why),
    put: (path, body, shape = anything as Shape<never>) => write('PUT', path, body, shape, why),
    async delete(path) {
      stats.wanted('DELETE', path, why)
      await send('DELETE', path)
    },
    because: apiFor,
  })
  return {
    ...apiFor(''),
    async call(method, path, body) {
      stats.wanted(method, path, '')
      const content = body && JSON.parse(body)
      const { status, text } = (await ask(method, path, content, API, body)).answer
      return { status, text: token ? text.replaceAll(token, '***') : text }
    },
    conceal: add,
    limit: pace.limit,
    stats: stats.read,
    async whole(reading) {
      for (let times = 1; ; times++) {
        const read = await reading().then(
          (result) => ({ result }),
          (error: unknown) => ({ error }),
        )
        // What anybody may see of it looks as if the user had no right.
        const isSure = !session || ('error' in read && !(read.error instanceof AuthError))
        if (!isSure) {
          noted('/user/', SESSION)
          await send('GET', '/user/')
        }
        if (isSure || !session.lapsed()) {
          if ('error' in read) throw read.error
          return read.result
        }
        if (times === MOST_READINGS) throw lapsedError()
        readers.forget()
      }
    },
    async close() {
      if (closing.signal.aborted) return
      // What waits for its turn must not keep the process.
      closing.abort(Object.assign(new Error('closed'), { code: 'UND_ERR_CLOSED' }))
      await session?.end()
      await connection.close()
    },
  }
}

const lapsedError = (): AuthError =>
  new AuthError('QC7407', `the session ended ${MOST_READINGS} times while Quay was being read`, [
    'Another run of the same user ends its sessions when it signs out: give each run a user of its own, or a token.',
    'Nothing was changed.',
  ])
