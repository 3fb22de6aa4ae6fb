import type { Drift, Drifted, DriftedField } from '../model/drift.ts'
import type { Deed } from '../model/log.ts'
import { fieldLines, named, printed } from './fields.ts'
import { findingLines, sourceText } from './findings.ts'
import { groupedFindings } from './group-findings.ts'
import { firstOf, plural, type Style, visible, wrapText } from './style.ts'

const INDENT = ' '.repeat(5)
const LABEL = 29
const MOST_STRAYS = 5
const signs: Readonly<Record<Deed, string>> = { update: '~', create: '+', delete: '-' }

const wholly: Readonly<Record<Deed, string>> = {
  update: 'changed in Quay',
  create: 'new in Quay',
  delete: 'deleted in Quay',
}

/** Command lines that go on where this one ends. */
export interface Next {
  readonly plan: string
  readonly status: string
  /** Takes Quay's side; null: there is nothing that it could write. */
  readonly write: string | null
}

/** What is another in Quay, as a person reads it: Quay's doing, what both have changed, and the counts last. */
export function renderDrift(drift: Drift, next: Next, style: Style): string {
  const sections = [
    headOf(drift, style),
    ...section('Changed in Quay, not in the files', drift.objects.filter(isQuays), style),
    ...section(
      'Changed on both sides',
      drift.objects.filter(({ conflict }) => conflict),
      style,
    ),
    ...attention(drift, style),
    ...writing(drift, style),
    [...counts(drift, next, style.width), ...summary(drift, next, style.width)].join('\n'),
  ]
  return sections.join('\n\n')
}

const isQuays = ({ conflict }: Drifted): boolean => conflict !== true

/** `2026-11-21 09:14 UTC` */
export const minute = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`

function headOf({ server, base }: Drift, { width }: Style): string {
  const since = base ? ` since ${base.commit.slice(0, 7)} (${minute(base.date)})` : ''
  return wrapText(`Drift at ${server.url}${since}${server.sandbox ? ' (sandbox)' : ''}`, width, '  ')
}

function section(title: string, objects: readonly Drifted[], style: Style): readonly string[] {
  if (objects.length === 0) return []
  return [[style.bold(title), ...objects.flatMap((object) => objectLines(object, style))].join('\n')]
}

function objectLines(object: Drifted, style: Style): readonly string[] {
  const { action, address, fields, conflict, taken_out, widens, source, logged } = object
  const left = ` ${signs[action]} ${address}`
  const mark = widens ? '  !' : ''
  const at = sourceText(source)
  const gap = Math.max(2, 48 - left.length - mark.length)
  const fits = left.length + mark.length + gap + at.length <= style.width
  const head = `${style.care(left.slice(0, 2))} ${style.bold(address)}${style.care(mark)}`
  const place =
    at === '' ? '' : fits ? `${' '.repeat(gap)}${style.faint(at)}` : `\n${INDENT}${style.faint(at)}`
  const lines =
    conflict && action === 'update' && !taken_out
      ? fields.flatMap((field) => conflictLines(field, style.width))
      : fieldLines({ action: 'update', fields }, INDENT, style.width)
  const whole = taken_out ? 'taken out of the files, changed in Quay' : wholly[action]
  const by = logged ? [`${INDENT}by ${visible(logged.by ?? 'somebody')}, ${minute(logged.at)}`] : []
  return [
    `${head}${place}`,
    ...lines,
    ...(taken_out || fields.length === 0 ? [`${INDENT}${whole}`] : []),
    ...by,
  ]
}

function conflictLines(field: DriftedField, width: number): readonly string[] {
  const base = Array.isArray(field.base) ? field.base.join(', ') : printed(field.base)
  if (field.set) {
    const said = wrapText(`${INDENT}base of ${named(field)}: ${visible(base)}`, width, `${INDENT}  `)
    return [...fieldLines({ action: 'update', fields: [field] }, INDENT, width), said]
  }
  if (field.sensitive) return fieldLines({ action: 'update', fields: [field] }, INDENT, width)
  const texts = `files ${printed(field.before)}, Quay ${printed(field.after)}`
  return [wrapText(`${INDENT}${named(field)}  base ${base}, ${texts}`, width, `${INDENT}  `)]
}

const attention = ({ findings }: Drift, style: Style): readonly string[] => {
  const lines = groupedFindings(findings).map((said) => findingLines(said, style))
  return lines.length > 0 ? [[style.bold('Attention'), ...lines].join('\n')] : []
}

/** What became of the files. */
function writing({ written, left = [] }: Drift, style: Style): readonly string[] {
  if (!written) return []
  const about = ({ address, path = '' }: { readonly address: string; readonly path?: string }) =>
    visible(`${address}${path === '' ? '' : `  ${path.slice(1).replaceAll('/', '.')}`}`)
  const longest = Math.max(0, ...written.map(({ source }) => sourceText(source).length))
  const done = written.map((one) => `   ${sourceText(one.source).padEnd(longest)}  ${about(one)}`)
  const rest = left.flatMap((one) => [
    `   ${about(one)}`,
    wrapText(
      `${INDENT}${visible(placedAt(one.source ? sourceText(one.source) : '', one.because))}`,
      style.width,
      INDENT,
    ),
  ])
  return [
    ...(done.length > 0 ? [[style.bold('Written'), ...done].join('\n')] : []),
    ...(rest.length > 0 ? [[style.bold('Not written'), ...rest].join('\n')] : []),
  ]
}

const placedAt = (place: string, because: string): string => (place === '' ? because : `${place}: ${because}`)

function counts(
  { unmanaged, summary: { secrets, waiting } }: Drift,
  { plan, status }: Next,
  width: number,
): readonly string[] {
  const wrapped = (text: string) => wrapText(text, width, '  ')
  const strays = unmanaged.flatMap(({ addresses }) => addresses)
  const names = firstOf(strays.map(visible), MOST_STRAYS)
  const lines = [
    ...(waiting > 0
      ? [
          commandLine(
            `${plural(waiting, 'change')} of the files ${waiting === 1 ? 'waits' : 'wait'}:`,
            plan,
            width,
          ),
        ]
      : []),
    ...(strays.length > 0
      ? [wrapped(`New in Quay, in no file: ${strays.length} (${names})`), `  ${status} lists them`]
      : []),
    ...(secrets > 0 ? [wrapped(`Not comparable: ${plural(secrets, 'secret')} (write-only)`)] : []),
  ]
  return lines.length > 0 ? [...lines, ''] : []
}

function summary(
  { summary: { changed, conflicts, unchanged }, written, left }: Drift,
  { plan, write }: Next,
  width: number,
): readonly string[] {
  const matching = `${plural(unchanged, 'object matches', 'objects match')}.`
  if (changed + conflicts === 0) return [`No drift. ${matching}`]
  const parts = [
    ...(changed > 0 ? [`${changed} changed`] : []),
    ...(conflicts > 0 ? [plural(conflicts, 'conflict')] : []),
  ]
  const head = wrapText(`Drift: ${parts.join(', ')}. ${matching}`, width, '  ')
  if (written) {
    const rest = left?.length ? `, left ${left.length}` : ''
    return [
      head,
      written.length === 0
        ? `Wrote nothing${rest}.`
        : `Wrote ${plural(written.length, 'place')}${rest}. Look at the files.`,
    ]
  }
  return [
    head,
    commandLine('Put the files back in force:', plan, width, LABEL),
    write === null
      ? commandLine("Take Quay's side:", 'by hand; drift --write could write none of it', width, LABEL)
      : commandLine("Take Quay's side:", write, width, LABEL),
  ]
}

/** A command stands on a line, so that it can be copied. */
function commandLine(label: string, command: string, width: number, column = 0): string {
  const line = `${label.padEnd(column)} ${command}`
  return line.length <= width ? line : `${label}\n  ${command}`
}
