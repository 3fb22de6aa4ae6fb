import type { Address } from '../model/address.ts'
import type { Impact } from '../model/change.ts'
import { covers } from '../model/glob.ts'
import type { Unit } from '../model/unit.ts'
import type { Allowance } from './guard.ts'

const MOST_NAMED = 3

/** What applies of units are given. */
export interface Given {
  readonly allowances: readonly Allowance[]
  /** Is there a place for secrets that Quay makes? */
  readonly keeps: boolean
  /** Do they know what the files said before? */
  readonly hasBase: boolean
}

/** What applies of units will ask for, where nobody can answer; each says what to give. */
export function unitWarnings(
  units: readonly Unit[],
  { allowances, keeps, hasBase }: Given,
): readonly string[] {
  const lost = keeps ? [] : units.flatMap(({ needs }) => needs.credentials)
  const based = hasBase ? [] : units.filter(({ needs }) => needs.base.length > 0)
  const partial = units.filter(({ needs }) => needs.whole.length > 0)
  return [
    ...unallowed(units, allowances).map(
      ([impact, addresses]) =>
        `give --allow ${impact}: an apply that has to change ${few(addresses)} stops without it`,
    ),
    ...(lost.length > 0
      ? [
          `give --credentials-out FILE: Quay tells the secret of ${few(lost)} once, and an apply stops without it`,
        ]
      : []),
    ...(based.length > 0
      ? [
          `give --base REF: of ${blocksOf(based, 'base')} of ${few(namesOf(based))} nothing is dropped without it`,
        ]
      : []),
    ...(partial.length > 0
      ? [
          `by object nothing is taken away: what the files do not list of ${blocksOf(partial, 'whole')} of ${few(namesOf(partial))} stays, and grants hold for declared repositories only`,
        ]
      : []),
  ]
}

/** Impacts that no allowance covers, with what has them. */
function unallowed(
  units: readonly Unit[],
  allowances: readonly Allowance[],
): readonly (readonly [Impact, readonly string[]])[] {
  const open = new Map<Impact, string[]>()
  const isAllowed = (impact: Impact, address: Address) =>
    allowances.some((one) => one.impact === impact && (!one.glob || covers(one.glob, address)))
  for (const { needs } of units)
    for (const [impact, addresses] of needs.impacts)
      for (const address of impact === 'access' ? [] : addresses)
        if (!isAllowed(impact, address)) open.set(impact, [...(open.get(impact) ?? []), address.text])
  return [...open]
}

const namesOf = (units: readonly Unit[]) => [...new Set(units.map(({ organization }) => organization))]

const blocksOf = (units: readonly Unit[], which: 'base' | 'whole'): string =>
  [...new Set(units.flatMap(({ needs }) => needs[which]))].sort().join(', ')

const few = (names: readonly string[]): string =>
  names.slice(0, MOST_NAMED).join(', ') +
  (names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '')
