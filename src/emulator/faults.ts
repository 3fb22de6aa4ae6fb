import { page } from '../model/answers.ts'
import type { Random } from './chance.ts'
import type { EmulatedRequest, Fault } from './request.ts'

const of = (status: number, title: string, headers: Readonly<Record<string, string>> = {}) => ({
  ...page(status, title),
  headers,
})

/** What a server, or what stands before it, can do wrong; `late`: when Quay has done what it was asked. */
const faults = {
  latency: (random: Random): Fault => ({ delay: Math.round(500 + 2500 * random()) }),
  '429': (): Fault => of(429, 'Too Many Requests'),
  '429-wait': (random: Random): Fault =>
    of(429, 'Too Many Requests', { 'retry-after': String(1 + Math.floor(3 * random())) }),
  '500': (): Fault => of(500, 'Internal Server Error'),
  '502': (): Fault => of(502, 'Bad Gateway'),
  '503': (): Fault => of(503, 'Service Unavailable'),
  '504': (): Fault => of(504, 'Gateway Time-out'),
  html: (): Fault => of(200, 'Be right back'),
  truncated: (): Fault => 'truncate',
  reset: (): Fault => 'reset',
  hang: (): Fault => 'hang',
  'late-500': (): Fault => ({ after: true, fault: of(500, 'Internal Server Error') }),
  'late-504': (): Fault => ({ after: true, fault: of(504, 'Gateway Time-out') }),
  'late-reset': (): Fault => ({ after: true, fault: 'reset' }),
  'late-hang': (): Fault => ({ after: true, fault: 'hang' }),
  lost: (): Fault => ({ after: true, fault: 'close' }),
} as const satisfies Readonly<Record<string, (random: Random) => Fault>>

export type FaultKind = keyof typeof faults

export const faultKinds = Object.keys(faults) as readonly FaultKind[]

/** One such fault. */
export const faultOf = (kind: FaultKind, random: Random): Fault => faults[kind](random)

/** Lets requests suffer by chance: of each kind so many of a hundred. */
export function faultsBy(
  percents: ReadonlyMap<FaultKind, number>,
  random: Random,
): (request: EmulatedRequest) => Fault | undefined {
  return () => {
    let left = 100 * random()
    for (const [kind, percent] of percents) {
      if (left < percent) return faultOf(kind, random)
      left -= percent
    }
    return undefined
  }
}
