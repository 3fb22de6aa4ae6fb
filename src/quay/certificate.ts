import { request } from 'node:http'
import type { Socket } from 'node:net'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls'
import { authorities, type ConnectionOptions, placeOf, serverUrl } from './connection.ts'

/** What a server shows of itself before anything is asked. */
export interface Certificate {
  /** Who signed it. */
  readonly issuer: string
  readonly isSelfSigned: boolean
  /** For which hosts it is good. */
  readonly names: readonly string[]
  readonly until: Date
  /** Why it is not to be trusted, by Node's code; null where it is. */
  readonly distrust: string | null
  /** Is HTTP/2 spoken there? */
  readonly http2: boolean
}

const PATIENCE = 10_000

/** The certificate of an https server, trusted or not; null where none is shown. Sends nothing. */
export async function readCertificate(
  options: ConnectionOptions,
  proxy: URL | null,
): Promise<Certificate | null> {
  const url = serverUrl(options.url)
  const place = placeOf(url)
  const tunnel = proxy && (await tunnelThrough(proxy, `${url.hostname}:${place.port}`))
  if (proxy && !tunnel) return null
  const socket = connect({
    ...place,
    ...(tunnel && { socket: tunnel }),
    ...(isIP(place.host) === 0 && { servername: place.host }),
    ...authorities(options),
    ALPNProtocols: ['h2', 'http/1.1'],
    rejectUnauthorized: false,
  })
  return new Promise((resolve) => {
    const end = (found: Certificate | null) => {
      socket.destroy()
      resolve(found)
    }
    socket.setTimeout(PATIENCE, () => end(null))
    socket.once('secureConnect', () => end(certificateOf(socket)))
    socket.once('error', () => end(null))
  })
}

function certificateOf(socket: TLSSocket): Certificate {
  const shown = socket.getPeerCertificate()
  return {
    issuer: nameOf(shown.issuer),
    isSelfSigned: nameOf(shown.issuer) === nameOf(shown.subject),
    names: (shown.subjectaltname ?? '').split(', ').map((name) => name.replace(/^(DNS|IP Address):/, '')),
    until: new Date(shown.valid_to),
    distrust: socket.authorized ? null : String(socket.authorizationError),
    http2: socket.alpnProtocol === 'h2',
  }
}

const nameOf = ({ CN, O }: PeerCertificate['issuer']): string =>
  [CN, O].flat().find((name) => typeof name === 'string' && name !== '') ?? 'somebody without a name'

/** A connection through an http proxy; null where it makes none. */
function tunnelThrough(proxy: URL, server: string): Promise<Duplex | null> {
  if (proxy.protocol !== 'http:') return Promise.resolve(null)
  const { username, password } = proxy
  const secret = [username, password].map(decodeURIComponent).join(':')
  const asked = request({
    ...placeOf(proxy),
    method: 'CONNECT',
    path: server,
    timeout: PATIENCE,
    headers: {
      host: server,
      ...(username && { 'proxy-authorization': `Basic ${Buffer.from(secret).toString('base64')}` }),
    },
  })
  return new Promise((resolve) => {
    asked.once('connect', ({ statusCode }, socket: Socket) => resolve(statusCode === 200 ? socket : null))
    asked.once('response', () => resolve(null))
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => resolve(null))
    asked.end()
  })
}
