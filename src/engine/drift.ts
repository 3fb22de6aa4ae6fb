import { byText } from '../model/address.ts'
import { asSet, sameValue } from '../model/canonical.ts'
import type { Change, Desired, Difference, Live } from '../model/change.ts'
import type { Drifted, DriftedField } from '../model/drift.ts'
import type { Deed } from '../model/log.ts'
import type { Plan, PlannedChange, PlannedField } from '../model/plan.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import { type Attributes, looksLikeReference, type Value } from '../model/schema.ts'
import type { Base } from './base.ts'
import type { Expanded } from './expand.ts'
import { isUnseen, plannedFields } from './fields.ts'
import type { Step } from './plan.ts'
import { masked, valueAt } from './planfile-values.ts'
import { unseenOf } from './resend.ts'

/** One thing that is not in Quay as the files have it: a change that would undo it, or some of its differences. */
export interface Departure {
  readonly change: Change
  readonly differences: readonly Difference[]
  readonly drifted: Drifted
}

/** What a plan would change, told apart by who has moved: Quay, both, or only the files. */
export interface Departures {
  readonly departures: readonly Departure[]
  /** Changes, or parts of them, that only the files have made. */
  readonly waiting: number
}

const deeds: Readonly<Record<Change['action'], Deed>> = {
  create: 'delete',
  delete: 'create',
  update: 'update',
  replace: 'update',
}

type Side = 'quay' | 'both' | 'files'

/** Where there is no base, the files are it: all that a plan would change is Quay's doing. */
export function departuresOf(
  { plan, steps }: { readonly plan: Plan; readonly steps: readonly Step[] },
  base: Base | undefined,
  registry: Registry,
): Departures {
  let waiting = 0
  const departures = steps.flatMap(({ change }, at) => {
    const [planned, type] = [plan.changes[at], registry.get(change.address.type)]
    if (!planned || !type) return []
    const seen = change.differences.filter((one) => !one.resent && !isUnseen(one, type))
    const sides = sidesOf({ ...change, differences: seen }, planned, base)
    const of = (side: Side) => seen.filter(({ path }) => sides.get(path) === side || sides.get('') === side)
    if ([...sides.values()].includes('files') || sides.size === 0) waiting++
    return (['quay', 'both'] as const).flatMap((side) => {
      const isWhole = sides.get('') === side
      const differences = of(side)
      if (!isWhole && differences.length === 0) return []
      const fields = fieldsOf(change, differences, type, side === 'both' ? base : undefined)
      return [{ change, differences, drifted: drifted(planned, change, fields, side) }]
    })
  })
  const byAddress = (one: Departure, other: Departure) => byText(one.drifted.address, other.drifted.address)
  return { departures: [...departures].sort(byAddress), waiting }
}

/** Who has moved, by path; under the empty one where it is the object as a whole. */
function sidesOf(change: Change, planned: PlannedChange, base: Base | undefined): ReadonlyMap<string, Side> {
  const { action, address, differences, live } = change
  const isWhole = action === 'create' || action === 'delete'
  const all = (side: Side) => new Map(isWhole ? [['', side]] : differences.map(({ path }) => [path, side]))
  if (!base || planned.earlier) return all('quay')
  const past = base.declared.get(address.text)
  if (action === 'create') return all(past ? 'both' : 'files')
  if (action === 'delete') return all(movedSince(past, live).length > 0 ? 'both' : 'files')
  const earlier = new Set(planned.earlier_fields)
  return new Map(
    differences.map(({ path, before }) => {
      const was = partOf(past?.attributes, path)
      const side = earlier.has(path) ? 'quay' : was !== undefined && !isSame(was, before) ? 'both' : 'files'
      return [path, side] as const
    }),
  )
}

/** What of the base Quay has otherwise by now, seen from the base. */
const movedSince = (past: Desired | undefined, live: Live | null): readonly Difference[] =>
  Object.entries(past?.attributes ?? {}).flatMap(([attribute, after]) => {
    const before = live?.attributes[attribute]
    if (before === undefined || looksLikeReference(after) || isSame(after, before)) return []
    return [{ attribute, path: `/${attribute}`, before, after, replaces: false, origin: null }]
  })

const isSame = (one: Value | undefined, other: Value | undefined): boolean =>
  sameValue(inOrder(one), inOrder(other))

const inOrder = (value: Value | undefined): Value | undefined => (Array.isArray(value) ? asSet(value) : value)

const partOf = (attributes: Attributes | undefined, path: string): Value | undefined =>
  valueAt(attributes as Value | undefined, path.split('/').slice(1))

function drifted(
  { address, organization, source, narrows }: PlannedChange,
  { action, address: { type } }: Change,
  fields: readonly DriftedField[],
  side: Side,
): Drifted {
  const isTakenOut = action === 'delete' && side === 'both'
  return {
    address,
    type,
    organization,
    action: isTakenOut ? 'update' : deeds[action],
    ...(side === 'both' && { conflict: true }),
    ...(isTakenOut && { taken_out: true }),
    ...(narrows && { widens: true }),
    fields,
    source: fields.find((field) => field.source)?.source ?? source,
  }
}

/** The differences of a plan, turned around: from the files to Quay. */
function fieldsOf(
  change: Change,
  differences: readonly Difference[],
  type: ResourceType,
  base: Base | undefined,
): readonly DriftedField[] {
  const { action, live, address } = change
  const name = type.value
  if (action === 'delete' && base) {
    const moved = movedSince(base.declared.get(address.text), live)
    return plannedFields({ ...change, action: 'update', differences: moved }, type).map(turned)
  }
  if (action === 'delete') {
    const after = name !== undefined && live ? masked(type.schema, live.attributes)[name] : undefined
    return after === undefined ? [] : [{ path: `/${name}`, before: null, after }]
  }
  const shown = action === 'create' ? differences.filter(({ attribute }) => attribute === name) : differences
  const past = base?.declared.get(address.text)?.attributes
  const bases = shown.map((one) => ({ ...one, before: partOf(past, one.path) }))
  const said = plannedFields({ ...change, differences: bases }, type)
  return plannedFields({ ...change, differences: shown }, type).map((field, at) => ({
    ...turned(field),
    ...(base && action !== 'create' && { base: baseOf(said[at]) }),
  }))
}

function turned({
  before,
  after,
  raw_before,
  raw_after,
  added,
  removed,
  ...field
}: PlannedField): PlannedField {
  return {
    ...field,
    ...(before !== undefined && { after: before }),
    ...(after !== undefined && { before: after }),
    ...(raw_before !== undefined && { raw_after: raw_before }),
    ...(raw_after !== undefined && { raw_before: raw_after }),
    ...(added && { removed: added }),
    ...(removed && { added: removed }),
  }
}

const baseOf = (field: PlannedField | undefined): unknown =>
  field?.set ? [...(field.kept ?? []), ...(field.removed ?? [])] : (field?.before ?? null)

/** How many secrets the files declare, which Quay shows to nobody. */
export const secretsIn = ({ desired }: Expanded, registry: Registry): number =>
  desired.reduce((sum, object) => {
    const type = registry.get(object.address.type)
    const secrets = type ? unseenOf(type, object).filter(({ value }) => looksLikeReference(value)) : []
    return sum + secrets.length
  }, 0)
