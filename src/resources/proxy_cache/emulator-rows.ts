import { serverError } from '../../model/answers.ts'

/** The body of `POST …/proxycache`, of which one key only has been checked. */
export interface CacheBody {
  readonly org_name?: unknown
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

const keywords: readonly string[] = [
  'org_name',
  'upstream_registry',
  'upstream_registry_username',
  'upstream_registry_password',
  'expiration_s',
  'insecure',
]

/** Up to 3.16 what is sent, but for nulls, goes to the data layer as keyword arguments: a lack of `org_name` or an unknown key is not caught. */
export function asKeywords(body: CacheBody): CacheBody & { readonly org_name: string } {
  const { upstream_registry, ...rest } = body
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null))
  const { org_name } = given
  if (typeof org_name !== 'string' || Object.keys(given).some((key) => !keywords.includes(key)))
    throw serverError()
  return { ...given, upstream_registry, org_name }
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
