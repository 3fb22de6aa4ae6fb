/** What stands for a secret in a text of somebody else's. */
const MASK = '***'
/** What stands for a text in which a hole would tell the secret that was there: `pass` is read out of `***word`. */
export const WITHHELD = 'something that is not shown, because a secret may stand in it'

/** Secrets below this length are words, or parts of them. */
const LONG = 8
/** Below this one they count as whole words only: one letter stands in every text. */
const WORD = 4

/** Keeps secrets out of texts that others wrote: as they are, and as JSON, URLs, HTML, Python and Base64 spell them. */
export interface Concealer {
  /** From now on these are secrets. */
  add(secrets: Iterable<string>): void
  readonly conceal: (text: string) => string
}

export function createConcealer(): Concealer {
  const known = new Set<string>()
  let patterns: ReturnType<typeof patternsOf> | null = null
  return {
    add(secrets) {
      for (const secret of secrets)
        if (secret.trim() !== '' && !known.has(secret)) {
          known.add(secret)
          patterns = null
        }
    },
    conceal(text) {
      patterns ??= patternsOf([...known].flatMap(partsOf))
      if (patterns.short && text.search(patterns.short) >= 0) return WITHHELD
      return patterns.long ? text.replace(patterns.long, MASK) : text
    },
  }
}

/** The secret, and what of it may stand alone: its lines, as of a key, and itself without blanks around it. */
const partsOf = (secret: string): readonly string[] => [
  secret,
  secret.trim(),
  ...secret.split(/[\r\n]+/).filter((line) => line.trim().length >= LONG),
]

function patternsOf(secrets: readonly string[]) {
  const all = [...new Set(secrets)]
  const long = all.filter((secret) => secret.length >= LONG)
  const short = all.filter((secret) => secret.length < LONG)
  return {
    long: oneOf(long.flatMap((secret) => [spelt(secret), ...encoded(secret)])),
    short: oneOf(
      short.flatMap((secret) =>
        secret.length < WORD
          ? [`(?<![\\p{L}\\p{N}])${spelt(secret)}(?![\\p{L}\\p{N}])`]
          : [spelt(secret), ...encoded(secret)],
      ),
    ),
  }
}

/** The longest first: a secret may be in another. */
const oneOf = (sources: readonly string[]): RegExp | null =>
  sources.length === 0 ? null : new RegExp([...sources].sort((a, b) => b.length - a.length).join('|'), 'gu')

/** A pattern of all spellings of a text: letters and digits stand for themselves everywhere, any other character may be escaped. */
const spelt = (text: string): string => [...text].map(spellings).join('')

/** What JSON and Python write for these. */
const ESCAPES: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't', '\b': 'b', '\f': 'f' }
const ENTITIES: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
}

function spellings(char: string): string {
  if (/^[A-Za-z0-9]$/.test(char)) return char
  const code = Number(char.codePointAt(0))
  const itself = literal(char)
  const units = Array.from({ length: char.length }, (_, i) => `\\\\+u${hex(char.charCodeAt(i), 4)}`).join('')
  const bytes = [...Buffer.from(char)]
  const percent = bytes.map((byte) => `%${hex(byte, 2)}`).join('')
  const all = [
    itself,
    units,
    // A percent sign that is escaped once more.
    percent,
    percent.replaceAll('%', '%25'),
    bytes.map((byte) => `\\\\+x${hex(byte, 2)}`).join(''),
    `&#0*${code};`,
    `&#[xX]0*${hex(code, 0)};`,
    ...(code < 128 ? [`\\\\+${itself}`] : []),
    ...(char in ESCAPES ? [`\\\\+${ESCAPES[char]}`] : []),
    ...(char in ENTITIES ? [`&${ENTITIES[char]};`] : []),
    ...(char === ' ' ? ['\\+'] : []),
  ]
  return `(?:${all.join('|')})`
}

const literal = (char: string): string => (/[\^$\\.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char)

/** Hexadecimal digits in either case. */
const hex = (value: number, length: number): string =>
  value
    .toString(16)
    .padStart(length, '0')
    .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)

/** The secret in Base64, whatever stands before and behind it there (`user:secret`): of each of three alignments the letters that it alone decides. */
function encoded(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    const core = text.slice(before === 0 ? 0 : before + 1, Math.floor(((before + bytes.length) * 8) / 6))
    return core.replaceAll('+', '(?:[+-]|%2[bB])').replaceAll('/', '(?:[/_]|\\\\/|%2[fF])')
  })
}
