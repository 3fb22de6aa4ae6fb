import type { Unit } from '../index.ts'
import type { Address } from '../model/address.ts'
import type { Impact } from '../model/change.ts'
import { covers } from '../model/glob.ts'
import type { Call } from './provisioners.ts'

const MOST_NAMED = 3

/** What an apply will ask for, and nobody can answer then. */
export function warningsOf(units: readonly Unit[], { allow, credentialsOut, base }: Call): readonly string[] {
  const lost = credentialsOut === undefined ? units.flatMap(({ needs }) => needs.credentials) : []
  return [
    ...unallowed(units, allow).map(
      ([impact, addresses]) =>
        `an apply that has to change ${few(addresses)} stops without --allow ${impact}`,
    ),
    ...(lost.length > 0
      ? [`Quay tells the secret of ${few(lost)} once: an apply stops without --credentials-out FILE`]
      : []),
    ...units
      .filter(({ needs }) => base === undefined && needs.base.length > 0)
      .map(
        ({ organization, needs }) =>
          `of ${needs.base.join(', ')} of ${organization} nothing is dropped without --base REF`,
      ),
    ...units
      .filter(({ needs }) => needs.whole.length > 0)
      .map(
        ({ organization, needs: { whole } }) =>
          `by object nothing is taken away: what the files do not list of ${whole.join(', ')} of ${organization} stays, and grants hold for declared repositories only`,
      ),
  ]
}

/** Impacts that no allowance covers, with what has them. */
function unallowed(
  units: readonly Unit[],
  allow: readonly string[],
): readonly (readonly [Impact, readonly string[]])[] {
  const allowances = allow.flatMap((text) => text.split(',')).map(parse)
  const open = new Map<Impact, string[]>()
  const isAllowed = (impact: Impact, address: Address) =>
    allowances.some(({ word, glob }) => word === impact && (glob === null || covers(glob, address)))
  for (const { needs } of units)
    for (const [impact, addresses] of needs.impacts)
      for (const address of impact === 'access' ? [] : addresses)
        if (!isAllowed(impact, address)) open.set(impact, [...(open.get(impact) ?? []), address.text])
  return [...open]
}

function parse(text: string) {
  const [word = '', ...rest] = text.trim().split(':')
  return { word, glob: rest.length > 0 ? rest.join(':') : null }
}

const few = (names: readonly string[]): string =>
  names.slice(0, MOST_NAMED).join(', ') +
  (names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '')
