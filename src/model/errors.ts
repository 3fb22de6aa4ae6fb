/** A foreseen failure: a sentence that names its subject, and hints that say what to do; never a secret. Anything else that reaches the top is a bug. */
export abstract class QuayctlError extends Error {
  /** Tells the classes apart, for exit codes and for the compiler. */
  abstract readonly kind: string
  /** `QC` and four digits: what `explain` knows more about. */
  readonly code: string
  readonly hints: readonly string[]
  constructor(code: string, message: string, hints: readonly string[] = [], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.name
    this.code = code
    this.hints = hints
  }
}

/** What the user configured cannot be used. QC3xxx. */
export class ConfigError extends QuayctlError {
  readonly kind = 'config'
}

/** A guard, a missing consent or a declined prompt: nothing was sent. QC4xxx. */
export class BlockedError extends QuayctlError {
  readonly kind = 'blocked'
}

/** A plan that does not fit any more, or not this Quay: what it would write is not what was reviewed. QC43xx. */
export class StaleError extends QuayctlError {
  readonly kind = 'stale'
}

/** The command line, or a path on it, is not one that quayctl knows. QC64xx. */
export class UsageError extends QuayctlError {
  readonly kind = 'usage'
}

/** What requests without a good answer have done: surely nothing, perhaps something, or perhaps something that Quay is still at. */
export type Effect = 'none' | 'perhaps' | 'pending'

const effects: readonly Effect[] = ['none', 'perhaps', 'pending']

/** What both of them come to. */
export const worse = (one: Effect, other: Effect): Effect =>
  effects.indexOf(other) > effects.indexOf(one) ? other : one

/** The request that failed and what came back. */
export interface Failed {
  readonly method: string
  /** Below `/api/v1`, as it was sent. */
  readonly path: string
  /** null: there was no answer. */
  readonly status: number | null
  /** Quay's `error_type` (`invalid_request`, `not_found`, `tag_immutable` …); empty when the answer had none. */
  readonly errorType: string
  /** The first line of Quay's own words; empty when it had none. */
  readonly said: string
  /** Does all that Quay said match? Whatever of it is not shown counts, too. */
  says(pattern: RegExp): boolean
  /** Of all the times that it was sent. */
  readonly effect: Effect
}

/** The server's side of a failure; `failed` has the facts for callers that decide by them, null when no single request is to blame. */
export abstract class ServerError extends QuayctlError {
  readonly failed: Failed | null
  constructor(
    code: string,
    message: string,
    hints: readonly string[] = [],
    failed: Failed | null = null,
    cause?: unknown,
  ) {
    super(code, message, hints, cause)
    this.failed = failed
  }
  get status(): number | null {
    return this.failed?.status ?? null
  }
  /** What to decide by: the message may lack what is not shown. */
  says(pattern: RegExp): boolean {
    return this.failed?.says(pattern) ?? false
  }
}

/** 401 and 403: the token is missing or dead (QC7401), or may not do this (QC7403). */
export class AuthError extends ServerError {
  readonly kind = 'auth'
}

/** The server has no such API route (QC7404): a feature is off or the server too old. Says nothing about whether an object exists. */
export class MissingRouteError extends ServerError {
  readonly kind = 'missing-route'
}

/** No usable answer: rate limited to the end (QC7429), 5xx (QC7500, QC7503), network and TLS (QC760x), not Quay's JSON (QC761x). */
export class UnavailableError extends ServerError {
  readonly kind = 'unavailable'
}

/** Quay refused the request with any other status of 400 or above (QC7400). */
export class ApiError extends ServerError {
  readonly kind = 'api'
}

/** What was thrown, as an error: JavaScript throws anything. */
export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown))
