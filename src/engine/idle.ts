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

/** The same, and whether it matches anything there is; `crosses`: would it with `**`? */
export interface UsedGlob extends GivenGlob {
  readonly matches: boolean
  readonly crosses: boolean
}

/** What these globs match among objects. */
export function usesOf(
  globs: readonly GivenGlob[],
  lists: readonly (readonly { readonly address: Address }[])[],
): readonly UsedGlob[] {
  const matches = (glob: string) => lists.some((list) => list.some(({ address }) => covers(glob, address)))
  return globs.map((given) => {
    const glob = globIn(given)
    const found = matches(glob)
    return { ...given, matches: found, crosses: !found && crossing(glob) !== glob && matches(crossing(glob)) }
  })
}

const globIn = ({ text }: GivenGlob): string => text.replace(/^!/, '')
const crossing = (glob: string): string => glob.replace(/\*+/g, '**')

/** Globs over addresses that match nothing; of those that only guard, the ones that look like a mistake. */
export function idleGlobs(globs: readonly UsedGlob[], registry: Registry): readonly Diagnostic[] {
  return globs.flatMap((given) => {
    const { text, from, at, matches, crosses } = given
    if (matches) return []
    const glob = globIn(given)
    const type = glob.replace(/\..*/s, '')
    const unknown = !/[*?]/.test(type) && !registry.has(type)
    if (at && !crosses && !unknown) return []
    const hint = crosses
      ? `* stays between / + : and #, ** crosses them: "${crossing(glob)}"`
      : unknown
        ? `types are ${[...registry.keys()].join(', ')}`
        : 'addresses are what a plan prints'
    return [{ code: 'QC4008', severity: 'warning', message: `${from} "${text}" matches nothing`, at, hint }]
  })
}
