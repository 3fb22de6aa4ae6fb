import { byText } from './address.ts'
import { ApiError, AuthError, MissingRouteError } from './errors.ts'

/** What Quay has of something, by name, as far as it was read. */
export interface Tally {
  readonly names: readonly string[]
  /** There are others, which were not read. */
  readonly more?: boolean
}

/** Null where the token may not see it, or it is not there; any other failure is thrown. */
export async function unlessRefused<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read
  } catch (error) {
    const isRefusal =
      error instanceof AuthError ||
      error instanceof MissingRouteError ||
      (error instanceof ApiError && error.status === 404)
    if (isRefusal) return null
    throw error
  }
}

/** Exactly one, and no other. */
export const isSingle = ({ names, more }: Tally): boolean => names.length === 1 && !more

/** `41 tags`, `1 tag`, `at least 1000 tags` */
export const countOf = (tally: Tally, one: string, many = `${one}s`): string =>
  `${tally.more ? 'at least ' : ''}${tally.names.length} ${isSingle(tally) ? one : many}`

const SHOWN = 5

/** `1.0, 1.1, 1.2, 1.3, 1.4 and 36 more` */
export function someOf({ names, more }: Tally): string {
  const sorted = [...names].sort(byText)
  // One alone takes less room than the words for it.
  const shown = sorted.length === SHOWN + 1 && !more ? sorted : sorted.slice(0, SHOWN)
  const left = sorted.length - shown.length
  const rest = left > 0 ? ` and ${more ? 'at least ' : ''}${left} more` : more ? ' and others' : ''
  return `${shown.join(', ')}${rest}`
}
