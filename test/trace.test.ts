import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { expect, onTestFinished, test } from 'vitest'
import { tracing } from '../src/cli/trace.ts'
import { path } from '../src/model/api.ts'
import { anything } from '../src/model/shape.ts'
import { json, quay, thrown } from './quay/server.ts'

const text = { type: 'string' }
const number = { type: 'number' }
const closed = (properties: Record<string, object>, optional: readonly string[] = []) => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
})
const listOf = (items: object) => ({ type: 'array', items })
const pairs = listOf(closed({ name: text, value: text }))

/** HAR 1.2 as far as a trace has it, and nothing else but keys of its own, which begin with an underscore. */
const entry = closed(
  {
    startedDateTime: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$' },
    time: { type: 'number', minimum: 0 },
    request: closed(
      {
        ...{ method: text, url: { type: 'string', pattern: '^https?://[!-~]+$' }, httpVersion: text },
        ...{ cookies: { type: 'array', maxItems: 0 }, headers: pairs, queryString: pairs },
        ...{ postData: closed({ mimeType: text, text }), headersSize: number, bodySize: number },
      },
      ['postData'],
    ),
    response: closed({
      ...{ status: number, statusText: text, httpVersion: text, redirectURL: text },
      ...{ cookies: { type: 'array', maxItems: 0 }, headers: pairs },
      ...{ content: closed({ size: number, mimeType: text, text }, ['text']), headersSize: number },
      bodySize: number,
    }),
    cache: closed({}),
    timings: closed({ send: number, wait: number, receive: number }),
    ...{ _attempt: number, _requestId: text, _error: text },
  },
  ['_requestId', '_error'],
)
const isHar = new Ajv().compile(
  closed({
    log: closed({
      version: { const: '1.2' },
      creator: closed({ name: text, version: text }),
      entries: listOf(entry),
    }),
  }),
)

/** The file as it is now; fails where that is no archive. */
function archive(file: string) {
  const har = JSON.parse(readFileSync(file, 'utf8'))
  isHar(har)
  expect(isHar.errors).toBeNull()
  return har.log
}

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quayctl-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'trace.har')
}

test('a trace is a HAR archive after each request, for its owner only, and holds no secret', async () => {
  const file = place()
  const told: string[] = []
  const trace = tracing({ verbose: true, trace: file }, '1.2.3', (line) => told.push(line))
  expect(archive(file)).toEqual({
    version: '1.2',
    creator: { name: 'quayctl', version: '1.2.3' },
    entries: [],
  })
  const counts: number[] = []
  const { client, url } = await quay(
    (seen, response, times) => {
      if (times === 3) return response.destroy()
      const cookie = { 'set-cookie': 'session=COOKIE1', 'x-next-csrf-token': 'CSRF1' }
      return json(
        response,
        times === 2 ? 503 : 200,
        { csrf_token: 'CSRF2', seen: seen.url, ü: 'ü\u2028' },
        cookie,
      )
    },
    {
      trace: (line) => {
        trace?.(line)
        counts.push(archive(file).entries.length)
      },
    },
  )
  await client.get(path`/organization/${'acme'}?x=${'a b'}`, anything)
  await client.put(path`/x`, { password: 'PASSWORD1', name: 'ci' })
  await thrown(client.post(path`/y`, {}))
  expect(counts).toEqual([1, 2, 3, 4, 5])
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const content = readFileSync(file, 'utf8')
  for (const secret of ['COOKIE1', 'CSRF1', 'CSRF2', 'PASSWORD1', 'tok-3n-of-tests', 'authorization'])
    expect(content).not.toContain(secret)
  const { entries } = archive(file)
  expect(entries[0]).toMatchObject({
    request: { method: 'GET', url: `${url}/api/v1/organization/acme?x=a%20b`, bodySize: -1 },
    response: { status: 200, content: { mimeType: 'application/json' } },
    _attempt: 1,
  })
  expect(entries[0].request.queryString).toEqual([{ name: 'x', value: 'a b' }])
  expect(entries.map(({ response }: { response: { status: number } }) => response.status)).toEqual([
    200, 503, 0, 200, 200,
  ])
  expect(entries[2]._error).toBe('no answer')
  expect(JSON.parse(entries[1].request.postData.text)).toMatchObject({ name: 'ci' })
  expect(told[0]).toMatch(/^GET \/organization\/acme\?x=a%20b 200 \d+ ms$/)
  expect(told).toHaveLength(5)
})

test('what a longer file held is gone', () => {
  const file = place()
  const line = {
    at: 0,
    method: 'GET',
    path: '/x',
    target: '/x',
    origin: 'https://quay.test',
    version: 'HTTP/2',
  }
  const sides = { headers: { request: {}, answer: {} }, size: 0 }
  const rest = { status: 200, milliseconds: 1, attempt: 1, requestId: null, bodies: () => sides }
  for (const count of [3, 1]) {
    const trace = tracing({ trace: file }, '1', () => {})
    for (let i = 0; i < count; i += 1) trace?.({ ...line, ...rest })
    expect(archive(file).entries).toHaveLength(count)
  }
})
