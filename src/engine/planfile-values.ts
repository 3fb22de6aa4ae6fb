import { sameValue } from '../model/canonical.ts'
import { kinds } from '../model/kinds.ts'
import { type Attribute, type Attributes, isReference, type Schema, type Value } from '../model/schema.ts'
import { maySecret, veiled, veiledByField } from '../model/secrets.ts'
import { digest } from './ids.ts'
import { isSafe } from './secrets.ts'

/** Where a value stands in an object. */
type Path = readonly string[]

/** What stands there in a value, if anything does. */
export const valueAt = (value: Value | undefined, path: Path): Value | undefined =>
  path.reduce<Value | undefined>(
    (at, key) => (isMap(at) ? at[key] : Array.isArray(at) ? at[Number(key)] : undefined),
    value,
  )

/** Attributes with each of their values changed: of a map each key by itself, of a list each entry. The very same where nothing changes: a plan may have very many. */
function mapped<A extends Attributes>(
  schema: Schema,
  attributes: A,
  change: (attribute: Attribute, value: Value, path: Path) => Value,
  above: Path = [],
): A | Record<string, Value> {
  const one = (attribute: Attribute | undefined, value: Value, path: Path): Value => {
    if (!attribute) return value
    if (Array.isArray(value)) {
      const items = value.map((item, index) => one(attribute, item, [...path, `${index}`]))
      return items.every((item, index) => item === value[index]) ? value : items
    }
    const { fields } = attribute
    return fields && isMap(value) && !isReference(attribute, value)
      ? mapped(fields, value, change, path)
      : change(attribute, value, path)
  }
  const all = Object.entries(attributes)
  const entries = all.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, one(schema[name], value, [...above, name])] as const],
  )
  const isSame = entries.length === all.length && entries.every(([name, value]) => attributes[name] === value)
  return isSame ? attributes : Object.fromEntries(entries)
}

/** As a plan has them: a text that it does not show is a digest there, by which it is known again. References stay. */
export const concealed = (schema: Schema, attributes: Attributes): Attributes =>
  mapped(schema, attributes, (attribute, value) => {
    if (isReference(attribute, value)) return value
    if (maySecret(attribute, 'file')) return typeof value === 'string' ? { sha256: digest(value) } : value
    const shown = veiledByField(attribute, value)
    // A map that looks like such a digest must not be taken for one.
    return sameValue(shown, value) && !isDigest(value) ? value : { sha256: digest(value), shown }
  })

/** What Quay has, as a plan shows it: without what may be, or may have come from, a secret. */
export const masked = (schema: Schema, attributes: Attributes): Attributes =>
  mapped(schema, attributes, (attribute, value) => veiled(attribute, value, 'quay'))

/** What a plan does not show, filled in from what the files say; `missing` where they do not say it, or another text. */
export function revealed(
  schema: Schema,
  attributes: Attributes,
  written: Attributes | undefined,
): { readonly attributes: Attributes; readonly missing: readonly string[] } {
  const missing: string[] = []
  const all = mapped(schema, attributes, (attribute, value, path) => {
    if (!isConcealed(attribute, value)) return value
    const text = valueAt(written as Value | undefined, path)
    if (text !== undefined && digest(text) === value.sha256) return text
    missing.push(path.join('.'))
    return value
  })
  return { attributes: all, missing }
}

const isConcealed = ({ fields }: Attribute, value: Value): value is Concealed => !fields && isDigest(value)

/** A value that a plan does not show, or not whole. */
interface Concealed {
  readonly [key: string]: Value
  readonly sha256: string
}

const isDigest = (value: Value | undefined): value is Concealed =>
  isMap(value) && typeof value.sha256 === 'string'

/** Of values of `concealed` what people may see. */
export const shownOf = (schema: Schema, attributes: Attributes): Attributes =>
  mapped(schema, attributes, (attribute, value) =>
    isConcealed(attribute, value) && value.shown !== undefined ? value.shown : value,
  )

const isMap = (value: Value | undefined): value is { readonly [key: string]: Value } =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** Can the attribute have this value, in canonical form? */
export function fits(attribute: Attribute, value: Value, many = attribute.many !== undefined): boolean {
  const { words, fields, kind } = attribute
  if (value === null) return words?.includes('none') === true
  if (many) return Array.isArray(value) && value.every((item) => fits(attribute, item, false))
  if (isReference(attribute, value)) return isSafe(value)
  if (isConcealed(attribute, value)) return true
  if (words?.some((word) => word === value)) return true
  if (fields)
    return (
      isMap(value) &&
      Object.entries(value).every(([key, inner]) => {
        const field = fields[key]
        return field !== undefined && fits(field, inner)
      })
    )
  if (typeof value === 'string') return fitsText(attribute, value)
  if (typeof value === 'number') return numbers.has(kind) && Number.isSafeInteger(value) && value >= 0
  return typeof value === 'boolean' ? kind === 'boolean' : kind === 'map' && isMap(value)
}

const numbers = new Set(['integer', 'percent', 'duration', 'size', 'keep'])
const texts = new Set(['text', 'time', 'subject', 'keep'])

function fitsText({ kind, choices, pattern }: Attribute, text: string): boolean {
  const form = kinds[kind].json.pattern
  return (
    texts.has(kind) &&
    (!choices || choices.includes(text)) &&
    (typeof form !== 'string' || new RegExp(form, 'u').test(text)) &&
    (pattern === undefined || kind !== 'text' || new RegExp(pattern, 'u').test(text))
  )
}
