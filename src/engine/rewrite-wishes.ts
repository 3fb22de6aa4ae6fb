import { type Address, byText } from '../model/address.ts'
import type { Change, Difference } from '../model/change.ts'
import type { Source } from '../model/plan.ts'
import type { Departure } from './drift.ts'
import { sourceOf } from './fields.ts'

/** One edit that is wished for: of an attribute, or of the object as a whole. */
export interface Wish {
  readonly change: Change
  readonly difference?: Difference
  readonly about: { readonly address: string; readonly path?: string }
  /** What says the files' side now. */
  readonly source: Source | null
}

/** What is to be written of departures, file by file. */
export function wishesOf(departures: readonly Departure[]): readonly Wish[] {
  const gone = new Set(
    departures.flatMap(({ change }) => (change.action === 'create' ? [change.address.text] : [])),
  )
  const isBelowGone = ({ parent }: Address): boolean =>
    parent !== null && (gone.has(parent.text) || isBelowGone(parent))
  return departures
    .filter(({ change: { address } }) => !isBelowGone(address))
    .flatMap(({ change, differences }) =>
      change.action === 'update' || change.action === 'replace'
        ? differences.map((difference) => wishOf(change, difference))
        : [wishOf(change)],
    )
    .sort((one, other) => byText(placeOf(one), placeOf(other)))
}

/** By file and line. */
const placeOf = ({ source }: Wish): string =>
  `${source?.file ?? ''} ${String(source?.line ?? 0).padStart(9, '0')}`

function wishOf(change: Change, difference?: Difference): Wish {
  const origin =
    difference?.origin ?? (change.at && { at: change.at, ...(change.via && { via: change.via }) })
  return {
    change,
    ...(difference && { difference }),
    about: { address: change.address.text, ...(difference && { path: difference.path }) },
    source: origin ? sourceOf(origin) : null,
  }
}
