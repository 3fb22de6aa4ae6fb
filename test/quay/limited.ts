import { randomFrom } from '../../src/emulator/chance.ts'
import { path } from '../../src/model/api.ts'
import { anything } from '../../src/model/shape.ts'
import { createClient } from '../../src/quay/client.ts'
import type { Connection } from '../../src/quay/connection.ts'
import { virtualClock } from '../line.ts'

/** What a server lets through: so many a second, and so many that it saved up. */
export interface Limit {
  readonly rate: number
  readonly burst: number
}

export interface Scene {
  /** By how many requests it has answered; null: there is none. */
  readonly limit: (answered: number) => Limit | null
  /** In milliseconds, of which up to `jitter` by chance. */
  readonly latency: number
  readonly jitter?: number
  /** Does it say how long to wait, in whole seconds? */
  readonly says?: boolean
  readonly requests: number
  /** Answers so, whatever the limit. */
  readonly status?: (sent: number) => number | null
}

export interface Seen {
  readonly seconds: number
  readonly sent: number
  readonly refused: number
  readonly failed: number
  /** Of what the limit allowed. */
  readonly used: number
  readonly refusedShare: number
}

/** A whole client at a server that limits the rate, in no time. */
export async function rush({
  limit,
  latency,
  jitter = 0,
  says = false,
  requests,
  status,
}: Scene): Promise<Seen> {
  const random = randomFrom(7)
  const clock = virtualClock(new Date('2026-11-30T00:00:00Z'), random)
  let [sent, refused, passed, allowed, last] = [0, 0, 0, 0, clock.now()]
  let tokens = limit(0)?.burst ?? 0
  function judge() {
    const now = clock.now()
    const { rate, burst } = limit(passed) ?? { rate: Number.POSITIVE_INFINITY, burst: 1 }
    const fresh = Number.isFinite(rate) ? ((now - last) * rate) / 1000 : 0
    tokens = Math.min(burst, tokens + fresh)
    allowed += fresh
    last = now
    if (!Number.isFinite(rate)) return null
    if (tokens < 1) return Math.max(1, Math.ceil((1 - tokens) / rate))
    tokens -= 1
    return null
  }
  const connection: Connection = {
    host: 'quay.test',
    async exchange() {
      sent += 1
      const other = status?.(sent)
      await clock.sleep(latency / 2 + jitter * random())
      const wait = judge()
      if (wait === null) passed += 1
      else refused += 1
      await clock.sleep(latency / 2)
      const headers = wait !== null && says ? { 'retry-after': String(wait) } : {}
      return { status: wait === null ? (other ?? 200) : 429, headers, text: '{}' }
    },
    close: async () => {},
  }
  const client = createClient({ url: 'https://quay.test', version: '0', connection, clock })
  const asked = Array.from({ length: requests }, (_, i) => client.get(path`/x/${String(i)}`, anything))
  const failed = (await Promise.allSettled(asked)).filter(({ status }) => status === 'rejected').length
  const most = (limit(0)?.burst ?? 0) + allowed
  return {
    seconds: Math.round(clock.elapsed / 100) / 10,
    sent,
    refused,
    failed,
    used: Math.round((1000 * passed) / most) / 1000,
    refusedShare: Math.round((10000 * refused) / sent) / 10000,
  }
}
