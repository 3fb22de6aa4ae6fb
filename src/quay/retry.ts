import type { Effect } from '../model/errors.ts'
import { type Answer, header, isReadOnly } from './answers.ts'
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
/** A server that never answered is more likely a wrong URL than one that restarts. */
const attemptsUnreached = 3

/** Repeats a request as long as that is safe and of use; never rejects. */
type Persist = (method: string, once: () => Promise<Answer>) => Promise<Outcome>

/** One such function for a client: it remembers whether the server ever answered. */
export function createPersist({ clock, retryFor, attempts, signal }: RetryOptions): Persist {
  let reached = false
  return async (method, once) => {
    const start = clock.now()
    let effect: Effect = 'none'
    for (let attempt = 1; ; attempt += 1) {
      const sent = await once().then(
        (answer) => ({ answer }),
        (failure: unknown) => ({ failure }),
      )
      if ('answer' in sent) reached = true
      effect = worse(effect, effectOf(method, sent))
      const wait = waitAfter(method, sent, attempt)
      const most = reached ? attempts : attemptsUnreached
      if (wait === null || attempt >= Math.min(most, attempts) || clock.now() - start + wait > retryFor)
        return { ...sent, attempts: attempt, effect }
      await clock.sleep(wait, signal).catch(() => {})
      if (signal?.aborted) return { failure: signal.reason, attempts: attempt, effect }
    }
  }

  /** Null: not again. */
  function waitAfter(method: string, sent: Sent, attempt: number): number | null {
    if ('answer' in sent)
      return worthRepeating(method, sent.answer) ? Math.max(backOff(attempt), askedDelay(sent.answer)) : null
    const kind = failureKind(sent.failure)
    const safe =
      kind === 'refused' ||
      // A name that was found before is found again.
      (kind === 'unnamed' && reached) ||
      ((kind === 'broken' || kind === 'silent') && method !== 'POST')
    return safe ? backOff(attempt) : null
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

type Sent = { readonly answer: Answer } | { readonly failure: unknown }

/** A POST is repeated only when the server surely did not act, a plain 500 only when nothing could have been written. */
function worthRepeating(method: string, answer: Answer): boolean {
  if (answer.status === 429) return true
  if (method === 'POST' || isReadOnly(answer)) return false
  return [502, 503, 504].includes(answer.status) || (answer.status === 500 && method === 'GET')
}

/** Behind a gateway that gave up waiting (504) Quay may still be at it. */
function effectOf(method: string, sent: Sent): Effect {
  if (method === 'GET') return 'none'
  if ('failure' in sent) return effectOfFailure(sent.failure)
  const { status } = sent.answer
  if (status === 504) return 'pending'
  return (status >= 500 && !isReadOnly(sent.answer)) || (status >= 200 && status < 300) ? 'perhaps' : 'none'
}

const order: readonly Effect[] = ['none', 'perhaps', 'pending']
const worse = (one: Effect, other: Effect): Effect =>
  order.indexOf(other) > order.indexOf(one) ? other : one
