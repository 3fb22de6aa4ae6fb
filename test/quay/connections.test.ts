import { createSecureServer, type Http2Session } from 'node:http2'
import { createServer, type ServerOptions } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { path } from '../../src/model/api.ts'
import { anything } from '../../src/model/shape.ts'
import { certificate } from './certificate.ts'
import { clientFor, json, listen } from './server.ts'

/** A server of HTTP/2 that answers when as many as it waits for are there, or nobody else comes. */
async function multiplexing(
  together: number,
  ended: (session: Http2Session, count: number) => void = () => {},
) {
  const sessions = new Map<Http2Session, number>()
  const seen: string[] = []
  const waiting: (() => void)[] = []
  let most = 0
  const answer = () => {
    for (const go of waiting.splice(0)) go()
  }
  const server = createSecureServer({ ...certificate, allowHTTP1: true }, (request, response) => {
    seen.push(`${request.method} ${request.url}`)
    waiting.push(() => {
      if (!response.stream?.destroyed) json(response as never, 200, {})
    })
    most = Math.max(most, waiting.length)
    const { session } = request.stream
    if (session) sessions.set(session, (sessions.get(session) ?? 0) + 1)
    if (session) ended(session, seen.length)
    if (waiting.length >= together) answer()
    else setTimeout(answer, 20)
  })
  server.on('session', (session) => sessions.set(session, 0))
  const port = await listen(server)
  return { url: `https://127.0.0.1:${port}`, seen, sessions, most: () => most }
}

const ca = certificate.cert
const many = (count: number) => Array.from({ length: count }, (_, i) => String(i))

describe('over HTTP/2', () => {
  test('sixteen requests are under way at once, each on a connection of its own that serves many', async () => {
    const { url, sessions, most, seen } = await multiplexing(16)
    const client = clientFor({ url, ca })
    await client.get(path`/first`, anything)
    await Promise.all(many(320).map((name) => client.get(path`/x/${name}`, anything)))
    expect([most(), sessions.size, seen.length]).toEqual([16, 16, 321])
  })

  test('a connection is left before a server ends it for its age', async () => {
    const { url, sessions, seen } = await multiplexing(1)
    const client = clientFor({ url, ca })
    await client.get(path`/first`, anything)
    await Promise.all(many(1000).map((name) => client.get(path`/x/${name}`, anything)))
    expect([seen.length, client.stats().retries]).toEqual([1001, 0])
    expect(Math.max(...sessions.values())).toBeLessThan(1000)
  })

  test.each(['close', 'destroy'] as const)(
    'a server that ends it (%s): reads are sent again, no create is',
    async (how) => {
      const { url, seen } = await multiplexing(16, (session, count) => {
        if (count % 50 === 0) setImmediate(() => session[how]())
      })
      const client = clientFor({ url, ca })
      await client.get(path`/first`, anything)
      const names = many(200)
      const reads = names.map((name) => client.get(path`/x/${name}`, anything))
      const writes = names.map((name) =>
        client.post(path`/x/${name}`).then(
          () => null,
          (error: unknown) => error,
        ),
      )
      await Promise.all(reads)
      const errors = (await Promise.all(writes)).filter((error) => error !== null)
      const posts = seen.filter((line) => line.startsWith('POST'))
      expect(new Set(posts).size).toBe(posts.length)
      for (const error of errors)
        expect(error).toMatchObject({ code: 'QC7604', failed: { effect: 'perhaps' } })
    },
  )
})

describe('where the server closes after each answer', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s: nearly all handshakes are short', async (maxVersion) => {
    let [reused, full] = [0, 0]
    const options: ServerOptions = { ...certificate, maxVersion, ALPNProtocols: ['http/1.1'] }
    const server = createServer(options, ({ socket }, response) => {
      if ((socket as TLSSocket).isSessionReused()) reused += 1
      else full += 1
      json(response, 200, {}, { connection: 'close' })
    })
    const client = clientFor({ url: `https://127.0.0.1:${await listen(server)}`, ca })
    await client.get(path`/first`, anything)
    for (const names of [many(50), many(100)]) {
      globalThis.gc?.()
      await Promise.all(
        names.map((name) => client.get(path`/x/${name}?of=${String(names.length)}`, anything)),
      )
    }
    expect(full).toBeLessThanOrEqual(2)
    expect(reused).toBeGreaterThan(140)
  })
})
