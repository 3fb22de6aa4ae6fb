import { connect } from 'node:net'
import { isLoopback, placeOf } from './connection.ts'

/** How requests to a server go: through the proxy that a variable names, or directly, and why. */
export type Route =
  | { readonly proxy: URL; readonly variable: string }
  | { readonly proxy: null; readonly why: string }

type Environment = Readonly<Record<string, string | undefined>>

/** The way that undici's `EnvHttpProxyAgent` goes. */
export function routeTo(url: URL, env: Environment): Route {
  const proxy = proxyOf(url, env)
  if (isLoopback(url)) return { proxy: null, why: 'none: the server is on this machine' }
  if (!proxy) return { proxy: null, why: 'none: neither HTTPS_PROXY nor HTTP_PROXY is set' }
  const exempt = env.no_proxy ?? env.NO_PROXY ?? ''
  if (isExempt(url, exempt)) return { proxy: null, why: `none: NO_PROXY names ${url.hostname}` }
  return URL.canParse(proxy.address)
    ? { proxy: new URL(proxy.address), variable: proxy.variable }
    : { proxy: null, why: `none: ${proxy.variable} is not a URL` }
}

/** The proxy for https, or where there is none that for http. */
function proxyOf({ protocol }: URL, env: Environment) {
  const [plain, secure] = ['http_proxy', 'https_proxy'].map((name) => {
    const variable = env[name] === undefined ? name.toUpperCase() : name
    const address = env[variable] ?? ''
    return address === '' ? null : { variable, address }
  })
  return (protocol === 'https:' ? secure : null) ?? plain ?? null
}

function isExempt(url: URL, list: string): boolean {
  if (list === '*') return true
  const { hostname } = url
  const { port } = placeOf(url)
  return list
    .split(/[,\s]/)
    .filter(Boolean)
    .some((entry) => {
      const [, host = entry, only] = /^(.+):(\d+)$/.exec(entry) ?? []
      const name = host.replace(/^\*?\./, '').toLowerCase()
      return (
        (only === undefined || Number(only) === port) && (hostname === name || hostname.endsWith(`.${name}`))
      )
    })
}

/** Does anything listen there? Null, or why not, by Node's code. */
export function knock(url: URL, patience = 5000): Promise<string | null> {
  const socket = connect(placeOf(url))
  return new Promise((resolve) => {
    const end = (result: string | null) => {
      socket.destroy()
      resolve(result)
    }
    socket.setTimeout(patience, () => end('ETIMEDOUT'))
    socket.once('connect', () => end(null))
    socket.once('error', (error: NodeJS.ErrnoException) => end(String(error.code)))
  })
}

/** The passwords of proxies: a page of theirs may repeat them. */
export const passwordsOf = (env: Environment = {}): readonly string[] =>
  ['http_proxy', 'https_proxy']
    .flatMap((name) => [env[name], env[name.toUpperCase()]])
    .flatMap((address) => (address && URL.canParse(address) ? [decoded(new URL(address).password)] : []))

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
