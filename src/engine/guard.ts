import type { Change, Impact } from '../model/change.ts'
import { covers, lastMatch } from '../model/glob.ts'
import type { Stop } from '../model/plan.ts'
import { sourceOf } from './fields.ts'
import type { Settings } from './settings.ts'

/** `--allow data:mirror.acme/**` */
export interface Allowance {
  readonly impact: Impact
  readonly glob: string | null
}

/** A change with what it means. */
export interface Weighed {
  readonly change: Change
  readonly impacts: readonly Impact[]
}

const takesAway = ({ action }: Change): boolean => action === 'delete' || action === 'replace'

/** Why a plan must not be applied as it stands: protected objects, and more deletes than allowed. */
export function guard(changes: readonly Change[], settings: Settings, maxDeletes: number | undefined) {
  const deletes = changes.filter(takesAway)
  const limit = maxDeletes ?? settings.maxDeletes.limit
  const stops: Stop[] = []
  for (const { address, action } of deletes) {
    const line = lastMatch(settings.protect, address)
    if (line)
      stops.push({
        code: 'QC4101',
        message: `${address.text} is protected by "${line.text}", and would be ${action}d`,
        hint: `to lift it, change that line first: "!${address.text}" makes an exception`,
        addresses: [address.text],
        source: sourceOf(line),
      })
  }
  if (deletes.length > limit)
    stops.push({
      code: 'QC4102',
      message: `${deletes.length} ${deletes.length === 1 ? 'object' : 'objects'} would be deleted or replaced; the limit is ${limit}`,
      hint: `if that is meant: --max-deletes ${deletes.length}`,
      addresses: deletes.map(({ address }) => address.text),
      ...(settings.maxDeletes.at &&
        maxDeletes === undefined && { source: sourceOf({ at: settings.maxDeletes.at }) }),
    })
  return {
    stops,
    limits: [{ name: 'max_deletes', value: deletes.length, limit, ok: deletes.length <= limit }],
  }
}

/** Impacts that still need a word: those of `needed` that no allowance covers, with their changes. */
export function unallowed(
  weighed: readonly Weighed[],
  allowances: readonly Allowance[],
): ReadonlyMap<Impact, readonly Change[]> {
  const open = new Map<Impact, Change[]>()
  const isAllowed = (impact: Impact, { address }: Change) =>
    allowances.some((entry) => entry.impact === impact && (!entry.glob || covers(entry.glob, address)))
  for (const { change, impacts } of weighed)
    for (const impact of impacts) {
      if (isAllowed(impact, change)) continue
      const list = open.get(impact) ?? []
      list.push(change)
      open.set(impact, list)
    }
  return open
}
