import { asSet, sameValue } from '../model/canonical.ts'
import { kinds } from '../model/kinds.ts'
import type { Attribute, SecretReference, Value } from '../model/schema.ts'
import { canonicalFallback } from './attributes.ts'

/** How a file says a live value: null where it need not, because a new object has the same. */
export type Said = { readonly value: Value } | { readonly problem: string } | null

/** The reference that stands for a secret at a place of the object, a JSON pointer. */
type Refer = (pointer: string, attribute: Attribute) => SecretReference

/** A live value as one would write it. `hidden`: the places of secrets that Quay does not tell. */
export function saying(
  attribute: Attribute,
  value: Value | undefined,
  pointer: string,
  hidden: readonly string[],
  refer: Refer,
): Said {
  if (attribute.kind === 'secret')
    return hidden.includes(pointer) ? { value: refer(pointer, attribute) } : null
  if (value === undefined || attribute.serverOwned || attribute.supersedes) return null
  const isWord = typeof value === 'string' && attribute.words?.some((word) => word === value)
  if (isWord) return { problem: `"${value}" is a word with a meaning of its own there` }
  const problem = Array.isArray(value) ? misfit(attribute, value) : unreadable(attribute, value)
  if (problem) return { problem }
  const written = write(attribute, value, pointer, hidden, refer)
  return !attribute.required && isInitial(attribute, value, written) ? null : { value: written }
}

/** A list that is no set, or more than the attribute takes. */
function misfit({ many }: Attribute, value: readonly Value[]): string | null {
  if (many && asSet(value).length !== value.length) return 'Quay has equal entries'
  return many === 'single' && value.length > 1 ? `Quay has ${value.length} of it` : null
}

/** A free map may hold what the loader refuses. */
function unreadable({ kind }: Attribute, value: Value): string | null {
  if (kind !== 'map' || typeof value !== 'object' || value === null) return null
  const holds = (inner: Value): boolean =>
    typeof inner === 'object' && inner !== null
      ? Object.values(inner).some(holds)
      : inner === null || (Number.isInteger(inner) && !Number.isSafeInteger(inner))
  return holds(value) ? 'it holds null, or a number of too many digits' : null
}

/** What a new object has by itself, or gets as the fallback. */
function isInitial(attribute: Attribute, value: Value, written: Value): boolean {
  const { initial } = attribute
  const unsaid = initial ?? canonicalFallback(attribute)
  if (unsaid !== undefined) return sameValue(unsaid, value)
  if (value === null || value === '') return true
  return typeof written === 'object' && written !== null && Object.keys(written).length === 0
}

function write(
  attribute: Attribute,
  value: Value,
  pointer: string,
  hidden: readonly string[],
  refer: Refer,
): Value {
  const { many, fields, kind, words } = attribute
  const { many: _, ...single } = attribute
  if (many && Array.isArray(value)) {
    const items = asSet(value).map((item) => write(single, item, pointer, hidden, refer))
    const [first] = items
    return first !== undefined && items.length === 1 && many !== 'set' ? first : items
  }
  if (value === null) return words?.includes('none') ? 'none' : {}
  if (typeof value === 'string' && isConfidential(attribute, value)) return refer(pointer, attribute)
  if (kind === 'duration' || kind === 'size') return value === 0 ? 0 : kinds[kind].print(value)
  if (!fields || typeof value !== 'object') return value
  const present = value as Readonly<Record<string, Value>>
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const place = `${pointer}/${name}`
      if (field.kind === 'secret') return hidden.includes(place) ? [[name, refer(place, field)]] : []
      const inner = present[name]
      return inner === undefined || inner === null ? [] : [[name, write(field, inner, place, hidden, refer)]]
    }),
  )
}

/** What a file should not hold though Quay tells it: an address that lets in whoever knows it. */
const isConfidential = ({ reference, sensitive }: Attribute, value: string): boolean =>
  reference === true && (sensitive === true || /:\/\/[^/@\s]+@/.test(value))
