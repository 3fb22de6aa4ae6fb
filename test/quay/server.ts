import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { onTestFinished } from 'vitest'
import { type Client, type ClientOptions, createClient } from '../../src/quay/client.ts'
import type { Clock } from '../../src/quay/clock.ts'

export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type Reply = (seen: Seen, response: ServerResponse, times: number) => void

/** Starts listening on a free loopback port until the test ends. */
export async function listen(server: Server & { closeAllConnections?(): void }): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections?.()
    await new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

/** Notes every request and has `reply` answer it, with how many came before plus one. */
export function recorder(reply: Reply): { readonly seen: Seen[]; readonly listener: RequestListener } {
  const seen: Seen[] = []
  return {
    seen,
    listener: (request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        const { method = '', url = '', headers } = request
        const one = { method, url, headers, body }
        seen.push(one)
        reply(one, response, seen.length)
      })
    },
  }
}

/** A clock whose sleep takes no time and is noted. */
export function fakeClock(): Clock & { readonly slept: number[] } {
  const slept: number[] = []
  let now = Date.parse('2026-01-01T00:00:00Z')
  return {
    slept,
    now: () => now,
    async sleep(milliseconds) {
      slept.push(milliseconds)
      now += milliseconds
    },
    random: () => 0,
  }
}

/** A client of a server that `reply` plays. */
export async function quay(reply: Reply, options: Partial<ClientOptions> = {}) {
  const { seen, listener } = recorder(reply)
  const url = `http://127.0.0.1:${await listen(createServer(listener))}`
  const clock = fakeClock()
  const client = clientFor({ url, clock, ...options })
  return { client, seen, clock, url }
}

export function clientFor(options: Partial<ClientOptions> & { readonly url: string }): Client {
  const client = createClient({ version: '1.2.3', token: 'tok-3n-of-tests', clock: fakeClock(), ...options })
  onTestFinished(() => client.close())
  return client
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

export function html(
  response: ServerResponse,
  status: number,
  title: string,
  headers: Record<string, string> = {},
) {
  const page = `<!doctype html>\n<html><head><title>${title}</title></head><body>tok-3n-of-tests</body></html>`
  response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(page)
}

/** What the promise is rejected with. */
export const thrown = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => new Error('it was fulfilled'),
    (error: unknown) => error,
  )

export const problem = (status: number, kind: string, detail?: string) => ({
  ...(detail === undefined ? {} : { detail, error_message: detail }),
  error_type: kind,
  title: kind,
  type: `http://quay/api/v1/error/${kind}`,
  status,
})
