import { addressesOf } from '../engine/addressed.ts'
import { type Address, rootOf, type TypeName } from '../model/address.ts'
import { nearest } from '../model/canonical.ts'
import { UsageError } from '../model/errors.ts'
import { globMatches } from '../model/glob.ts'
import { type ResourceType, typesOf } from '../model/resource.ts'
import type { Server } from '../model/server.ts'
import { registry } from './world.ts'

/** Does it name objects by wildcards? Then only those that files declare can be meant. */
export const isGlob = (text: string): boolean => /[*?]/.test(text)

/** What one text may be the address of. */
export type Candidates = readonly [Address, ...(readonly Address[])]

/** The objects of these types that addresses and globs mean, each once. */
export function meant(
  texts: readonly string[],
  types: readonly TypeName[],
  declared: readonly Address[],
): readonly Address[] {
  const found = texts.flatMap((text) => {
    if (!isGlob(text)) return addressed(text, types, declared).slice(0, 1)
    const all = declared.filter((one) => types.includes(one.type) && globMatches(text, one.text))
    if (all.length === 0) throw idle(text, types, declared)
    return all
  })
  return [...new Map(found.map((address) => [address.text, address])).values()]
}

/** What a text may be the address of, the declared first: below a name there may be an organization or a user, whose paths are mostly one. Throws where it is none of these types. */
export function addressed(
  text: string,
  types: readonly TypeName[],
  declared: readonly Address[] = [],
): Candidates {
  const all = isGlob(text) ? [] : [...declared, ...addressesOf(text, registry)]
  const [first, ...rest] = all.filter((one) => one.text === text && types.includes(one.type))
  if (!first) throw stray(text, types, declared)
  return [first, ...rest]
}

/** Of these the one that is there: a name that is the user's own is that of no organization. */
export function meantBy(candidates: Candidates, { user }: Server): Address {
  const isOwn = (address: Address) => registry.get(rootOf(address).type)?.document?.kind === 'User'
  return candidates.find((address) => isOwn(address) === (rootOf(address).name === user)) ?? candidates[0]
}

function idle(glob: string, types: readonly TypeName[], declared: readonly Address[]): UsageError {
  const ours = declared.filter(({ type }) => types.includes(type))
  const wider = glob.replaceAll(/\*+/g, '**')
  const reached = ours.filter(({ text }) => globMatches(wider, text)).length
  return new UsageError('QC6471', `"${glob}" matches nothing that the files declare`, [
    reached > 0
      ? `* stays between / + : and #, ** crosses them: "${wider}" matches ${reached}`
      : '* stays between / + : and #, ** crosses them',
    ours[0]
      ? `they declare ${ours[0].text}${ours.length > 1 ? ` and ${ours.length - 1} more` : ''}`
      : 'they declare none',
  ])
}

function stray(text: string, types: readonly TypeName[], declared: readonly Address[]): UsageError {
  const known = declared.filter(({ type }) => types.includes(type)).map((address) => address.text)
  const whole = types
    .map((type) => `${type}.${text}`)
    .find((guess) => addressesOf(guess, registry).length > 0)
  const close = whole ?? nearest(text, known)
  return new UsageError('QC6470', `"${text}" is no address that this can be asked of`, [
    close
      ? `did you mean "${close}"?`
      : `addresses look like ${typesOf(types, registry).map(formOf).join(' or ')}`,
  ])
}

function formOf({ name, parents: [parent = ''], separator, exampleName = '' }: ResourceType): string {
  const isDeep = (registry.get(parent)?.parents ?? []).length > 0
  return `${name}.acme${isDeep ? '/api' : ''}${separator}${separator && exampleName}`
}
