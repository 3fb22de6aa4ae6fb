import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { path } from '../../src/model/api.ts'
import { anything } from '../../src/model/shape.ts'
import type { Client } from '../../src/quay/client.ts'
import { createGate } from '../../src/quay/limits.ts'
import { createPersist } from '../../src/quay/retry.ts'
import { clientFor, fakeClock, html, json, problem, quay, type Reply, thrown } from './server.ts'

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

const rows: readonly [string, Reply, Record<'get' | 'put' | 'post' | 'delete', boolean>, number?][] = [
  ['429', status(429), { get: true, put: true, post: true, delete: true }],
  ['500', status(500), { get: true, put: false, post: false, delete: false }],
  ['502', status(502), { get: true, put: true, post: false, delete: true }],
  ['503', status(503), { get: true, put: true, post: false, delete: true }],
  // Quay may still be at it, and a late delete can hit what was made since.
  ['504', status(504), { get: true, put: true, post: false, delete: false }],
  ['400', (_, r) => json(r, 400, {}), { get: false, put: false, post: false, delete: false }],
  // Quay may need the time to end what it is at.
  ['a reset', reset, { get: true, put: true, post: false, delete: true }, 2000],
  ['a body cut short', cut, { get: true, put: true, post: false, delete: true }, 2000],
]
const cases = rows.flatMap(([name, fail, repeated, least = 0]) =>
  (['get', 'put', 'post', 'delete'] as const).map(
    (method) => [name, method, repeated[method], fail, method === 'get' ? 0 : least] as const,
  ),
)

const call = (client: Client, method: 'get' | 'put' | 'post' | 'delete') =>
  method === 'get' ? client.get(path`/x`, anything) : client[method](path`/x`)

test.each(cases)('%s: is a %s repeated? %s', async (_, method, repeated, fail, least) => {
  const { client, seen, clock } = await quay(once(fail))
  const result = await call(client, method).then(
    () => true,
    () => false,
  )
  expect(result).toBe(repeated)
  expect(seen).toHaveLength(repeated ? 2 : 1)
  expect(clock.slept).toEqual(repeated ? [Math.max(250, least)] : [])
  expect(client.stats()).toMatchObject({ requests: seen.length, retries: seen.length - 1 })
})

describe('of a server that has answered before', () => {
  const page: Reply = (_, response) => html(response, 200, 'Be right back')
  /** The second request fails in that way, once. */
  const second =
    (fail: Reply): Reply =>
    (seen, response, times) =>
      times === 2 ? fail(seen, response, times) : json(response, 200, {})

  test.each(['get', 'put', 'delete'] as const)('a page is not the answer of a %s', async (method) => {
    const { client, seen } = await quay(second(page))
    await client.get(path`/first`, anything)
    await call(client, method)
    expect(seen).toHaveLength(3)
  })

  test('it may be that of a POST', async () => {
    const { client, seen } = await quay(second(page))
    await client.get(path`/first`, anything)
    expect(await thrown(client.post(path`/x`))).toMatchObject({
      code: 'QC7610',
      failed: { effect: 'perhaps' },
    })
    expect(seen).toHaveLength(2)
  })

  test('of another one a page ends the matter at once', async () => {
    const { client, seen } = await quay(page)
    expect(await thrown(client.get(path`/x`, anything))).toMatchObject({ code: 'QC7610' })
    expect(seen).toHaveLength(1)
  })

  test.each(['ENOTFOUND', 'CERT_HAS_EXPIRED', 'EPROTO'])('%s passes', async (code) => {
    let sent = 0
    const connection = {
      host: 'quay.test',
      async exchange() {
        sent += 1
        if (sent === 2) throw Object.assign(new Error(code), { code })
        return { status: 200, headers: {}, text: '{}' }
      },
      close: async () => {},
    }
    const client = clientFor({ url: 'https://quay.test', connection })
    await client.get(path`/first`, anything)
    await client.post(path`/x`)
    expect(sent).toBe(3)
    sent = 1
    const fresh = clientFor({ url: 'https://quay.test', connection })
    expect(await thrown(fresh.get(path`/first`, anything))).toMatchObject({
      code: /^E(NOT|AI)/.test(code) ? 'QC7602' : 'QC7601',
    })
    expect(sent).toBe(2)
  })
})

describe('what a failed write may have done', () => {
  const failing = (codes: readonly string[]) => ({
    host: 'quay.test',
    exchange: async () => {
      const code = codes[sent++] ?? ''
      if (/^\d/.test(code)) return { status: Number(code), headers: {}, text: '{}' }
      throw Object.assign(new Error(code), { code })
    },
    close: async () => {},
  })
  let sent = 0

  test.each([
    ['put', ['ECONNREFUSED', 'ECONNREFUSED', 'ECONNREFUSED'], 'none'],
    ['put', ['ECONNRESET', 'ECONNREFUSED', 'ECONNREFUSED'], 'perhaps'],
    ['put', ['UND_ERR_HEADERS_TIMEOUT', 'ECONNRESET', '400'], 'pending'],
    ['post', ['UND_ERR_CONNECT_TIMEOUT', '400'], 'none'],
    ['post', ['UND_ERR_HEADERS_TIMEOUT'], 'pending'],
    ['post', ['504'], 'pending'],
    ['post', ['502'], 'perhaps'],
    ['post', ['EWHATEVER'], 'perhaps'],
    ['post', ['CERT_HAS_EXPIRED'], 'none'],
    ['delete', ['UND_ERR_BODY_TIMEOUT'], 'pending'],
    ['get', ['UND_ERR_SOCKET', 'UND_ERR_SOCKET', 'UND_ERR_SOCKET'], 'none'],
  ] as const)('%s %j: %s', async (method, codes, effect) => {
    sent = 0
    const client = clientFor({ url: 'https://quay.test', connection: failing(codes) })
    expect(await thrown(call(client, method))).toMatchObject({ failed: { effect } })
    expect(sent).toBe(codes.length)
  })
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
  ['seconds and more', '7 or so', 250],
  ['more and seconds', 'in 7', 250],
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

test('nobody else waits that long either', async () => {
  const { client, clock } = await quay(once(status(429, { 'retry-after': '3600' })))
  expect(await thrown(client.get(path`/x`, anything))).toMatchObject({ code: 'QC7429' })
  await client.get(path`/y`, anything)
  expect(clock.slept.every((time) => time < 120_000)).toBe(true)
})

test('what waits when a client is closed is not sent any more', async () => {
  const { client, seen } = await quay((_, response) => json(response, 200, {}))
  const reads = Array.from({ length: 100 }, (_, i) => client.get(path`/x${String(i)}`, anything))
  await Promise.race(reads)
  const closed = client.close()
  await Promise.allSettled(reads)
  await closed
  expect(seen.length).toBeLessThan(50)
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

/** How requests that end so, one after another, are answered for: with codes of the network, or statuses. */
async function ending(method: string, ends: readonly (string | number)[], signal?: AbortSignal) {
  const persist = createPersist({ clock: fakeClock(), retryFor: 120_000, attempts: 8, signal })
  let sent = 0
  return persist(method, async () => {
    const end = ends[sent++] ?? 200
    if (typeof end === 'string') throw Object.assign(new Error(end), { code: end })
    return { status: end, headers: {}, text: '{}' }
  })
}

test.each([
  ['GET', [500, 404], 2, 'none'],
  ['GET', [200], 1, 'none'],
  ['PUT', [500], 1, 'perhaps'],
  ['PUT', [503, 400], 2, 'perhaps'],
  ['PUT', [200], 1, 'perhaps'],
  ['PUT', [100], 1, 'none'],
  ['PUT', [300], 1, 'none'],
  ['PUT', [429, 400], 2, 'none'],
  ['DELETE', ['ECONNRESET', 404], 2, 'perhaps'],
  ['DELETE', ['EWHATEVER'], 1, 'perhaps'],
  ['DELETE', ['UND_ERR_HEADERS_TIMEOUT'], 1, 'pending'],
  ['POST', ['ECONNREFUSED', 400], 2, 'none'],
  ['POST', ['ECONNRESET'], 1, 'perhaps'],
] as const)(
  '%s that ends in %j is sent %i times, and may have done: %s',
  async (method, ends, attempts, effect) => {
    expect(await ending(method, ends)).toMatchObject({ attempts, effect })
  },
)

test('what is aborted while it waits ends with the reason', async () => {
  const reason = new Error('interrupted')
  const outcome = await ending('PUT', [503, 200], AbortSignal.abort(reason))
  expect(outcome).toEqual({ failure: reason, attempts: 1, effect: 'perhaps' })
})

test('chance lengthens each wait, up to twice', async () => {
  expect(await waits({ status: 503 }, { chance: 0.5 })).toEqual([375, 750, 1500, 3000, 6000, 12_000, 15_000])
  expect((await waits({ status: 429, after: ' 12 ' }, { chance: 0.5 })).slice(0, 2)).toEqual([12_250, 12_250])
})

test('a wait that ends with the bound is waited', async () => {
  expect(await waits({ status: 503 }, { retryFor: 1750 })).toEqual([250, 500, 1000])
  expect(await waits({ status: 503 }, { retryFor: 1749 })).toEqual([250, 500])
})

test('only a write whose connection broke is waited for longer', async () => {
  expect(await waits('ECONNREFUSED', { method: 'PUT' })).toEqual([250, 500])
  expect(await waits('ECONNRESET', { method: 'PUT' })).toEqual([2000, 2000])
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

const answer = (milliseconds: number) => ({ strained: false, milliseconds })
const complaint = { strained: true, milliseconds: 1 }

test('the gate halves once for a burst of complaints and grows back', () => {
  const gate = createGate(16)
  const burst = Array.from({ length: 16 }, () => gate.observe())
  for (const settle of burst) settle(complaint)
  expect(gate.width).toBe(8)
  gate.observe()(complaint)
  expect(gate.width).toBe(4)
  for (let i = 0; i < 4; i += 1) gate.observe()(answer(100))
  expect(gate.width).toBe(5)
  for (let i = 0; i < 500; i += 1) gate.observe()(answer(100))
  expect(gate.width).toBe(16)
  for (let i = 0; i < 9; i += 1) gate.observe()(complaint)
  expect(gate.width).toBe(1)
})

describe('the gate narrows while answers are slow', () => {
  /** A server that does one request at a time, each in so many milliseconds: who waits longer, the more there are. */
  const loaded = (gate: { readonly width: number }, each: number) => answer(each * gate.width)
  const rounds = (width: number, heard: (gate: { readonly width: number }) => ReturnType<typeof answer>) => {
    const gate = createGate(width)
    gate.observe()(heard({ width: 1 }))
    for (let i = 0; i < 500; i += 1) gate.observe()(heard(gate))
    return gate.width
  }

  test.each([
    // As many as take four times as long as one.
    ['a busy server', (gate: { readonly width: number }) => loaded(gate, 200), [4, 5]],
    // Less than half a second is no reason.
    ['a fast one', (gate: { readonly width: number }) => loaded(gate, 25), [16]],
    ['one that is far away', () => answer(1500), [16]],
  ] as const)('%s', (_, heard, widths) => {
    expect(widths).toContain(rounds(16, heard))
  })

  test('by the fastest of a width of answers: a slow route is no sign', () => {
    let index = 0
    expect(rounds(16, () => answer(index++ % 4 === 0 ? 100 : 5000))).toBe(16)
  })

  test('and not below a quarter, however slow: that may be how it is now', () => {
    let index = 0
    expect(rounds(16, () => answer(index++ < 10 ? 50 : 9000))).toBe(4)
    index = 0
    expect(rounds(2, () => answer(index++ < 10 ? 50 : 9000))).toBe(1)
  })

  test('and widens again when they are fast', () => {
    const gate = createGate(8)
    for (let i = 0; i < 100; i += 1) gate.observe()(answer(i < 8 ? 100 : 3000))
    expect(gate.width).toBe(2)
    for (let i = 0; i < 100; i += 1) gate.observe()(answer(100))
    expect(gate.width).toBe(8)
  })
})
