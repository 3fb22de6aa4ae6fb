import { header, wordsOf } from './errors.ts'
import type { Answer } from './forge.ts'

export const MINUTE = 60_000

/** How long a forge that limits the rate wants to be left alone, in milliseconds; null where it does not. GitHub answers 403, too. */
export function limitedFor(answer: Answer, now: number, times: number): number | null {
  const left = header(answer, 'x-ratelimit-remaining') ?? header(answer, 'ratelimit-remaining')
  const after = header(answer, 'retry-after')
  const isLimited =
    answer.status === 429 ||
    (answer.status === 403 && (after !== null || left === '0' || /rate limit/i.test(wordsOf(answer))))
  if (!isLimited) return null
  if (after !== null && /^\d+$/.test(after)) return Number(after) * 1000
  const reset = header(answer, 'x-ratelimit-reset') ?? header(answer, 'ratelimit-reset')
  // A second more, because the clocks may differ.
  if (left === '0' && reset !== null && /^\d+$/.test(reset))
    return Math.max(0, Number(reset) * 1000 - now) + 1000
  return MINUTE * 2 ** (times - 1)
}
