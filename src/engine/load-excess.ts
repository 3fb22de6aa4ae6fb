import { Lexer } from 'yaml'
import { type Diagnostic, type Place, problemAt } from '../model/diagnostics.ts'
import type { Places } from './load-places.ts'

/** Deeper than any configuration: whatever walks through a document does so level by level. */
export const MOST_LEVELS = 100
/** Values after resolving aliases; more is a bomb, not a configuration. */
export const MOST_VALUES = 2_000_000
/** Whoever has more problems in one file has one that all of them come from. */
export const MOST_PROBLEMS = 1000
/** In one file; each costs much more memory than its text. */
const MOST_DOCUMENTS = 10_000
const MOST_SCALARS = 300_000

/** Ends a walk. */
export class TooMuch extends Error {
  readonly problem: Diagnostic

  constructor(problem: Diagnostic) {
    super(problem.message)
    this.problem = problem
  }
}

export const tooDeep = (at: Place): Diagnostic =>
  problemAt('QC1007', 'values are nested too deeply to be read', { at })

export const tooMany = (at: Place): Diagnostic => {
  const hint = 'write the values out, or split the file'
  return problemAt('QC1007', 'aliases expand to more than 2 million values', { at }, { hint })
}

/** What a parser would spend all memory on; null where it would not. */
export function excessIn(places: Places): Diagnostic | null {
  const { source } = places
  const at = (offset: number) => ({ at: places.at([offset, offset + 1, offset + 1]) })
  const many = (what: string, offset: number) =>
    problemAt('QC1007', `this file has more than ${what}`, at(offset), { hint: 'split it' })
  let documents = 0
  for (const { index } of source.matchAll(/^(?:---|\.\.\.)/gm))
    if (++documents > MOST_DOCUMENTS) return many(`${MOST_DOCUMENTS} documents`, index)
  if (!looksDeep(source) && !looksLong(source)) return null
  let [offset, levels, marks, scalars] = [0, 0, 0, 0]
  // The words of YAML one by one take no memory.
  for (const lexeme of new Lexer().lex(source)) {
    if (lexeme === '[' || lexeme === '{') levels++
    else if (lexeme === ']' || lexeme === '}') levels--
    if (/^(?:[-?:]$|[!&])/.test(lexeme)) marks++
    else if (/[^ \t]/.test(lexeme)) marks = 0
    // A plain text is announced by a unit separator.
    if (lexeme.charCodeAt(0) === 31 || /^["'*]/.test(lexeme)) scalars++
    if (levels > MOST_LEVELS || marks > MOST_LEVELS) return tooDeep(at(offset).at)
    if (scalars > MOST_SCALARS) return many(`${MOST_SCALARS} values`, offset)
    offset += lexeme.length
  }
  return null
}

/** Every bracket counts, one in a text too; or marks of a list or map that stand in a row. */
function looksDeep(source: string): boolean {
  let levels = 0
  for (const [char] of source.matchAll(/[[\]{}]/g)) {
    levels = char === '[' || char === '{' ? levels + 1 : Math.max(0, levels - 1)
    if (levels > MOST_LEVELS) return true
  }
  return /(?:[-?:!&][^\s]*[ \t]+){100}/.test(source)
}

/** Every line and comma counts. */
function looksLong(source: string): boolean {
  let ends = 0
  for (const _ of source.matchAll(/[\n,]/g)) if (++ends > MOST_SCALARS / 2) return true
  return false
}
