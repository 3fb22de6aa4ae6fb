import { serverError } from '../../model/answers.ts'

/** The body of `POST …/proxycache`, of which one key only has been checked. */
export interface CacheBody {
  readonly upstream_registry: string
  readonly expiration_s?: unknown
  readonly insecure?: unknown
}

/** A configuration as it is shown; of the credentials nothing is. */
export interface CacheRow {
  readonly upstream: string
  /** Seconds. */
  readonly expiration: number | null
  readonly insecure: boolean
}

/** A day. */
const defaultExpiration = 86400

/** What an integer column takes: Python's `int()` of it, in 32 bits; anything else is not caught. */
function seconds(value: unknown): number | null {
  if (value === undefined) return defaultExpiration
  if (value === null) return null
  const isNumber = typeof value === 'number' || typeof value === 'boolean'
  if (!isNumber && !(typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value))) throw serverError()
  const number = Math.trunc(Number(value))
  if (number < -(2 ** 31) || number >= 2 ** 31) throw serverError()
  return number
}

/** What Python takes for true. */
function truth(value: unknown): boolean {
  if (value === undefined) return false
  if (value === null) throw serverError()
  if (typeof value === 'object') return Object.keys(value).length > 0
  return Boolean(value)
}

/** The longest upstream that the column takes. */
const longestUpstream = 2048

/** The row that a checked body makes. */
export function rowOf(body: CacheBody): CacheRow {
  if (body.upstream_registry.length > longestUpstream) throw serverError()
  return {
    upstream: body.upstream_registry,
    expiration: seconds(body.expiration_s),
    insecure: truth(body.insecure),
  }
}
