import { type Diagnostic, type Place, placeText } from '../model/diagnostics.ts'
import type { SourceText } from '../model/excerpt.ts'
import { excerpt } from './excerpt.ts'
import { plural, type Style, visible, wrapText } from './style.ts'

/** Nobody reads on; mend these first. */
const MOST = 1000

/** Every diagnostic with its excerpt, of very many the first, and a last line that counts them. */
export function renderDiagnostics(
  list: readonly Diagnostic[],
  sources: ReadonlyMap<string, SourceText>,
  files: number,
  style: Style,
): string {
  const blocks = list.slice(0, MOST).map((diagnostic) => renderOne(diagnostic, sources, style))
  const more = list.length > MOST ? [`and ${list.length - MOST} more`] : []
  return [...blocks, ...more, countLine(list, files)].join('\n\n')
}

function renderOne(diagnostic: Diagnostic, sources: ReadonlyMap<string, SourceText>, style: Style): string {
  const { at, severity, code, message, label = '', hint, also = [], via = [] } = diagnostic
  const word = severity === 'error' ? style.care(severity) : style.bold(severity)
  const head = `${at ? visible(`${placeText(at)} ${viaText(via)}`) : ''}${word} ${code} ${visible(message)}`
  const body = at ? excerpt(sources.get(at.file), at, label, diagnostic.hidden === true) : []
  const notes = [
    ...(hint ? [hint] : []),
    ...also.map(({ at: other, text }) => `${text}: ${placeText(other)}`),
  ].map((note) => wrapText(`      = ${visible(note)}`, style.width, '        '))
  return [head, ...body, ...notes].join('\n')
}

/** `via organizations/acme.yaml:4 and 3 more` */
function viaText([first, ...more]: readonly Place[]): string {
  if (!first) return ''
  return `via ${first.file}:${first.line}${more.length > 0 ? ` and ${more.length} more` : ''} `
}

function countLine(list: readonly Diagnostic[], files: number): string {
  const count = (severity: Diagnostic['severity']) =>
    list.filter((entry) => entry.severity === severity).length
  const parts = [
    [count('error'), 'error'],
    [count('warning'), 'warning'],
    [count('note'), 'note'],
  ] as const
  const counted = parts.filter(([number]) => number > 0).map(([number, word]) => plural(number, word))
  const places = new Set(list.flatMap(({ at }) => (at ? [at.file] : []))).size
  return `${counted.join(', ')} in ${places} of ${plural(Math.max(files, places), 'file')}`
}
