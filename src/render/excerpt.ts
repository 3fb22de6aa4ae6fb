import type { Place } from '../model/diagnostics.ts'
import type { SourceText } from '../model/excerpt.ts'

const HIDDEN = '(not shown)'
/** In a file that could not be parsed, what follows such a key on a line may be a secret. */
const SECRET_LINE = /^(.*?["']?[A-Za-z_-]*(?:password|token|key|secret)["']?[ \t]*:[ \t]*)(\S.*)$/i

/** The line of a place with a caret under it, and up to two lines before; secrets are never in it. */
export function excerpt(
  source: SourceText | undefined,
  at: Place,
  label: string,
  endsThere: boolean,
): readonly string[] {
  if (source?.lines[at.line - 1] === undefined) return []
  const numbers = [at.line - 2, at.line - 1, at.line].filter(
    (line) => line >= 1 && !isBlank(source, line, at.line),
  )
  const width = Math.max(4, String(at.line).length)
  const shown = numbers.map((line) => {
    const { text } = masked(source, line, at)
    const cut = endsThere && line === at.line ? text.slice(0, at.column - 1 + at.length + 1).trimEnd() : text
    return ` ${String(line).padStart(width)} | ${cut}`.trimEnd()
  })
  const { column, length } = masked(source, at.line, at)
  const caret = `${' '.repeat(width + 2)}| ${' '.repeat(Math.max(0, column - 1))}${'^'.repeat(Math.min(length, 60))} ${label}`
  return [...shown, caret.trimEnd()]
}

const isBlank = (source: SourceText, line: number, shown: number): boolean =>
  line !== shown && (source.lines[line - 1] ?? '').trim() === ''

/** A line as it may be shown, and where in it the place is then. */
function masked(
  source: SourceText,
  line: number,
  at: Place,
): { text: string; column: number; length: number } {
  const raw = (source.lines[line - 1] ?? '').replaceAll('\t', ' ')
  if (source.broken)
    return { text: raw.replace(SECRET_LINE, `$1${HIDDEN}`), column: at.column, length: at.length }
  let text = ''
  let from = 1
  let { column, length } = at
  for (const [start, end] of spans(source, line, raw.length)) {
    text += raw.slice(from - 1, start - 1) + HIDDEN
    const growth = HIDDEN.length - (end - start)
    if (at.column >= start && at.column < end)
      [column, length] = [text.length - HIDDEN.length + 1, HIDDEN.length]
    else if (at.column >= end) column += growth
    from = end
  }
  return { text: text + raw.slice(from - 1), column, length }
}

function spans({ masks }: SourceText, line: number, length: number): readonly (readonly [number, number])[] {
  return masks
    .filter(({ from, to }) => from.line <= line && to.line >= line)
    .map(
      ({ from, to }) =>
        [from.line === line ? from.column : 1, to.line === line ? to.column : length + 1] as const,
    )
    .filter(([start, end]) => end > start)
    .sort((a, b) => a[0] - b[0])
}
