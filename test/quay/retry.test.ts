import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { path } from '../../src/model/api.ts'
import { anything } from '../../src/model/shape.ts'
import type { Client } from '../../src/quay/client.ts'
import { createGate } from '../../src/quay/limits.ts'
import { createPersist } from '../../src/quay/retry.ts'
import { fakeClock, html, json, problem, quay, type Reply, thrown } from './server.ts'

/** Fails once in that way, then answers. */
const once =
  (fail: Reply): Reply =>
  (seen, response, times) =>
    times === 1 ? fail(seen, response, times) : json(response, 200, { ok: true })

const reset: Reply = (_, response) => response.destroy()
const cut: Reply = (_, response) => {
  response.writeHead(200, { 'content-length': '100' }).write('{"ok":')
  setImmediate(() => response.destroy())
}
const status =
  (code: number, headers: Record<string, string> = {}): Reply =>
  (_, response) =>
    html(response, code, `${code}`, headers)

const rows: readonly [string, Reply, Record<'get' | 'put' | 'post' | 'delete', boolean>][] = [
  ['429', status(429), { get: true, put: true, post: true, delete: true }],
  ['500', status(500), { get: true, put: false, post: false, delete: false }],
  ['502', status(502), { get: true, put: true, post: false, delete: true }],
  ['503', status(503), { get: true, put: true, post: false, delete: true }],
  ['504', status(504), { get: true, put: true, post: false, delete: true }],
  ['400', (_, r) => json(r, 400, {}), { get: false, put: false, post: false, delete: false }],
  ['a reset', reset, { get: true, put: true, post: false, delete: true }],
  ['a body cut short', cut, { get: true, put: true, post: false, delete: true }],
]
const cases = rows.flatMap(([name, fail, repeated]) =>
  (['get', 'put', 'post', 'delete'] as const).map(
    (method) => [name, method, repeated[method], fail] as const,
  ),
)

const call = (client: Client, method: 'get' | 'put' | 'post' | 'delete') =>
  method === 'get' ? client.get(path`/x`, anything) : client[method](path`/x`)

test.each(cases)('%s: is a %s repeated? %s', async (_, method, repeated, fail) => {
  const { client, seen, clock } = await quay(once(fail))
  const result = await call(client, method).then(
    () => true,
    () => false,
  )
  expect(result).toBe(repeated)
  expect(seen).toHaveLength(repeated ? 2 : 1)
  expect(clock.slept).toEqual(repeated ? [250] : [])
  expect(client.stats()).toMatchObject({ requests: seen.length, retries: seen.length - 1 })
})

test('the waits double up to a bound, and so often is it tried', async () => {
  const { client, clock } = await quay(status(503))
  const error = await thrown(client.get(path`/x`, anything))
  expect(clock.slept).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000])
  expect(error).toMatchObject({
    code: 'QC7500',
    message: 'GET /x -> 503: server error after 8 attempts. Quay says: 503',
  })
})

test('retryFor bounds the whole', async () => {
  const { client, clock } = await quay(status(429), { retryFor: 1000 })
  expect(await thrown(client.post(path`/x`))).toMatchObject({ code: 'QC7429' })
  expect(clock.slept).toEqual([250, 500])
})

test.each([
  ['seconds', '7', 7000],
  ['a date', 'Thu, 01 Jan 2026 00:00:09 GMT', 9000],
  ['a date gone by', 'Thu, 01 Jan 2015 00:00:09 GMT', 250],
  ['nonsense', 'soon', 250],
])('Retry-After as %s', async (_, value, slept) => {
  const { client, clock } = await quay(once(status(429, { 'retry-after': value })))
  await client.get(path`/x`, anything)
  expect(clock.slept).toEqual([slept])
})

test('a Retry-After beyond the bound is not waited for', async () => {
  const { client, clock, seen } = await quay(status(429, { 'retry-after': '3600' }))
  expect(await thrown(client.get(path`/x`, anything))).toMatchObject({ code: 'QC7429' })
  expect([clock.slept, seen.length]).toEqual([[], 1])
})

/** How long a request that ends so each time is waited for, with this chance and bound. */
async function waits(
  end: string | { readonly status: number; readonly after?: string },
  { chance = 0, retryFor = 120_000, method = 'GET' } = {},
): Promise<readonly number[]> {
  const clock = { ...fakeClock(), random: () => chance }
  const persist = createPersist({ clock, retryFor, attempts: 8 })
  const outcome = await persist(method, async () => {
    if (typeof end === 'string') throw Object.assign(new Error(end), { code: end })
    return {
      status: end.status,
      headers: end.after === undefined ? {} : { 'retry-after': end.after },
      text: '',
    }
  })
  expect(outcome.attempts).toBe(clock.slept.length + 1)
  return clock.slept
}

test('chance lengthens each wait, up to twice', async () => {
  expect(await waits({ status: 503 }, { chance: 0.5 })).toEqual([375, 750, 1500, 3000, 6000, 12_000, 15_000])
  expect((await waits({ status: 429, after: '12' }, { chance: 0.5 })).slice(0, 2)).toEqual([12_250, 12_250])
})

test('a wait that ends with the bound is waited', async () => {
  expect(await waits({ status: 503 }, { retryFor: 1750 })).toEqual([250, 500, 1000])
  expect(await waits({ status: 503 }, { retryFor: 1749 })).toEqual([250, 500])
})

test.each([
  ['a refused connection', 'ECONNREFUSED', [2, 2]],
  ['a broken connection', 'ECONNRESET', [2, 0]],
  ['a wrong certificate', 'CERT_HAS_EXPIRED', [0, 0]],
  ['a name that nobody knows', 'ENOTFOUND', [0, 0]],
])('%s: how often a GET and a POST are sent again', async (_, code, expected) => {
  const times = [await waits(code), await waits(code, { method: 'POST' })].map(({ length }) => length)
  expect(times).toEqual(expected)
})

test('a repeated delete that finds nothing has done its work; a first one has not', async () => {
  const gone: Reply = (_, response) => json(response, 404, problem(404, 'not_found'))
  const lost = await quay((seen, response, times) => (times === 1 ? reset : gone)(seen, response, times))
  expect(await lost.client.delete(path`/x`)).toBeUndefined()
  const first = await quay(gone)
  expect(await thrown(first.client.delete(path`/x`))).toMatchObject({ status: 404 })
})

test('a lost answer to a write says that Quay may have acted', async () => {
  const { client } = await quay(reset)
  const error = await thrown(client.post(path`/x`))
  expect(error).toMatchObject({ code: 'QC7604', status: null })
  expect(error).toHaveProperty('hints', expect.arrayContaining([expect.stringContaining('may have acted')]))
})

test('a server that never answered is given up early, one that did is not', async () => {
  const never = await quay(reset)
  await thrown(never.client.get(path`/x`, anything))
  expect(never.seen).toHaveLength(3)
  const late = await quay((seen, response, times) =>
    times === 1 ? json(response, 200, {}) : reset(seen, response, times),
  )
  await late.client.get(path`/first`, anything)
  await thrown(late.client.get(path`/x`, anything))
  expect(late.seen).toHaveLength(9)
})

test('as many requests at once as asked for', async () => {
  const held: ServerResponse[] = []
  const { client } = await quay(
    (_, response) => {
      held.push(response)
      if (held.length === 3) for (const one of held.splice(0)) json(one, 200, {})
    },
    { concurrency: 3 },
  )
  await Promise.all(Array.from({ length: 21 }, (_, i) => client.get(path`/x/${`${i}`}`, anything)))
  expect(client.stats().requests).toBe(21)
})

test('the gate lets no more than its width in', async () => {
  const gate = createGate(3)
  const leave: (() => void)[] = []
  const all = Array.from({ length: 7 }, () =>
    gate.run(() => new Promise<void>((resolve) => leave.push(resolve))),
  )
  for (const inside of [3, 3, 1]) {
    await new Promise(setImmediate)
    expect(leave).toHaveLength(inside)
    for (const one of leave.splice(0)) one()
  }
  await Promise.all(all)
})

test('the gate halves once for a burst of complaints and grows back', () => {
  const gate = createGate(16)
  const burst = Array.from({ length: 16 }, () => gate.observe())
  for (const settle of burst) settle(true)
  expect(gate.width).toBe(8)
  gate.observe()(true)
  expect(gate.width).toBe(4)
  for (let i = 0; i < 4; i += 1) gate.observe()(false)
  expect(gate.width).toBe(5)
  for (let i = 0; i < 500; i += 1) gate.observe()(false)
  expect(gate.width).toBe(16)
  for (let i = 0; i < 9; i += 1) gate.observe()(true)
  expect(gate.width).toBe(1)
})
