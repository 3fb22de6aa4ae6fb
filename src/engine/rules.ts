import { type Address, addressOf, rootOf } from '../model/address.ts'
import { nearest } from '../model/canonical.ts'
import type { Desired } from '../model/change.ts'
import { type Diagnostic, type Origin, type Place, problemAt } from '../model/diagnostics.ts'
import { kinds, printValue } from '../model/kinds.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Attribute, Value } from '../model/schema.ts'
import type { Bindings } from './bindings.ts'
import { type Expanded, grouped } from './expand.ts'
import { referenceProblems } from './secrets.ts'

interface Context {
  readonly index: ReadonlyMap<string, Desired>
  /** By type and root. */
  readonly named: ReadonlyMap<string, readonly Desired[]>
  readonly external: ReadonlyMap<string, Place>
  readonly expanded: Expanded
  readonly registry: Registry
  readonly bindings: Bindings
}

/** What holds between objects and attributes, after everything is filled in; needs no server. */
export function checkRules(
  expanded: Expanded,
  registry: Registry,
  bindings: Bindings,
): readonly Diagnostic[] {
  const index = new Map(expanded.desired.map((desired) => [desired.address.text, desired]))
  const external = new Map(expanded.external.map((entry) => [entry.address.text, entry.at]))
  const declared = new Map(expanded.desired.map(({ address, origin }) => [address.text, origin.at]))
  const named = grouped(expanded.desired, ({ address }) => `${address.type} ${rootOf(address).text}`)
  const context = { index, named, external, expanded, registry, bindings }
  return [
    ...expanded.desired.flatMap((desired) => {
      const type = registry.get(desired.address.type)
      const organization = rootOf(desired.address).name
      const problems = type && !desired.mustExist ? objectProblems(desired, type, context) : []
      return problems.map((problem) => ({ ...problem, organization }))
    }),
    ...[...expanded.external, ...expanded.removed].flatMap((entry) => badNames(entry, registry)),
    ...both('QC2003', ['declared', declared], ['removed', expanded.removed]),
    ...both('QC2011', ['declared', declared], ['external', expanded.external]),
    ...both('QC2011', ['external', external], ['removed', expanded.removed]),
  ]
}

/** A name that no object of its type can have, once it is filled in: it would be another object's, or nobody's. */
function badNames(
  { address, at }: { readonly address: Address; readonly at: Place },
  registry: Registry,
): Diagnostic[] {
  const type = registry.get(address.type)
  const fits = !type?.keyPattern || new RegExp(type.keyPattern, 'u').test(address.name)
  const label = fits ? type?.checkName?.(address.name) : `expected ${type?.keyExpected ?? 'a name'}`
  return label ? [problemAt('QC2006', `"${address.name}" cannot be a name here`, { at }, { label })] : []
}

/** What is said of an object at two places that contradict each other. */
function both(
  code: string,
  [first, places]: readonly [string, ReadonlyMap<string, Place>],
  [second, list]: readonly [string, readonly { readonly address: Address; readonly at: Place }[]],
): Diagnostic[] {
  return list.flatMap(({ address: { text }, at }) => {
    const other = places.get(text)
    const also = other && [{ at: other, text: `${first} here` }]
    return also ? [problemAt(code, `${text} is ${first} and ${second}`, { at }, { also })] : []
  })
}

function objectProblems(desired: Desired, type: ResourceType, context: Context): Diagnostic[] {
  const { address, origin } = desired
  const wrong = type.checkName?.(address.name)
  const name = wrong
    ? [problemAt('QC2006', `"${address.name}" cannot be a name here`, origin, { label: wrong })]
    : []
  if (desired.absent) return name
  return [
    ...name,
    ...Object.entries(type.schema).flatMap(([key, attribute]) =>
      attributeProblems(key, attribute, desired, context),
    ),
    ...referenceProblems(desired, type.schema, context.expanded.settings, context.bindings),
    ...owned(desired, type, context.index),
    ...(type.check?.(desired) ?? []).map(({ attribute, code, message, ...more }) =>
      problemAt(code, message, (attribute && desired.origins[attribute]) || origin, {
        ...more,
        address: address.text,
      }),
    ),
  ]
}

function attributeProblems(
  key: string,
  attribute: Attribute,
  desired: Desired,
  context: Context,
): Diagnostic[] {
  const written = desired.origins[key]
  const value = desired.attributes[key]
  if (!written)
    return attribute.required
      ? [
          problemAt('QC1006', `${desired.address.text} has no ${key}`, desired.origin, {
            hint: `write "${key}: …": ${attribute.description}`,
          }),
        ]
      : []
  if (value === undefined || value === null) return []
  if (typeof value === 'number' && !attribute.many) return limits(attribute, value, written)
  const misfit = misfitOf(attribute, value) ?? unreal(attribute, value)
  if (misfit !== null)
    return [
      problemAt('QC1004', `unexpected value "${misfit}"`, written, {
        label: `expected ${attribute.expected ?? kinds[attribute.kind].expected}`,
      }),
    ]
  return attribute.refers && typeof value === 'string'
    ? unknownReference(attribute.refers, value, desired.address, written, context)
    : []
}

/** A time that has the form of one and is in no calendar. */
function unreal({ kind, words }: Attribute, value: Value): string | null {
  if (kind !== 'time' || typeof value !== 'string' || words?.some((word) => word === value)) return null
  const time = new Date(value)
  return !Number.isNaN(time.getTime()) && time.toISOString() === value.replace('Z', '.000Z') ? null : value
}

/** A filled placeholder may make a text that its place refuses; the schema lets every placeholder pass. */
function misfitOf({ pattern, many, kind }: Attribute, value: Value): string | null {
  if (pattern === undefined || kind !== 'text') return null
  const texts = many && Array.isArray(value) ? value : [value]
  return (
    texts.find((text): text is string => typeof text === 'string' && !new RegExp(pattern, 'u').test(text)) ??
    null
  )
}

function limits(attribute: Attribute, value: number, origin: Origin): Diagnostic[] {
  const { minimum, maximum } = attribute
  const label =
    minimum !== undefined && value < minimum
      ? `expected at least ${printValue(attribute, minimum)}`
      : maximum !== undefined && value > maximum
        ? `expected at most ${printValue(attribute, maximum)}`
        : null
  return label
    ? [problemAt('QC2004', `${kinds[attribute.kind].print(value)} is out of range`, origin, { label })]
    : []
}

function unknownReference(
  typeName: string,
  value: string,
  from: Address,
  origin: Origin,
  context: Context,
): Diagnostic[] {
  const type = context.registry.get(typeName)
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
  const declared = context.index.get(address.text)
  if ((declared && !declared.absent) || context.external.has(address.text)) return []
  const known = context.named.get(`${typeName} ${root.text}`) ?? []
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

/** An attribute of the parent that is this object's to decide. */
function owned(desired: Desired, type: ResourceType, index: ReadonlyMap<string, Desired>): Diagnostic[] {
  const parent = desired.address.parent && index.get(desired.address.parent.text)
  return (type.ownsOfParent ?? []).flatMap((name) => {
    const written = parent?.origins[name]
    return written
      ? [
          problemAt('QC2008', `"${name}" is decided by the ${type.name}`, written, {
            hint: 'remove the line',
            also: [{ at: desired.origin.at, text: 'this decides it' }],
          }),
        ]
      : []
  })
}
