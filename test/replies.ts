import { readServer } from '../src/cli/server.ts'
import type { Emulator } from '../src/emulator/emulator.ts'
import { type ApiPath, pathOf, type QuayApi, type Reader } from '../src/model/api.ts'
import type { Server } from '../src/model/server.ts'
import { type Answer, parseJson } from '../src/quay/answers.ts'
import { answerError, garbledError } from '../src/quay/errors.ts'
import { createReaders } from '../src/quay/reader.ts'
import { TOKEN } from './world.ts'

/** What a GET is answered with; the text may be anything. */
export interface Reply {
  readonly status: number
  readonly text: string
}

/** The replies of an emulated Quay as a client reads them, each altered on its way; without a network. */
export function readerOver(
  emulator: Emulator,
  alter: (path: string, reply: Reply) => Reply,
): { readonly reader: Reader; readonly server: () => Promise<Server> } {
  const get = (prefix: string) => async (path: ApiPath) => {
    const { status, text } = alter(path, replyOf(emulator, prefix + path))
    const answer: Answer = { status, headers: {}, text }
    const conceal = (said: string) => said
    const asked = {
      method: 'GET',
      path,
      host: 'quay.example',
      attempts: 1,
      effect: 'none',
      session: false,
      conceal,
    } as const
    if (status > 299) throw answerError(asked, answer)
    const json = parseJson(text)
    if (json === undefined) throw garbledError(asked, answer)
    return json
  }
  const { remembered, fresh } = createReaders(get('/api/v1'))('')
  const roots = createReaders(get(''))('').remembered
  const api: QuayApi = {
    ...remembered,
    fresh,
    root: (path, shape) => roots.get(pathOf(path), shape),
    post: () => Promise.reject(new Error('a write')),
    put: () => Promise.reject(new Error('a write')),
    delete: () => Promise.reject(new Error('a write')),
    because: () => api,
  }
  return { reader: remembered, server: () => readServer('https://quay.example', api) }
}

const known = new WeakMap<Emulator, Map<string, Reply>>()

/** Asked once: nothing changes meanwhile. */
function replyOf(emulator: Emulator, target: string): Reply {
  const memory = known.get(emulator) ?? new Map<string, Reply>()
  known.set(emulator, memory)
  const before = memory.get(target)
  if (before) return before
  const headers = { authorization: `Bearer ${TOKEN}` }
  const outcome = emulator.handle({ method: 'GET', target, headers, body: '' })
  if (typeof outcome === 'string') throw new Error(`${target}: ${outcome}`)
  const { status, body = '', contentType = 'application/json' } = outcome.answer
  const text = typeof body === 'string' && !contentType.includes('json') ? body : JSON.stringify(body)
  const reply = { status, text }
  memory.set(target, reply)
  return reply
}

type Json = unknown
type Step = string | number

/** Every place in a value; of the items of a list the first. */
export function placesIn(json: Json, at: readonly Step[] = []): readonly (readonly Step[])[] {
  const inner: readonly (readonly [Step, Json])[] = Array.isArray(json)
    ? json.slice(0, 1).map((item) => [0, item])
    : typeof json === 'object' && json !== null
      ? Object.entries(json)
      : []
  return [at, ...inner.flatMap(([step, value]) => placesIn(value, [...at, step]))]
}

export const valueAt = (json: Json, place: readonly Step[]): Json =>
  place.reduce<Json>((value, step) => (value as Readonly<Record<Step, Json>>)[step], json)

/** Takes what stands at a place away. */
export const GONE = Symbol('gone')

/** The value with something else at a place. */
export function replacedAt(json: Json, [step, ...rest]: readonly Step[], by: unknown): Json {
  if (step === undefined) return by === GONE ? {} : by
  if (Array.isArray(json)) {
    const items = json.map((item, index) => (index === step ? replacedAt(item, rest, by) : item))
    return rest.length === 0 && by === GONE ? items.filter((_, index) => index !== step) : items
  }
  const entries = Object.entries(json as object)
  return Object.fromEntries(
    rest.length === 0 && by === GONE
      ? entries.filter(([key]) => key !== step)
      : entries.map(([key, value]) => [key, key === step ? replacedAt(value, rest, by) : value]),
  )
}
