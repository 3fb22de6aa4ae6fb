import type { Change, Impact } from '../model/change.ts'
import { covers, lastMatch } from '../model/glob.ts'
import type { Stop } from '../model/plan.ts'
import type { Registry } from '../model/resource.ts'
import { sourceOf } from './fields.ts'
import { lockouts } from './guard-admins.ts'
import { type Declared, emptied, type Readings, shares } from './guard-blocks.ts'
import {
  type Budgets,
  type Counted,
  type Guarded,
  planBudgets,
  planLimits,
  takesAway,
} from './guard-budgets.ts'
import type { Settings } from './settings.ts'

/** `--allow data:mirror.acme/**` */
export interface Allowance {
  readonly impact: Impact
  readonly glob: string | null
  /** Of these alone. */
  readonly addresses?: ReadonlySet<string>
}

/** A change with what it means. */
export interface Weighed {
  readonly change: Change
  readonly impacts: readonly Impact[]
}

/** What is live, and what the files say of it: what guards of one organization look at. */
export interface Known extends Readings {
  readonly expanded: Declared
  /** The user of the token, where that is known. */
  readonly user: string | null
}

const NOTHING: Known = { live: new Map(), expanded: { desired: [], external: [], released: [] }, user: null }

/** Why a plan must not be applied as it stands: protected objects, and more taken away than allowed. */
export function guard(
  counted: readonly Counted[],
  settings: Settings,
  given: Budgets,
  registry: Registry,
  known: Known = NOTHING,
): Guarded {
  const all = [
    { stops: protectedOnes(counted, settings), limits: [] },
    planBudgets(counted, planLimits(settings, given), registry, given.shard),
    shares(counted, settings, given, registry, known),
    { stops: emptied(counted, given, registry, known), limits: [] },
    lockouts(counted, settings, given, registry, known),
  ]
  return { stops: all.flatMap(({ stops }) => stops), limits: all.flatMap(({ limits }) => limits) }
}

/** Deletes and replaces of what the files protect. */
export function protectedOnes(counted: readonly Counted[], settings: Settings): readonly Stop[] {
  return counted.filter(takesAway).flatMap(({ change: { address, action } }) => {
    const line = lastMatch(settings.protect, address)
    if (!line) return []
    return [
      {
        code: 'QC4101',
        message: `${address.text} is protected by "${line.text}", and would be ${action}d`,
        hint: `to lift it, change that line first: "!${address.text}" makes an exception`,
        addresses: [address.text],
        source: sourceOf(line),
      },
    ]
  })
}

/** Impacts that still need a word: those of `needed` that no allowance covers, with their changes. */
export function unallowed(
  weighed: readonly Weighed[],
  allowances: readonly Allowance[],
): ReadonlyMap<Impact, readonly Change[]> {
  const open = new Map<Impact, Change[]>()
  const isAllowed = (impact: Impact, { address }: Change) =>
    allowances.some(
      ({ impact: allowed, glob, addresses }) =>
        allowed === impact && (!glob || covers(glob, address)) && (addresses?.has(address.text) ?? true),
    )
  for (const { change, impacts } of weighed)
    for (const impact of impacts) {
      if (isAllowed(impact, change)) continue
      const list = open.get(impact) ?? []
      list.push(change)
      open.set(impact, list)
    }
  return open
}
