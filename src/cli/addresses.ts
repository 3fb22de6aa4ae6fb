import { addressesOf } from '../engine/addressed.ts'
import type { Address } from '../model/address.ts'
import { nearest } from '../model/canonical.ts'
import { UsageError } from '../model/errors.ts'
import { globMatches } from '../model/glob.ts'
import type { ResourceType } from '../model/resource.ts'
import { registry } from './world.ts'

/** Does it name objects by wildcards? Then only those that files declare can be meant. */
export const isGlob = (text: string): boolean => /[*?]/.test(text)

/** The objects of these types that addresses and globs mean, each once. */
export function meant(
  texts: readonly string[],
  types: readonly ResourceType[],
  declared: readonly Address[],
): readonly Address[] {
  const names = new Set(types.map(({ name }) => name))
  const ours = declared.filter(({ type }) => names.has(type))
  const found = texts.flatMap((text) => {
    const all = isGlob(text)
      ? ours.filter((address) => globMatches(text, address.text))
      : // Below a name there may be an organization or a user: what files declare decides, and the path is one.
        [...ours, ...addressesOf(text, registry)].filter(
          (address) => address.text === text && names.has(address.type),
        )
    if (all.length === 0) throw isGlob(text) ? idle(text, ours) : stray(text, types, ours)
    return isGlob(text) ? all : all.slice(0, 1)
  })
  return [...new Map(found.map((address) => [address.text, address])).values()]
}

const idle = (glob: string, ours: readonly Address[]): UsageError =>
  new UsageError('QC6471', `"${glob}" matches nothing that the files declare`, [
    '* stays between / + : and #, ** crosses them',
    ours[0]
      ? `they declare ${ours[0].text}${ours.length > 1 ? ` and ${ours.length - 1} more` : ''}`
      : 'they declare none',
  ])

function stray(text: string, types: readonly ResourceType[], ours: readonly Address[]): UsageError {
  const close = nearest(
    text,
    ours.map((address) => address.text),
  )
  const forms = types.map(({ name, parents: [parent = ''] }) => {
    const isDeep = (registry.get(parent)?.parents ?? []).length > 0
    return `${name}.acme${isDeep ? '/api' : ''}`
  })
  return new UsageError('QC6470', `"${text}" is no address that this can be asked of`, [
    close ? `did you mean "${close}"?` : `addresses look like ${forms.join(' or ')}`,
  ])
}
