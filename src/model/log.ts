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

/** What an entry is about: what may have become of an object. */
export interface Told {
  readonly deeds: readonly Deed[]
  /** Of which attributes it tells; absent: of any. */
  readonly attributes?: readonly string[]
  /** What came into a set, as the files write it. */
  readonly added?: string
  /** What went out of one. */
  readonly removed?: string
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
export const changed = (...attributes: readonly string[]): Told => ({
  deeds: ['update'],
  ...(attributes.length > 0 && { attributes }),
})
