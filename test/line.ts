import type { Emulator } from '../src/emulator/emulator.ts'
import { written } from '../src/emulator/server.ts'
import type { Clock } from '../src/quay/clock.ts'
import type { Connection, Message } from '../src/quay/connection.ts'

export interface VirtualClock extends Clock {
  /** Does anybody wait for a time to come? */
  readonly isAwaited: boolean
  /** So many milliseconds have gone by. */
  readonly elapsed: number
}

/** When this comes, whoever can do something has done it: the client looks at an answer two turns of the loop later. */
const whenIdle = (turn: () => void, turns = 4): unknown =>
  setImmediate(turns === 1 ? turn : () => whenIdle(turn, turns - 1))

/** A clock on which time goes by only when nothing else can: a sleep of an hour takes none. */
export function virtualClock(start: Date, random: () => number): VirtualClock {
  const sleepers: { readonly until: number; readonly wake: () => void }[] = []
  let now = start.getTime()
  let turning = false
  function turn() {
    const next = sleepers.shift()
    turning = sleepers.length > 0
    if (turning) whenIdle(turn)
    if (!next) return
    now = Math.max(now, next.until)
    next.wake()
  }
  return {
    get isAwaited() {
      return sleepers.length > 0
    },
    get elapsed() {
      return now - start.getTime()
    },
    now: () => now,
    random,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const until = now + milliseconds
        const at = sleepers.findIndex((other) => other.until > until)
        sleepers.splice(at < 0 ? sleepers.length : at, 0, { until, wake: resolve })
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
        if (!turning) whenIdle(turn)
        turning = true
      }),
  }
}

/** What the network makes of silence, by undici's codes. */
const codesOfSilence = {
  reset: 'ECONNRESET',
  close: 'UND_ERR_SOCKET',
  truncated: 'UND_ERR_SOCKET',
  hang: 'UND_ERR_HEADERS_TIMEOUT',
} as const

/** For ever. */
const silence = new Promise<never>(() => {})

/** A minute, as `quay/connection.ts` waits. */
const PATIENCE = 60_000

const failure = (code: string): Error => Object.assign(new Error(code), { code })

export interface Loss {
  /** Undici's. */
  readonly code: string
  /** How long the client waits for it, in milliseconds. */
  readonly after?: number
  /** When the server acts on it all the same. */
  readonly acts?: number
}

interface LineOptions {
  readonly host?: string
  readonly clock: Pick<Clock, 'sleep'>
  /** Lets others go on before and after. */
  breathe?(): Promise<unknown>
  /** How long a request is under way. */
  latency?(): number
  /** Does nobody hear or say anything any more? */
  isDead?(): boolean
  /** Told of every answer, whether anybody hears it or not. */
  answered?(message: Message, text: string): void
  /** What becomes of a request that is lost on its way. */
  cut?(message: Message): Loss | undefined
}

/** A way to an emulated Quay that no network is on. */
export function lineTo(
  emulator: Emulator,
  { host = 'quay.test', clock, breathe, latency = () => 0, isDead = () => false, answered, cut }: LineOptions,
): Connection {
  return {
    host,
    async exchange({ method, path, headers, body }) {
      await breathe?.()
      const request = { method, target: path, headers, body: body ?? '' }
      const loss = cut?.({ method, path, headers, body })
      if (loss?.acts) clock.sleep(loss.acts).then(() => emulator.handle(request))
      if (loss?.after) await clock.sleep(loss.after)
      if (loss) throw failure(loss.code)
      const time = latency()
      if (time > 0) await clock.sleep(time)
      if (isDead()) return silence
      const outcome = emulator.handle(request)
      if (typeof outcome !== 'string')
        answered?.({ method, path, headers, body }, written(outcome.answer, emulator.now()).text)
      if (isDead()) return silence
      if (outcome === 'hang') await clock.sleep(PATIENCE)
      if (typeof outcome === 'string') throw failure(codesOfSilence[outcome])
      if (outcome.delay) await clock.sleep(outcome.delay)
      if (outcome.truncated) throw failure(codesOfSilence.truncated)
      await breathe?.()
      return written(outcome.answer, emulator.now())
    },
    close: async () => {},
  }
}
