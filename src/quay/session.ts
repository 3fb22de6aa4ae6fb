import { AuthError, ServerError } from '../model/errors.ts'
import { type Answer, isUnrecognised, problem } from './answers.ts'
import type { Message } from './connection.ts'
import { proofOf, renew, type Send, type Signed, type SignInOptions, signIn } from './sign-in.ts'

/** A user who signs in once, with the first request that takes it. */
export interface Session {
  /** Sends a request as the user. Where Quay no longer knows the session it has not acted: then one sign-in serves all who wait, and the request is sent once more. */
  readonly exchange: Send
  /** Has a session ended since this was last asked? To a dead one Quay shows what anybody may see, as if it were all there is. */
  lapsed(): boolean
  /** Signs out, if anybody is signed in; nothing is sent afterwards. Never rejects. */
  end(): Promise<void>
}

/** What Quay tells everybody. */
const OPEN = /^\/(config|api\/v1\/discovery)(\?|$)/
/** In milliseconds: nobody waits longer to be signed out. */
const PATIENCE = 5000

export function createSession(options: SignInOptions): Session {
  const { send } = options
  let current: Promise<Signed> | null = null
  let [lapsed, futile, ended] = [false, false, false]

  function signedIn(): Promise<Signed> {
    current ??= signIn(options).catch((error: unknown) => {
      if (!isDecided(error)) current = null
      throw error
    })
    return current
  }

  async function as(signed: Signed, message: Message, attempt: number): Promise<Answer> {
    const headers = { ...message.headers, ...proofOf(message.method, signed) }
    const answer = await send({ ...message, headers }, attempt)
    // It may come when there is another session already, which it says nothing of.
    renew(signed, answer)
    return answer
  }

  return {
    async exchange(message, attempt) {
      if (OPEN.test(message.path)) return send(message, attempt)
      if (ended) throw Object.assign(new Error('signed out'), { code: 'UND_ERR_CLOSED' })
      const before = signedIn()
      const answer = await as(await before, message, attempt)
      if (!isUnrecognised(answer) || futile || ended) return answer
      // A session that is only not fresh any more was there all the time.
      lapsed ||= problem(answer)?.error_type !== 'fresh_login_required'
      if (current === before) current = null
      const again = await as(await signedIn(), message, attempt + 1)
      futile ||= isUnrecognised(again)
      return again
    },
    lapsed() {
      const was = lapsed
      lapsed = false
      return was
    },
    async end() {
      if (ended) return
      ended = true
      const signed = await current?.catch(() => null)
      if (!signed) return
      const headers = { ...options.headers, 'content-type': 'application/json' }
      const signal = AbortSignal.timeout(PATIENCE)
      const message = { method: 'POST', path: '/api/v1/signout', headers, body: '{}', signal } as const
      await as(signed, message, 1).catch(() => {})
    },
  }
}

/** What Quay has refused once it is not asked again. */
const isDecided = (error: unknown): boolean =>
  error instanceof AuthError || (error instanceof ServerError && error.status === 429)
