import { expect, test } from 'vitest'
import { path } from '../../src/model/api.ts'
import { anything } from '../../src/model/shape.ts'
import type { TraceLine } from '../../src/quay/stats.ts'
import { html, json, problem, quay, thrown } from './server.ts'

test('a URL is read once, however many ask and whenever', async () => {
  const { client, seen } = await quay((_, response, times) => json(response, 200, { times }))
  const answers = await Promise.all([
    client.get(path`/x`, anything),
    client.find(path`/x`, anything),
    client.get(path`/x`, anything),
  ])
  answers.push(await client.get(path`/x`, anything))
  expect(answers).toEqual([{ times: 1 }, { times: 1 }, { times: 1 }, { times: 1 }])
  expect(seen).toHaveLength(1)
})

test('a refusal is remembered, too', async () => {
  const { client, seen } = await quay((_, response) => json(response, 404, problem(404, 'not_found')))
  expect([await client.find(path`/x`, anything), await client.find(path`/x`, anything)]).toEqual([null, null])
  expect(seen).toHaveLength(1)
})

test('fresh reads again and replaces what is remembered; a write does not', async () => {
  const { client } = await quay((_, response, times) => json(response, 200, { times }))
  await client.get(path`/x`, anything)
  await client.put(path`/x`, {})
  expect(await client.get(path`/x`, anything)).toEqual({ times: 1 })
  expect(await client.fresh.get(path`/x`, anything)).toEqual({ times: 3 })
  expect(await client.fresh.get(path`/x`, anything)).toEqual({ times: 4 })
  expect(await client.get(path`/x`, anything)).toEqual({ times: 4 })
})

/** Serves these pages by number; the token of the next one is opaque and needs encoding. */
const pages = (all: readonly unknown[][], from = 0) =>
  quay(({ url }, response) => {
    const token = new URL(url, 'http://x').searchParams.get('next_page')
    const at = token === null ? from : Number(token.slice(2))
    const items = all[at] ?? []
    json(response, 200, { items, ...(at + 1 < all.length ? { next_page: `+/${at + 1}` } : {}) })
  })

test('all pages, in order, over an empty one', async () => {
  const { client, seen } = await pages([[1, 2], [], [3]])
  expect(await client.list(path`/x?limit=2`, 'items', anything)).toEqual([1, 2, 3])
  expect(seen.map(({ url }) => url.slice(7))).toEqual([
    '/x?limit=2',
    '/x?limit=2&next_page=%2B%2F1',
    '/x?limit=2&next_page=%2B%2F2',
  ])
  await client.list(path`/x?limit=2`, 'items', anything)
  expect(seen).toHaveLength(3)
  await client.fresh.list(path`/x?limit=2`, 'items', anything)
  expect(seen).toHaveLength(6)
})

test('an item that moved while reading is no restart', async () => {
  const { client } = await pages([[1, 2, 3], [3, 4, 5], [6]])
  expect(await client.list(path`/x`, 'items', anything)).toEqual([1, 2, 3, 3, 4, 5, 6])
})

test('a list that starts over is an error', async () => {
  const { client, seen } = await quay((_, response, times) =>
    json(response, 200, { items: [1, 2], next_page: `token ${times}` }),
  )
  expect(await thrown(client.list(path`/x`, 'items', anything))).toMatchObject({
    code: 'QC7612',
    message: 'GET /x: the list repeats a page',
  })
  expect(seen).toHaveLength(2)
})

test('a token that comes again is an error', async () => {
  const { client, seen } = await quay((_, response, times) =>
    json(response, 200, { items: [times], next_page: 'same' }),
  )
  expect(await thrown(client.list(path`/x`, 'items', anything))).toMatchObject({ code: 'QC7612' })
  expect(seen).toHaveLength(2)
})

test('empty pages without end are an error', async () => {
  const { client } = await quay((_, response, times) =>
    json(response, 200, { items: [], next_page: `${times}` }),
  )
  expect(await thrown(client.list(path`/x`, 'items', anything))).toMatchObject({ code: 'QC7612' })
})

test('an answer without the list is an error, not an empty list', async () => {
  const { client } = await quay((_, response) => json(response, 200, { others: [] }))
  expect(await thrown(client.list(path`/x`, 'items', anything))).toMatchObject({
    code: 'QC7610',
    message: 'GET /x: the answer has no list "items"',
  })
})

test('an exception that is not of the network comes through as it is', async () => {
  const bug = new TypeError('a bug')
  const trace = () => {
    throw bug
  }
  const { client } = await quay((_, response) => json(response, 200, {}), { trace })
  expect(await thrown(client.get(path`/x`, anything))).toBe(bug)
})

test('statistics and trace', async () => {
  const lines: TraceLine[] = []
  const { client } = await quay(
    ({ url }, response, times) => {
      if (times === 2) html(response, 502, 'Bad Gateway')
      else
        json(response, 200, { items: [times], ...(url.includes('next_page') ? {} : { next_page: 'opaque' }) })
    },
    { trace: (line) => lines.push(line) },
  )
  await client.list(path`/organization/${'acme'}/logs`, 'items', anything)
  await client.put(path`/user/`, {})
  expect(client.stats()).toEqual({
    requests: 4,
    retries: 1,
    kinds: [
      { request: 'GET /organization/*/logs', count: 3, for: [] },
      { request: 'PUT /user/', count: 1, for: [] },
    ],
  })
  expect(lines.map(({ method, path, status }) => [method, path, status])).toEqual([
    ['GET', '/organization/acme/logs', 200],
    ['GET', '/organization/acme/logs?next_page=…', 502],
    ['GET', '/organization/acme/logs?next_page=…', 200],
    ['PUT', '/user/', 200],
  ])
})

test('of half an answer a trace tells nothing: a secret in it stands in no field', async () => {
  const lines: TraceLine[] = []
  const { client } = await quay(
    (_, response) => response.writeHead(200).end('{"name": "ci", "token": "ABC'),
    {
      trace: (line) => lines.push(line),
    },
  )
  await thrown(client.get(path`/x`, anything))
  expect(lines.map((line) => line.bodies())).toMatchObject([{ answer: '(28 characters, not JSON)' }])
})
