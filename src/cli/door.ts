import { setTimeout as sleep } from 'node:timers/promises'
import type { Door, Way } from '../forge/forge.ts'
import { createConcealer } from '../model/conceal.ts'
import { checkToken } from '../quay/checks.ts'
import { type Connection, connect } from '../quay/connection.ts'
import { effectOfFailure, failureError } from '../quay/failures.ts'
import { passwordsOf } from '../quay/proxy.ts'
import { commentToken, type Home } from './comment-place.ts'
import { wayTo } from './way.ts'
import type { Surroundings } from './world.ts'

export interface DoorFlags {
  readonly 'token-file'?: string | undefined
  readonly 'ca-file'?: string | undefined
}

/** Opens the way to where requests are, as long as it is used. */
export async function atDoor<T>(
  { platform, api, repository }: Home,
  flags: DoorFlags,
  surroundings: Surroundings,
  tell: (text: string) => void,
  use: (door: Door) => Promise<T>,
): Promise<T> {
  const token = commentToken(flags['token-file'], platform, surroundings)
  checkToken(token, api)
  const connection = connect(wayTo(api.origin, flags, surroundings.env), 1)
  const patience = { now: Date.now, sleep: (ms: number) => sleep(ms), tell }
  try {
    const way = wayOver(connection, [token, ...passwordsOf(surroundings.env)])
    const prefix = api.pathname.replace(/\/$/, '')
    const { version } = surroundings
    return await use({ way, prefix, repository, token, version, patience })
  } finally {
    await connection.close()
  }
}

/** The connection that Quay is reached by serves here, too: proxies, authorities and time limits are the same. */
export function wayOver(connection: Connection, secrets: readonly string[]): Way {
  const { add, conceal } = createConcealer()
  add(secrets)
  const { host } = connection
  return {
    host,
    async send(message) {
      try {
        return { answer: await connection.exchange(message) }
      } catch (error) {
        const { method, path } = message
        const asked = { method, path, host, attempts: 1, effect: 'none', session: false, conceal } as const
        return { failure: failureError(asked, error), acted: effectOfFailure(error) !== 'none' }
      }
    },
  }
}
