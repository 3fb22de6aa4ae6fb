import type { Address } from '../model/address.ts'
import type { Change, Live } from '../model/change.ts'
import type { Stop } from '../model/plan.ts'
import type { Registry } from '../model/resource.ts'
import type { Expanded } from './expand.ts'
import { grouped } from './expand.ts'
import { sourceOf } from './fields.ts'
import {
  type Budgets,
  type Counted,
  deletesOf,
  type Guarded,
  liftHint,
  limitOf,
  lineOf,
  takesAway,
} from './guard-budgets.ts'
import { NO_ORGANIZATION, organizationOf } from './select.ts'
import type { Settings } from './settings.ts'

/** What the refresh read. */
export interface Readings {
  readonly live: ReadonlyMap<string, Live>
}

/** What of the files says which objects there shall be, and which are left alone. */
export type Declared = Pick<Expanded, 'desired' | 'external' | 'released'>

type World = Readings & { readonly expanded: Declared }

/** Of fewer objects a share says little. */
const FEWEST_LIVE = 10

/** How many percent of one type an organization may lose at once. */
export function shares(
  counted: readonly Counted[],
  settings: Settings,
  given: Budgets,
  registry: Registry,
  world: World,
): Guarded {
  const groups = lossesOf(deletesOf(counted, registry), registry, world).filter(
    ({ live }) => live.length >= FEWEST_LIVE,
  )
  if (groups.length === 0) return { stops: [], limits: [] }
  const limit = limitOf(given.maxDeletePercent, settings.maxDeletePercent)
  const losses = groups.map((group) => ({
    ...group,
    percent: Math.ceil((group.lost.length * 100) / group.live.length),
  }))
  const value = Math.max(...losses.map(({ percent }) => percent))
  return {
    limits: [{ name: 'max_delete_percent', value, limit, ok: value <= limit }],
    stops: losses
      .filter(({ percent }) => percent > limit)
      .map(({ organization, type, lost, live, percent }) => ({
        code: 'QC4107',
        message: `${lost.length} of ${live.length} objects of type ${type}${within(organization)} would be deleted or replaced, ${percent} percent; the limit is ${limit} percent`,
        hint: liftHint('max_delete_percent', percent),
        addresses: lost.map(({ address }) => address.text),
        ...lineOf(given.maxDeletePercent, settings.maxDeletePercent),
      })),
  }
}

/** Of one object less nobody can tell a mistake from a wish. */
const FEWEST_EMPTIED = 2

/** Blocks of which the files list nothing any more, so that all of one type would go from an organization. */
export function emptied(
  counted: readonly Counted[],
  { allowEmpty }: Budgets,
  registry: Registry,
  world: World,
): readonly Stop[] {
  if (allowEmpty) return []
  const deletes = counted.filter(takesAway).map(({ change }) => change)
  if (!deletes.some(isPruned)) return []
  const { desired, released } = world.expanded
  const declared = new Set(desired.filter(({ absent }) => !absent).map((object) => keyOf(object, registry)))
  const kept = new Set(released.map(({ text }) => text))
  const isEmptied = ({ key, lost, live }: Loss) =>
    !declared.has(key) &&
    lost.some(isPruned) &&
    lost.length >= FEWEST_EMPTIED &&
    !live.some(({ address }) => kept.has(address.text))
  return lossesOf(deletes, registry, world)
    .filter(isEmptied)
    .map(({ type, organization, lost, live }) => {
      const at = lost.find(isPruned)?.at
      return {
        code: 'QC4108',
        message: `the files list no object of type ${type}${within(organization)} any more: ${lost.length} of ${live.length} would be deleted`,
        hint: 'if that is meant: --allow-empty for one run, or removed in the files, with a line for each',
        addresses: lost.map(({ address }) => address.text),
        ...(at && { source: sourceOf({ at }) }),
      }
    })
}

interface Loss {
  readonly key: string
  readonly organization: string
  readonly type: string
  readonly lost: readonly Change[]
  /** All that are there, and are quayctl's to look after. */
  readonly live: readonly Live[]
}

/** What is taken from what there is, by organization and type. */
function lossesOf(
  deletes: readonly Change[],
  registry: Registry,
  { live, expanded }: World,
): readonly Loss[] {
  if (deletes.length === 0) return []
  const foreign = new Set(expanded.external.map(({ address }) => address.text))
  const ours = [...live.values()].filter(({ address }) => !foreign.has(address.text))
  const there = grouped(ours, (object) => keyOf(object, registry))
  return [...grouped(deletes, (change) => keyOf(change, registry))].map(([key, lost]) => {
    const [type = '', organization = ''] = key.split(' ')
    return { key, organization, type, lost, live: there.get(key) ?? [] }
  })
}

const isPruned = ({ reason }: Change): boolean => reason === 'pruned'

const keyOf = ({ address }: { readonly address: Address }, registry: Registry): string =>
  `${address.type} ${organizationOf(address, registry)}`

const within = (organization: string): string =>
  organization === NO_ORGANIZATION ? '' : ` in ${organization}`
