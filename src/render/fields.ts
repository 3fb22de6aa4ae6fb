import type { PlannedChange, PlannedField } from '../model/plan.ts'
import { visible, wrapText } from './style.ts'

/** What changes in an object: one line a field at an update, all in one paragraph at a create. */
export function fieldLines(
  { action, fields }: Pick<PlannedChange, 'action' | 'fields'>,
  indent: string,
  width: number,
): readonly string[] {
  const shown = fields.filter(({ fallback }) => !fallback)
  if (action === 'create') {
    const text = shown.map((field) => `${named(field)} ${created(field)}`).join(', ')
    return text ? [wrapText(indent + text, width, indent)] : []
  }
  return shown.flatMap((field) => changed(field, indent, width))
}

const UNKNOWN = 'only Quay knows'

/** An attribute as people read it: `proxy.https_proxy`. */
export const named = ({ path }: Pick<PlannedField, 'path'>): string => path.slice(1).replaceAll('/', '.')

function created(field: PlannedField): string {
  if (field.set) return `[${visible((field.added ?? []).join(', '))}]`
  return field.sensitive ? '(secret)' : printed(field.after)
}

function changed(field: PlannedField, indent: string, width: number): readonly string[] {
  const forced = field.forces_replace ? ' (forces replace)' : ''
  const open = field.unknown ? ` (${UNKNOWN} what else it has)` : ''
  const wrapped = (text: string) => wrapText(`${indent}${text}`, width, `${indent}  `)
  if (field.set) return [wrapped(`${named(field)}${forced}${open}`), ...setLines(field, `${indent}  `, width)]
  if (field.sensitive) return [wrapped(`${named(field)}  (secret)${field.note ? ` ${field.note}` : ''}`)]
  const [before, after] = field.unknown
    ? [`(${UNKNOWN})`, printed(field.after)]
    : beside(printed(field.before, Number.POSITIVE_INFINITY), printed(field.after, Number.POSITIVE_INFINITY))
  const line = `${indent}${named(field)}  ${before} -> ${after}${forced}`
  if (line.length <= width) return [line]
  const value = (sign: string, text: string) => wrapText(`${indent}  ${sign} ${text}`, width, `${indent}    `)
  return [`${indent}${named(field)}${forced}`, value('-', before), value('+', after)]
}

function setLines(
  { added = [], removed = [], kept = [] }: PlannedField,
  indent: string,
  width: number,
): readonly string[] {
  return [
    ...added.map((value) => `${indent}+ ${visible(String(value))}`),
    ...removed.map((value) => `${indent}- ${visible(String(value))}`),
    ...(kept.length > 0 ? [wrapText(`${indent}= ${visible(kept.join(', '))}`, width, `${indent}  `)] : []),
  ]
}

/** How much of a value is shown. */
const MOST = 200
/** Of what two values have in common before they differ. */
const COMMON = 40

/** Two values of which neither is short, from a little before where they differ. */
function beside(before: string, after: string): readonly [string, string] {
  if (Math.max(before.length, after.length) <= MOST) return [before, after]
  let same = 0
  while (same < before.length && before[same] === after[same]) same++
  const from = same > MOST - COMMON ? same - COMMON : 0
  const cut = (text: string) => {
    const rest = text.slice(from, from + MOST)
    const end = text.length > from + MOST ? `... (${text.length} characters)` : ''
    return `${from > 0 ? '...' : ''}${rest}${end}`
  }
  return [cut(before), cut(after)]
}

/** One line, whatever the value: what is long or has several lines is cut, and control characters are made visible. */
export function printed(value: unknown, most = MOST): string {
  if (value === null || value === undefined) return '(none)'
  if (typeof value !== 'string') return visible(JSON.stringify(value))
  if (value === '') return '""'
  const text = visible(value.replaceAll('\n', '\\n'))
  return text.length > most ? `${text.slice(0, most)}... (${value.length} characters)` : text
}
