import { type Effect, worse } from '../model/errors.ts'
import { type Answer, header, isHtml, isReadOnly } from './answers.ts'
import { effectOfFailure, failureKind } from './failures.ts'

/** Time and chance, handed in so that tests need neither. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Rejects once `signal` is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** At least 0, below 1. */
  random(): number
}

interface RetryOptions {
  readonly clock: Clock
  /** How long one request may be repeated, in milliseconds. */
  readonly retryFor: number
  /** How often one request is sent at most. */
  readonly attempts: number
  /** Once it is aborted nothing is repeated. */
  readonly signal?: AbortSignal | undefined
}

/** How a request ended: with an answer, good or bad, or with an exception of the network. */
export type Outcome = {
  readonly attempts: number
  /** Of all attempts. */
  readonly effect: Effect
} & ({ readonly answer: Answer } | { readonly failure: unknown })

const firstDelay = 500
const longestDelay = 20_000
/** So long Quay may be at a write whose connection broke. */
const delayAfterCut = 2000
/** A server that never answered is more likely a wrong URL than one that restarts. */
const attemptsUnreached = 3

/** Repeats a request as long as that is safe and of use; never rejects. */
export type Persist = (method: string, once: () => Promise<Answer>) => Promise<Outcome>

/** One such function for a client: it remembers whether the server ever answered, and whether by more than web pages. */
export function createPersist({ clock, retryFor, attempts, signal }: RetryOptions): Persist {
  let reached = false
  let known = false
  return async (method, once) => {
    const start = clock.now()
    let effect: Effect = 'none'
    for (let attempt = 1; ; attempt += 1) {
      const sent = await once().then(
        (answer) => ({ answer }),
        (failure: unknown) => ({ failure }),
      )
      if ('answer' in sent) {
        reached = true
        known ||= !isHtml(sent.answer)
      }
      effect = worse(effect, effectOf(method, sent))
      const wait = isWorthRepeating(method, sent) ? waitAfter(method, sent, attempt) : null
      const most = reached ? attempts : Math.min(attempts, attemptsUnreached)
      if (wait === null || attempt >= most || clock.now() - start + wait > retryFor)
        return { ...sent, attempts: attempt, effect }
      await clock.sleep(wait, signal).catch(() => {})
      if (signal?.aborted) return { failure: signal.reason, attempts: attempt, effect }
    }
  }

  /** A POST only when the server surely did not act, a plain 500 only when nothing could have been written. Where Quay may still be at it, what does no harm when it is done twice, and late. */
  function isWorthRepeating(method: string, sent: Sent): boolean {
    const isHarmless = method === 'GET' || method === 'PUT'
    if ('failure' in sent) {
      const kind = failureKind(sent.failure)
      if (kind === 'barred') return known
      if (kind === 'silent') return isHarmless
      return kind === 'refused' || (kind === 'broken' && method !== 'POST')
    }
    const { answer } = sent
    if (answer.status === 429) return true
    if (method === 'POST' || isReadOnly(answer)) return false
    if (answer.status === 504) return isHarmless
    if ([502, 503].includes(answer.status)) return true
    // A page instead of an answer is somebody else's, where Quay has answered before.
    return (answer.status === 500 && method === 'GET') || (known && isSuccess(answer) && isHtml(answer))
  }

  function waitAfter(method: string, sent: Sent, attempt: number): number {
    const least = 'answer' in sent ? askedDelay(sent.answer) : cutDelay(method, sent.failure)
    return Math.max(backOff(attempt), least)
  }

  function backOff(attempt: number): number {
    const full = Math.min(longestDelay, firstDelay * 2 ** (attempt - 1))
    return full / 2 + (clock.random() * full) / 2
  }

  /** What `Retry-After` asks for, in seconds or as a date, and a bit, so that not all come back at once; 0 without one. */
  function askedDelay(answer: Answer): number {
    const value = header(answer, 'retry-after')?.trim() ?? ''
    const asked = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - clock.now()
    return asked > 0 ? asked + clock.random() * firstDelay : 0
  }
}

const cutDelay = (method: string, failure: unknown): number =>
  method !== 'GET' && failureKind(failure) === 'broken' ? delayAfterCut : 0

type Sent = { readonly answer: Answer } | { readonly failure: unknown }

/** Behind a gateway that gave up waiting (504) Quay may still be at it. */
function effectOf(method: string, sent: Sent): Effect {
  if (method === 'GET') return 'none'
  if ('failure' in sent) return effectOfFailure(sent.failure)
  const { answer } = sent
  if (answer.status === 504) return 'pending'
  return (answer.status >= 500 && !isReadOnly(answer)) || isSuccess(answer) ? 'perhaps' : 'none'
}

const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300
