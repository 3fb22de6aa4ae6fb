import { type Address, addressOf } from '../model/address.ts'
import { canonicalJson } from '../model/canonical.ts'
import type { Change, Desired, Difference } from '../model/change.ts'
import type { Origin, Place } from '../model/diagnostics.ts'
import { heldBecause, type Plan, type PlannedChange, type PlannedField, type Source } from '../model/plan.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Attributes, Value } from '../model/schema.ts'
import { NOWHERE } from './anchors.ts'
import { COPIES } from './compare.ts'
import { othersOf, plannedFields, referenceBefore } from './fields.ts'
import type { Step } from './plan.ts'
import { notOne } from './planfile.ts'
import { leadsAstray, objectFault } from './planfile-objects.ts'
import { shownOf, valueAt } from './planfile-values.ts'
import { organizationOf } from './select.ts'
import { blockOf } from './siblings.ts'

/** The steps that a saved plan is made of. `file`: what messages call it. */
export function stepsOf(plan: Plan, registry: Registry, file: string): readonly Step[] {
  const seen = new Set<string>()
  return plan.changes.map((planned) => {
    const refuse = (why: string) => notOne(file, `${planned.address}: ${why}`)
    const address = addressAt(planned, registry)
    const type = address && registry.get(address.type)
    if (!address || !type) {
      const kind = planned.chain.at(-1)?.[0] ?? ''
      const maker = `quayctl ${plan.tool.version}`
      throw refuse(
        registry.has(kind)
          ? 'its parts are not those of its address'
          : `this quayctl knows no type ${kind}, ${maker} did`,
      )
    }
    const fault = seen.has(address.text)
      ? 'it stands there twice'
      : planned.organization !== organizationOf(address, registry)
        ? `it is not of ${planned.organization}`
        : objectFault(planned, address, type)
    if (fault) throw refuse(fault)
    seen.add(address.text)
    const change = changeOf(planned, address, type, plan)
    if (canonicalJson(plannedFields(change, type)) !== canonicalJson(planned.fields))
      throw refuse('its fields do not say what would be sent')
    return stepOf(planned, change)
  })
}

/** Null where its parts do not make its text, or nothing can be called so. */
function addressAt({ chain, address }: PlannedChange, registry: Registry): Address | null {
  let found: Address | null = null
  for (const [name, key] of chain) {
    const type = registry.get(name)
    const fits = found ? type?.parents.includes(found.type) : type?.parents.length === 0
    if (!type || !fits) return null
    found = addressOf(type, found, key)
    if (leadsAstray(found, type)) return null
  }
  return found?.text === address ? found : null
}

const stepOf = (
  { impacts, consequences, narrows, depends_on, held }: PlannedChange,
  change: Change,
): Step => ({
  change,
  impacts,
  consequences,
  narrows: narrows ?? false,
  access: [],
  dependsOn: depends_on,
  ...(held && { held: { as: held, because: heldBecause[held] } }),
})

function changeOf(
  planned: PlannedChange,
  address: Address,
  { schema }: ResourceType,
  { siblings = {} }: Plan,
): Change {
  const { action, reason, source, fields, live_digest, live = {}, desired: values = {}, exact } = planned
  const at = source && placeOf(source)
  const block = siblings[blockOf(address)]
  const shown = shownOf(schema, values)
  return {
    address,
    action,
    reason,
    at,
    values,
    desired: action === 'delete' ? null : desiredOf(planned, address, at ?? NOWHERE),
    live: live_digest === null ? null : { address, attributes: live, digest: live_digest },
    differences: fields.map((field) => differenceOf(field, live, shown)),
    ...(block && { siblings: new Map(Object.entries(block)) }),
    ...(exact && { exact: new Map(Object.entries(exact)) }),
  }
}

function desiredOf(
  { action, fields, desired = {}, declared = desired, pattern, secret_files = {} }: PlannedChange,
  address: Address,
  at: Place,
): Desired {
  const own = action === 'create' ? fields.filter(({ fallback }) => fallback).map(attributeOf) : []
  const shown = fields.flatMap((field) => {
    const origin = originOf(field)
    return origin ? [[attributeOf(field), origin] as const] : []
  })
  const unshown = Object.entries(secret_files).map(([name, file]) => [name, { at: { ...at, file } }] as const)
  return {
    address,
    attributes: Object.fromEntries(Object.entries(declared).filter(([name]) => !own.includes(name))),
    origin: { at },
    origins: Object.fromEntries([...unshown, ...shown]),
    absent: false,
    replaceAllowed: false,
    ...(pattern && { atLeast: pattern.address }),
  }
}

function differenceOf(field: PlannedField, live: Attributes, shown: Attributes): Difference {
  const attribute = attributeOf(field)
  const [before, after] =
    attribute === COPIES
      ? [Number(field.before), Number(field.after)]
      : [
          field.resent ? referenceBefore(field) : (partOf(live, field.path) ?? movingBefore(field)),
          partOf(shown, field.path),
        ]
  return {
    attribute,
    path: field.path,
    before,
    after,
    replaces: field.forces_replace === true,
    ...(field.resent && { resent: field.resent }),
    ...(field.fallback && { fallback: true }),
    ...(field.set && { others: othersOf(field) }),
    origin: originOf(field),
  }
}

/** How a value with a unit was written is known by the field that shows it. */
function originOf({ source, after, raw_after }: PlannedField): Origin | null {
  const via = source?.via && /^(.*):([1-9][0-9]*)$/.exec(source.via)
  return (
    (source && {
      at: placeOf(source),
      ...(typeof raw_after === 'number' && typeof after === 'string' && { text: after }),
      ...(via && { via: placeOf({ file: via[1] ?? '', line: Number(via[2]), column: 1 }) }),
    }) ??
    null
  )
}

const placeOf = ({ file, line, column }: Source): Place => ({ file, line, column, length: 1 })

/** `/proxy/https_proxy` is of `proxy`. */
const attributeOf = ({ path }: PlannedField): string => path.replace(/^\/([^/]*).*/s, '$1')

/** What Quay moves by itself no digest covers, so it stands in its field alone. */
const movingBefore = ({ before, sensitive }: PlannedField): Value | undefined =>
  typeof before === 'string' && !sensitive ? before : undefined

/** What stands at a JSON pointer. */
const partOf = (attributes: Attributes, path: string): Value | undefined =>
  valueAt(attributes as Value, path.split('/').slice(1))
