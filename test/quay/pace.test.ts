import { createServer } from 'node:http'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { path } from '../../src/model/api.ts'
import { anything } from '../../src/model/shape.ts'
import { createClient } from '../../src/quay/client.ts'
import { type Limit, rush } from './limited.ts'
import { listen } from './server.ts'

vi.setConfig({ testTimeout: 60_000 })

const always = (rate: number, burst: number) => () => ({ rate, burst })

describe('3,000 reads at a server that limits the rate', () => {
  test.each([
    // As quay.io limits clients of HTTP/2 and of HTTP/1.
    [50, 100, 5, false],
    [50, 100, 20, false],
    [50, 100, 80, true],
    [5, 25, 50, false],
    [10, 10, 20, false],
    [10, 10, 80, true],
    [200, 20, 5, false],
    [200, 20, 20, false],
    [200, 20, 20, true],
    [400, 400, 10, false],
    // All that are under way are refused at once, and wait for a second.
    [147, 35, 4, true],
  ])('%i a second, %i saved up, %i ms away, with Retry-After: %s', async (rate, burst, latency, says) => {
    const seen = await rush({
      limit: always(rate, burst),
      latency,
      jitter: latency / 4,
      says,
      requests: 3000,
    })
    expect(seen.failed).toBe(0)
    expect(seen.used).toBeGreaterThan(0.85)
    expect(seen.refusedShare).toBeLessThan(0.02)
  })

  test('without a limit nothing waits', async () => {
    const seen = await rush({ limit: () => null, latency: 16, requests: 3200 })
    expect(seen).toMatchObject({ sent: 3200, seconds: 3.2 })
  })

  test('503 of a server that restarts is no limit of the rate', async () => {
    const status = (sent: number) => (sent > 1000 && sent < 1040 ? 503 : null)
    const seen = await rush({ limit: () => null, latency: 16, requests: 3200, status })
    expect(seen.failed).toBe(0)
    expect(seen.seconds).toBeLessThan(6)
  })
})

describe('a limit that changes halfway', () => {
  const becomes = (before: Limit | null, after: Limit | null) =>
    rush({
      limit: (passed) => (passed < 3000 ? before : after),
      latency: 20,
      jitter: 5,
      requests: 9000,
    })

  test.each([
    ['is lifted', { rate: 50, burst: 100 }, null],
    ['is four times higher', { rate: 50, burst: 50 }, { rate: 200, burst: 50 }],
    ['is a quarter', { rate: 100, burst: 100 }, { rate: 25, burst: 25 }],
    ['comes to be', null, { rate: 50, burst: 100 }],
  ])('%s', async (_, before, after) => {
    const seen = await becomes(before, after)
    expect(seen.failed).toBe(0)
    expect(seen.refusedShare).toBeLessThan(0.02)
    if (after) expect(seen.used).toBeGreaterThan(0.85)
    // At 50 a second the second part alone would take two minutes.
    else expect(seen.seconds).toBeLessThan(85)
  })
})

test('whatever the limit and the way to it: all is read, most of it is used, few are refused', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 5, max: 300 }),
      fc.integer({ min: 20, max: 200 }),
      fc.integer({ min: 2, max: 150 }),
      fc.boolean(),
      async (rate, seconds, latency, says) => {
        const burst = Math.max(5, Math.round((rate * seconds) / 100))
        const seen = await rush({
          limit: always(rate, burst),
          latency,
          jitter: latency / 5,
          says,
          requests: 3000,
        })
        const reach = Math.min(1, 16_000 / (latency * 1.1) / rate)
        expect(seen.failed).toBe(0)
        expect(seen.used).toBeGreaterThan(0.7 * reach)
        expect(seen.refusedShare).toBeLessThan(0.035)
      },
    ),
    { numRuns: 8 },
  )
})

test('a request that had to wait longer than it may be repeated is no failure', async () => {
  const seen = await rush({ limit: always(1, 1), latency: 20, requests: 200 })
  expect(seen).toMatchObject({ failed: 0 })
  expect(seen.seconds).toBeGreaterThan(150)
})

test('over a socket: all is read, and few are refused', async () => {
  const limit = { rate: 200, burst: 50 }
  let [tokens, last, refused, served] = [limit.burst, Date.now(), 0, 0]
  const server = createServer((_, response) => {
    tokens = Math.min(limit.burst, tokens + ((Date.now() - last) * limit.rate) / 1000)
    last = Date.now()
    const isRefused = tokens < 1
    if (isRefused) refused += 1
    else [tokens, served] = [tokens - 1, served + 1]
    response.writeHead(isRefused ? 429 : 200, { 'content-type': 'application/json' }).end('{}')
  })
  const url = `http://127.0.0.1:${await listen(server)}`
  const client = createClient({ url, version: '0' })
  await Promise.all(Array.from({ length: 500 }, (_, i) => client.get(path`/x/${String(i)}`, anything)))
  await client.close()
  expect(client.stats()).toMatchObject({ requests: 500 + refused, retries: refused })
  expect(served).toBe(500)
  expect(refused).toBeLessThan(60)
})
