import type { Diagnostic, Place } from '../model/diagnostics.ts'

const SHAPE = /^\d{4}-\d{2}-\d{2}$/

/** `YYYY-MM-DD`, whether there is such a day or not. */
export const looksLikeDate = (text: string): boolean => SHAPE.test(text)

/** A day that there is. */
export function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`)
  return SHAPE.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

/** An error at a day that there is not. */
export const badDate = (text: string, at: Place): Diagnostic => ({
  code: 'QC1004',
  severity: 'error',
  message: `unexpected value "${text}"`,
  at,
  label: 'expected a date that exists, like 2026-12-31',
})
