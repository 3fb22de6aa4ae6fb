import { byText } from './address.ts'

/** A stretch of one line of a file; line and column count from 1, column in UTF-16 units. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly length: number
}

/** Where a value was written; `text` is how. */
export interface Origin {
  readonly at: Place
  readonly text?: string
  /** The line that brought a template's value in. */
  readonly via?: Place
  /** What it replaced, strongest first. */
  readonly over?: readonly Place[]
}

/** An origin that stands over others; `via`: the line that brought it in. */
export const overOthers = (
  { at, text, via: own }: Origin,
  over: readonly Place[],
  via: Place | undefined = own,
): Origin => ({
  at,
  ...(text !== undefined && { text }),
  ...(via && { via }),
  ...(over.length > 0 && { over }),
})

/** What an origin stands over that replaces another. */
export const below = (weaker: Origin | undefined): readonly Place[] =>
  weaker ? [weaker.at, ...(weaker.over ?? [])] : []

export type Severity = 'error' | 'warning' | 'note'

/** What is said once of several objects that are alike, and how many more there are: their organizations may be planned apart. */
export interface Tally {
  readonly key: string
  /** The first of them by name; the message names its object. */
  readonly organization: string
  readonly others: number
  /** The message: what it begins with, what says how many more there are, and its end. */
  readonly words: readonly [string, string, string]
  /** Not said where this is. */
  readonly unless?: string
}

/** The message of a tally. */
export const tallied = ({ others, words: [start, more, end] }: Pick<Tally, 'others' | 'words'>): string =>
  start + (others > 0 ? more.replace('#', `${others}`) : '') + end

/** One thing to say about one place: what is wrong, and what to do. Never holds a secret. */
export interface Diagnostic {
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly at: Place | null
  /** The lines that brought the value here from a template. */
  readonly via?: readonly Place[]
  /** Stands under the caret. */
  readonly label?: string
  /** What to do, after `=`. */
  readonly hint?: string
  /** Other places that belong to it. */
  readonly also?: readonly { readonly at: Place; readonly text: string }[]
  readonly address?: string
  /** Of whose objects it speaks, where it may be said of several. */
  readonly organization?: string
  /** The same one by one, where a template says it of several. */
  readonly each?: readonly Diagnostic[]
  readonly tally?: Tally
  /** The excerpt ends before the place: what stands there may be a secret. */
  readonly hidden?: true
}

/** By file, line, column, code; without a place first. */
export function sortDiagnostics(list: readonly Diagnostic[]): readonly Diagnostic[] {
  const key = ({ at, code }: Diagnostic) =>
    at
      ? `1${at.file}\0${String(at.line).padStart(9, '0')}${String(at.column).padStart(9, '0')}${code}`
      : `0${code}`
  return [...list].sort((a, b) => byText(key(a), key(b)))
}

/** An error at what somebody wrote. */
export function problemAt(
  code: string,
  message: string,
  { at, via }: Origin,
  more: Partial<Diagnostic> = {},
): Diagnostic {
  return { code, severity: 'error', message, at, ...(via && { via: [via] }), ...more }
}

/** `file:line:column` */
export const placeText = (at: Place): string => `${at.file}:${at.line}:${at.column}`

export const hasErrors = (list: readonly Diagnostic[]): boolean => list.some((d) => d.severity === 'error')
