import type { Address } from '../model/address.ts'
import type { Change, Live } from '../model/change.ts'
import type { Registry } from '../model/resource.ts'
import type { Expanded } from './expand.ts'
import { grouped } from './expand.ts'
import { type Budgets, type Counted, deletesOf, type Guarded, limitOf, lineOf } from './guard-budgets.ts'
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
        hint: `if that is meant: --max-delete-percent ${percent}`,
        addresses: lost.map(({ address }) => address.text),
        ...lineOf(given.maxDeletePercent, settings.maxDeletePercent),
      })),
  }
}

interface Loss {
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
  const keyOf = ({ address }: { readonly address: Address }) =>
    `${address.type} ${organizationOf(address, registry)}`
  const foreign = new Set(expanded.external.map(({ address }) => address.text))
  const ours = [...live.values()].filter(({ address }) => !foreign.has(address.text))
  const there = grouped(ours, keyOf)
  return [...grouped(deletes, keyOf)].map(([key, lost]) => {
    const [type = '', organization = ''] = key.split(' ')
    return { organization, type, lost, live: there.get(key) ?? [] }
  })
}

const within = (organization: string): string =>
  organization === NO_ORGANIZATION ? '' : ` in ${organization}`
