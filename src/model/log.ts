/** One entry of Quay's log. */
export interface LogEntry {
  readonly kind: string
  readonly metadata: Readonly<Record<string, unknown>>
  /** Null: Quay does not say who. */
  readonly by: string | null
  /** ISO 8601, in UTC. */
  readonly at: string
}

/** What became of an object in Quay. */
export type Deed = 'update' | 'create' | 'delete'

/** What a kind of entry is about: what may have become of an object, and its attribute where it is one alone. */
export interface Told {
  readonly deeds: readonly Deed[]
  readonly attribute?: string
}

/** Which object an entry tells of, by its names below the root, and what. */
export interface Logged extends Told {
  readonly names: readonly string[]
}

/** What an entry tells of a type that has these kinds. Null where its kind is another, or a name is missing. */
export function told(
  { kind }: LogEntry,
  kinds: Readonly<Record<string, Told>>,
  names: readonly unknown[],
): Logged | null {
  const about = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  const texts = names.filter((name) => typeof name === 'string')
  return about && texts.length === names.length ? { ...about, names: texts } : null
}

/** Kinds of entries, each about one deed. */
export const made: Told = { deeds: ['create'] }
export const gone: Told = { deeds: ['delete'] }
export const changed = (attribute?: string): Told => ({ deeds: ['update'], ...(attribute && { attribute }) })
