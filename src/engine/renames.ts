import type { Address } from '../model/address.ts'
import { canonicalJson } from '../model/canonical.ts'
import type { Change, Impact } from '../model/change.ts'
import { type Registry, type ResourceType, schemaOf } from '../model/resource.ts'
import { placeTaking } from '../model/schema.ts'
import { grouped } from './expand.ts'
import { seenBy } from './ids.ts'
import { blockOf } from './siblings.ts'

interface Judged {
  readonly change: Change
  readonly impacts: readonly Impact[]
}

/** What no create gives back. */
const LOSSES: readonly Impact[] = ['data', 'credential']

/** What there is to say, by address, of deletes that look like one half of a rename: where something is lost by it, and where the type knows a better way. */
export function renames(judged: readonly Judged[], registry: Registry): ReadonlyMap<string, string> {
  const wayOf = (address: Address) => placeTaking(schemaOf(address, registry))
  const deletes = judged.filter(
    ({ change: { action, successor, address }, impacts }) =>
      action === 'delete' &&
      !successor &&
      (impacts.some((impact) => LOSSES.includes(impact)) || wayOf(address) !== undefined),
  )
  if (deletes.length === 0) return new Map()
  const creates = judged.filter(({ change }) => change.action === 'create')
  const made = grouped(creates, ({ change }) => blockOf(change.address))
  const pairs = [...grouped(deletes, ({ change }) => blockOf(change.address))].flatMap(([block, gone]) =>
    pairsOf(
      gone.map(({ change }) => change),
      (made.get(block) ?? []).map(({ change }) => change),
      registry.get(gone[0]?.change.address.type ?? ''),
    ),
  )
  return new Map(
    pairs.map(([{ address: gone }, { address: anew }]) => {
      const way = wayOf(gone)
      const remedy = way ? `: to take it over, write "${way}: ${gone.name}" there` : ': Quay renames nothing'
      return [gone.text, `${anew.text} begins with none of it${remedy}`]
    }),
  )
}

/** Each with what is created beside it: where a block has one of each, or where just these two are equal but for the name. */
function pairsOf(
  gone: readonly Change[],
  made: readonly Change[],
  type: ResourceType | undefined,
): readonly (readonly [Change, Change])[] {
  const [only, other] = [gone[0], made[0]]
  if (gone.length === 1 && made.length === 1 && only && other) return [[only, other]]
  const had = (change: Change) => (type ? seenBy(change, type) : {})
  const sides = [...gone.map(had), ...made.map(({ values }) => values)]
  const names = Object.keys(sides[0] ?? {}).filter((name) => sides.every((side) => side[name] !== undefined))
  const keyOf = (attributes: Change['values']) => canonicalJson(names.map((name) => attributes[name]))
  const alike = grouped(made, ({ values }) => keyOf(values))
  return [...grouped(gone, (change) => keyOf(had(change)))].flatMap(([key, [first, ...more]]) => {
    const [anew, ...others] = alike.get(key) ?? []
    return first && anew && more.length + others.length === 0 ? [[first, anew] as const] : []
  })
}
