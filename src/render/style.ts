/** Paints words; meaning never depends on it. */
export interface Style {
  bold(text: string): string
  good(text: string): string
  care(text: string): string
  faint(text: string): string
}

const wrap = (code: string) => (text: string) => `\u001b[${code}m${text}\u001b[0m`
const same = (text: string) => text

/** Blue and orange, never red against green: these are told apart by everybody. */
export const colored: Style = {
  bold: wrap('1'),
  good: wrap('1;34'),
  care: wrap('1;38;5;208'),
  faint: wrap('2'),
}
export const uncolored: Style = { bold: same, good: same, care: same, faint: same }

/** Breaks a text at blanks so that no line is longer than `width`; later lines begin with `indent`. */
export function wrapText(text: string, width: number, indent: string): string {
  const lines: string[] = []
  let line = /^ */.exec(text)?.[0] ?? ''
  for (const word of text.trimStart().split(' ')) {
    const joined = line.trim() === '' ? line + word : `${line} ${word}`
    if (line.trim() !== '' && joined.length > width) {
      lines.push(line)
      line = indent + word
    } else line = joined
  }
  return [...lines, line].join('\n')
}

/** One line that a terminal prints as it stands: control characters, and those that turn text around, as escapes. */
export const visible = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  )

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`
