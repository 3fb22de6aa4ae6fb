/** Paints words; meaning never depends on it. */
export interface Style {
  /** How many columns a line may have. */
  readonly width: number
  bold(text: string): string
  good(text: string): string
  care(text: string): string
  faint(text: string): string
}

const wrap = (code: string) => (text: string) => `\u001b[${code}m${text}\u001b[0m`
const same = (text: string) => text

/** Blue and orange, never red against green: these are told apart by everybody. */
const paints = { bold: '1', good: '1;34', care: '1;38;5;208', faint: '2' } as const

/** Where nobody says how wide a line may be. */
const WIDTH = 80
/** Narrower, addresses and lines of files take all there is. */
const NARROWEST = 40

export const colored: Style = {
  width: WIDTH,
  bold: wrap(paints.bold),
  good: wrap(paints.good),
  care: wrap(paints.care),
  faint: wrap(paints.faint),
}
export const uncolored: Style = { width: WIDTH, bold: same, good: same, care: same, faint: same }

/** A style on a terminal of so many columns, if it is one. */
export const on = (style: Style, columns: number | undefined): Style => ({
  ...style,
  width: Math.max(NARROWEST, columns || WIDTH),
})

/** Breaks a text at blanks so that no line is longer than `width`; later lines begin with `indent`. */
export function wrapText(text: string, width: number, indent: string): string {
  const lines: string[] = []
  let line = text.replace(/[^ ].*/s, '')
  for (const word of text.trimStart().split(' ')) {
    const joined = line.trim() === '' ? line + word : `${line} ${word}`
    if (line.trim() !== '' && joined.length > width) {
      lines.push(line)
      line = indent + first(word)
    } else line = joined
  }
  return [...lines, line].join('\n')
}

/** What GitHub's runner obeys where a line begins with it. */
const first = (word: string): string => (word.startsWith('::') ? `${escaped(':')}${word.slice(1)}` : word)

/** One line that a terminal prints as it stands, and that no CI system obeys: control characters, those that turn text around, and blanks that look like another, as escapes. */
export const visible = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}|#(?=#\[)/gu, escaped)

/** As JSON escapes it, so that JSON stays what it was. */
const escaped = (char: string): string =>
  Array.from(
    { length: char.length },
    (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('')

const OWN = new Set(['0', ...Object.values(paints)].map((code) => `\u001b[${code}m`))

/** Any number of lines as they may leave the program: of all that a terminal obeys only the ends of lines, and our own colors. */
export const harmless = (text: string): string =>
  text.replace(/\p{Cc}\[[\d;]*m|(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (found) =>
    OWN.has(found) ? found : visible(found),
  )

/** The first names of a list, and how many more there are. */
export function firstOf(names: readonly string[], most: number): string {
  const more = names.length - most
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ')
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

/** As one word of a POSIX shell. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
