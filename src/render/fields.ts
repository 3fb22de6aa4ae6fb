import type { PlannedChange, PlannedField } from '../model/plan.ts'
import { visible, wrapText } from './style.ts'

/** What changes in an object: one line a field at an update, all in one paragraph at a create. */
export function fieldLines(
  { action, fields }: PlannedChange,
  indent: string,
  width: number,
): readonly string[] {
  const shown = fields.filter(({ fallback }) => !fallback)
  if (action === 'create') {
    const text = shown.map((field) => `${name(field)} ${created(field)}`).join(', ')
    return text ? [wrapText(indent + text, width, indent)] : []
  }
  return shown.flatMap((field) => changed(field, indent, width))
}

const UNKNOWN = 'only Quay knows'

const name = ({ path }: PlannedField): string => path.slice(1).replaceAll('/', '.')

function created(field: PlannedField): string {
  if (field.set) return `[${visible((field.added ?? []).join(', '))}]`
  return field.sensitive ? '(secret)' : printed(field.after)
}

function changed(field: PlannedField, indent: string, width: number): readonly string[] {
  const forced = field.forces_replace ? ' (forces replace)' : ''
  const open = field.unknown ? ` (${UNKNOWN} what else it has)` : ''
  const wrapped = (text: string) => wrapText(`${indent}${text}`, width, `${indent}  `)
  if (field.set) return [wrapped(`${name(field)}${forced}${open}`), ...setLines(field, `${indent}  `, width)]
  if (field.sensitive) return [wrapped(`${name(field)}  (secret)${field.note ? ` ${field.note}` : ''}`)]
  const [before, after] = [field.unknown ? `(${UNKNOWN})` : printed(field.before), printed(field.after)]
  const line = `${indent}${name(field)}  ${before} -> ${after}${forced}`
  if (line.length <= width) return [line]
  const value = (sign: string, text: string) => wrapText(`${indent}  ${sign} ${text}`, width, `${indent}    `)
  return [`${indent}${name(field)}${forced}`, value('-', before), value('+', after)]
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

/** One line, whatever the value: what is long or has several lines is cut, and control characters are made visible. */
function printed(value: unknown): string {
  if (value === null || value === undefined) return '(none)'
  if (typeof value !== 'string') return visible(JSON.stringify(value))
  if (value === '') return '""'
  const text = visible(value.replaceAll('\n', '\\n'))
  return text.length > 200 ? `${text.slice(0, 200)}... (${value.length} characters)` : text
}
