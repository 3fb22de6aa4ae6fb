import { type Address, rootOf } from '../model/address.ts'
import { type Desired, originOf } from '../model/change.ts'
import { type Diagnostic, type Place, problemAt } from '../model/diagnostics.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Bindings } from './bindings.ts'
import { superseded } from './deletions.ts'
import { type Expanded, grouped } from './expand.ts'
import { globOf } from './patterns.ts'
import { type Named, referenceFaults, weakened } from './rules-references.ts'
import { attributeProblems, formOf } from './rules-values.ts'
import { referenceProblems } from './secrets.ts'

interface Context extends Named {
  readonly expanded: Expanded
  readonly bindings: Bindings
}

/** What holds between objects and attributes, after everything is filled in; needs no server. */
export function checkRules(
  expanded: Expanded,
  registry: Registry,
  bindings: Bindings,
): readonly Diagnostic[] {
  const index = new Map<string, Desired>()
  for (const desired of expanded.desired) index.set(desired.address.text, desired)
  const external = new Map(expanded.external.map((entry) => [entry.address.text, entry.at]))
  const declaredAt = (text: string) => index.get(text)?.origin.at
  const externalAt = (text: string) => external.get(text)
  const context = { index, named: namedIn(expanded.desired), external, expanded, registry, bindings }
  const successions = superseded(expanded, registry)
  return [
    ...[...expanded.desired, ...expanded.patterns].flatMap((desired) => {
      const type = registry.get(desired.address.type)
      const problems = type && !isAnchor(desired) ? objectProblems(desired, type, context) : []
      return problems.map((problem) => ({ ...problem, organization: rootOf(desired.address).name }))
    }),
    ...[...expanded.external, ...expanded.removed].flatMap((entry) => badNames(entry, registry)),
    ...both('QC2003', ['declared', declaredAt], ['removed', expanded.removed]),
    ...impliedAndRemoved(expanded, registry),
    ...both('QC2003', ['declared', declaredAt], ['superseded', successions]),
    ...heirs(successions),
    ...both('QC2011', ['declared', declaredAt], ['external', expanded.external]),
    ...both('QC2011', ['external', externalAt], ['removed', expanded.removed]),
  ]
}

/** Those of a type in one organization; they are looked for only where something is wrong, or excludes another. */
function namedIn(desired: readonly Desired[]): Named['named'] {
  let groups: ReadonlyMap<string, readonly Desired[]> | null = null
  return (type, root) => {
    groups ??= grouped(desired, ({ address }) => `${address.type} ${rootOf(address).text}`)
    return groups.get(`${type} ${root.text}`) ?? []
  }
}

/** A name that no object of its type can have, once it is filled in: it would be another object's, or nobody's. */
function badNames(
  { address, at }: { readonly address: Address; readonly at: Place },
  registry: Registry,
): Diagnostic[] {
  const type = registry.get(address.type)
  const fits = !type?.keyPattern || formOf(type.keyPattern).test(address.name)
  const label = fits ? type?.checkName?.(address.name) : `expected ${type?.keyExpected ?? 'a name'}`
  return label ? [problemAt('QC2006', `"${address.name}" cannot be a name here`, { at }, { label })] : []
}

/** One place that two objects want to take. */
function heirs(list: ReturnType<typeof superseded>): Diagnostic[] {
  const first = new Map<string, (typeof list)[number]>()
  return list.flatMap((entry) => {
    const { text } = entry.address
    const other = first.get(text)
    first.set(text, other ?? entry)
    const also = other && [{ at: other.at, text: `${other.successor.text} does so here` }]
    const message = `${entry.successor.text} takes the place of ${text}, which is taken already`
    return also ? [problemAt('QC2003', message, entry, { also })] : []
  })
}

/** What is said of an object at two places that contradict each other. */
function both(
  code: string,
  [first, placeOf]: readonly [string, (text: string) => Place | undefined],
  [second, list]: readonly [string, readonly { readonly address: Address; readonly at: Place }[]],
): Diagnostic[] {
  return list.flatMap(({ address: { text }, at }) => {
    const other = placeOf(text)
    const also = other && [{ at: other, text: `${first} here` }]
    return also ? [problemAt(code, `${text} is ${first} and ${second}`, { at }, { also })] : []
  })
}

/** What a pattern says of an object that is to go: each run would make it or delete it again. */
function impliedAndRemoved({ patterns, removed }: Expanded, registry: Registry): Diagnostic[] {
  return removed.flatMap(({ address: { text, type, name, parent }, at }) =>
    patterns.flatMap(({ address, origin }) => {
      const glob = address.parent
      const target = glob && registry.get(glob.type)?.patternOf?.type
      const isSame = address.type === type && address.name === name && target === parent?.type
      if (!isSame || !glob || !parent || rootOf(glob).text !== rootOf(parent).text) return []
      if (!globOf(glob.name)(parent.name)) return []
      const also = [{ at: origin.at, text: `${address.text} is here` }]
      return [problemAt('QC2003', `${text} is declared by a pattern and removed`, { at }, { also })]
    }),
  )
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
      attributeProblems(key, attribute, desired, type),
    ),
    ...referenceProblems(desired, type.schema, context.expanded.settings, context.bindings),
    ...referenceFaults(desired, type, context),
    ...weakened(desired, type, context),
    ...owned(desired, type, context.index),
    ...excluded(desired, type, context),
    ...(type.check?.(desired) ?? []).map(({ attribute, code, message, ...more }) =>
      problemAt(code, message, originOf(desired, attribute), {
        ...more,
        address: address.text,
      }),
    ),
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

const isAnchor = ({ mustExist, address }: Desired): boolean => mustExist === true && address.parent === null

/** What cannot be declared beside an object, and what of that Quay makes by itself. */
function excluded(desired: Desired, type: ResourceType, { named, registry }: Named): Diagnostic[] {
  const { address, origin } = desired
  const below = (name: string) => named(name, rootOf(address))
  const also = (other: Desired) => [{ at: other.origin.at, text: `${other.address.text} is here` }]
  // Two that exclude each other are one error.
  const isSaid = (other: Desired) =>
    registry.get(other.address.type)?.excludes?.some((entry) => entry.type === type.name) ?? false
  const beside = (type.excludes ?? []).flatMap(({ type: name, parent }) =>
    below(name).filter(
      (other) =>
        !other.absent &&
        (!parent || other.address.parent?.type === parent) &&
        !(isSaid(other) && other.address.text < address.text),
    ),
  )
  const made = type.provides
    ? below(type.provides).filter(({ origins }) => Object.keys(origins).length > 0)
    : []
  return [
    ...beside.map((other) =>
      problemAt('QC2012', `${address.text} and ${other.address.text} exclude each other`, origin, {
        hint: 'Quay refuses one while the other is there: keep one of them',
        also: also(other),
      }),
    ),
    ...made.map((other) =>
      problemAt('QC2013', `${other.address.text} is made by ${address.text}`, other.origin, {
        hint: 'remove its own attributes: only what stands below it can be declared',
        also: also(desired),
      }),
    ),
  ]
}
