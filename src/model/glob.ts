import type { Address } from './address.ts'
import { chainOf } from './address.ts'

/** Does a glob over addresses match? The type ends at the first `.`; segments end at `/ + : #`; `*` stays in a segment, `**` crosses, `?` is one character. */
export function globMatches(glob: string, address: string): boolean {
  return patternOf(glob).test(address)
}

/** As `globMatches`; a text without wildcard covers everything below it too. */
export function covers(glob: string, address: Address): boolean {
  if (/[*?]/.test(glob)) return globMatches(glob, address.text)
  return chainOf(address).some((step) => step.text === glob)
}

/** The last entry of a list with `!` exceptions that matches, or null. */
export function lastMatch<T extends { readonly text: string }>(
  globs: readonly T[],
  address: Address,
): T | null {
  const hit = globs.findLast(({ text }) => covers(text.replace(/^!/, ''), address))
  return hit && !hit.text.startsWith('!') ? hit : null
}

function patternOf(glob: string): RegExp {
  const dot = glob.indexOf('.')
  const [type, place] = dot < 0 ? [glob, ''] : [glob.slice(0, dot), glob.slice(dot + 1)]
  const source = dot < 0 ? part(type, '[^.]') : `${part(type, '[^.]')}\\.${part(place, '[^/+:#]')}`
  return new RegExp(`^${source}$`)
}

function part(text: string, inside: string): string {
  return text.replace(/\*\*|[*?]|[\\^$.|+()[\]{}]/g, (hit) => {
    if (hit === '**') return '.*'
    if (hit === '*') return `${inside}*`
    return hit === '?' ? inside : `\\${hit}`
  })
}
