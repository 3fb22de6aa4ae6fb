import type { Outcome } from '../model/change.ts'
import { ApiError, AuthError, QuayctlError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'

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

/** What each exit code says. */
export const exitMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: 'It is done, or there was nothing to do.',
  internal: 'A bug in quayctl.',
  changes: 'There are changes; only with --detailed-exitcode, or --check of an export.',
  config: 'The files are wrong, or ask for what this server does not have.',
  blocked:
    'Stopped: a guard, a missing --allow, or a no, and nothing was sent; or what --fail-on of a status names is so.',
  partial: 'Some changes were made, and some were not.',
  stale: 'Quay, or the plan, is no longer what was reviewed. What has changed was not written.',
  auth: 'The token or password is missing or not accepted, or its user may not do this.',
  unavailable: 'Quay cannot be reached, or does not answer as it should.',
  usage: 'The command line is wrong; or nobody can answer, and there is no --yes.',
  interrupted: 'Interrupted (Ctrl-C) with something left to do; at the prompt, before anything was changed.',
  terminated: 'Terminated.',
}

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

/** How a run that finds all of these ends: what is wrong with the files and settings goes first. */
export const firstOf = (exits: readonly number[]): number =>
  [exitCodes.config, exitCodes.auth, exitCodes.unavailable].find((code) => exits.includes(code)) ??
  exitCodes.ok

/** How a run ends that has done all of a plan that it may. */
export function exitOfDone({ safety, changes }: Plan): number {
  if (safety.blocked) return exitCodes.blocked
  return changes.some(({ held }) => held === 'unreviewed' || held === 'unallowed')
    ? exitCodes.stale
    : exitCodes.ok
}

/** Anything but a `QuayctlError` is a bug in quayctl. */
export const exitCodeOf = (error: unknown): number =>
  error instanceof QuayctlError ? (byKind[error.kind] ?? exitCodes.internal) : exitCodes.internal

/** What was begun and is not done: refused to this token, changed by somebody else, or not tried at all because the time was over. */
export function exitCodeAfter(outcomes: readonly Outcome[]): number {
  const begun = outcomes.filter(({ status }) => status !== 'skipped')
  if (begun.length === 0) return exitCodes.unavailable
  if (begun.every((one) => one.status === 'failed' && one.error instanceof AuthError)) return exitCodes.auth
  return begun.some(({ status }) => status === 'stale') ? exitCodes.stale : exitCodes.partial
}

/** How a run ends in which each object was asked for by itself. `errors`: null where it is done. Where none is, and all for one reason that has a code of its own, with that. */
export function exitCodeOfAll(errors: readonly (Error | null)[]): number {
  const failed = errors.filter((error) => error !== null)
  if (failed.length === 0) return exitCodes.ok
  const ends = failed.map((error) => (error instanceof ApiError ? exitCodes.partial : exitCodeOf(error)))
  const [first = exitCodes.partial] = ends
  return failed.length === errors.length && ends.every((end) => end === first) ? first : exitCodes.partial
}
