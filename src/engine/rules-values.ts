import type { Desired } from '../model/change.ts'
import { type Diagnostic, type Origin, problemAt } from '../model/diagnostics.ts'
import { kinds, printValue } from '../model/kinds.ts'
import type { ResourceType } from '../model/resource.ts'
import type { Attribute, Value } from '../model/schema.ts'

/** Of a list's entries the JSON Schema requires what is required: nothing is merged into them. */
export function attributeProblems(
  key: string,
  attribute: Attribute,
  desired: Desired,
  { identity }: ResourceType,
): Diagnostic[] {
  const written = desired.origins[key]
  const value = desired.attributes[key]
  if (!written)
    return attribute.required && identity !== 'list'
      ? [
          problemAt('QC1006', `${desired.address.text} has no ${key}`, desired.origin, {
            hint: `write "${key}: …": ${attribute.description}`,
          }),
        ]
      : []
  if (value === undefined || value === null) return []
  if (typeof value === 'number' && !attribute.many) return limits(attribute, value, written)
  const misfit = misfitOf(attribute, value) ?? unreal(attribute, value)
  if (misfit !== null)
    return [
      problemAt('QC1004', `unexpected value "${misfit}"`, written, {
        label: `expected ${attribute.expected ?? kinds[attribute.kind].expected}`,
      }),
    ]
  return []
}

/** A time that has the form of one and is in no calendar. */
function unreal({ kind, words }: Attribute, value: Value): string | null {
  if (kind !== 'time' || typeof value !== 'string' || words?.some((word) => word === value)) return null
  const time = new Date(value)
  return !Number.isNaN(time.getTime()) && time.toISOString() === value.replace('Z', '.000Z') ? null : value
}

/** A filled placeholder may make a text that its place refuses; the schema lets every placeholder pass. */
function misfitOf({ pattern, many, kind }: Attribute, value: Value): string | null {
  if (pattern === undefined || kind !== 'text') return null
  const texts = many && Array.isArray(value) ? value : [value]
  const form = formOf(pattern)
  return texts.find((text): text is string => typeof text === 'string' && !form.test(text)) ?? null
}

const forms = new Map<string, RegExp>()

/** A pattern of a schema, made once: there are few, and each is asked about by many objects. */
export function formOf(pattern: string): RegExp {
  const form = forms.get(pattern) ?? new RegExp(pattern, 'u')
  forms.set(pattern, form)
  return form
}

function limits(attribute: Attribute, value: number, origin: Origin): Diagnostic[] {
  const { minimum, maximum } = attribute
  const label =
    minimum !== undefined && value < minimum
      ? `expected at least ${printValue(attribute, minimum)}`
      : maximum !== undefined && value > maximum
        ? `expected at most ${printValue(attribute, maximum)}`
        : null
  return label
    ? [problemAt('QC2004', `${kinds[attribute.kind].print(value)} is out of range`, origin, { label })]
    : []
}
