import { createConcealer } from '../model/conceal.ts'
import type { Shape } from '../model/shape.ts'
import { type Asked, answerError, garbledError, header, type Words } from './errors.ts'
import type { Answer, Door, Message, Sent } from './forge.ts'
import { limitedFor, MINUTE } from './limits.ts'

/** What is particular to one kind of forge. */
export interface Kind extends Words {
  readonly headers: Readonly<Record<string, string>>
}

/** So long a run waits for one request at most, all its repetitions together. */
const PATIENCE = 5 * MINUTE
const ATTEMPTS = 5
const FIRST_DELAY = 1000
/** A request with more comments is none that people read. */
const MOST_PAGES = 100

type Method = Message['method']

/** The API of one forge: patient, and sure that the token stands in no message. */
export function createApi({ way, prefix, token, version, patience }: Door, kind: Kind) {
  const { add, conceal } = createConcealer()
  add([token])
  const headers = {
    ...kind.headers,
    authorization: `Bearer ${token}`,
    'user-agent': `quayctl/${version}`,
  }
  const askedFor = (method: Method, path: string): Asked => ({ method, path, host: way.host, conceal })

  /** Sends it until there is an answer to go by, or as long as that is of use. */
  async function attempt(method: Method, path: string, content?: unknown, isOnce = false): Promise<Sent> {
    const body = content === undefined ? null : JSON.stringify(content)
    const typed = body === null ? headers : { ...headers, 'content-type': 'application/json' }
    const end = patience.now() + PATIENCE
    for (let times = 1; ; times += 1) {
      const sent = await way.send({ method, path: prefix + path, headers: typed, body })
      const wait = waitAfter(isOnce, sent, times)
      if (!wait || times >= ATTEMPTS || patience.now() + wait.for > end) return sent
      patience.tell(`Waiting ${Math.ceil(wait.for / 1000)} s: ${wait.why}.`)
      await patience.sleep(wait.for)
    }
  }

  /** Null: not to be repeated. `isOnce`: only what surely was not done is. */
  function waitAfter(isOnce: boolean, sent: Sent, times: number) {
    const delay = FIRST_DELAY * 2 ** (times - 1)
    if ('failure' in sent) return isOnce && sent.acted ? null : { for: delay, why: sent.failure.message }
    const limited = limitedFor(sent.answer, patience.now(), times)
    if (limited !== null) return { for: limited, why: `${kind.name} limits the rate of requests` }
    const { status } = sent.answer
    if (status < 500 || isOnce) return null
    return { for: delay, why: `${way.host} answered ${status}` }
  }

  /** A success; anything else is thrown. */
  function succeeded(method: Method, path: string, sent: Sent): Answer {
    if ('failure' in sent) throw sent.failure
    const { answer } = sent
    if (answer.status >= 200 && answer.status < 300) return answer
    throw answerError(askedFor(method, path), answer, kind, limitedFor(answer, patience.now(), 1))
  }

  async function send(method: Method, path: string, content?: unknown): Promise<Answer> {
    return succeeded(method, path, await attempt(method, path, content))
  }

  function read<T>(method: Method, path: string, answer: Answer, shape: Shape<T>): T {
    const body = parsed(answer.text)
    if (fits(body, shape)) return body
    throw garbledError(askedFor(method, path), answer, kind)
  }

  return {
    send,
    async get<T>(path: string, shape: Shape<T>): Promise<T> {
      return read('GET', path, await send('GET', path), shape)
    },
    /** Null: it is not there, or not for this token. */
    async find<T>(path: string, shape: Shape<T>): Promise<T | null> {
      const sent = await attempt('GET', path)
      const isMissing = 'answer' in sent && sent.answer.status === 404
      return isMissing ? null : read('GET', path, succeeded('GET', path, sent), shape)
    },
    /** What is sent asks, and changes nothing. */
    async ask<T>(path: string, content: unknown, shape: Shape<T>): Promise<T> {
      return read('POST', path, await send('POST', path, content), shape)
    },
    /** All pages of a list. */
    async list<T>(path: string, shape: Shape<readonly T[]>, order = ''): Promise<readonly T[]> {
      const all: T[] = []
      for (let page = 1; ; ) {
        const at = `${path}?${order}per_page=100&page=${page}`
        const answer = await send('GET', at)
        all.push(...read('GET', at, answer, shape))
        const next = nextPage(answer)
        if (next === null) return all
        if (next <= page || next > MOST_PAGES) throw garbledError(askedFor('GET', at), answer, kind)
        page = next
      }
    },
    /** Null, or why nobody knows whether it was done. */
    async post(path: string, content: unknown): Promise<Error | null> {
      const sent = await attempt('POST', path, content, true)
      if ('failure' in sent && sent.acted) return sent.failure
      if ('answer' in sent && sent.answer.status >= 500)
        return answerError(askedFor('POST', path), sent.answer, kind, null)
      succeeded('POST', path, sent)
      return null
    },
    /** What is gone already is no error. */
    async remove(path: string): Promise<void> {
      const sent = await attempt('DELETE', path)
      if (!('answer' in sent && sent.answer.status === 404)) succeeded('DELETE', path, sent)
    },
  }
}

/** The number alone: whatever address a header names, the token goes to no other host. */
function nextPage(answer: Answer): number | null {
  const own = header(answer, 'x-next-page')
  if (own !== null) return own === '' ? null : Number(own)
  const [, link = ''] = /<([^>]*)>;\s*rel="next"/.exec(header(answer, 'link') ?? '') ?? []
  const page = URL.canParse(link) ? new URL(link).searchParams.get('page') : null
  return page === null ? null : Number(page)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const fits = <T>(value: unknown, shape: Shape<T>): value is T => shape.misfit(value) === null
