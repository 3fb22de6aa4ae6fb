import { type Effect, worse } from '../model/errors.ts'
import { type Answer, header, isHtml, isReadOnly } from './answers.ts'
import { backOff, type Clock } from './clock.ts'
import { effectOfFailure, failureKind } from './failures.ts'
import { createPace, type Pace, type Turn } from './pace.ts'

interface RetryOptions {
  readonly clock: Clock
  /** How long one request may be repeated, in milliseconds. */
  readonly retryFor: number
  /** How often one request is sent at most. */
  readonly attempts: number
  /** Once it is aborted nothing is repeated. */
  readonly signal?: AbortSignal | undefined
  /** When requests may be sent. */
  readonly pace?: Pace
}

/** How a request ended: with an answer, good or bad, or with an exception of the network. */
export type Outcome = {
  readonly attempts: number
  /** Of all attempts. */
  readonly effect: Effect
} & ({ readonly answer: Answer } | { readonly failure: unknown })

/** What is asked for is lengthened by up to so much, so that not all come back at once. */
const spread = 500
/** So long Quay may be at a write whose connection broke. */
const delayAfterCut = 2000
/** A server that never answered is more likely a wrong URL than one that restarts. */
const attemptsUnreached = 3

/** Repeats a request as long as that is safe and of use; never rejects. */
export type Persist = (method: string, once: () => Promise<Answer>) => Promise<Outcome>

/** One such function for a client: it remembers whether the server ever answered, and whether by more than web pages. */
export function createPersist({
  clock,
  retryFor,
  attempts,
  signal,
  pace = createPace(clock),
}: RetryOptions): Persist {
  let reached = false
  let known = false
  return async (method, once) => {
    let effect: Effect = 'none'
    // What the pace makes it wait is none of the time that it may be repeated.
    let start = clock.now()
    for (let [sendings, counted] = [1, 0]; ; sendings += 1) {
      const asks = clock.now()
      const turn = await pace.turn(signal).catch(() => null)
      if (!turn) return { failure: signal?.reason, attempts: sendings - 1, effect }
      start += clock.now() - asks
      const sent = await once().then(
        (answer) => ({ answer }),
        (failure: unknown) => ({ failure }),
      )
      if ('answer' in sent) {
        reached = true
        known ||= !isHtml(sent.answer)
      }
      effect = worse(effect, effectOf(method, sent))
      const { wait, isCounted } = hear(method, sent, turn, counted + 1)
      if (isCounted) counted += 1
      else start = clock.now()
      const most = reached ? attempts : Math.min(attempts, attemptsUnreached)
      if (wait === null || counted >= most || clock.now() - start + wait > retryFor)
        return { ...sent, attempts: sendings, effect }
      if (wait > 0) await clock.sleep(wait, signal).catch(() => {})
      if (signal?.aborted) return { failure: signal.reason, attempts: sendings, effect }
    }
  }

  /** How long to wait before it is sent again, null for never, and whether that is one of the attempts it has. */
  function hear(method: string, sent: Sent, turn: Turn, attempt: number) {
    const isRefused = 'answer' in sent && sent.answer.status === 429
    if (isRefused) {
      const asked = askedDelay(sent.answer)
      const { overtaken, silence } = turn.refused(asked)
      const wait = spreadOut(asked)
      return { wait: silence > retryFor ? null : wait, isCounted: !overtaken || attempts === 1 }
    }
    if ('answer' in sent) turn.passed()
    return { wait: isWorthRepeating(method, sent) ? waitAfter(method, sent, attempt) : null, isCounted: true }
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
    if (method === 'POST' || isReadOnly(answer)) return false
    if (answer.status === 504) return isHarmless
    if ([502, 503].includes(answer.status)) return true
    // A page instead of an answer is somebody else's, where Quay has answered before.
    return (answer.status === 500 && method === 'GET') || (known && isSuccess(answer) && isHtml(answer))
  }

  function waitAfter(method: string, sent: Sent, attempt: number): number {
    const least = 'answer' in sent ? spreadOut(askedDelay(sent.answer)) : cutDelay(method, sent.failure)
    return Math.max(backOff(attempt, clock), least)
  }

  function spreadOut(asked: number): number {
    return asked > 0 ? asked + clock.random() * spread : 0
  }

  /** What `Retry-After` asks for, in seconds or as a date; 0 without one. */
  function askedDelay(answer: Answer): number {
    const value = header(answer, 'retry-after')?.trim() ?? ''
    const asked = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - clock.now()
    return Math.max(0, asked || 0)
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
