const pattern = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/

/** What Quay has against a name of a namespace, robot or team; `undefined` when nothing. The pattern goes before the length (util/validation.py). */
export function nameIssue(name: string, kind: 'Namespace' | 'Team' = 'Namespace'): string | undefined {
  if (!pattern.test(name)) return 'Namespace must match expression ^([a-z0-9]+(?:[._-][a-z0-9]+)*)$'
  if (name.length < 2 || name.length > 255) return `${kind} must be between 2 and 255 characters in length`
  return undefined
}

/** One `@`, a local part, and a domain of two or more labels, in at most 254 characters (util/validation.py). */
export const isEmail = (text: string): boolean =>
  text.length <= 254 && /^[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+$/.test(text)

/** A namespace without an address has a random UUID for one. */
export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text)
