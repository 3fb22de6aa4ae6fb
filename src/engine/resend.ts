import type { Desired, Difference } from '../model/change.ts'
import { covers } from '../model/glob.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import { type Attribute, isReference, looksLikeReference, type Value } from '../model/schema.ts'
import { type Settings, type Upstream, upstreamFor } from './settings.ts'

/** Begins an entry of `--resend` that names an entry of `upstreams`. */
const UPSTREAM = 'upstream:'

/** The upstream that an entry of `--resend` names; null where it is a glob over addresses. */
export const upstreamNamed = (entry: string): string | null =>
  entry.startsWith(UPSTREAM) ? entry.slice(UPSTREAM.length) : null

/** Does an entry of `--resend` mean this object? */
export function means(entry: string, desired: Desired, settings: Settings, registry: Registry): boolean {
  const host = upstreamNamed(entry)
  return host === null
    ? covers(entry, desired.address)
    : filledBy(desired, settings, registry.get(desired.address.type))?.host === host
}

/** The entry of `upstreams` that an object has its credentials from. */
function filledBy(
  { attributes, origins }: Desired,
  { upstreams }: Settings,
  type: ResourceType | undefined,
): Upstream | null {
  if (!type?.upstreamOf) return null
  const reference = attributes[type.upstreamOf]
  const upstream = typeof reference === 'string' ? upstreamFor(reference, upstreams) : null
  const own = Object.entries(type.schema).some(([name, { upstream: role }]) => {
    const part = role && upstream?.[role]
    return part && origins[name]?.at === part.at
  })
  return own ? upstream : null
}

/** One value that Quay does not return, or that is never compared, and where it stands in its object. */
export interface Unseen {
  readonly attribute: string
  readonly path: string
  readonly value: Value
}

/** The references of an attribute, and the value of one that Quay never returns. */
function unseenIn(name: string, attribute: Attribute, value: Value | undefined): readonly Unseen[] {
  if (value === undefined) return []
  const { fields, many, writeOnly } = attribute
  if (isReference(attribute, value) || writeOnly) return [{ attribute: name, path: `/${name}`, value }]
  if (!fields || many || value === null || typeof value !== 'object' || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    fields[key] && (isReference(fields[key], inner) || fields[key].writeOnly)
      ? [{ attribute: name, path: `/${name}/${key}`, value: inner }]
      : [],
  )
}

/** All of an object whose change in Quay nobody can see. */
export const unseenOf = ({ schema }: ResourceType, { attributes }: Desired): readonly Unseen[] =>
  Object.entries(schema).flatMap(([name, attribute]) => unseenIn(name, attribute, attributes[name]))

/** What of a live object is to be sent though Quay shows no difference: the base said something else, or the run asks for it. */
export function resent(
  type: ResourceType,
  desired: Desired,
  past: Desired | undefined,
  asked: boolean,
): readonly Difference[] {
  if (!past && !asked) return []
  const before = new Map(past && unseenOf(type, past).map(({ path, value }) => [path, value]))
  return unseenOf(type, desired).flatMap(({ attribute, path, value }) => {
    const was = before.get(path)
    const isChanged = past !== undefined && isOther(was, value)
    if (!isChanged && !(asked && looksLikeReference(value))) return []
    const origin = desired.origins[attribute] ?? null
    const about = { attribute, path, after: value, replaces: type.update === undefined, origin }
    return [
      { ...about, before: isChanged ? was : undefined, resent: isChanged ? 'changed' : 'asked' } as const,
    ]
  })
}

/** A reference is another by its version only: a variable may get another name. */
export function isOther(was: Value | undefined, value: Value): boolean {
  return looksLikeReference(was) && looksLikeReference(value) ? was.version !== value.version : was !== value
}
