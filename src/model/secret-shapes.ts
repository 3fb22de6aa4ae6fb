/** What each kind of secret looks like; every repetition has an end, so that no text takes long. */
const shapes: readonly (readonly [string, RegExp])[] = [
  ['a token of GitHub', /\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{22}/],
  ['a token of GitLab', /\bgl(?:pat|ptt|dt|rt|ft|cbt|soat|agent|oas)-[A-Za-z0-9_-]{20}/],
  ['an access key of AWS', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  [
    'a token of Slack',
    /\bxox[abeoprs]-[A-Za-z0-9-]{10}|\bhooks\.slack\.com\/services\/T\w{1,20}\/B\w{1,20}\/\w{8}/,
  ],
  ['a token of npm', /\bnpm_[A-Za-z0-9]{36}/],
  ['a token of Docker', /\bdckr_[a-z]{3}_[A-Za-z0-9_-]{20}/],
  ['a private key', /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/],
  ['a JSON Web Token', /\beyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8}/],
  // Letters beyond F: a digest in capitals is none.
  [
    'a token of a robot',
    /(?<![A-Za-z0-9])(?=[A-Z0-9]{0,63}[G-Z])(?=[A-Z]{0,63}[0-9])[A-Z0-9]{64}(?![A-Za-z0-9])/,
  ],
  [
    'an access token',
    /(?<![\w-])(?=(?:[A-Za-z]{0,39}[0-9]){3})(?=[a-z0-9]{0,39}[A-Z])(?=[A-Z0-9]{0,39}[a-z])[A-Za-z0-9]{40}(?![\w-])/,
  ],
]

/** What each of them has in it, or so many letters and digits in a row: nearly every text has none of this, and is asked no more. */
const traces = /gh[pousr]_|github_pat_|gl[a-z]{2,5}-|A[KS]IA|xox|slack|npm_|dckr_|PRIVATE KEY|eyJ/
const LONG = 40

/** A tenth of the time that an expression takes: whatever is as long has one at every so manyth place. */
function hasLongRun(text: string): boolean {
  for (let last = LONG - 1; last < text.length; ) {
    let at = last
    while (at > last - LONG && isAlphanumeric(text.charCodeAt(at))) at--
    if (at === last - LONG) return true
    last = at + LONG
  }
  return false
}

const isAlphanumeric = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57)

const words = '(?:pass(?:word|wd|phrase)?|pwd|token|secret|api[_-]?key|access[_-]?key|client[_-]?secret)'
/** `password=hunter2`, `token: s3cr3t-value`, `"password": "hunter2"`. */
const named = new RegExp(
  `(?<![A-Za-z])${words}["']?[ \\t]{0,3}([=:])[ \\t]{0,3}(["'\`]?)([^\\s"'\`,;]{4,200})`,
  'gi',
)
/** Where a value would be taken from, what stands for one, or what is said about one. */
const standIns =
  /^(?:[$<{[(*]|%[({A-Z]|[xX]{3}|\.{3}|https?:|\/|sha\d+:|[A-Z]{2,10}-\d+\b|(?:true|false|none|null|required|optional|TODO|todo|redacted|changeme)[.!?)]*$)/
/** After a colon names and prose are no values: `secret: registry-pull-v2`, `password: ask the operators`. */
const names = /^(?!\d+$)(?:[A-Za-z]+|[vV]?\d+)(?:[-._/](?:[A-Za-z]+|[vV]?\d+))*[.!?)]*$/
const inUrls = /[a-z]:\/\/[^\s/:@]{0,200}:([^\s/@]{1,200})@/gi

/** What kind of secret a text seems to hold, in words; null where it seems to hold none. Never says which. */
export const secretIn = (text: string): string | null =>
  tokenIn(text) ??
  ([...text.matchAll(inUrls)].some(([, password]) => isReal(password)) ? 'a password in a URL' : null)

/** The same, but for what stands in URLs before the @. */
export function tokenIn(text: string): string | null {
  const shape =
    hasLongRun(text) || traces.test(text) ? shapes.find(([, pattern]) => pattern.test(text)) : undefined
  if (shape) return shape[0]
  if (!/[=:]/.test(text)) return null
  return [...text.matchAll(named)].some(isNamed) ? 'a password or token with its value' : null
}

const isNamed = ([, mark, , value = '']: RegExpExecArray): boolean =>
  isReal(value) && (mark === '=' || (value.length >= 6 && !names.test(value)))

const isReal = (value: string | undefined): boolean => value !== undefined && !standIns.test(value)

/** What stands where a text seems to hold a secret. */
export const MARK = '(looks like a secret)'
/** Nobody writes more of them into each other. */
const MOST_TURNS = 8

/** A text without what seems to be a secret in it, and without all that may belong to that. */
export function withoutSecrets(text: string): string {
  let shown = text
  // What is left beside a mark may look like another one.
  for (let turn = 0; secretIn(shown) !== null; turn++) {
    if (turn === MOST_TURNS) return MARK
    let end = 0
    const parts: string[] = []
    for (const span of spansOf(shown).sort((one, other) => one.from - other.from)) {
      if (span.from >= end) parts.push(shown.slice(end, span.from), MARK)
      end = Math.max(end, span.to)
    }
    shown = [...parts, shown.slice(end)].join('')
  }
  return shown
}

interface Span {
  readonly from: number
  readonly to: number
}

/** Each kind with all that belongs to it: of a private key as far as its end, or that of the text. */
const whole = shapes.map(([kind, { source }]) => {
  const rest =
    kind === 'a private key' ? '[^]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)' : '[\\w.~+/=-]*'
  return new RegExp(`(?:${source})${rest}`, 'g')
})

const spansOf = (text: string): Span[] => [
  ...whole.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ 0: found, index }) => ({ from: index, to: index + found.length })),
  ),
  ...namedValues(text),
  ...[...text.matchAll(inUrls)].flatMap(({ 0: found, 1: password = '', index }) => {
    const to = index + found.length - 1
    return isReal(password) ? [{ from: to - password.length, to }] : []
  }),
]

/** Each as far as its quotation mark, or the next blank. */
function namedValues(text: string): readonly Span[] {
  const spans: Span[] = []
  let end = 0
  for (const match of text.matchAll(named)) {
    const { 0: found, 2: quote = '', 3: value = '', index } = match
    const from = index + found.length - value.length
    if (from < end || !isNamed(match)) continue
    const closing = quote === '' ? -1 : text.indexOf(quote, from)
    end = closing < 0 ? endOfWord(text, from) : closing
    spans.push({ from, to: end })
  }
  return spans
}

function endOfWord(text: string, from: number): number {
  const blank = /[\s"'`]/g
  blank.lastIndex = from
  return blank.exec(text)?.index ?? text.length
}
