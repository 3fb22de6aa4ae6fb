import type { Step } from './plan.ts'

/** How long steps wait for work of Quay's that they would disturb, once all others of their organization are done. */
export interface Patience {
  /** Milliseconds in all. */
  readonly limit: number
  /** Ends early when the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>
  /** Told which steps wait, once for an organization. */
  begins?(steps: readonly Step[]): void
}

const FIRST = 5_000
const LONGEST = 60_000

/** Tries steps again until none is left, or the time is over: `round` returns those that still wait, and none when told that it is the last. */
export async function persevere(
  steps: readonly Step[],
  { limit, sleep, begins }: Patience,
  { now, signal }: { readonly now: () => Date; readonly signal: AbortSignal },
  round: (steps: readonly Step[], isLast: boolean) => Promise<readonly Step[]>,
): Promise<void> {
  begins?.(steps)
  const end = now().getTime() + limit
  let left = steps
  for (let pause = FIRST; left.length > 0; pause = Math.min(2 * pause, LONGEST)) {
    await sleep(Math.max(0, Math.min(pause, end - now().getTime())), signal)
    left = await round(left, now().getTime() >= end)
  }
}
