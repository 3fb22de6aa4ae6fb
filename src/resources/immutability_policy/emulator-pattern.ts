/** What follows a backslash and means something, besides digits and punctuation. */
const escapes = /[aAbBdDfgGhKLmMnNpPrRsStvuUwWxXZz]/
const inClass = /[abdDfhnNpPrsStvuUwWx]/
const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\}|\{,\d+\})/

interface Scan {
  readonly text: string
  at: number
  depth: number
  /** What a quantifier would repeat. */
  before: 'nothing' | 'something' | 'a repeat'
}

const issue = (text: string, position: number): string => `${text} at position ${position}`

/** After a backslash; the end of the pattern counts as a bad escape. */
function escaped(scan: Scan, known: RegExp): string | undefined {
  const next = scan.text.charAt(scan.at + 1)
  if (next === '') return issue('bad escape (end of pattern)', scan.text.length)
  if (/[a-zA-Z]/.test(next) && !known.test(next)) return issue(`bad escape \\${next}`, scan.at + 2)
  scan.at += 2
  return undefined
}

/** One character of a class, for the ends of a range; `undefined` for what is no single character. */
const single = (text: string): string | undefined => (text.length === 1 ? text : undefined)

function characters(scan: Scan): string | undefined {
  scan.at += /^\[\^?\]?/.exec(scan.text.slice(scan.at))?.[0].length ?? 1
  while (scan.at < scan.text.length && scan.text[scan.at] !== ']') {
    const start = scan.at
    if (/^\[:\^?\w+:\]/.test(scan.text.slice(start))) {
      scan.at = scan.text.indexOf(':]', start) + 2
      continue
    }
    if (scan.text[start] === '\\') {
      const found = escaped(scan, inClass)
      if (found) return found
    } else scan.at++
    const range = /^-([^\]\\])/.exec(scan.text.slice(scan.at))
    const low = single(scan.text.slice(start, scan.at))
    if (!range || low === undefined) continue
    scan.at += 2
    if (low > (range[1] ?? '')) return issue('bad character range', scan.at)
  }
  if (scan.at >= scan.text.length) return issue('unterminated character set', scan.text.length)
  scan.at++
  return undefined
}

function open(scan: Scan): string | undefined {
  const start = scan.at
  const extension = /^\(\?(?:P(?:[<=>]|$)?|<[=!]?|[:=!>#|&]|\(\w+\)|R|\d|[-aiLmsuxbefprwV01]+[:)])?/.exec(
    scan.text.slice(start),
  )
  if (extension?.[0] === '(?') return issue('unknown extension', start + 2)
  if (extension?.[0] === '(?P') return issue('unknown extension', start + 3)
  scan.at += extension?.[0].length ?? 1
  scan.before = 'nothing'
  // Flags and calls of other groups are whole; a condition is followed by its branches.
  if (/^\(\?[^(].*\)$/.test(extension?.[0] ?? '')) return undefined
  scan.depth++
  return undefined
}

function repeat(scan: Scan, found: string): string | undefined {
  if (scan.before === 'nothing') return issue('nothing to repeat', scan.at)
  if (scan.before === 'a repeat') return issue('multiple repeat', scan.at)
  const [, least = '', most = ''] = /^\{(\d+),(\d+)\}/.exec(found) ?? []
  if (most !== '' && Number(least) > Number(most))
    return issue('min repeat greater than max repeat', scan.at + 1)
  scan.at += found.length
  if (/[?+]/.test(scan.text.charAt(scan.at))) scan.at++
  scan.before = 'a repeat'
  return undefined
}

function step(scan: Scan): string | undefined {
  const char = scan.text.charAt(scan.at)
  const repeated = quantifier.exec(scan.text.slice(scan.at))?.[0]
  if (repeated) return repeat(scan, repeated)
  if (char === '(') return open(scan)
  if (char === ')' && scan.depth === 0) return issue('unbalanced parenthesis', scan.at)
  scan.before = char === '|' ? 'nothing' : 'something'
  if (char === '\\') return escaped(scan, escapes)
  if (char === '[') return characters(scan)
  if (char === ')') scan.depth--
  scan.at++
  return undefined
}

/** What Python's `regex` module, which Quay compiles patterns with, has against one; `undefined` when nothing, or nothing that is known here. */
export function patternIssue(text: string): string | undefined {
  const scan: Scan = { text, at: 0, depth: 0, before: 'nothing' }
  while (scan.at < text.length) {
    const found = step(scan)
    if (found) return found
  }
  return scan.depth > 0 ? issue('missing )', text.length) : undefined
}
