import { type Address, addressOf, rootOf } from '../model/address.ts'
import { nearest } from '../model/canonical.ts'
import { type Desired, originOf } from '../model/change.ts'
import { type Diagnostic, type Origin, type Place, problemAt } from '../model/diagnostics.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import { type Attribute, rankOf, type Value } from '../model/schema.ts'
import { parseSubject } from '../model/subject.ts'

/** What may be referred to. */
export interface Named {
  readonly index: ReadonlyMap<string, Desired>
  /** Those of a type below a root. */
  named(type: string, root: Address): readonly Desired[]
  readonly external: ReadonlyMap<string, Place>
  readonly registry: Registry
}

/** Whom an object's name and attributes name, and no file declares. */
export function referenceFaults(desired: Desired, type: ResourceType, context: Named): Diagnostic[] {
  const { address, attributes, origin } = desired
  const own = type.named ? subjectFault(address.name, type.named, address, origin, context) : []
  return [
    ...own,
    ...Object.keys(attributes).flatMap((name) => {
      const attribute = type.schema[name]
      return attribute && names(attribute)
        ? valueFaults(attribute, attributes[name], address, originOf(desired, name), context)
        : []
    }),
  ]
}

/** May its value name an object? */
const names = ({ refers, subjects, fields }: Attribute): boolean =>
  refers !== undefined || subjects !== undefined || fields !== undefined

/** Less than what Quay gives whom an attribute names, declared beside the object: each would undo the other. */
export function weakened({ address, attributes }: Desired, type: ResourceType, context: Named): Diagnostic[] {
  return Object.keys(attributes).flatMap((name) => {
    const { refers, gives } = type.schema[name] ?? {}
    const value = attributes[name]
    const target = gives && context.registry.get(gives.type)
    if (!gives || !target || typeof value !== 'string') return []
    const other = context.index.get(addressOf(target, address.parent, `${refers}:${value}`).text)
    const given = target.schema[gives.attribute]
    const written = other?.attributes[gives.attribute]
    const rank = given ? rankOf(given, written) : -1
    if (!given || !other || other.absent || rank < 0 || rank >= rankOf(given, gives.value)) return []
    return [
      problemAt(
        'QC2014',
        `${other.address.text} cannot be ${written}: ${address.text} names it as ${name}, and Quay gives it ${gives.value}`,
        originOf(other, gives.attribute),
        { address: other.address.text, hint: `write ${gives.value}, or remove the line` },
      ),
    ]
  })
}

function valueFaults(
  attribute: Attribute,
  value: Value | undefined,
  from: Address,
  origin: Origin,
  context: Named,
): Diagnostic[] {
  const { refers, subjects, fields, words } = attribute
  if (typeof value === 'string') {
    if (subjects) return subjectFault(value, subjects, from, origin, context)
    return refers && !words?.some((word) => word === value)
      ? unknownReference(refers, value, from, origin, context)
      : []
  }
  if (Array.isArray(value))
    return value.flatMap((item) => valueFaults(attribute, item, from, origin, context))
  if (!fields || value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const field = fields[key]
    return field ? valueFaults(field, inner, from, origin, context) : []
  })
}

/** A subject that its organization does not have; users need not be declared. */
function subjectFault(
  text: string,
  kinds: readonly string[],
  from: Address,
  origin: Origin,
  context: Named,
): Diagnostic[] {
  const { kind, name } = parseSubject(text)
  const type = kinds.includes(kind) ? context.registry.get(kind) : undefined
  if (!type || type.parents.length === 0) return []
  const root = rootOf(from)
  if (type.parents.includes(root.type)) return unknownReference(kind, name, from, origin, context)
  return [
    problemAt('QC2001', `${root.text} has no ${type.block}`, origin, { label: `a ${root.type} has none` }),
  ]
}

function unknownReference(
  typeName: string,
  value: string,
  from: Address,
  origin: Origin,
  { registry, index, external, named }: Named,
): Diagnostic[] {
  const type = registry.get(typeName)
  if (!type) return []
  const root = rootOf(from)
  const [organization, short] = value.split('+')
  if (short !== undefined) {
    const foreign = organization !== root.name
    const message = foreign
      ? `${typeName} "${value}" belongs to another organization`
      : `${typeName} "${value}" is not a short name`
    return [
      problemAt('QC2002', message, origin, {
        hint: foreign ? `use a ${typeName} of ${root.name}` : `write "${short}"`,
      }),
    ]
  }
  const address = addressOf(type, root, value)
  const declared = index.get(address.text)
  if ((declared && !declared.absent) || external.has(address.text)) return []
  const known = named(typeName, root)
  const names = known.map((other) => other.address.name)
  const guess = nearest(value, names)
  const place = known.find((other) => other.address.name === guess)?.origin.at
  return [
    problemAt('QC2001', `${typeName} "${value}" is not declared`, origin, {
      label: `no ${address.text} in any file`,
      hint: guess
        ? `did you mean "${guess}"?`
        : `declare it under ${type.block} of ${root.name}, or list it under external`,
      ...(guess && place && { also: [{ at: place, text: `"${guess}" is here` }] }),
    }),
  ]
}
