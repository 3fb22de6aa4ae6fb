import { invalidRequest } from '../../model/answers.ts'

/** An integer, perhaps a blank, perhaps a unit; no fractions (endpoints/api/namespacequota.py). */
export const sizePattern =
  '^(\\d+\\s?(B|KiB|MiB|GiB|TiB|PiB|EiB|ZiB|YiB|Ki|Mi|Gi|Ti|Pi|Ei|Zi|Yi|KB|MB|GB|TB|PB|EB|ZB|YB|K|M|G|T|P|E|Z|Y)?)$'

const prefixes = 'KMGTPEZY'

/** `10 GiB` and `10Gi` are binary, `10GB` and `10G` decimal. `B` passes the pattern and is refused afterwards. */
export function bytesOf(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+)\s?(\w*)$/.exec(text) ?? []
  if (unit === 'B') throw invalidRequest('Invalid limit format')
  const power = unit === '' ? 0 : prefixes.indexOf(unit.charAt(0)) + 1
  return Number(digits) * (unit.includes('i') ? 1024 : 1000) ** power
}

/** As Quay shows a size: `10.0 GiB`, `5.0 Byte`. */
export function sizeText(bytes: number): string {
  const power = Math.min(prefixes.length, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10))
  const unit = power === 0 ? 'Byte' : `${prefixes.charAt(power - 1)}iB`
  return `${(bytes / 1024 ** power).toFixed(1)} ${unit}`
}

/** The database's column holds 64 bits. */
export function checkSize(bytes: number, least: number): number {
  if (bytes < least) throw invalidRequest(`Invalid quota size limit value: '${bytes}'`)
  if (bytes > 2 ** 63 - 1) throw invalidRequest('Unsupported quota size limit.')
  return bytes
}
