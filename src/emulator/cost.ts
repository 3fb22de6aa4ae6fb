import type { EmulatedRequest } from './request.ts'

/** What calls cost a server: milliseconds of one core, by what they bring to be known by, and how many cores there are. */
export interface Cost {
  readonly bearer: number
  readonly session: number
  readonly cores: number
}

/** Measured on two cores: a token is a slow hash on every call, and so is a password, once (`GET /organization/X` 288 ms by token, 34 ms by session, under load). */
export const realCost: Cost = { bearer: 200, session: 30, cores: 2 }

/** How long a call waits for its answer: until a core has served all that came before and then it. By the time of `now` alone. */
export function serving(
  { bearer, session, cores }: Cost,
  now: () => Date,
): (request: EmulatedRequest) => number {
  const free = Array.from({ length: cores }, () => 0)
  return ({ method, target, headers }) => {
    const isSlow = headers.authorization !== undefined || (method === 'POST' && target.endsWith('/signin'))
    const at = now().getTime()
    const next = Math.min(...free)
    const end = Math.max(at, next) + (isSlow ? bearer : session)
    free[free.indexOf(next)] = end
    return end - at
  }
}
