import { QuayctlError } from '../model/errors.ts'
import { type Answer, parseJson } from './answers.ts'
import { type Asked, answerError, garbledError } from './errors.ts'
import { failureError } from './failures.ts'
import { isGone } from './reader.ts'
import type { Outcome } from './retry.ts'

/** A success, and its body; an empty one is null, which only a write may have. */
export function successOf(
  outcome: Outcome,
  asked: Asked,
): { readonly answer: Answer; readonly body: unknown } {
  if ('failure' in outcome)
    // Given up on purpose.
    throw outcome.failure instanceof QuayctlError ? outcome.failure : failureError(asked, outcome.failure)
  const { answer } = outcome
  if (answer.status < 200 || answer.status > 299) {
    const error = answerError(asked, answer)
    if (asked.method === 'DELETE' && asked.attempts > 1 && isGone(error)) return { answer, body: null }
    throw error
  }
  if (answer.text === '' && asked.method !== 'GET') return { answer, body: null }
  const body = parseJson(answer.text)
  if (body === undefined) throw garbledError(asked, answer)
  return { answer, body }
}
