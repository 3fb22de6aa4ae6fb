import { type Check, doubtful, type Row } from '../model/checkup.ts'
import { type Diagnostic, placeText } from '../model/diagnostics.ts'
import { QuayctlError } from '../model/errors.ts'
import { exitCodeOf, exitCodes } from './exit.ts'

/** A row of what an apply would stop at. */
export const failed = (
  check: Check,
  code: string,
  exit: number,
  finding: string,
  fix: string,
  more: Partial<Row> = {},
): Row => ({ check, status: 'failed', finding: discreet(finding), fix: discreet(fix), code, exit, ...more })

/** The same from the error that it would stop with; any other exception is a bug and goes on. */
export function failedBy(check: Check, error: unknown, fix?: string): Row {
  if (!(error instanceof QuayctlError)) throw error
  return failed(
    check,
    error.code,
    exitCodeOf(error),
    error.message,
    fix ?? (joined(error.hints) || `quayctl explain ${error.code} says more`),
  )
}

/** The same at the line that needs what is missing; of a warning a row that stops nothing. */
export function failedAt(check: Check, one: Diagnostic): Row {
  const { code, message, hint = '', at, via = [], severity } = one
  const others =
    via.length > 0 ? `; brought in by ${via.map(({ file, line }) => `${file}:${line}`).join(', ')}` : ''
  const source = at ? { source: placeText(at) } : {}
  if (severity === 'warning')
    return doubtful(check, discreet(message + others), fixFor(message, hint), { code, ...source })
  return failed(check, code, exitCodes.config, message + others, fixFor(message, hint), source)
}

/** Quay's own setting first, where a flag is what is missing. */
function fixFor(message: string, hint: string): string {
  const [, flags = ''] = /(FEATURE_[A-Z_]+(?: and FEATURE_[A-Z_]+)*) (?:is|are) off/.exec(message) ?? []
  const [, release] = /Quay (3\.\d+) brought it/.exec(message) ?? []
  const own = hint.replace(/,? or ask the Quay operator for.*$/, '') || 'remove the line'
  if (flags !== '')
    return `${flags.replaceAll(/FEATURE_[A-Z_]+/g, '$&: true')} in Quay's config.yaml, or ${own}`
  return release ? `${own}, or use Quay ${release} or newer` : own
}

/** Hints as one text. */
const joined = (hints: readonly string[]): string => hints.map((hint) => hint.replace(/\.$/, '')).join('; ')

/** Addresses without the user and password that somebody wrote into them. */
const discreet = (text: string): string => text.replace(/\/\/[^/@\s]*@/g, '//***@')
