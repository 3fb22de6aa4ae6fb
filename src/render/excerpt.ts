import type { Place } from '../model/diagnostics.ts'
import { looksSecret, type SourceText } from '../model/excerpt.ts'
import { HIDDEN } from '../model/secrets.ts'
import { userinfoIn, withoutUserinfo } from '../model/userinfo.ts'
import { visible, wrapText } from './style.ts'

/** How much of a line is shown. */
const WIDTH = 72

/** A line as it is shown, and where in it the place is then. */
interface Shown {
  readonly text: string
  readonly column: number
  readonly length: number
}

/** The line of a place with a caret under it, and up to two lines before; secrets are never in it. */
export function excerpt(
  source: SourceText | undefined,
  at: Place,
  label: string,
  endsThere: boolean,
): readonly string[] {
  if (source?.lines[at.line - 1] === undefined) return []
  const before = [at.line - 2, at.line - 1].filter((line) => line >= 1 && lineOf(source, line).trim() !== '')
  const number = (line: number) => ` ${String(line).padStart(width)} | `
  const width = Math.max(4, String(at.line).length)
  const whole = masked(source, at.line, at)
  const end = whole.column - 1 + whole.length
  const ends = endsThere ? { ...whole, text: whole.text.slice(0, end + 1).trimEnd() } : whole
  const { text, column, length } = cut(ends)
  const margin = `${' '.repeat(width + 2)}| `
  const caret = `${margin}${' '.repeat(Math.max(0, column - 1))}${'^'.repeat(Math.max(1, Math.min(length, WIDTH - column + 1)))}`
  const beside = `${caret} ${label}`.trimEnd()
  return [
    ...before.map((line) => number(line) + shortened(masked(source, line, at).text)),
    number(at.line) + text,
    ...(label === '' || beside.length <= 80
      ? [beside]
      : [
          caret,
          ...wrapText(`${' '.repeat(margin.length)}${label}`, 80, ' '.repeat(margin.length))
            .split('\n')
            .map((line) => margin + line.slice(margin.length)),
        ]),
  ].map((line) => visible(line).trimEnd())
}

const lineOf = (source: SourceText, line: number): string =>
  (source.lines[line - 1] ?? '').replaceAll('\t', ' ')

const shortened = (text: string): string => (text.length > WIDTH ? `${text.slice(0, WIDTH - 3)}...` : text)

/** The part of a long line in which its place is. */
function cut(shown: Shown): Shown {
  const { text, column, length } = shown
  if (text.length <= WIDTH || column + Math.min(length, 20) < WIDTH - 3)
    return { ...shown, text: shortened(text) }
  const from = Math.max(0, Math.min(column - 1 - WIDTH / 2, text.length - WIDTH))
  return { text: `...${shortened(text.slice(from + 3))}`, column: column - from, length }
}

function masked(source: SourceText, line: number, at: Place): Shown {
  const raw = lineOf(source, line)
  if (source.broken) return { ...at, text: withoutUserinfo(guessed(source, line, raw), HIDDEN) }
  let text = ''
  let from = 1
  let { column, length } = at
  for (const [start, end] of spans(source, line, raw)) {
    if (start < from) continue
    text += raw.slice(from - 1, start - 1) + HIDDEN
    const growth = HIDDEN.length - (end - start)
    if (line === at.line && at.column >= start && at.column < end)
      [column, length] = [text.length - HIDDEN.length + 1, HIDDEN.length]
    else if (line === at.line && at.column >= end) column += growth
    from = end
  }
  return { text: text + raw.slice(from - 1), column, length }
}

/** In a file that could not be parsed: nothing that stands after a word for a secret, or deeper below such a line. */
function guessed(source: SourceText, line: number, raw: string): string {
  let depth = raw.search(/\S/)
  for (let above = line - 1; above >= 1 && depth > 0; above--) {
    const text = lineOf(source, above)
    const indent = text.search(/\S/)
    if (indent < 0 || indent >= depth) continue
    if (secretFrom(text) !== null) return raw.replace(/\S.*/, HIDDEN)
    depth = indent
  }
  const start = secretFrom(raw)
  return start === null ? raw : raw.slice(0, start) + HIDDEN
}

/** Where the value begins after the first word on a line that is one for a secret; null without one. */
function secretFrom(text: string): number | null {
  for (const { 0: word, index } of text.matchAll(/[A-Za-z][A-Za-z_-]*/g)) {
    const end = index + word.length
    if (looksSecret(word)) return end + (/^["']?[ \t]*[:=]?[ \t]*/.exec(text.slice(end))?.[0].length ?? 0)
  }
  return null
}

/** Of comments, too, what stands before the @ of a URL. */
function spans({ masks }: SourceText, line: number, raw: string): readonly (readonly [number, number])[] {
  const marked = masks
    .filter(({ from, to }) => from.line <= line && to.line >= line)
    .map(
      ({ from, to }) =>
        [from.line === line ? from.column : 1, to.line === line ? to.column : raw.length + 1] as const,
    )
  const userinfo = userinfoIn(raw).map(({ from, to }) => [from + 1, to + 1] as const)
  return [...marked, ...userinfo]
    .filter(([start, end]) => end > start)
    .sort((a, b) => a[0] - b[0] || b[1] - a[1])
}
