import type { Change, Impact } from '../model/change.ts'
import { covers, lastMatch } from '../model/glob.ts'
import type { Stop } from '../model/plan.ts'
import type { Registry } from '../model/resource.ts'
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

/** A change, and how many subjects lose access by it. */
interface Counted {
  readonly change: Change
  readonly revokes: number
}

/** The limits of the flags, where given. */
export interface Budgets {
  readonly maxDeletes: number | undefined
  readonly maxRevokes: number | undefined
}

const takesAway = ({ action }: Change): boolean => action === 'delete' || action === 'replace'

/** Why a plan must not be applied as it stands: protected objects, and more deletes than allowed. */
export function guard(counted: readonly Counted[], settings: Settings, given: Budgets, registry: Registry) {
  const taken = counted.map(({ change }) => change).filter(takesAway)
  const deletes = taken.filter(({ address }) => !registry.get(address.type)?.revokes)
  const revoking = counted.filter(({ revokes }) => revokes > 0)
  const revokes = revoking.reduce((sum, entry) => sum + entry.revokes, 0)
  const stops: Stop[] = []
  for (const { address, action } of taken) {
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
  const budgets = [
    {
      name: 'max_deletes',
      flag: '--max-deletes',
      code: 'QC4102',
      value: deletes.length,
      said: given.maxDeletes,
      set: settings.maxDeletes,
      words: `${deletes.length} ${deletes.length === 1 ? 'object' : 'objects'} would be deleted or replaced`,
      over: deletes,
    },
    {
      name: 'max_revokes',
      flag: '--max-revokes',
      code: 'QC4105',
      value: revokes,
      said: given.maxRevokes,
      set: settings.maxRevokes,
      words: `${revokes} ${revokes === 1 ? 'subject would lose' : 'subjects would lose'} access, or some of it`,
      over: revoking.map(({ change }) => change),
    },
  ]
  const limits = budgets.map(({ name, value, said, set }) => {
    const limit = said ?? set.limit
    return { name, value, limit, ok: value <= limit }
  })
  budgets.forEach(({ flag, code, value, said, set, words, over }, index) => {
    const { limit, ok } = limits[index] ?? { limit: 0, ok: true }
    if (ok) return
    stops.push({
      code,
      message: `${words}; the limit is ${limit}`,
      hint: `if that is meant: ${flag} ${value}`,
      addresses: over.map(({ address }) => address.text),
      ...(set.at && said === undefined && { source: sourceOf({ at: set.at }) }),
    })
  })
  return { stops, limits }
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
