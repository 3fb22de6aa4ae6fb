import { X509Certificate } from 'node:crypto'
import { createSecureContext, rootCertificates } from 'node:tls'
import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent } from 'undici'
import { ConfigError } from '../model/errors.ts'
import type { Answer } from './answers.ts'
import { exchange } from './exchange.ts'
import { createLines, type Lines } from './lines.ts'

/** How to reach the server. */
export interface ConnectionOptions {
  readonly url: string
  /** Where HTTP_PROXY, HTTPS_PROXY and NO_PROXY (or in small letters) are looked up; the process's own environment is not. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Authorities to trust besides Node's, as PEM text. */
  readonly ca?: string | undefined
  /** The content of NODE_EXTRA_CA_CERTS, which counts no more once `ca` is given. */
  readonly extraCa?: string | undefined
  readonly insecureSkipTlsVerify?: boolean | undefined
  /** In milliseconds; connect 10 s, headers and body 60 s. */
  readonly timeouts?: { readonly connect?: number; readonly headers?: number; readonly body?: number }
}

/** One request. */
export interface Message {
  readonly method: Dispatcher.HttpMethod
  /** From the root, encoded. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  /** Once it is aborted nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined
}

/** One server: sends a request and brings the whole answer, redirects included; rejects with the network's exception. */
export interface Connection {
  readonly host: string
  exchange(message: Message): Promise<Answer>
  /** Of HTTP, as far as is known. */
  version?(): string
  close(): Promise<void>
}

/** The URL's origin; a `ConfigError` when it is not the address of a server. */
export function serverUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new ConfigError('QC3101', 'the URL of Quay is not one', ['Write it like https://quay.example.com.'])
  if (url.username !== '' || url.password !== '')
    throw new ConfigError('QC3101', `the URL of Quay holds a user or a password (${url.host})`, [
      'Remove what stands before the @; credentials come from QUAY_TOKEN, --token-file, or QUAY_USERNAME and QUAY_PASSWORD.',
    ])
  if (url.pathname !== '/' || url.search !== '')
    throw new ConfigError('QC3101', `the URL of Quay has a path (${url.origin}${url.pathname})`, [
      `Write ${url.origin}.`,
    ])
  return url
}

/** Where a server or a proxy listens: brackets are for URLs only, and a URL leaves out the port of its scheme. */
export const placeOf = ({
  hostname,
  port,
  protocol,
}: URL): { readonly host: string; readonly port: number } => ({
  host: hostname.replace(/^\[|\]$/g, ''),
  port: Number(port) || (protocol === 'https:' ? 443 : 80),
})

/** Can nobody but this machine read what is sent there? */
export const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)

/** nginx ends a connection of HTTP/2 after a thousand requests, and undici then loses those under way. */
const REQUESTS_A_CONNECTION = 900

export function connect(options: ConnectionOptions, connections: number): Connection {
  const url = serverUrl(options.url)
  const { headers: headersTimeout = 60_000, body: bodyTimeout = 60_000 } = options.timeouts ?? {}
  const lines = createLines()
  const newDispatcher = dispatchersFor(url, options, connections, lines)
  let dispatcher = newDispatcher()
  let sent = 0
  const closing = new Set<Promise<void>>()
  function renew() {
    const closed: Promise<void> = dispatcher.close().finally(() => closing.delete(closed))
    closing.add(closed)
    dispatcher = newDispatcher()
  }
  return {
    host: url.host,
    version: lines.version,
    exchange({ method, path, headers, body, signal }) {
      sent += 1
      if (sent % REQUESTS_A_CONNECTION === 0 && lines.version() === 'HTTP/2') renew()
      const asked = { origin: url.origin, method, path, headers, body, headersTimeout, bodyTimeout }
      return exchange(dispatcher, asked, signal)
    },
    async close() {
      await Promise.all([dispatcher.close(), ...closing])
    },
  }
}

function dispatchersFor(
  url: URL,
  options: ConnectionOptions,
  connections: number,
  { factory }: Lines,
): () => Dispatcher {
  const tls = {
    timeout: options.timeouts?.connect ?? 10_000,
    allowH2: true,
    rejectUnauthorized: options.insecureSkipTlsVerify !== true,
    // Made once: to read all authorities again for each connection takes a tenth of a second.
    ...(url.protocol === 'https:' && { secureContext: createSecureContext(authorities(options)) }),
  }
  const agent = { connections, allowH2: true, connect: buildConnector(tls), factory }
  const env = options.env ?? {}
  const httpProxy = env.http_proxy ?? env.HTTP_PROXY ?? ''
  const httpsProxy = env.https_proxy ?? env.HTTPS_PROXY ?? ''
  // Plain http to this machine must stay on it, or the token would go to the proxy.
  if (isLoopback(url) || (httpProxy === '' && httpsProxy === '')) return () => new Agent(agent)
  const noProxy = env.no_proxy ?? env.NO_PROXY ?? ''
  if ([httpProxy, httpsProxy].some((address) => address !== '' && !isProxy(address)))
    throw new ConfigError('QC3102', 'the address of the proxy is not a URL', [
      'HTTP_PROXY and HTTPS_PROXY look like http://proxy.example.com:3128.',
    ])
  const proxyTls = authorities(options)
  return () => new EnvHttpProxyAgent({ ...agent, httpProxy, httpsProxy, noProxy, requestTls: tls, proxyTls })
}

/** Without its scheme the name of a host is taken for one. */
const isProxy = (address: string): boolean =>
  URL.canParse(address) && ['http:', 'https:'].includes(new URL(address).protocol)

/** `ca` replaces Node's list, so Node's list is put before it. */
export function authorities({ ca, extraCa }: ConnectionOptions): { ca?: string[] } {
  if (ca === undefined) return {}
  try {
    new X509Certificate(ca)
  } catch (cause) {
    const hints = ['It must be a file of PEM text (-----BEGIN CERTIFICATE-----).']
    throw new ConfigError('QC3103', 'the file of certificate authorities holds no certificate', hints, cause)
  }
  return { ca: [...rootCertificates, ...(extraCa === undefined ? [] : [extraCa]), ca] }
}
