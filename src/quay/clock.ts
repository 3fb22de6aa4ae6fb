import { setTimeout as pass } from 'node:timers/promises'

/** Time and chance, handed in so that tests need neither. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Rejects once `signal` is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** At least 0, below 1. */
  random(): number
}

export const realClock: Clock = {
  now: Date.now,
  sleep: (milliseconds, signal) => pass(milliseconds, undefined, { signal }),
  random: Math.random,
}

/** Once all that has come in is read, and what waits is sent: undici leaves a connection alone for one turn of the loop after an answer. */
export const soon = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

const firstDelay = 500
const longestDelay = 20_000

/** How long to wait after so many failures in a row: twice as long each time up to a bound, and by chance. */
export function backOff(times: number, { random }: Clock): number {
  const full = Math.min(longestDelay, firstDelay * 2 ** (times - 1))
  return full / 2 + (random() * full) / 2
}
