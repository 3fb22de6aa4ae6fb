import { invalidRequest } from './answers.ts'
import { isAddress, isPrivateAddress } from './emulation-addresses.ts'

const blockedName =
  /^(localhost|metadata|kubernetes|kubernetes\.default|kubernetes\.default\.svc)$|\.(internal|local)$/

/**
 * Refuses a host that a server must not be made to call (util/security/ssrf.py). Hosts are judged by name: `.invalid`
 * does not resolve, every other name is taken for a public one.
 */
export function checkHost(host: string, what: 'URL' | 'location'): void {
  if (isAddress(host) ? isPrivateAddress(host) : blockedName.test(host))
    throw invalidRequest(`The provided registry ${what} is not allowed`)
  if (/(^|\.)invalid$/.test(host)) throw invalidRequest(`Cannot resolve hostname '${host}'`)
}

interface Parts {
  readonly scheme: string
  readonly user: string
  readonly host: string
}

/** As Python's `urlparse` takes a URL apart; it is not particular about what a host may hold. */
function split(url: string): Parts {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1] ?? ''
  const authority = /^(?:[a-z][a-z0-9+.-]*:)?\/\/([^/?#]*)/i.exec(url)?.[1] ?? ''
  if (authority.includes('[') !== authority.includes(']')) throw invalidRequest('Invalid URL format')
  const at = authority.lastIndexOf('@')
  const place = authority.slice(at + 1)
  const host = /\[([^\]]*)\]/.exec(place)?.[1] ?? place.replace(/:.*/s, '')
  const user = authority.slice(0, Math.max(at, 0))
  return { scheme: scheme.toLowerCase(), user: user === ':' ? '' : user, host: host.toLowerCase() }
}

/** Refuses what is no URL of a public registry, in Quay's words and order (util/security/ssrf.py). */
export function checkRegistryUrl(text: string): void {
  const url = text.trim()
  if (url === '') throw invalidRequest('External registry URL is required')
  const { scheme, user, host } = split(url)
  if (scheme !== 'http' && scheme !== 'https')
    throw invalidRequest(`Invalid URL scheme '${scheme}': only HTTP and HTTPS are allowed`)
  if (user !== '') throw invalidRequest('URLs with embedded credentials are not allowed')
  if (host === '') throw invalidRequest('URL must include a hostname')
  checkHost(host, 'URL')
}
