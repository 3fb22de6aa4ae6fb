import { csrf, frameworkTexts, freshLogin, message, page, Refusal } from '../model/answers.ts'
import type { Answer, Bearer, Caller, Route } from '../model/emulation.ts'
import { identify, signedIn } from './auth.ts'
import { newCall } from './call.ts'
import { type EmulatedRequest, splitTarget } from './request.ts'
import { type Match, match, methods } from './router.ts'
import { isStale, type SessionRow, sessionIn } from './sessions.ts'
import type { State } from './state.ts'

/** An answer, and who asked. */
export interface Handled {
  readonly answer: Answer
  readonly user: string | null
}

const baseOf = ({ headers }: EmulatedRequest): string => `http://${headers.host ?? 'localhost'}`

const isSafe = (method: string): boolean => method === 'GET' || method === 'HEAD'

/** An unhandled exception is Quay's HTML page; the emulator's own are told apart by a header. */
const broken = (error: unknown): Answer => ({
  ...page(500, 'Internal Server Error'),
  headers: {
    'x-emulator-error': encodeURIComponent(String(error)),
  },
})

function settle(act: () => Answer, base: string): Answer {
  try {
    return act()
  } catch (error) {
    return error instanceof Refusal ? error.answer(base) : broken(error)
  }
}

/** What the framework says of a method and path that no route serves. */
function unrouted(found: Exclude<Match, { kind: 'found' }>, base: string, target: string): Answer {
  if (found.kind === 'redirect') {
    const [path = '', ...query] = target.split('?')
    const location = `${base}${path}/${query.length > 0 ? `?${query.join('?')}` : ''}`
    return { ...page(308, 'Redirecting...'), headers: { location } }
  }
  if (found.kind === 'missing') return page(404, 'Not Found')
  if (!found.known) return page(405, 'Method Not Allowed')
  return message(frameworkTexts.method, 405).answer(base)
}

const options = (state: State, path: string): Answer => ({
  status: 200,
  contentType: 'text/html',
  headers: { allow: [...methods(state.routes, path), 'HEAD', 'OPTIONS'].join(', ') },
})

/** What a registry in read-only mode says of a write (endpoints/decorated.py:53). */
const unwritable: Answer = {
  status: 503,
  body: {
    message:
      'System is currently read-only. Pulls will succeed but all write operations are currently suspended.',
    is_readonly: true,
  },
}

/** What anybody may read of the API even where FEATURE_ANONYMOUS_ACCESS is off. */
const exempt = /^\/api\/v1\/(?:discovery|registry\/capabilities|user\/)/

/** Who asks, by a token or else by a session, and the session that counts. */
function callerFrom(state: State, { headers }: EmulatedRequest, fullAccess: boolean) {
  const caller = identify(headers.authorization, known(state), state.ground, fullAccess)
  const session = caller.user === null ? sessionIn(state.tables, headers.cookie) : undefined
  return { caller: session ? signedIn(session.user, state.ground, fullAccess) : caller, session }
}

function guarded(
  state: State,
  request: EmulatedRequest,
  route: Route,
  { caller, session }: { readonly caller: Caller; readonly session: SessionRow | undefined },
): Answer | undefined {
  const isKnown = session ? session.csrf === request.headers['x-csrf-token'] : caller.user !== null
  if (!isSafe(request.method) && !isKnown) return csrf(caller.user).answer('')
  if (session && caller.user !== null && isStale(route.operation, session, state.now()))
    return freshLogin().answer(baseOf(request))
  if (!isSafe(request.method)) return state.readOnly && !route.always ? unwritable : undefined
  const closed = !state.features.on('ANONYMOUS_ACCESS') && caller.user === null
  if (!closed || !request.target.startsWith('/api/v1/') || exempt.test(request.target)) return undefined
  return { status: 401, contentType: 'text/html', body: '{"error": "Anonymous access is not allowed"}' }
}

/** The tokens that were there from the start, and those that calls have made since. */
const known =
  ({ tokens, modules, tables, now }: State) =>
  (token: string): Bearer | undefined =>
    Object.hasOwn(tokens, token)
      ? tokens[token]
      : modules.map((module) => module.bearer?.(tables, token, now())).find((found) => found !== undefined)

/** The HTTP server's limit of a request line (gunicorn, limit_request_line). */
const longestTarget = 4094

/** Request in, answer out: route, then token, then the handler's own order of checks. */
export function dispatch(state: State, request: EmulatedRequest): Handled {
  const { path, query } = splitTarget(request.target)
  const base = baseOf(request)
  if (request.target.length > longestTarget) return { answer: page(400, 'Bad Request'), user: null }
  if (request.method === 'OPTIONS') return { answer: options(state, path), user: null }
  const found = match(state.routes, request.method, path)
  if (found.kind !== 'found') return { answer: unrouted(found, base, request.target), user: null }
  const { route, params } = found
  const passes = route.bypass === undefined || state.since(route.bypass)
  const fullAccess = state.features.on('SUPERUSERS_FULL_ACCESS') && passes
  const asked = callerFrom(state, request, fullAccess)
  const { caller } = asked
  const under = { request, params, query: new URLSearchParams(query), caller, base, route }
  const answer =
    guarded(state, request, route, asked) ?? settle(() => route.handle(newCall(state, under)), base)
  return { answer, user: caller.user }
}
