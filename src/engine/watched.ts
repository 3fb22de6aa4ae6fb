import type { QuayApi } from '../model/api.ts'
import { type Effect, ServerError, worse } from '../model/errors.ts'
import type { Quay } from '../model/resource.ts'

/** What the writes of one step have left behind. */
export interface Traces {
  /** One of them succeeded. */
  readonly wrote: boolean
  /** Of those that did not. */
  readonly effect: Effect
}

/** In milliseconds: so long Quay may be at a write whose connection broke. */
const PAUSE = 5000

/** The same Quay, and what has become of the writes that went through it. Where no answer came to one, nobody looks before Quay has had the time to end it. */
export function watched(quay: Quay): { readonly quay: Quay; traces(): Traces } {
  let wrote = false
  let effect: Effect = 'none'
  const watch = async <T>(write: Promise<T>): Promise<T> => {
    try {
      const answer = await write
      wrote = true
      return answer
    } catch (error) {
      const left = error instanceof ServerError ? (error.failed?.effect ?? 'none') : 'none'
      effect = worse(effect, left)
      if (left === 'perhaps' && error instanceof ServerError && error.status === null) await quay.sleep(PAUSE)
      throw error
    }
  }
  const { api } = quay
  const seen: QuayApi = {
    ...api,
    post: (path, body, shape) => watch(api.post(path, body, shape)),
    put: (path, body, shape) => watch(api.put(path, body, shape)),
    delete: (path) => watch(api.delete(path)),
  }
  return { quay: { ...quay, api: seen }, traces: () => ({ wrote, effect }) }
}
