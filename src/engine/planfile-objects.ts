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
  if (isMisnamed(address, type, action === 'delete')) return 'no object of its type can have this name'
  return wrong[0] ? `"${wrong[0]}" has no value that it can have` : null
}

/** A name that somebody else gave may be gone, whatever it is like. */
function isMisnamed({ name, parent }: Address, type: ResourceType, goes: boolean): boolean {
  const { identity, named, keyPattern } = type
  if (identity === 'singleton' && parent) return name !== ''
  if (named) return !named.includes(parseSubject(name).kind)
  return !goes && keyPattern !== undefined && !new RegExp(keyPattern, 'u').test(name)
}

/** Would a path with this name lead to another thing? */
export const leadsAstray = ({ name }: Address, { checkName }: ResourceType): boolean =>
  name.split('/').some((part) => part === '.' || part === '..') || Boolean(checkName?.(name))

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
