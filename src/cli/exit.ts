import { QuayctlError } from '../model/errors.ts'

/** Every exit code, by name. */
export const exitCodes = {
  ok: 0,
  internal: 1,
  changes: 2,
  config: 3,
  blocked: 4,
  partial: 5,
  stale: 6,
  auth: 7,
  unavailable: 8,
  usage: 64,
  interrupted: 130,
  terminated: 143,
} as const

/** Kind of an error to exit code: the one table. A missing route is the server lacking what a line needs. */
const byKind: Readonly<Record<string, number>> = {
  config: exitCodes.config,
  'missing-route': exitCodes.config,
  blocked: exitCodes.blocked,
  partial: exitCodes.partial,
  stale: exitCodes.stale,
  auth: exitCodes.auth,
  api: exitCodes.unavailable,
  unavailable: exitCodes.unavailable,
  usage: exitCodes.usage,
}

/** Anything but a `QuayctlError` is a bug in quayctl. */
export const exitCodeOf = (error: unknown): number =>
  error instanceof QuayctlError ? (byKind[error.kind] ?? exitCodes.internal) : exitCodes.internal
