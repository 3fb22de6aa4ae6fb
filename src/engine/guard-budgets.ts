import { type Access, EVERYBODY } from '../model/access.ts'
import type { Change } from '../model/change.ts'
import type { Limit, Stop } from '../model/plan.ts'
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

/** How much a whole plan may take away. */
export function planBudgets(
  counted: readonly Counted[],
  settings: Settings,
  given: Budgets,
  registry: Registry,
): Guarded {
  const deletes = deletesOf(counted, registry)
  const revoking = counted.filter((entry) => revokesOf(entry, registry) > 0)
  const revokes = revoking.reduce((sum, entry) => sum + revokesOf(entry, registry), 0)
  const budgets = [
    {
      name: 'max_deletes',
      code: 'QC4102',
      value: deletes.length,
      said: given.maxDeletes,
      set: settings.maxDeletes,
      words: `${deletes.length} ${deletes.length === 1 ? 'object' : 'objects'} would be deleted or replaced`,
      over: deletes,
    },
    {
      name: 'max_revokes',
      code: 'QC4105',
      value: revokes,
      said: given.maxRevokes,
      set: settings.maxRevokes,
      words: `${revokes} ${revokes === 1 ? 'subject would lose' : 'subjects would lose'} access, or some of it`,
      over: revoking.map(({ change }) => change),
    },
  ].map((budget) => ({ ...budget, limit: limitOf(budget.said, budget.set) }))
  return {
    limits: budgets.map(({ name, value, limit }) => ({ name, value, limit, ok: value <= limit })),
    stops: budgets
      .filter(({ value, limit }) => value > limit)
      .map(({ name, code, value, limit, said, set, words, over }) => ({
        code,
        message: `${words}; the limit is ${limit}`,
        hint: liftHint(name, value),
        addresses: over.map(({ address }) => address.text),
        ...lineOf(said, set),
      })),
  }
}
