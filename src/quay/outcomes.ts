import { QuayctlError } from '../model/errors.ts'
import { parseJson } from './answers.ts'
import { type Asked, answerError, garbledError } from './errors.ts'
import { failureError } from './failures.ts'
import { isGone } from './reader.ts'
import type { Outcome } from './retry.ts'

/** The body of a success; an empty one is null, which only a write may have. */
export function bodyOf(outcome: Outcome, asked: Asked): unknown {
  if ('failure' in outcome)
    // Given up on purpose.
    throw outcome.failure instanceof QuayctlError ? outcome.failure : failureError(asked, outcome.failure)
  const { answer } = outcome
  if (answer.status < 200 || answer.status > 299) {
    const error = answerError(asked, answer)
    if (asked.method === 'DELETE' && asked.attempts > 1 && isGone(error)) return null
    throw error
  }
  if (answer.text === '' && asked.method !== 'GET') return null
  const body = parseJson(answer.text)
  if (body === undefined) throw garbledError(asked, answer)
  return body
}
