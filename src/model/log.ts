/** One entry of Quay's log. */
export interface LogEntry {
  readonly kind: string
  readonly metadata: Readonly<Record<string, unknown>>
  /** Null: Quay does not say who. */
  readonly by: string | null
  /** ISO 8601, in UTC. */
  readonly at: string
}

/** Which object an entry tells of: its names below the root, and its attribute where it is one alone. */
export interface Logged {
  readonly names: readonly string[]
  readonly attribute?: string
}

/** What an entry tells of a type, by the kinds that do so and the attribute that each is about, null for the object as a whole. Null where the kind is another, or a name is missing. */
export function told(
  { kind }: LogEntry,
  kinds: Readonly<Record<string, string | null>>,
  names: readonly unknown[],
): Logged | null {
  const attribute = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  const texts = names.filter((name) => typeof name === 'string')
  if (attribute === undefined || texts.length < names.length) return null
  return { names: texts, ...(attribute !== null && { attribute }) }
}
