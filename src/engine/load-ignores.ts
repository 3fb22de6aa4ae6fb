import { Lexer } from 'yaml'
import { nearest } from '../model/canonical.ts'
import { type Diagnostic, type Place, problemAt } from '../model/diagnostics.ts'
import { ruleNames, rules } from '../model/rules.ts'
import { Places } from './load-places.ts'

/** A comment by which a rule does not hold for what stands on one line. */
export interface Ignore {
  readonly code: string
  readonly reason: string
  readonly at: Place
  /** Its own, or the next that is no comment. */
  readonly line: number
}

/** The lexer's own marks, which stand in no file: a document, an error, a text. */
const TEXT = 0x1f
const MARKS: readonly number[] = [0x02, 0x18, TEXT]

interface Ignores {
  readonly ignores: readonly Ignore[]
  readonly problems: readonly Diagnostic[]
}

const WORD = 'quayctl-ignore'
const comment = new RegExp(`^#+[ \\t]*${WORD}(?![\\w-])[ \\t]*([^\\s:]*)[ \\t]*:?[ \\t]*(.*)$`)
const codes: readonly string[] = ruleNames.map((name) => rules[name].code)

/** The comments of a file that ignore something: those that count, and what is wrong with the others. */
export function ignoresIn(file: string, source: string): Ignores {
  if (!source.includes(WORD)) return { ignores: [], problems: [] }
  const places = new Places(file, source)
  const lines = source.split('\n')
  const all = commentsIn(source).flatMap(({ text, offset }) => {
    const [whole, code = '', reason = ''] = comment.exec(text) ?? []
    if (whole === undefined) return []
    const at = places.at([offset, offset + text.length, offset + text.length])
    const problem = problemOf(code, reason.trim(), at)
    return [problem ?? { code, reason: reason.trim(), at, line: lineOf(at, lines) }]
  })
  return {
    ignores: all.filter((entry): entry is Ignore => 'line' in entry),
    problems: all.filter((entry): entry is Diagnostic => 'severity' in entry),
  }
}

/** What begins with # in a text or a key is no comment; the lexer of YAML knows. */
function commentsIn(source: string): readonly { readonly text: string; readonly offset: number }[] {
  const found: { text: string; offset: number }[] = []
  let offset = 0
  let isText = false
  for (const lexeme of new Lexer().lex(source)) {
    const first = lexeme.charCodeAt(0)
    if (lexeme.startsWith('#') && !isText) found.push({ text: lexeme.trimEnd(), offset })
    isText = first === TEXT
    if (!MARKS.includes(first)) offset += lexeme.length
  }
  return found
}

function problemOf(code: string, reason: string, at: Place): Diagnostic | null {
  if (!codes.includes(code)) {
    const named = ruleNames.find((name) => name === code)
    const isOther = /^QC(?!50)\d{4}$/.test(code)
    const guess = named ? rules[named].code : isOther ? undefined : nearest(code, codes)
    const message =
      code === '' ? 'this comment ignores nothing' : `"${code}" is no rule, and cannot be ignored`
    return problemAt(
      'QC5092',
      message,
      { at },
      {
        hint: guess
          ? `write ${WORD} ${guess}: and the reason`
          : `rules have the codes ${codes[0]} to ${codes.at(-1)}`,
      },
    )
  }
  if (reason !== '') return null
  const hint = `write it behind the code: ${WORD} ${code}: why it shall be so`
  return problemAt('QC5091', `${code} is ignored without a reason`, { at }, { hint })
}

function lineOf({ line, column }: Place, lines: readonly string[]): number {
  if (/\S/.test((lines[line - 1] ?? '').slice(0, column - 1))) return line
  let next = line + 1
  while (/^\s*#/.test(lines[next - 1] ?? '')) next++
  return next
}
