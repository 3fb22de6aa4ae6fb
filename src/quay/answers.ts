/** What came back for one request, as text. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

type Json = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The text as JSON; undefined when it is not JSON. Quay's content types cannot be trusted (`{"error": …}` comes as text/html). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
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

export const isHtml = ({ text }: Answer): boolean => /^\s*</.test(text)

/** One header as text; the first when it came more than once. */
export function header(answer: Answer, name: string): string | null {
  const value = answer.headers[name]
  return (Array.isArray(value) ? value[0] : value) ?? null
}

const texts = (values: readonly unknown[]): string | undefined =>
  values.find((value): value is string => typeof value === 'string' && value !== '')

function words(answer: Answer): string {
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
export function saying(answer: Answer, secrets: readonly string[]): string {
  // The longest first: a secret may be in another. Before anything is cut: half a secret would not be found.
  const longest = [...secrets].sort((a, b) => b.length - a.length)
  const silent = longest.reduce((text, secret) => text.replaceAll(secret, '***'), words(answer))
  const line = silent.trim().split(/\r?\n/)[0] ?? ''
  // A schema violation quotes the whole body that was sent, as Python prints it.
  const clean = line.replaceAll(/\{['"].*\}/g, '{…}').replaceAll(/\p{Cc}+/gu, ' ')
  return clean.length > 300 ? `${clean.slice(0, 299)}…` : clean
}

/** The texts in a request body that must never be shown: all that stand under a key that sounds secret. */
export function secretsOf(body: unknown, under = false): readonly string[] {
  if (typeof body === 'string') return under && body.length > 2 ? [body] : []
  if (typeof body !== 'object' || body === null) return []
  return Object.entries(body).flatMap(([key, value]) =>
    secretsOf(value, under || /passw|secret|token|credential|key|headers/i.test(key)),
  )
}
