/** An address as a number, with as many bits as its family has. */
interface Address {
  readonly bits: 32 | 128
  readonly value: bigint
}

const octet = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const fourOctets = new RegExp(`^${octet}(?:\\.${octet}){3}$`)

const joined = (parts: readonly number[], width: bigint): bigint =>
  parts.reduce((all, part) => (all << width) | BigInt(part), 0n)

/** The eight groups of an IPv6 address that `URL` has brought into its shortest form. */
function groups(shortest: string): readonly number[] {
  const written = (text: string) => text.split(':').filter((group) => group !== '')
  const zeros = ':0'.repeat(8 - written(shortest).length)
  return written(shortest.replace('::', `${zeros}:`)).map((group) => Number.parseInt(group, 16))
}

function parseAddress(text: string): Address | undefined {
  if (fourOctets.test(text)) return { bits: 32, value: joined(text.split('.').map(Number), 8n) }
  const url = `http://[${text}]`
  if (!text.includes(':') || !URL.canParse(url)) return undefined
  return { bits: 128, value: joined(groups(new URL(url).hostname.slice(1, -1)), 16n) }
}

/** What is not for the public (util/security/ssrf.py): private, reserved, multicast, and IPv4 in IPv6 clothes. */
const privateNetworks =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 ' +
  '192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 ' +
  '::/127 ::ffff:0:0/96 64:ff9b::/96 100::/64 2001:db8::/32 fc00::/7 fe80::/9 ff00::/8'

function isWithin(address: Address, network: string): boolean {
  const start = parseAddress(network.replace(/\/.*/, ''))
  const rest = BigInt(address.bits - Number(network.replace(/.*\//, '')))
  return start?.bits === address.bits && start.value >> rest === address.value >> rest
}

/** Whether a host is written as a number. */
export const isAddress = (host: string): boolean => parseAddress(host) !== undefined

/** Whether an address is one that a server must not be made to call. */
export function isPrivateAddress(host: string): boolean {
  const address = parseAddress(host)
  return address !== undefined && privateNetworks.split(' ').some((network) => isWithin(address, network))
}
