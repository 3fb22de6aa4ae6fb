import { asSet, sameValue } from '../model/canonical.ts'
import type { Desired, Difference, Live } from '../model/change.ts'
import type { Facts, ResourceType } from '../model/resource.ts'
import {
  type Attribute,
  type Attributes,
  isReference,
  looksLikeReference,
  rankOf,
  type Value,
} from '../model/schema.ts'
import type { Server } from '../model/server.ts'
import { canonicalFallback } from './attributes.ts'
import { unseenOf } from './resend.ts'

/** Attributes of a live object that are not as declared, and those that are `resent` all the same. What is not declared is not looked at. */
export function differencesOf(
  type: ResourceType,
  desired: Desired,
  live: Live,
  resent: readonly Difference[] = [],
): readonly Difference[] {
  const found: Difference[] = []
  for (const name of Object.keys(type.schema)) {
    const [attribute, after] = [type.schema[name], desired.attributes[name]]
    if (attribute && after !== undefined)
      found.push(...compare(name, attribute, desired, after, live.attributes[name]))
  }
  if (found.length + resent.length === 0 && !live.surplus) return NONE
  const differences = [...surplus(live), ...found, ...resent]
  return [...differences, ...companions(type, desired, differences)]
}

/** Nearly every object, and of the others nearly every attribute, is as it is declared. */
const NONE: readonly Difference[] = []

/** An object as it counts beside what Quay has, and what is to be said of that. */
export function settled(type: ResourceType, desired: Desired, live: Live, facts: Facts) {
  const { attributes, remarks = [] } = type.settle?.(desired, live, facts) ?? {}
  return {
    desired: attributes ? { ...desired, attributes: { ...desired.attributes, ...attributes } } : desired,
    remarks,
  }
}

/** The name under which a difference says that Quay has the same object several times. */
export const COPIES = 'copies'

function surplus({ surplus: more = 0 }: Live): readonly Difference[] {
  const about = { attribute: COPIES, path: `/${COPIES}`, replaces: false, origin: null }
  return more > 0 ? [{ ...about, before: more + 1, after: 1 }] : []
}

/** All that a create sends: what is declared, and the fallbacks for what is not. */
export function creation(
  type: ResourceType,
  desired: Desired,
  server: Server,
): { readonly values: Attributes; readonly differences: readonly Difference[] } {
  const values: Record<string, Value> = {}
  const differences: Difference[] = []
  for (const [name, attribute] of Object.entries(type.schema)) {
    const declared = desired.attributes[name]
    const fallback =
      declared === undefined && supports(attribute, server) ? canonicalFallback(attribute) : undefined
    const value = declared ?? (declared === null ? null : fallback)
    if (value === undefined) continue
    values[name] = value
    const origin = desired.origins[name] ?? null
    const parts =
      attribute.fields && !attribute.many && value !== null
        ? Object.entries(mapOf(value))
        : [[null, value] as const]
    differences.push(
      ...parts.map(([key, after]) => ({
        attribute: name,
        path: pathOf(name, key),
        before: undefined,
        after,
        replaces: false,
        ...(declared === undefined && { fallback: true as const }),
        origin,
      })),
    )
  }
  // One that has grown has room for sixteen more, and there are very many.
  return { values, differences: [...differences] }
}

/** Made once: a large estate has few different ones. */
const paths = new Map<string, string>()
function pathOf(name: string, key: string | null): string {
  const text = key === null ? `/${name}` : `/${name}/${key}`
  const known = paths.get(text) ?? text
  paths.set(text, known)
  return known
}

/** What an update sends: the declared values of what differs, and of what Quay wants beside a secret. */
export function updateValues(
  { schema }: ResourceType,
  { attributes }: Desired,
  differences: readonly Difference[],
): Attributes {
  const names = differences.flatMap(({ attribute, resent }) =>
    attribute === COPIES ? [] : [attribute, ...((resent && schema[attribute]?.together) ?? [])],
  )
  return Object.fromEntries(
    names.flatMap((name) => (attributes[name] === undefined ? [] : [[name, attributes[name]] as const])),
  )
}

/** Can this server take the attribute at all? */
export const supports = (attribute: Attribute, server: Server): boolean =>
  !attribute.since || server.offers(attribute.since)

function compare(
  name: string,
  attribute: Attribute,
  desired: Desired,
  after: Value,
  before: Value | undefined,
): readonly Difference[] {
  if (attribute.writeOnly || isReference(attribute, after)) return NONE
  const origin = desired.origins[name] ?? null
  const replaces = attribute.replaces === true
  if (attribute.fields && !attribute.many && after !== null)
    return fieldsOf(name, attribute, after, before).map((field) => ({ ...field, replaces, origin }))
  if (attribute.serverOwned && !movesForward(attribute, before, after)) return []
  if (sameValue(sorted(attribute, before), sorted(attribute, after))) return NONE
  if (desired.atLeast && isEnough(attribute, before, after)) return []
  return [{ attribute: name, path: `/${name}`, before, after, replaces, origin }]
}

/** Each written key of an object by itself; a reference is never compared. */
function fieldsOf(name: string, { fields }: Attribute, after: Value, before: Value | undefined) {
  const [wanted, present] = [mapOf(after), mapOf(before)]
  return Object.entries(fields ?? {}).flatMap(([key, field]) => {
    const value = wanted[key]
    if (value === undefined || field.writeOnly || isReference(field, value) || sameValue(present[key], value))
      return []
    return [{ attribute: name, path: `/${name}/${key}`, before: present[key], after: value }]
  })
}

/** Duplicates on Quay's side stay: a surplus is a difference. */
function sorted(attribute: Attribute, value: Value | undefined): Value | undefined {
  if (!attribute.many || !Array.isArray(value)) return value
  const set = asSet(value)
  return value.length === set.length ? set : value
}

/** Of a pattern more is as good. */
const isEnough = (attribute: Attribute, before: Value | undefined, after: Value): boolean =>
  attribute.ascending === true && rankOf(attribute, before) >= rankOf(attribute, after)

const movesForward = (attribute: Attribute, before: Value | undefined, after: Value): boolean =>
  attribute.serverOwned === 'forward' &&
  typeof after === 'string' &&
  typeof before === 'string' &&
  !attribute.words?.some((word) => word === after) &&
  after > before

/** Secrets that Quay takes only together with what differs: they go along. */
function companions(
  type: ResourceType,
  desired: Desired,
  found: readonly Difference[],
): readonly Difference[] {
  if (found.length === 0) return []
  const paths = new Set(found.map(({ path }) => path))
  const differs = (name: string) => found.some(({ attribute }) => attribute === name)
  const beside = new Set(
    found.flatMap(({ attribute, resent }) => (resent && type.schema[attribute]?.together) ?? []),
  )
  return unseenOf(type, desired)
    .filter(({ attribute, path, value }) => {
      const goesAlong = type.schema[attribute]?.together?.some(differs) || beside.has(attribute)
      return goesAlong && looksLikeReference(value) && !paths.has(path)
    })
    .map(({ attribute, path, value }) => ({
      attribute,
      path,
      before: undefined,
      after: value,
      replaces: type.update === undefined,
      origin: desired.origins[attribute] ?? null,
    }))
}

const mapOf = (value: Value | undefined): Readonly<Record<string, Value>> =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? (value as Readonly<Record<string, Value>>)
    : {}
