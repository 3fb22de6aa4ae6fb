import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { Answer } from '../model/emulation.ts'
import type { Emulator } from './emulator.ts'

/** An emulated Quay that listens. */
export interface Served {
  readonly url: string
  close(): Promise<void>
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

const headersOf = (request: IncomingMessage): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  )

const isJson = (answer: Answer): boolean => (answer.contentType ?? 'application/json').includes('json')
/** A body without a type of its own is JSON; of any other type it is text. */
function textOf(answer: Answer): string {
  if (answer.body === undefined) return ''
  return isJson(answer) || typeof answer.body !== 'string' ? `${JSON.stringify(answer.body)}\n` : answer.body
}

/** An answer as it goes over a wire. */
export function written(answer: Answer, now: Date) {
  const contentType = answer.contentType ?? 'application/json'
  const headers: Record<string, string> = {
    'content-type': contentType === 'text/html' ? 'text/html; charset=utf-8' : contentType,
    date: now.toUTCString(),
    ...answer.headers,
  }
  return { status: answer.status, headers, text: textOf(answer) }
}

/** Sends an answer; `truncated` closes the connection in the middle of the body that was announced. */
function send(response: ServerResponse, answer: Answer, method: string, truncated: boolean, now: Date): void {
  const { headers, text } = written(answer, now)
  const body = Buffer.from(text)
  if (answer.status !== 204) headers['content-length'] = String(body.length)
  response.writeHead(answer.status, headers)
  if (answer.status === 204 || method === 'HEAD') response.end()
  else if (!truncated) response.end(body)
  else response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy())
}

async function answer(emulator: Emulator, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = request.method ?? 'GET'
  const body = await bodyOf(request)
  const outcome = emulator.handle({ method, target: request.url ?? '/', headers: headersOf(request), body })
  if (outcome === 'reset') request.socket.resetAndDestroy()
  if (outcome === 'close') request.socket.end()
  if (typeof outcome === 'string') return
  if (outcome.delay !== undefined) await setTimeout(outcome.delay)
  send(response, outcome.answer, method, outcome.truncated ?? false, emulator.now())
}

/** Listens on a loopback port, a free one unless said otherwise. */
export async function serve(
  emulator: Emulator,
  options: { readonly port?: number; readonly host?: string } = {},
): Promise<Served> {
  const host = options.host ?? '127.0.0.1'
  const server = createServer({ maxHeaderSize: 65536 }, (request, response) => {
    answer(emulator, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
