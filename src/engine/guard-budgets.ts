import { type Access, EVERYBODY } from '../model/access.ts'
import type { Change } from '../model/change.ts'
import type { Limit, Shard, Source, Stop } from '../model/plan.ts'
import type { Registry } from '../model/resource.ts'
import { sourceOf } from './fields.ts'
import type { Settings, SettledLimit } from './settings.ts'

/** A change, and who gains or loses access by it. */
export interface Counted {
  readonly change: Change
  readonly access: readonly Access[]
}

/** The limits of the flags, where given. */
export interface Budgets {
  readonly maxDeletes?: number | undefined
  readonly maxRevokes?: number | undefined
  readonly maxDeletePercent?: number | undefined
  readonly minOrgAdmins?: number | undefined
  /** Files that list nothing of a block any more are meant so. */
  readonly allowEmpty?: boolean | undefined
  /** Of the limits of whole plans this one has its part. */
  readonly shard?: Shard | undefined
}

/** What guards make of a plan. */
export interface Guarded {
  readonly stops: readonly Stop[]
  readonly limits: readonly Limit[]
}

/** The limit that holds: a flag is stronger than the files. */
export const limitOf = (said: number | undefined, { limit }: SettledLimit): number => said ?? limit

/** What to do about a limit of this name that a plan does not keep to. */
export const liftHint = (name: string, value: number): string =>
  `if that is meant: --${name.replaceAll('_', '-')} ${value} for one run, or safety.${name}: ${value} in the files`

/** The line of a limit that the files set, and no flag. */
export const lineOf = (said: number | undefined, { at }: SettledLimit) =>
  at && said === undefined ? { source: sourceOf({ at }) } : {}

export const takesAway = ({ change: { action } }: Pick<Counted, 'change'>): boolean =>
  action === 'delete' || action === 'replace'

/** The changes that take an object away, but what counts as a revoke. */
export const deletesOf = (counted: readonly Counted[], registry: Registry): readonly Change[] =>
  counted
    .filter((entry) => takesAway(entry) && !registry.get(entry.change.address.type)?.revokes)
    .map(({ change }) => change)

/** How many subjects lose access that was given to them, or some of it; what goes with an object is counted as its delete. */
function revokesOf({ change: { action, address }, access }: Counted, registry: Registry): number {
  const isDelete = action === 'delete' && !registry.get(address.type)?.revokes
  const lost = access.filter(({ effect, subject }) => effect === 'narrows' && subject !== EVERYBODY)
  return isDelete ? 0 : lost.length
}

/** The guards that count over all organizations. */
export const PLAN_CODES = { max_deletes: 'QC4102', max_revokes: 'QC4105' } as const

/** How much a whole plan may take away of something. */
export interface PlanLimit {
  readonly name: string
  readonly limit: number
  /** The line that says so. */
  readonly source?: Source
  /** A flag says it of this run. */
  readonly said?: boolean
}

/** The limits of whole plans. */
export const planLimits = (settings: Settings, given: Budgets): readonly PlanLimit[] =>
  (
    [
      ['max_deletes', given.maxDeletes, settings.maxDeletes],
      ['max_revokes', given.maxRevokes, settings.maxRevokes],
    ] as const
  ).map(([name, said, set]) => ({
    name,
    limit: limitOf(said, set),
    said: said !== undefined,
    ...lineOf(said, set),
  }))

/** What all shards together may take away is divided among them, so that none of them takes what is another's. */
const partOf = (limit: number, { index, count }: Shard): number =>
  Math.floor(limit / count) + (index <= limit % count ? 1 : 0)

/** How much a plan takes away, and whether it may. */
export function planBudgets(
  counted: readonly Counted[],
  limits: readonly PlanLimit[],
  registry: Registry,
  shard?: Shard,
): Guarded {
  const deletes = deletesOf(counted, registry)
  const revoking = counted.filter((entry) => revokesOf(entry, registry) > 0)
  const revokes = revoking.reduce((sum, entry) => sum + revokesOf(entry, registry), 0)
  const budgets = [
    {
      name: 'max_deletes' as const,
      value: deletes.length,
      words: `${deletes.length} ${deletes.length === 1 ? 'object' : 'objects'} would be deleted or replaced`,
      over: deletes,
    },
    {
      name: 'max_revokes' as const,
      value: revokes,
      words: `${revokes} ${revokes === 1 ? 'subject would lose' : 'subjects would lose'} access, or some of it`,
      over: revoking.map(({ change }) => change),
    },
  ].flatMap((budget) => {
    const own = limits.find(({ name }) => name === budget.name)
    if (!own) return []
    const part = shard && !own.said ? { shard, of: own.limit } : null
    return [{ ...own, ...budget, limit: part ? partOf(part.of, part.shard) : own.limit, part }]
  })
  return {
    limits: budgets.map(({ name, value, limit }) => ({ name, value, limit, ok: value <= limit })),
    stops: budgets
      .filter(({ value, limit }) => value > limit)
      .map(({ name, value, limit, words, over, source, part }) => ({
        code: PLAN_CODES[name],
        message: `${words}; the limit is ${limit}${part ? `, the part of shard ${part.shard.index} of ${part.shard.count} in ${part.of}` : ''}`,
        hint: part
          ? `quayctl plan merge judges all shards together, by ${part.of}; for this one alone: --${name.replaceAll('_', '-')} ${value}`
          : liftHint(name, value),
        addresses: over.map(({ address }) => address.text),
        ...(source && { source }),
      })),
  }
}
