import { setTimeout as pass } from 'node:timers/promises'
import type { Patience } from '../engine/patience.ts'
import { UsageError } from '../model/errors.ts'
import { kinds } from '../model/kinds.ts'

const { duration } = kinds

/** `--sync-wait` in milliseconds. */
export function parseSyncWait(text: string): number {
  if (!new RegExp(String(duration.json.pattern)).test(text))
    throw new UsageError('QC6425', `--sync-wait "${text}" is no duration`, [`write ${duration.expected}`])
  return Number(duration.parse(text)) * 1000
}

/** So long in real time; says what it waits for. */
export const patient = (limit: number, say: (text: string) => void): Patience => ({
  limit,
  async sleep(milliseconds, signal) {
    await pass(milliseconds, undefined, { signal }).catch(() => {})
  },
  begins(steps) {
    const names = steps.map(({ change }) => change.address.text).join(', ')
    say(`Waiting for syncs to end, ${duration.print(limit / 1000)} at most: ${names}`)
  },
})
