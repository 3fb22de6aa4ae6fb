import { type Address, addressOf, rootOf } from '../model/address.ts'
import { nearest } from '../model/canonical.ts'
import type { Desired } from '../model/change.ts'
import type { Diagnostic, Place } from '../model/diagnostics.ts'
import { printValue } from '../model/kinds.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Attribute } from '../model/schema.ts'
import type { Expanded } from './expand.ts'
import { referenceProblems } from './secrets.ts'

/** What holds between objects and attributes, after everything is filled in; needs no server. */
export function checkRules(expanded: Expanded, registry: Registry): readonly Diagnostic[] {
  const index = new Map(expanded.desired.map((desired) => [desired.address.text, desired]))
  return [
    ...expanded.desired.flatMap((desired) => {
      const type = registry.get(desired.address.type)
      return type ? objectProblems(desired, type, index, expanded, registry) : []
    }),
    ...expanded.removed.flatMap(({ address, at }) => {
      const declared = index.get(address.text)
      return declared
        ? [
            problem('QC2003', `${address.text} is declared and removed`, at, {
              also: [{ at: declared.origin.at, text: 'declared here' }],
            }),
          ]
        : []
    }),
  ]
}

function objectProblems(
  desired: Desired,
  type: ResourceType,
  index: ReadonlyMap<string, Desired>,
  expanded: Expanded,
  registry: Registry,
): Diagnostic[] {
  const { address, origin } = desired
  const wrong = type.checkName?.(address.name)
  const name = wrong
    ? [problem('QC2006', `"${address.name}" cannot be a name here`, origin.at, { label: wrong })]
    : []
  if (desired.absent) return name
  return [
    ...name,
    ...Object.entries(type.schema).flatMap(([key, attribute]) =>
      attributeProblems(key, attribute, desired, index, registry),
    ),
    ...referenceProblems(desired, type.schema, expanded.settings),
    ...owned(desired, type, index),
    ...(type.check?.(desired) ?? []).map(({ attribute, ...remark }) => ({
      ...remark,
      address: address.text,
      at: (attribute && desired.origins[attribute]?.at) || origin.at,
    })),
  ]
}

function attributeProblems(
  key: string,
  attribute: Attribute,
  desired: Desired,
  index: ReadonlyMap<string, Desired>,
  registry: Registry,
): Diagnostic[] {
  const written = desired.origins[key]
  const value = desired.attributes[key]
  if (!written)
    return attribute.required
      ? [
          problem('QC1006', `${desired.address.text} has no ${key}`, desired.origin.at, {
            hint: `write "${key}: …": ${attribute.description}`,
          }),
        ]
      : []
  if (value === undefined || value === null) return []
  if (typeof value === 'number' && !attribute.many) return limits(attribute, value, written.at)
  return attribute.refers && typeof value === 'string'
    ? unknownReference(attribute.refers, value, desired.address, written.at, index, registry)
    : []
}

function limits(attribute: Attribute, value: number, at: Place): Diagnostic[] {
  const { minimum, maximum } = attribute
  const label =
    minimum !== undefined && value < minimum
      ? `expected at least ${printValue(attribute, minimum)}`
      : maximum !== undefined && value > maximum
        ? `expected at most ${printValue(attribute, maximum)}`
        : null
  return label ? [problem('QC2004', `${printValue(attribute, value)} is out of range`, at, { label })] : []
}

function unknownReference(
  typeName: string,
  value: string,
  from: Address,
  at: Place,
  index: ReadonlyMap<string, Desired>,
  registry: Registry,
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
      problem('QC2002', message, at, {
        hint: foreign ? `use a ${typeName} of ${root.name}` : `write "${short}"`,
      }),
    ]
  }
  const address = addressOf(type, root, value)
  if (index.has(address.text)) return []
  const known = [...index.values()].filter(
    (other) => other.address.type === typeName && rootOf(other.address).text === root.text,
  )
  const guess = nearest(
    value,
    known.map((other) => other.address.name),
  )
  const place = known.find((other) => other.address.name === guess)?.origin.at
  return [
    problem('QC2001', `${typeName} "${value}" is not declared`, at, {
      label: `no ${address.text} in any file`,
      hint: guess ? `did you mean "${guess}"?` : `declare it under ${type.block} of ${root.name}`,
      ...(guess && place && { also: [{ at: place, text: `"${guess}" is here` }] }),
    }),
  ]
}

/** An attribute of the parent that is this object's to decide. */
function owned(desired: Desired, type: ResourceType, index: ReadonlyMap<string, Desired>): Diagnostic[] {
  const parent = desired.address.parent && index.get(desired.address.parent.text)
  return (type.ownsOfParent ?? []).flatMap((name) => {
    const at = parent?.origins[name]?.at
    return at
      ? [
          problem('QC2008', `"${name}" is decided by the ${type.name}`, at, {
            hint: 'remove the line',
            also: [{ at: desired.origin.at, text: 'this decides it' }],
          }),
        ]
      : []
  })
}

function problem(code: string, message: string, at: Place, more: Partial<Diagnostic> = {}): Diagnostic {
  return { code, severity: 'error', message, at, ...more }
}
