import type { Effect, Failed, ServerError } from '../model/errors.ts'
import { ApiError, AuthError, MissingRouteError, UnavailableError } from '../model/errors.ts'
import type { Misfit } from '../model/shape.ts'
import {
  type Answer,
  header,
  isHtml,
  isReadOnly,
  isTooMuch,
  isUnrecognised,
  parseJson,
  problem,
  saying,
  wordsOf,
} from './answers.ts'
import { rightFor } from './rights.ts'

/** A request as far as its error message needs it. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly host: string
  readonly attempts: number
  readonly effect: Effect
  /** Is it of a user who has signed in, and not by a token? */
  readonly session: boolean
  /** Takes out what must not appear even if the server repeats it. */
  readonly conceal: (text: string) => string
}

const tokenHints = [
  'The token is missing, invalid or expired, or its user is disabled: make a new one and set QUAY_TOKEN or --token-file.',
  'A token without the scope user:read (or user:admin) is refused by some routes in the same way.',
]
const sessionHints = [
  'It was renewed once, which did not help: the account may have been disabled, or its password changed.',
  'Another run of the same user ends its sessions when it signs out: give each run a user of its own, or a token.',
]
const unseenHint = 'Quay answers the same for an object that does not exist when the user may not see it.'
const rightHints = [
  'The token lacks a scope, or its user lacks the role: Quay does not say which.',
  unseenHint,
]
const roleHints = ['The user lacks the role, or must be a superuser.', unseenHint]
const routeHints = [
  'The feature is off on this server, or the server is too old to have it.',
  'If this happens with every request, the URL does not lead to a Quay.',
]
const readOnlyHints = ['Wait until the registry can be written to again; reading works meanwhile.']
const rateHints = ['The server limits the rate of requests: lower --concurrency, or try again later.']
const brokenHints = ["Quay's own log has the reason; some values that Quay cannot store end like this, too."]
const redirectHints = [
  'Redirects are not followed, so that the token or session goes nowhere else: set the URL to where Quay itself answers.',
]
const garbledHints = [
  'Something on the way may have answered (a proxy, a sign-in page), or the URL is not that of a Quay.',
]
const shapeHints = [
  'Nothing is decided on an answer that is not understood.',
  'If Quay itself answers so, its version may be one that quayctl does not know yet: please report it.',
]
const listHints = ['Nothing is decided on half a list: try again.']

const ACTED = 'Quay may have acted all the same: plan again to see what it has.'

/** What to add when perhaps only the answer to a write was lost. */
export const writeHints = ({ effect }: Asked): readonly string[] => (effect === 'none' ? [] : [ACTED])

/** ` after 3 attempts`, if it was more than one. */
export const tries = ({ attempts }: Asked): string => (attempts > 1 ? ` after ${attempts} attempts` : '')

/** `GET /x?next_page=…`: page tokens are long and say nothing. */
export const subject = (asked: { readonly method: string; readonly path: string }): string =>
  `${asked.method} ${asked.path.replace(/(next_page=)[^&]+/, '$1…')}`

/** The error for an answer that is not a success. */
export function answerError(asked: Asked, answer: Answer): ServerError {
  const { status } = answer
  const said = saying(answer, asked.conceal)
  const failed = failedBy(asked, answer, said)
  const says = (what: string) =>
    `${subject(asked)} -> ${status}: ${what}${said ? `. Quay says: ${said}` : ''}`

  if (status < 400) return redirectError(asked, answer, failed)
  if (isUnrecognised(answer))
    return asked.session
      ? new AuthError('QC7407', says('the session has ended'), sessionHints, failed)
      : new AuthError('QC7401', says('the token is invalid or expired'), tokenHints, failed)
  if (status === 403) return forbiddenError(asked, says, failed)
  if ((status === 404 || status === 405) && parseJson(answer.text) === undefined)
    return new MissingRouteError('QC7404', says('the server has no such API route'), routeHints, failed)
  if (status === 429)
    return new UnavailableError('QC7429', says(`rate limited${tries(asked)}`), rateHints, failed)
  if (isReadOnly(answer))
    return new UnavailableError('QC7503', says('the registry is read-only'), readOnlyHints, failed)
  if (status >= 500) {
    const hints = [...brokenHints, ...writeHints(asked)]
    return new UnavailableError('QC7500', says(`server error${tries(asked)}`), hints, failed)
  }
  return new ApiError('QC7400', says('Quay refused the request'), [], failed)
}

function failedBy({ method, path, effect }: Asked, answer: Answer, said: string): Failed {
  const says = (pattern: RegExp) => pattern.test(wordsOf(answer))
  return { method, path, status: answer.status, errorType: errorType(answer), said, says, effect }
}

/** Quay does not say what is missing, but its routes are known. */
function forbiddenError(
  { method, path, session }: Asked,
  says: (what: string) => string,
  failed: Failed,
): ServerError {
  const right = rightFor(method, path, session)
  const hints = session ? roleHints : rightHints
  return new AuthError('QC7403', says(right ? `not allowed: ${right}` : 'not allowed'), hints, failed)
}

function errorType(answer: Answer): string {
  const body = problem(answer)
  if (typeof body?.error_type === 'string') return body.error_type
  // A route that aborts with a bare 404 answers in Flask's words; any other 404 may be a gateway's.
  const flask = 'The requested URL was not found on the server.'
  const bare = answer.status === 404 && typeof body?.message === 'string' && body.message.startsWith(flask)
  return bare ? 'not_found' : ''
}

function redirectError(asked: Asked, answer: Answer, failed: Failed): ServerError {
  const location = header(answer, 'location')
  const base = `http://${asked.host}`
  const target = location !== null && URL.canParse(location, base) ? new URL(location, base) : null
  const start = `${subject(asked)} -> ${answer.status}:`
  // Quay's page routes send a path that is no API route to the same path with a slash, on whatever host it takes itself for.
  if (target && decoded(target.pathname).endsWith(decoded(`${asked.path.replace(/\?.*$/, '')}/`)))
    return new MissingRouteError('QC7404', `${start} the server has no such API route`, routeHints, failed)
  const message = `${start} ${asked.host} redirects to ${target ? asked.conceal(target.origin) : 'nowhere'}`
  return new UnavailableError('QC7611', message, redirectHints, failed)
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** The error for a success whose body is not the JSON that was due. */
export function garbledError(asked: Asked, answer: Answer): ServerError {
  const title = isHtml(answer) ? saying(answer, asked.conceal) : ''
  const page = `an HTML page${title ? ` (${title})` : ''}`
  const what = isHtml(answer)
    ? page
    : isTooMuch(answer.text)
      ? 'too many values, or too deeply nested ones,'
      : 'something that is not complete JSON'
  const message = `${subject(asked)} -> ${answer.status}: ${asked.host} answered with ${what} where JSON was due`
  const failed = failedBy(asked, answer, title)
  return new UnavailableError('QC7610', message, [...garbledHints, ...writeHints(asked)], failed)
}

/** The error for JSON that is not what is due from Quay. */
export function shapeError(method: string, path: string, { at, due }: Misfit): ServerError {
  const failed = silent(method, path, 200, method === 'GET' ? 'none' : 'perhaps')
  const message = `${subject(failed)}: the answer is not one of Quay's: ${at || 'it'} is not ${due}`
  const hints = method === 'GET' ? shapeHints : [...shapeHints, ACTED]
  return new UnavailableError('QC7610', message, hints, failed)
}

/** A request of which Quay's words say nothing. */
export const silent = (
  method: string,
  path: string,
  status: number | null,
  effect: Effect = 'none',
): Failed => ({
  method,
  path,
  status,
  errorType: '',
  said: '',
  says: () => false,
  effect,
})

/** The error for a list that cannot be read to its end: QC7612 when it has none, QC7610 when it is no list, QC4090 when it is a log that Quay cannot search. */
export function listError(path: string, what: string, code: 'QC7612' | 'QC7610' | 'QC4090'): ServerError {
  const failed = silent('GET', path, 200)
  return new UnavailableError(code, `${subject(failed)}: ${what}`, listHints, failed)
}
