/** What stands for a secret in a text of somebody else's. */
const MASK = '***'
/** What stands for a text in which a hole would tell the secret that was there: `pass` is read out of `***word`. */
export const WITHHELD = 'something that is not shown, because a secret may stand in it'

/** Secrets below this length are words, or parts of them. */
const LONG = 8
/** Below this one they count as whole words only: one letter stands in every text. */
const WORD = 4
/** So many letters and digits in a row: they stand in every spelling of a secret as they are. */
const RUN = /[A-Za-z0-9]{8,}/g
const RUN_LENGTH = 8

/** Keeps secrets out of texts that others wrote: as they are, and as JSON, URLs, HTML, Python and Base64 spell them. */
export interface Concealer {
  /** From now on these are secrets. */
  add(secrets: Iterable<string>): void
  readonly conceal: (text: string) => string
}

export function createConcealer(): Concealer {
  const known = new Set<string>()
  /** Not looked at yet. */
  let fresh: string[] = []
  /** An apply may be told ten thousand tokens, and a pattern of all of them takes seconds: most are looked for only in texts that have a run of theirs. */
  const byRun = new Map<string, string[]>()
  const others: string[] = []
  let usual: Patterns | null = null

  function sort(part: string) {
    const runs = runsOf(part)
    if (!runs) {
      others.push(part)
      usual = null
    } else
      for (const run of runs) {
        const list = byRun.get(run)
        if (list) list.push(part)
        else byRun.set(run, [part])
      }
  }

  /** The parts of which a run stands in a text; that may be a long one. */
  function* partsIn(text: string) {
    for (const [run] of text.matchAll(RUN))
      for (let at = 0; at + RUN_LENGTH <= run.length; at++)
        yield* byRun.get(run.slice(at, at + RUN_LENGTH)) ?? []
  }

  /** Of all parts those that may stand in a text. */
  function patternsFor(text: string): Patterns {
    for (const secret of fresh) for (const part of partsOf(secret)) sort(part)
    fresh = []
    const found = byRun.size === 0 ? [] : [...partsIn(text)]
    usual ??= patternsOf(others)
    return found.length === 0 ? usual : patternsOf([...others, ...found])
  }

  return {
    add(secrets) {
      for (const secret of secrets)
        if (secret.trim() !== '' && !known.has(secret)) {
          known.add(secret)
          fresh.push(secret)
        }
    },
    conceal(text) {
      const { short, long } = patternsFor(text)
      if (short && text.search(short) >= 0) return WITHHELD
      return long ? text.replace(long, MASK) : text
    },
  }
}

/** A run of each spelling of a text, in Base64 too; null where one has none. */
function runsOf(text: string): readonly string[] | null {
  const runs = [text, ...cores(text)].map((spelling) => spelling.match(RUN)?.[0].slice(0, RUN_LENGTH))
  const all = runs.filter((run) => run !== undefined)
  return all.length === runs.length ? all : null
}

/** The secret, and what of it may stand alone: its lines, as of a key, and itself without blanks around it. */
const partsOf = (secret: string): readonly string[] => [
  secret,
  secret.trim(),
  ...secret.split(/[\r\n]+/).filter((line) => line.trim().length >= LONG),
]

interface Patterns {
  readonly long: RegExp | null
  readonly short: RegExp | null
}

function patternsOf(secrets: readonly string[]): Patterns {
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
const encoded = (secret: string): readonly string[] =>
  cores(secret).map((core) =>
    core.replaceAll('+', '(?:[+-]|%2[bB])').replaceAll('/', '(?:[/_]|\\\\/|%2[fF])'),
  )

function cores(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    return text.slice(before === 0 ? 0 : before + 1, Math.floor(((before + bytes.length) * 8) / 6))
  })
}
