import type { Concealer } from '../model/conceal.ts'
import { type SecretKeys, secretsIn, veiledJson } from '../model/secrets.ts'
import { type Answer, header, parseJson } from './answers.ts'
import type { Bodies } from './stats.ts'

/** How much of a body is told. */
const MOST = 4000

/** Of other headers nobody knows what stands in them. */
const TOLD = new Set([
  ...['accept', 'user-agent', 'x-requested-with', 'content-type', 'content-length', 'content-encoding'],
  ...['allow', 'cache-control', 'connection', 'date', 'retry-after', 'server', 'via'],
])

/** What a request and its answer said, by field without secrets. */
export function bodiesOf(
  sent: string | null,
  headers: Answer['headers'],
  answer: Answer | null,
  keys: SecretKeys,
  { add, conceal }: Concealer,
): Bodies {
  const told = (text: string): unknown => {
    const json = parseJson(text)
    // A secret in half an answer stands in no field that could be told.
    if (json === undefined)
      return /^\s*[{[]/.test(text) ? `(${text.length} characters, not JSON)` : cut(conceal(text))
    // What is a secret in one field must not stand in another.
    add(secretsIn(json, keys))
    const shown = veiledJson(json, keys, conceal)
    const whole = JSON.stringify(shown)
    return whole.length > MOST ? cut(whole) : shown
  }
  const shown = (all: Answer['headers']) =>
    Object.fromEntries(
      Object.entries(all).flatMap(([name, value]) =>
        value !== undefined && TOLD.has(name) ? [[name, conceal([value].flat().join(', '))]] : [],
      ),
    )
  return {
    headers: { request: shown(headers), answer: shown(answer?.headers ?? {}) },
    size: Buffer.byteLength(answer?.text ?? ''),
    ...(sent !== null && { request: told(sent) }),
    ...(answer && answer.text !== '' && { answer: told(answer.text) }),
  }
}

const cut = (text: string): string =>
  text.length > MOST ? `${text.slice(0, MOST)}… (${text.length} characters)` : text

/** Quay sends none; what stands before it may. */
export function requestIdOf(answer: Answer, conceal: (text: string) => string): string | null {
  const id = ['x-request-id', 'x-amzn-trace-id', 'x-correlation-id'].map((name) => header(answer, name))
  const found = id.find((text) => text !== null) ?? null
  return found === null ? null : conceal(found).slice(0, 200)
}
