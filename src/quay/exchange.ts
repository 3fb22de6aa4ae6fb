import type { Dispatcher } from 'undici'
import type { Answer } from './answers.ts'

/** The most bytes that an answer of Quay's has. */
const MOST_BYTES = 32 * 2 ** 20

/** Sends one request and resolves with the whole answer; rejects with the network's exception, or the signal's reason. Without a stream for each answer: that takes a fifth of the CPU. */
export const exchange = (
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal | undefined,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const handler = new Exchange(resolve, reject, signal)
    try {
      dispatcher.dispatch(options, handler)
    } catch (error) {
      handler.onResponseError(null, error)
    }
  })

class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: Answer) => void
  readonly #reject: (error: unknown) => void
  readonly #signal: AbortSignal | undefined
  readonly #chunks: Buffer[] = []
  #controller: Dispatcher.DispatchController | null = null
  #status = 0
  #headers: Answer['headers'] = {}
  #size = 0
  readonly #giveUp = () => this.#controller?.abort(this.#signal?.reason)

  constructor(
    resolve: (answer: Answer) => void,
    reject: (error: unknown) => void,
    signal: AbortSignal | undefined,
  ) {
    this.#resolve = resolve
    this.#reject = reject
    this.#signal = signal
    signal?.addEventListener('abort', this.#giveUp)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#signal?.aborted) this.#giveUp()
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Answer['headers']): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length
    if (this.#size > MOST_BYTES)
      controller.abort(Object.assign(new Error('too large'), { code: 'TOO_LARGE' }))
    else this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    this.#signal?.removeEventListener('abort', this.#giveUp)
    const text = Buffer.concat(this.#chunks).toString('utf8')
    this.#resolve({ status: this.#status, headers: this.#headers, text })
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: unknown): void {
    this.#signal?.removeEventListener('abort', this.#giveUp)
    this.#reject(error)
  }
}
