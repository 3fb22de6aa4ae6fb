import { ApiError } from './errors.ts'

/** Quay is at work on what a write would disturb. The whole write can be tried again when that has ended. */
export class BusyError extends ApiError {
  /** It does not end by itself: there is nothing to wait for. */
  readonly endless: boolean
  constructor(
    code: string,
    message: string,
    hints: readonly string[],
    { endless = false }: { readonly endless?: boolean } = {},
  ) {
    super(code, message, hints)
    this.endless = endless
  }
}
