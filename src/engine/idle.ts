import type { Address } from '../model/address.ts'
import type { Diagnostic, Place } from '../model/diagnostics.ts'
import { covers } from '../model/glob.ts'
import type { Registry } from '../model/resource.ts'

/** A glob that the user gave, and where: a flag has no place. */
export interface GivenGlob {
  readonly text: string
  readonly from: string
  readonly at: Place | null
}

/** Globs over addresses that match nothing there is; of those that only guard, the ones that look like a mistake. */
export function idleGlobs(
  globs: readonly GivenGlob[],
  addresses: readonly Address[],
  registry: Registry,
): readonly Diagnostic[] {
  const matches = (glob: string) => addresses.some((address) => covers(glob, address))
  return globs.flatMap(({ text, from, at }) => {
    const glob = text.replace(/^!/, '')
    if (matches(glob)) return []
    const crossing = glob.replace(/\*+/g, '**')
    const meant = crossing !== glob && matches(crossing)
    const type = glob.replace(/\..*/s, '')
    const unknown = !/[*?]/.test(type) && !registry.has(type)
    if (at && !meant && !unknown) return []
    const hint = meant
      ? `* stays between / + : and #, ** crosses them: "${crossing}"`
      : unknown
        ? `types are ${[...registry.keys()].join(', ')}`
        : 'addresses are what a plan prints'
    return [{ code: 'QC4008', severity: 'warning', message: `${from} "${text}" matches nothing`, at, hint }]
  })
}
