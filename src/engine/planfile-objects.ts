import type { Address } from '../model/address.ts'
import { kinds } from '../model/kinds.ts'
import type { PlannedChange, PlannedField } from '../model/plan.ts'
import type { ResourceType } from '../model/resource.ts'
import type { Attributes } from '../model/schema.ts'
import { parseSubject } from '../model/subject.ts'
import { fits } from './planfile-values.ts'

/** Why nobody can have planned this change, in words; null where somebody can. */
export function objectFault(planned: PlannedChange, address: Address, type: ResourceType): string | null {
  const { action, live_digest, desired = {}, declared = desired } = planned
  const wrong = [
    ...attributeFaults(type, desired),
    ...attributeFaults(type, declared),
    ...planned.fields.flatMap((field) => (saysSo(field, type) ? [] : [field.path])),
  ]
  const writes = {
    create: true,
    update: type.update,
    replace: type.replace ?? type.delete,
    delete: type.delete,
  }
  if (!writes[action]) return `nobody can ${action} it`
  if ((action === 'create') !== (live_digest === null)) return `the digest does not fit a ${action}`
  return (
    nameFault(address, type, action === 'delete') ??
    (wrong[0] ? `"${wrong[0]}" has no value that it can have` : null)
  )
}

/** A name that somebody else gave may be gone, whatever it is like; but it must be one that no path takes for another thing. */
function nameFault(address: Address, type: ResourceType, goes: boolean): string | null {
  const { name, parent } = address
  const { identity, named, keyPattern, checkName } = type
  const form =
    identity === 'singleton' && parent
      ? name === ''
      : named
        ? named.includes(parseSubject(name).kind)
        : goes || !keyPattern || new RegExp(keyPattern, 'u').test(name)
  return form && !checkName?.(name) ? null : 'no object of its type can have this name'
}

const attributeFaults = ({ schema }: ResourceType, attributes: Attributes): readonly string[] =>
  Object.entries(attributes).flatMap(([name, value]) => {
    const attribute = schema[name]
    return attribute && value !== undefined && fits(attribute, value) ? [] : [name]
  })

/** A value with a unit is shown as it was written, which must come to the same. */
function saysSo({ path, after, raw_after }: PlannedField, { schema }: ResourceType): boolean {
  const [, name = '', key = ''] = path.split('/')
  const leaf = schema[name]?.fields?.[key] ?? schema[name]
  return (
    typeof raw_after !== 'number' ||
    (leaf !== undefined && kinds[leaf.kind].parse(String(after)) === raw_after)
  )
}
