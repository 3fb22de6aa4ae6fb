import { sameValue } from '../model/canonical.ts'
import type { Live } from '../model/change.ts'
import { kinds } from '../model/kinds.ts'
import type { ResourceType } from '../model/resource.ts'
import { type Attribute, looksLikeReference, type Schema, type Value } from '../model/schema.ts'
import { saying } from './export-values.ts'
import { Unwritable } from './rewrite-sheet.ts'

const SECRET = 'it is, or may hold, a secret'

const refuse = (): never => {
  throw new Unwritable(SECRET)
}

/** A live value as the files say it. Throws where no file can. */
export function said(attribute: Attribute, value: Value | undefined): Value {
  if (attribute.kind === 'secret' || attribute.sensitive) return refuse()
  if (attribute.many && Array.isArray(value) && value.length === 0)
    return attribute.words?.includes('none') ? 'none' : []
  const found = saying({ ...attribute, required: true }, value, '', [], refuse)
  if (found && 'value' in found) {
    const isNothing = value === null && !attribute.words?.includes('none')
    if (!isNothing) return found.value
  }
  throw new Unwritable(found && 'problem' in found ? found.problem : 'no value says what Quay has there')
}

/** What the files would say of a whole object, without what a new one has by itself. */
export function objectOf({ schema, value }: ResourceType, { attributes, hidden = [] }: Live): Value {
  if (hidden.length > 0) return refuse()
  if (value !== undefined && schema[value]) return said(schema[value], attributes[value])
  return Object.fromEntries(
    Object.entries(schema).flatMap(([name, attribute]) => {
      const found = saying(attribute, attributes[name], `/${name}`, hidden, refuse)
      if (found && 'problem' in found) throw new Unwritable(`${name}: ${found.problem}`)
      return found ? [[name, found.value] as const] : []
    }),
  )
}

/** A value as it is written to the one that is compared. */
function compared(attribute: Attribute, written: unknown): Value {
  const value = (written ?? null) as Value
  if (value === null || looksLikeReference(value)) return value
  if (!attribute.fields || typeof value !== 'object') return kinds[attribute.kind].parse(value)
  return attributesOf(attribute.fields, value)
}

/** The attributes that an entry of a list writes. */
export const attributesOf = (schema: Schema, written: unknown): { readonly [name: string]: Value } =>
  Object.fromEntries(
    Object.entries(schema).flatMap(([name, attribute]) => {
      const own =
        written && typeof written === 'object' ? (written as Record<string, unknown>)[name] : undefined
      if (own === undefined) return []
      const value = Array.isArray(own)
        ? own.map((one) => compared(attribute, one))
        : attribute.words?.some((word) => word === own)
          ? own === 'none'
            ? null
            : (own as Value)
          : compared(attribute, own)
      return [[name, value] as const]
    }),
  )

/** What a set has to lose and to gain, as it is written. */
export function gapOf(
  attribute: Attribute,
  written: readonly unknown[],
  live: readonly Value[],
): { readonly surplus: number; readonly missing: Value | undefined } {
  const have = written.map((one) => compared(attribute, one))
  const { many: _, ...single } = attribute
  const missing = live.find((value) => !have.some((one) => sameValue(one, value)))
  return {
    surplus: have.findIndex((one) => !live.some((value) => sameValue(one, value))),
    missing: missing === undefined ? undefined : said(single, missing),
  }
}
