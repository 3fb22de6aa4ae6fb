import { type Answer, header, isReadOnly } from './answers.ts'
import { failureKind } from './failures.ts'

/** Time and chance, handed in so that tests need neither. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  sleep(milliseconds: number): Promise<void>
  /** At least 0, below 1. */
  random(): number
}

interface RetryOptions {
  readonly clock: Clock
  /** How long one request may be repeated, in milliseconds. */
  readonly retryFor: number
  /** How often one request is sent at most. */
  readonly attempts: number
}

/** How a request ended: with an answer, good or bad, or with an exception of the network. */
export type Outcome = { readonly attempts: number } & (
  | { readonly answer: Answer }
  | { readonly failure: unknown }
)

const firstDelay = 500
const longestDelay = 20_000
/** A server that never answered is more likely a wrong URL than one that restarts. */
const attemptsUnreached = 3

/** Repeats a request as long as that is safe and of use; never rejects. */
type Persist = (method: string, once: () => Promise<Answer>) => Promise<Outcome>

/** One such function for a client: it remembers whether the server ever answered. */
export function createPersist({ clock, retryFor, attempts }: RetryOptions): Persist {
  let reached = false
  return async (method, once) => {
    const start = clock.now()
    for (let attempt = 1; ; attempt += 1) {
      let wait: number | null = null
      let outcome: Outcome
      try {
        const answer = await once()
        reached = true
        outcome = { attempts: attempt, answer }
        if (worthRepeating(method, answer)) wait = Math.max(backOff(attempt), askedDelay(answer))
      } catch (failure) {
        outcome = { attempts: attempt, failure }
        const most = reached ? attempts : attemptsUnreached
        const kind = failureKind(failure)
        const safe = kind === 'refused' || (kind === 'broken' && method !== 'POST')
        if (safe && attempt < most) wait = backOff(attempt)
      }
      if (wait === null || attempt >= attempts || clock.now() - start + wait > retryFor) return outcome
      await clock.sleep(wait)
    }
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

/** A POST is repeated only when the server surely did not act, a plain 500 only when nothing could have been written. */
function worthRepeating(method: string, answer: Answer): boolean {
  if (answer.status === 429) return true
  if (method === 'POST' || isReadOnly(answer)) return false
  return [502, 503, 504].includes(answer.status) || (answer.status === 500 && method === 'GET')
}
