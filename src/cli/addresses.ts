import { addressesOf } from '../engine/addressed.ts'
import type { Address, TypeName } from '../model/address.ts'
import { nearest } from '../model/canonical.ts'
import { UsageError } from '../model/errors.ts'
import { globMatches } from '../model/glob.ts'
import { typesOf } from '../model/resource.ts'
import { registry } from './world.ts'

/** Does it name objects by wildcards? Then only those that files declare can be meant. */
export const isGlob = (text: string): boolean => /[*?]/.test(text)

/** The objects of these types that addresses and globs mean, each once. */
export function meant(
  texts: readonly string[],
  types: readonly TypeName[],
  declared: readonly Address[],
): readonly Address[] {
  const found = texts.flatMap((text) => {
    if (!isGlob(text)) return meantBy(text, types, declared)
    const all = declared.filter((one) => types.includes(one.type) && globMatches(text, one.text))
    if (all.length === 0) throw idle(text, types, declared)
    return all
  })
  return [...new Map(found.map((address) => [address.text, address])).values()]
}

/** The object of one of these types that an address means. Below a name there may be an organization or a user: where no file says it, their paths are one. */
export function meantBy(text: string, types: readonly TypeName[], declared: readonly Address[]): Address {
  const all = isGlob(text) ? [] : [...declared, ...addressesOf(text, registry)]
  const found = all.find((one) => one.text === text && types.includes(one.type))
  if (!found) throw stray(text, types, declared)
  return found
}

function idle(glob: string, types: readonly TypeName[], declared: readonly Address[]): UsageError {
  const ours = declared.filter(({ type }) => types.includes(type))
  return new UsageError('QC6471', `"${glob}" matches nothing that the files declare`, [
    '* stays between / + : and #, ** crosses them',
    ours[0]
      ? `they declare ${ours[0].text}${ours.length > 1 ? ` and ${ours.length - 1} more` : ''}`
      : 'they declare none',
  ])
}

function stray(text: string, types: readonly TypeName[], declared: readonly Address[]): UsageError {
  const close = nearest(
    text,
    declared.filter(({ type }) => types.includes(type)).map((address) => address.text),
  )
  const forms = typesOf(types, registry).map(({ name, parents: [parent = ''] }) => {
    const isDeep = (registry.get(parent)?.parents ?? []).length > 0
    return `${name}.acme${isDeep ? '/api' : ''}`
  })
  return new UsageError('QC6470', `"${text}" is no address that this can be asked of`, [
    close ? `did you mean "${close}"?` : `addresses look like ${forms.join(' or ')}`,
  ])
}
