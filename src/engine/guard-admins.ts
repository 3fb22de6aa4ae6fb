import { type Address, addressOf } from '../model/address.ts'
import type { Change, Live } from '../model/change.ts'
import type { Registry } from '../model/resource.ts'
import type { Attributes } from '../model/schema.ts'
import { grouped } from './expand.ts'
import type { Readings } from './guard-blocks.ts'
import { type Budgets, type Counted, type Guarded, liftHint, limitOf, lineOf } from './guard-budgets.ts'
import { organizationOf } from './select.ts'
import type { Settings } from './settings.ts'

/** Something by which users administer an organization. */
interface Seat {
  readonly address: Address
  readonly attributes: Attributes
  /** Who made the organization, and is put on it by Quay. */
  readonly maker: string | null
  /** The plan makes it. */
  readonly isNew: boolean
}

/** How few administrators a plan may leave an organization that it makes, or from which it takes some. Where somebody may administer of whom nobody knows, that is enough. */
export function lockouts(
  counted: readonly Counted[],
  settings: Settings,
  given: Budgets,
  registry: Registry,
  { live, user }: Readings & { readonly user: string | null },
): Guarded {
  const seats = (address: Address) => registry.get(address.type)?.admins !== undefined
  const ofOrganization = ({ address }: { readonly address: Address }) => organizationOf(address, registry)
  const changes = counted.map(({ change }) => change)
  const touched = grouped(
    changes.filter(({ address }) => seats(address)),
    ofOrganization,
  )
  if (touched.size === 0) return { stops: [], limits: [] }
  const there = grouped(
    [...live.values()].filter(({ address }) => seats(address)),
    ofOrganization,
  )
  const made = new Map(
    changes.filter(isMade).map((change) => [organizationOf(change.address, registry), change]),
  )
  const limit = limitOf(given.minOrgAdmins, settings.minOrgAdmins)
  const left = [...touched].flatMap(([organization, own]) => {
    const present = there.get(organization) ?? []
    const maker = made.get(organization)
    const before = maker ? null : administrators(present.map(unmade), registry)
    const after = administrators(seatsAfter(present, own, maker, user, registry), registry)
    return after === null || (before !== null && after >= before) ? [] : [{ organization, own, after }]
  })
  if (left.length === 0) return { stops: [], limits: [] }
  const value = Math.min(...left.map(({ after }) => after))
  return {
    limits: [{ name: 'min_org_admins', value, limit, ok: value >= limit }],
    stops: left
      .filter(({ after }) => after < limit)
      .map(({ organization, own, after }) => ({
        code: 'QC4109',
        message: `${organization} would be left with ${after} ${after === 1 ? 'administrator' : 'administrators'}; the limit is ${limit} at least`,
        hint: liftHint('min_org_admins', after),
        addresses: own.map(({ address }) => address.text),
        ...lineOf(given.minOrgAdmins, settings.minOrgAdmins),
      })),
  }
}

const isMade = ({ action, address }: Change): boolean => action === 'create' && address.parent === null

const unmade = ({ address, attributes }: Live): Seat => ({
  address,
  attributes,
  maker: null,
  isNew: false,
})

function seatsAfter(
  present: readonly Live[],
  changes: readonly Change[],
  maker: Change | undefined,
  user: string | null,
  registry: Registry,
): readonly Seat[] {
  const seats = new Map(present.map((object) => [object.address.text, unmade(object)]))
  for (const { type: name, name: key, attributes } of (maker && registry.get(maker.address.type)?.brings) ??
    []) {
    const type = registry.get(name)
    if (!type || !maker) continue
    const address = addressOf(type, maker.address, key)
    seats.set(address.text, { address, attributes, maker: user, isNew: true })
  }
  for (const { action, address, desired } of changes) {
    const before = seats.get(address.text)
    if (action === 'delete') seats.delete(address.text)
    else
      seats.set(address.text, {
        address,
        attributes: { ...before?.attributes, ...desired?.attributes },
        maker: before?.maker ?? null,
        isNew: before?.isNew ?? true,
      })
  }
  return [...seats.values()]
}

/** How many users that are; null where it is not known. */
function administrators(seats: readonly Seat[], registry: Registry): number | null {
  const users = new Set<string>()
  for (const { address, attributes, maker, isNew } of seats) {
    const names = registry.get(address.type)?.admins?.(attributes, maker, isNew)
    if (!names) return null
    for (const name of names) users.add(name)
  }
  return users.size
}
