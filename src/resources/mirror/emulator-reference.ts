import { invalidRequest } from '../../model/answers.ts'
import { isAddress } from '../../model/emulation-addresses.ts'
import { checkHost } from '../../model/emulation-hosts.ts'

const hostname = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/
const words = 'External registry reference'

interface Check {
  readonly when: RegExp
  readonly text: string
}
/** In the server's order (util/security/ssrf.py). */
const checks: readonly Check[] = [
  { when: /^\s*$/, text: 'is required' },
  { when: /\s/, text: 'must not include whitespace' },
  { when: /:\/\//, text: 'must not include a URL scheme' },
  { when: /[?#\\%]/, text: 'contains an invalid character' },
  { when: /^[^/]*$|^\/|^[^/]*\/$/, text: 'must include a repository path' },
]

/** `host[:port]` or `[address][:port]`; a user name before `@` makes no valid host. */
function splitRegistry(registry: string): { readonly host: string; readonly port: string | undefined } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(registry)
  const plain = /^([^:[]*)(?::([^:]*))?$/.exec(registry.slice(registry.lastIndexOf('@') + 1))
  const found = bracketed ?? plain
  if (!found || (registry.match(/:/g)?.length ?? 0) > (bracketed ? Infinity : 1))
    throw invalidRequest(`${words} contains an invalid registry authority`)
  return { host: (found[1] ?? '').toLowerCase(), port: found[2] }
}

function checkPort(port: string | undefined): void {
  if (port === undefined) return
  if (port === '' || /^0+$/.test(port)) throw invalidRequest(`${words} contains an invalid registry port`)
  if (!/^\d+$/.test(port) || Number(port) > 65535)
    throw invalidRequest(`${words} contains an invalid registry authority`)
}

/** Refuses what is no `host[:port]/path` of a public registry, in Quay's words. */
export function checkReference(reference: string): void {
  const failed = checks.find(({ when }) => when.test(reference))
  if (failed) throw invalidRequest(`${words} ${failed.text}`)
  const registry = reference.slice(0, reference.indexOf('/'))
  const { host, port } = splitRegistry(registry)
  checkPort(port)
  if (registry.includes('@') || !(isAddress(host) || hostname.test(host)))
    throw invalidRequest(`${words} must include a valid registry hostname`)
  checkHost(host, 'location')
}
