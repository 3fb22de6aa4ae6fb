import { expect, test } from 'vitest'
import { path } from '../../src/model/api.ts'
import { WITHHELD } from '../../src/model/conceal.ts'
import * as errors from '../../src/model/errors.ts'
import { anything, either, record, text } from '../../src/model/shape.ts'
import { html, json, problem, quay, type Reply, thrown } from './server.ts'

const schemaDump = `{'robot_username': 'a+b', 'password': 'hunter22'} is not valid under any of the given schemas\n\nFailed validating 'anyOf'`
const csrf = 'CSRF token was invalid or missing. (authorized: user ann)'

const refusals: readonly [string, number, unknown, string][] = [
  ['a problem', 400, problem(400, 'invalid_request', 'Bad name'), 'Bad name'],
  ['a data-layer message', 400, { message: 'Invalid username: x' }, 'Invalid username: x'],
  ['a parameter message', 400, { message: { limit: 'Max 100.' } }, 'Max 100.'],
  ['an error text', 400, { error: 'no XHR' }, 'no XHR'],
  ['a detail alone', 409, { detail: 'Mirror exists' }, 'Mirror exists'],
  [
    'a schema dump',
    400,
    problem(400, 'invalid_request', schemaDump),
    '{…} is not valid under any of the given schemas',
  ],
  ['database text', 400, { message: 'duplicate key\nDETAIL:  Key (email)=(e)' }, 'duplicate key'],
  ['a bare string', 400, 'nope', 'nope'],
  ['an empty message', 400, { message: '' }, ''],
  ['an escape sequence', 400, { message: 'a\u001b[31mb' }, 'a [31mb'],
]

test.each(refusals)('%s', async (_, status, body, said) => {
  const { client } = await quay((_seen, response) => json(response, status, body))
  const error = await thrown(client.put(path`/x/${'a+b'}`, { password: 'hunter22' }))
  expect(error).toBeInstanceOf(errors.ApiError)
  expect(error).toMatchObject({ code: 'QC7400', status, failed: { method: 'PUT', path: '/x/a%2Bb', said } })
  const end = said ? `. Quay says: ${said}` : ''
  expect(error).toHaveProperty('message', `PUT /x/a%2Bb -> ${status}: Quay refused the request${end}`)
})

test('a redirect to nowhere is an error, too', async () => {
  for (const headers of [{}, { location: 'http://[' }]) {
    const { client } = await quay((_, response) => html(response, 302, 'Found', headers))
    const error = await thrown(client.get(path`/x`, anything))
    expect(error).toMatchObject({ code: 'QC7611', message: expect.stringMatching(/redirects to nowhere$/) })
  }
})

test('a write whose answer is not what is due may have been done', async () => {
  const { client } = await quay((_, response) => json(response, 200, { name: 7 }))
  const error = await thrown(client.post(path`/x`, {}, record({ name: text })))
  expect(error).toMatchObject({ code: 'QC7610', failed: { effect: 'perhaps' } })
  expect(error).toMatchObject({
    message: expect.stringMatching(/^POST \/x: the answer is not one of Quay's: /),
  })
})

test('of two shapes one must fit', () => {
  const both = either(text, record({ name: text }))
  expect([both.misfit('a'), both.misfit({ name: 'a' })]).toEqual([null, null])
  expect(both.misfit(7)).toEqual({ at: '', due: both.due })
})

test('the type of a problem is readable', async () => {
  const { client } = await quay((_, response) => json(response, 409, problem(409, 'tag_immutable', 'no')))
  expect(await thrown(client.get(path`/x`, anything))).toMatchObject({
    status: 409,
    failed: { errorType: 'tag_immutable' },
  })
})

const others: readonly [string, Reply, abstract new (...args: never[]) => Error, string, string][] = [
  [
    '401',
    (_, r) => json(r, 401, problem(401, 'invalid_token', 'Requires authentication')),
    errors.AuthError,
    'QC7401',
    'PUT /x -> 401: the token is invalid or expired. Quay says: Requires authentication',
  ],
  [
    '403 CSRF',
    (_, r) => html403(r, csrf),
    errors.AuthError,
    'QC7401',
    `PUT /x -> 403: the token is invalid or expired. Quay says: ${csrf}`,
  ],
  [
    '403',
    (_, r) => json(r, 403, problem(403, 'insufficient_scope', 'Unauthorized')),
    errors.AuthError,
    'QC7403',
    'PUT /x -> 403: not allowed. Quay says: Unauthorized',
  ],
  [
    '404 HTML',
    (_, r) => html(r, 404, 'Quay'),
    errors.MissingRouteError,
    'QC7404',
    'PUT /x -> 404: the server has no such API route. Quay says: Quay',
  ],
  [
    '404 text',
    (_, r) => r.writeHead(404).end('404 page not found\n'),
    errors.MissingRouteError,
    'QC7404',
    'PUT /x -> 404: the server has no such API route. Quay says: 404 page not found',
  ],
  [
    '405 HTML',
    (_, r) => html(r, 405, '405 Method Not Allowed'),
    errors.MissingRouteError,
    'QC7404',
    'PUT /x -> 405: the server has no such API route. Quay says: 405 Method Not Allowed',
  ],
  [
    '405 JSON',
    (_, r) => json(r, 405, { message: 'Not here.' }),
    errors.ApiError,
    'QC7400',
    'PUT /x -> 405: Quay refused the request. Quay says: Not here.',
  ],
  [
    '500 HTML',
    (_, r) => html(r, 500, '500 Internal Server Error'),
    errors.UnavailableError,
    'QC7500',
    'PUT /x -> 500: server error. Quay says: 500 Internal Server Error',
  ],
  [
    '520',
    (_, r) => json(r, 520, problem(520, 'downstream_issue')),
    errors.UnavailableError,
    'QC7500',
    'PUT /x -> 520: server error',
  ],
  [
    '503 read-only',
    (_, r) => json(r, 503, { message: 'Read-only', is_readonly: true }),
    errors.UnavailableError,
    'QC7503',
    'PUT /x -> 503: the registry is read-only. Quay says: Read-only',
  ],
  [
    '503 read-only as the registry says it',
    (_, r) => json(r, 503, { errors: [{ message: 'RO', detail: { is_readonly: true } }] }),
    errors.UnavailableError,
    'QC7503',
    'PUT /x -> 503: the registry is read-only. Quay says: RO',
  ],
  [
    'HTML as a success',
    (_, r) => html(r, 200, 'Sign in'),
    errors.UnavailableError,
    'QC7610',
    'HOST answered with an HTML page (Sign in) where JSON was due',
  ],
  [
    'JSON cut short',
    (_, r) => r.writeHead(200).end('{"name": "a'),
    errors.UnavailableError,
    'QC7610',
    'HOST answered with something that is not complete JSON where JSON was due',
  ],
]

function html403(response: Parameters<Reply>[1], error: string) {
  response.writeHead(403, { 'content-type': 'text/html' }).end(JSON.stringify({ error }))
}

test.each(others)('%s', async (_, reply, type, code, message) => {
  const { client, url, seen } = await quay(reply)
  const error = await thrown(client.put(path`/x`, {}))
  expect(error).toBeInstanceOf(type)
  expect(error).toHaveProperty('code', code)
  expect(error).toHaveProperty('message', expect.stringContaining(message.replace('HOST', new URL(url).host)))
  expect(error).toHaveProperty('hints', code === 'QC7400' ? [] : expect.arrayContaining([expect.any(String)]))
  expect(seen).toHaveLength(1)
})

test('what is concealed is never in a message, wherever it was sent', async () => {
  const said = 'no robot bot-user-1, key line-1\nline-2, on or bot-user'
  const { client } = await quay((_, response) => json(response, 400, { message: said }))
  client.conceal(['bot-user', 'bot-user-1', 'line-1\nline-2', ''])
  const error = await thrown(client.put(path`/x`, { external_registry_username: 'bot-user' }))
  expect(error).toMatchObject({ failed: { said: 'no robot ***, key ***, on or ***' } })
})

test.each([
  ['as a word', 'on', 'no robot on or off'],
  ['in a word', 'pass', 'the password is wrong'],
])('a short secret %s withholds all that is said, and what Quay meant is known', async (_, secret, said) => {
  const { client } = await quay((__, response) => json(response, 400, { message: said }))
  client.conceal([secret])
  const error = await thrown(client.put(path`/x`, {}))
  expect(error).toMatchObject({ failed: { said: WITHHELD } })
  expect(error instanceof errors.ApiError && error.says(new RegExp(said))).toBe(true)
})

test('secrets of the body and the token are never in a message', async () => {
  const { client } = await quay((seen, response) =>
    json(response, 400, { message: `${seen.body} ${seen.headers.authorization} 'hunter22' is bad` }),
  )
  const error = await thrown(client.post(path`/x`, { config: { password: 'hunter22' }, name: 'a' }))
  expect(error).toHaveProperty(
    'message',
    "POST /x -> 400: Quay refused the request. Quay says: {…} Bearer *** '***' is bad",
  )
})

test('find: null for a 404 of the API, in both its shapes, and for nothing else', async () => {
  const { client } = await quay(({ url }, response) => {
    if (url.endsWith('/problem')) return json(response, 404, problem(404, 'not_found', 'Not Found'))
    if (url.endsWith('/flask'))
      return json(response, 404, { message: 'The requested URL was not found on the server. If you …' })
    if (url.endsWith('/gateway')) return json(response, 404, { message: 'no Route matched' })
    if (url.endsWith('/refused'))
      return json(response, 403, problem(403, 'insufficient_scope', 'Unauthorized'))
    if (url.endsWith('/route')) return html(response, 404, 'Quay')
    json(response, 200, { name: 'a' })
  })
  expect(await client.find(path`/problem`, anything)).toBeNull()
  expect(await client.find(path`/flask`, anything)).toBeNull()
  expect(await client.find(path`/there`, anything)).toEqual({ name: 'a' })
  expect(await thrown(client.find(path`/gateway`, anything))).toBeInstanceOf(errors.ApiError)
  expect(await thrown(client.find(path`/refused`, anything))).toBeInstanceOf(errors.AuthError)
  expect(await thrown(client.find(path`/route`, anything))).toBeInstanceOf(errors.MissingRouteError)
  expect(await thrown(client.get(path`/problem`, anything))).toMatchObject({
    status: 404,
    failed: { errorType: 'not_found' },
  })
})

test('what is sent, and what an empty answer is', async () => {
  const { client, seen } = await quay(({ method }, response) => {
    if (method === 'DELETE') response.writeHead(204, { 'content-type': 'application/json' }).end()
    else if (method === 'POST') response.writeHead(201, { 'content-type': 'text/html' }).end()
    else json(response, 201, '')
  })
  expect(await client.put(path`/repository/${'acme'}/${'ci/x y'}`, { description: 'é' })).toBe('')
  expect(await client.post(path`/messages`)).toBeNull()
  expect(await client.delete(path`/message/1`)).toBeUndefined()
  expect(await client.root('/config', anything)).toBe('')
  expect(seen.map(({ method, url, body }) => [method, url, body])).toEqual([
    ['PUT', '/api/v1/repository/acme/ci/x%20y', '{"description":"é"}'],
    ['POST', '/api/v1/messages', ''],
    ['DELETE', '/api/v1/message/1', ''],
    ['GET', '/config', ''],
  ])
  expect(seen[0]?.headers).toMatchObject({
    authorization: 'Bearer tok-3n-of-tests',
    'content-type': 'application/json',
    'user-agent': 'quayctl/1.2.3',
    'x-requested-with': 'XMLHttpRequest',
  })
  expect(seen[1]?.headers).not.toHaveProperty('content-type')
})

test.each(['/a/../b', '/a/.', '/a/%2e%2E', 'a', '/a b'])('%s is not sent', async (text) => {
  const { client, seen } = await quay((_, response) => json(response, 200, {}))
  expect(await thrown(client.delete(text as ReturnType<typeof path>))).toBeInstanceOf(errors.UsageError)
  expect(seen).toEqual([])
})
