import { createHmac } from 'node:crypto'
import type { Registry } from '../model/resource.ts'
import { type Attribute, isReference, type Value } from '../model/schema.ts'
import { parseSubject } from '../model/subject.ts'
import { type Draft, headOf } from './export-draft.ts'
import type { Item } from './export-items.ts'

/** What stands for words that may hold names. */
export const NOT_SHOWN = 'something that is not shown here'

/** Turns a text into another one, the same each time. */
type Alias = (text: string) => string

/** The documents with other names and texts, for a report to others: what was equal stays equal, what stood for something still does. Who does not know the salt cannot turn it back. */
export function redacted(drafts: readonly Draft[], salt: string, registry: Registry): readonly Draft[] {
  // What Quay itself names is nobody's secret.
  const known = new Set([...registry.values()].flatMap(({ brings = [] }) => brings.map(({ name }) => name)))
  const alias: Alias = (text) =>
    known.has(text) ? text : `n${createHmac('sha256', salt).update(text).digest('hex').slice(0, 10)}`
  return drafts.map(({ body, external }) => {
    for (const item of body.all()) redact(item, alias)
    return {
      head: headOf(body),
      body,
      external: new Map([...external].map(([type, names]) => [type, names.map(alias).sort()])),
    }
  })
}

function redact(item: Item, alias: Alias): void {
  const { type } = item
  item.name = type?.named ? subject(item.name, alias) : item.name.split('/').map(alias).join('/')
  item.notes.forEach((_, index) => {
    item.notes[index] = NOT_SHOWN
  })
  for (const [name, value] of item.attributes) {
    const attribute = type?.schema[name]
    if (attribute) item.attributes.set(name, concealed(attribute, value, alias))
  }
}

function concealed(attribute: Attribute, value: Value, alias: Alias): Value {
  const { kind, fields, choices, words } = attribute
  if (Array.isArray(value)) return value.map((item) => concealed(attribute, item, alias))
  if (isReference(attribute, value)) return { from_env: `QC_${alias(String(value.from_env)).toUpperCase()}` }
  if (kind === 'map') return { redacted: alias(JSON.stringify(value)) }
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        fields?.[key] ? concealed(fields[key], inner, alias) : inner,
      ]),
    )
  if (typeof value !== 'string' || value === '' || choices || words?.some((word) => word === value))
    return value
  if (kind === 'subject') return subject(value, alias)
  return kind === 'text' ? shaped(attribute, alias(value)) : value
}

const subject: (text: string, alias: Alias) => string = (text, alias) => {
  const { kind, name } = parseSubject(text)
  return `${kind}:${alias(name)}`
}

/** An alias in the form that the attribute takes: what is shown to nobody is JSON where it is a text of its own. */
function shaped({ pattern, sensitive }: Attribute, alias: string): string {
  if (sensitive) return JSON.stringify(alias)
  const fits = new RegExp(pattern ?? '', 'u')
  const forms = [
    alias,
    `${alias}@example.com`,
    `https://${alias}.example.com`,
    `${alias}.example.com/${alias}`,
  ]
  return forms.find((form) => fits.test(form)) ?? alias
}
