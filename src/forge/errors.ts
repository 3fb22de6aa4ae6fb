import { ApiError, AuthError, type Failed, type ServerError, UnavailableError } from '../model/errors.ts'
import type { Answer } from './forge.ts'

/** How messages speak of a kind of forge. */
export interface Words {
  readonly name: 'GitHub' | 'GitLab'
  /** What to do about a token that is not accepted. */
  readonly tokenHints: readonly string[]
  /** What a token needs to comment. */
  readonly rightHints: readonly string[]
}

/** A request as far as its error message needs it. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly host: string
  /** Takes out what must not appear even if the server repeats it. */
  readonly conceal: (text: string) => string
}

/** The error for an answer that is not a success. `limited`: how long the rate is limited for, in milliseconds. */
export function answerError(asked: Asked, answer: Answer, words: Words, limited: number | null): ServerError {
  const { status } = answer
  const { name, tokenHints, rightHints } = words
  const told = asked.conceal(wordsOf(answer)).trim().split(/\r?\n/)[0]?.slice(0, 300) ?? ''
  const says = (what: string) =>
    `${asked.method} ${asked.path} -> ${status}: ${what}${told ? `. ${name} says: ${told}` : ''}`
  const failed = failedBy(asked, answer, told)
  if (limited !== null)
    return new UnavailableError(
      'QC7729',
      says(`${name} limits the rate of requests`),
      limitHints(limited),
      failed,
    )
  if (status === 401)
    return new AuthError('QC7701', says(`${name} does not accept the token`), tokenHints, failed)
  if (status === 403)
    return new AuthError(
      'QC7703',
      says('the token may not do this'),
      [...needed(answer), ...rightHints],
      failed,
    )
  if (status === 404)
    return new AuthError('QC7704', says('not there, or not for this token'), missingHints(rightHints), failed)
  if (status >= 500) return new UnavailableError('QC7750', says('server error'), serverHints, failed)
  if (status < 400) return garbledError(asked, answer, words)
  return new ApiError('QC7700', says(`${name} refused the request`), [], failed)
}

/** The error for an answer that is not what is due. */
export function garbledError(
  { method, path, host, ...asked }: Asked,
  answer: Answer,
  words: Words,
): ServerError {
  const what =
    answer.status >= 300 ? 'redirects, which is not followed' : `did not answer as ${words.name} does`
  const failed = failedBy({ method, path, host, ...asked }, answer, '')
  return new UnavailableError(
    'QC7710',
    `${method} ${path} -> ${answer.status}: ${host} ${what}`,
    [
      'a repository that was renamed or moved is named anew with --repository',
      'else check the address of the API, and what stands between: a proxy or a sign-in page may have answered',
    ],
    failed,
  )
}

function failedBy({ method, path }: Asked, answer: Answer, said: string): Failed {
  const words = wordsOf(answer)
  const says = (pattern: RegExp) => pattern.test(words)
  return { method, path, status: answer.status, errorType: '', said, says, effect: 'none' }
}

const serverHints = ['try again later; the state of the service may be told on its status page']
const limitHints = (milliseconds: number) => [
  `it asks to wait ${Math.ceil(milliseconds / 1000)} s, which is longer than quayctl waits in all: try again then`,
]
const missingHints = (rightHints: readonly string[]) => [
  'check the repository and the number of the request',
  ...rightHints,
]

/** GitHub says what a route takes. */
function needed(answer: Answer): readonly string[] {
  const rights = header(answer, 'x-accepted-github-permissions')
  return rights === null ? [] : [`GitHub takes one of these for it: ${rights.slice(0, 200)}`]
}

/** One header as text; the first when it came more than once. */
export function header(answer: Answer, name: string): string | null {
  const value = answer.headers[name]
  return (Array.isArray(value) ? value[0] : value) ?? null
}

/** All that the forge says of an error, whatever shape it came in. */
export function wordsOf({ text }: Answer): string {
  try {
    return textsIn(JSON.parse(text)).join('; ')
  } catch {
    return /<title[^>]*>([^<]*)/i.exec(text)?.[1] ?? (/^\s*</.test(text) ? '' : text)
  }
}

/** `message` may be a text, a list, or texts by attribute. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  if (typeof value !== 'object' || value === null) return []
  const told = Object.entries(value).filter(
    ([key]) => !/^(documentation_url|status|resource|code|field)$/.test(key),
  )
  return told.flatMap(([, inner]) => textsIn(inner))
}
