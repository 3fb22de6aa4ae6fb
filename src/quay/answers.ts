/** What came back for one request, as text. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

type Json = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The text as JSON; undefined when it is not JSON, or more of it than can be right. Quay's content types cannot be trusted (`{"error": …}` comes as text/html). */
export function parseJson(text: string): unknown {
  if (isTooMuch(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whatever walks through an answer does so level by level, and a value takes many times the memory of its text. */
const MOST_LEVELS = 100
const MOST_VALUES = 4_000_000

/** Is a text, if JSON at all, nested too deeply or of too many values? */
export function isTooMuch(text: string): boolean {
  if (text.length < MOST_VALUES && !hasMore(text, MOST_LEVELS)) return false
  let [levels, values] = [0, 0]
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char === 34) i = endOfText(text, i)
    else if (char === 44) values++
    else if (char === 91 || char === 123) {
      values++
      levels++
    } else if (char === 93 || char === 125) levels--
    if (levels > MOST_LEVELS || values > MOST_VALUES) return true
  }
  return false
}

/** May it have more lists and objects than so many? */
function hasMore(text: string, most: number): boolean {
  let left = most
  for (const mark of '[{')
    for (let at = text.indexOf(mark); at >= 0 && left >= 0; left--) at = text.indexOf(mark, at + 1)
  return left < 0
}

/** Where the text ends that begins with a quote. */
function endOfText(json: string, start: number): number {
  for (let end = start + 1; ; end++) {
    end = json.indexOf('"', end)
    if (end < 0) return json.length
    let escapes = 0
    while (json.charCodeAt(end - 1 - escapes) === 92) escapes++
    if (escapes % 2 === 0) return end
  }
}

/** The answer's JSON object; null when it is anything else. */
export function problem(answer: Answer): Json | null {
  const body = parseJson(answer.text)
  return isRecord(body) ? body : null
}

/** Does the registry refuse all writes for now? (`REGISTRY_STATE: readonly`; the flag stands in two shapes of body.) */
export const isReadOnly = ({ status, text }: Answer): boolean =>
  status === 503 && /"is_readonly":\s*true/.test(text)

/** Does Quay not know, or no longer know, who asks? Then it has not acted. */
export const isUnrecognised = (answer: Answer): boolean =>
  answer.status === 401 ||
  (answer.status === 403 && wordsOf(answer).startsWith('CSRF token was invalid or missing.'))

export const isHtml = ({ text }: Answer): boolean => /^\s*</.test(text)

/** One header as text; the first when it came more than once. */
export function header(answer: Answer, name: string): string | null {
  const value = answer.headers[name]
  return (Array.isArray(value) ? value[0] : value) ?? null
}

const texts = (values: readonly unknown[]): string | undefined =>
  values.find((value): value is string => typeof value === 'string' && value !== '')

/** All that the server says, in whatever shape it came; for decisions, never to be shown. */
export function wordsOf(answer: Answer): string {
  const body = parseJson(answer.text)
  if (typeof body === 'string') return body
  if (isRecord(body)) {
    const { detail, error_message, message, error, errors } = body
    const inner = isRecord(message) ? Object.values(message) : []
    const listed = Array.isArray(errors) && isRecord(errors[0]) ? [errors[0].message] : []
    return texts([detail, error_message, message, ...inner, error, ...listed]) ?? ''
  }
  if (isHtml(answer)) return /<title[^>]*>([^<]*)/i.exec(answer.text)?.[1] ?? ''
  return body === undefined ? answer.text : ''
}

/** The first line of the server's own words, whatever shape they came in; without control characters, request bodies it quotes, and secrets. */
export function saying(answer: Answer, conceal: (text: string) => string): string {
  // Before anything is cut, as the title of a page is at the next <: half a secret would not be found.
  const told = isHtml(answer) ? { ...answer, text: conceal(answer.text) } : answer
  const line = conceal(wordsOf(told))
    .trim()
    .replace(/\s*\n[\s\S]*/, '')
  // A schema violation quotes the whole body that was sent, as Python prints it.
  const clean = line.replaceAll(/\{['"].*\}/g, '{…}').replaceAll(/\p{Cc}+/gu, ' ')
  return clean.length > 300 ? `${clean.slice(0, 299)}…` : clean
}
