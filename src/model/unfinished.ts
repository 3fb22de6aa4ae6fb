import type { Credential } from './change.ts'
import { ApiError } from './errors.ts'

/** A write that Quay did in part only: the message names what is missing, and what it made is not lost with the error. */
export class UnfinishedError extends ApiError {
  /** Private, so that no dump of the error shows it. */
  readonly #credential: Credential | undefined
  constructor(
    code: string,
    message: string,
    hints: readonly string[] = [],
    made: { readonly credential?: Credential | undefined; readonly cause?: unknown } = {},
  ) {
    super(code, message, hints, null, made.cause)
    this.#credential = made.credential
  }
  get credential(): Credential | undefined {
    return this.#credential
  }
}
