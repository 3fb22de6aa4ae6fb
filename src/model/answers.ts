import type { Answer } from './emulation.ts'

/** A refusal on its way out of a handler: `throw notFound()`; no error, so nobody takes down the stack. The problem body needs the address the client used. */
export class Refusal {
  readonly answer: (base: string) => Answer
  constructor(answer: (base: string) => Answer) {
    this.answer = answer
  }
}

/** Shape A, "P": `{detail, error_message, error_type, title, type, status}` (endpoints/exception.py:40). */
const problem = (status: number, type: string, text: string, extra: object = {}): Refusal =>
  new Refusal((base) => ({
    status,
    body: {
      ...extra,
      detail: text,
      error_message: text,
      error_type: type,
      title: type,
      type: `${base}/api/v1/error/${type}`,
      status,
    },
  }))

const plain = (answer: Answer): Refusal => new Refusal(() => answer)

/** P400: an API exception. */
export const invalidRequest = (text: string): Refusal => problem(400, 'invalid_request', text)
/** P401: nobody, where somebody is needed. */
export const unauthenticated = (extra?: object): Refusal =>
  problem(401, 'invalid_token', 'Requires authentication', extra)
/** P403: too little scope or role, which Quay does not tell apart. */
export const unauthorized = (): Refusal => problem(403, 'insufficient_scope', 'Unauthorized')
/** P404. */
export const notFound = (): Refusal => problem(404, 'not_found', 'Not Found')
/** Shapes B and C, "M": `{message}`; a rejection of the data layer is a 400 (endpoints/decorated.py:16). */
export const message = (text: string | object, status = 400): Refusal =>
  plain({ status, body: { message: text } })
/** M503: of a repository in another state than NORMAL (endpoints/api/__init__.py, disallow_for_non_normal_repositories). */
export const notNormal = (name: string): Refusal =>
  message(`Repository is in read only or mirror mode: ${name}`, 503)
/** Shape D: `{detail}` alone, as the repository mirror's handlers write it by hand. */
export const detail = (text: string, status = 400): Refusal => plain({ status, body: { detail: text } })
/** P401: who has signed in must do so anew. */
export const freshLogin = (): Refusal =>
  problem(401, 'fresh_login_required', 'The action requires a fresh login to succeed.')
/** Shape E, "C403": no valid token on a write (endpoints/csrf.py:57). */
export const csrf = (user: string | null): Refusal => {
  const who = user === null ? '' : ` (authorized: user ${user})`
  const body = JSON.stringify({ error: `CSRF token was invalid or missing.${who}` }).replace(':', ': ')
  return plain({ status: 403, contentType: 'text/html', body })
}

/** A page of Quay's error template. */
export const page = (status: number, title: string): Answer => ({
  status,
  contentType: 'text/html',
  body: `<html>\n  <head>\n    <title>${title}</title>\n  </head>\n  <body>\n    <h1><p>${title}</p></h1>\n    \n  </body>\n</html>\n`,
})
/** H500: an unhandled exception of the server. */
export const serverError = (): Refusal => plain(page(500, 'Internal Server Error'))

/** The framework's own words, shape C. */
export const frameworkTexts = {
  broken: 'The browser (or proxy) sent a request that this server could not understand.',
  forbidden:
    "You don't have the permission to access the requested resource. It is either read-protected or not readable by the server.",
  missing:
    'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.',
  method: 'The method is not allowed for the requested URL.',
  mediaType: "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.",
} as const

/** 200 with a JSON body. */
export const ok = (body: unknown): Answer => ({ status: 200, body })
/** 201 with a JSON body, often a bare text. */
export const created = (body: unknown): Answer => ({ status: 201, body })
/** 204; Quay says `application/json` there too. */
export const noContent = (): Answer => ({ status: 204 })
