import type { QuayApi } from '../model/api.ts'
import { type Effect, ServerError } from '../model/errors.ts'
import type { Quay } from '../model/resource.ts'

/** What the writes of one step have left behind. */
export interface Traces {
  /** One of them succeeded. */
  readonly wrote: boolean
  /** Of those that did not. */
  readonly effect: Effect
}

const order: readonly Effect[] = ['none', 'perhaps', 'pending']

/** The same Quay, and what has become of the writes that went through it. */
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
      if (order.indexOf(left) > order.indexOf(effect)) effect = left
      throw error
    }
  }
  const { api } = quay
  const seen: QuayApi = {
    ...api,
    post: (path, body) => watch(api.post(path, body)),
    put: (path, body) => watch(api.put(path, body)),
    delete: (path) => watch(api.delete(path)),
  }
  return { quay: { ...quay, api: seen }, traces: () => ({ wrote, effect }) }
}
