import { canonicalJson } from '../model/canonical.ts'
import type { Change, Impact } from '../model/change.ts'
import { grouped } from './expand.ts'
import { blockOf } from './siblings.ts'

interface Judged {
  readonly change: Change
  readonly impacts: readonly Impact[]
}

/** What no create gives back. */
const LOSSES: readonly Impact[] = ['data', 'credential']

/** Deletes that look like one half of a rename, by address, each with what is created beside it: where its block has one of each, or where just these two are equal but for the name. */
export function renames(judged: readonly Judged[]): ReadonlyMap<string, Change> {
  const losses = judged.filter(
    ({ change, impacts }) =>
      change.action === 'delete' && !change.successor && impacts.some((impact) => LOSSES.includes(impact)),
  )
  if (losses.length === 0) return new Map()
  const creates = judged.filter(({ change }) => change.action === 'create')
  const made = grouped(creates, ({ change }) => blockOf(change.address))
  const pairs = [...grouped(losses, ({ change }) => blockOf(change.address))].flatMap(([block, gone]) =>
    pairsOf(
      gone.map(({ change }) => change),
      (made.get(block) ?? []).map(({ change }) => change),
    ),
  )
  return new Map(pairs.map(([gone, anew]) => [gone.address.text, anew]))
}

function pairsOf(gone: readonly Change[], made: readonly Change[]): readonly (readonly [Change, Change])[] {
  const [only, other] = [gone[0], made[0]]
  if (gone.length === 1 && made.length === 1 && only && other) return [[only, other]]
  const sides = [...gone.map(({ live }) => live?.attributes ?? {}), ...made.map(({ values }) => values)]
  const names = Object.keys(sides[0] ?? {}).filter((name) => sides.every((side) => side[name] !== undefined))
  const keyOf = (attributes: Change['values']) => canonicalJson(names.map((name) => attributes[name]))
  const alike = grouped(made, ({ values }) => keyOf(values))
  return [...grouped(gone, ({ live }) => keyOf(live?.attributes ?? {}))].flatMap(
    ([key, [first, ...more]]) => {
      const [anew, ...others] = alike.get(key) ?? []
      return first && anew && more.length + others.length === 0 ? [[first, anew] as const] : []
    },
  )
}
