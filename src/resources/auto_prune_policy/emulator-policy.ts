import { invalidRequest } from '../../model/answers.ts'
import type { Call } from '../../model/emulation.ts'

/** The order of the keys decides which violation is shown. */
export const autoPrunePolicyConfig = {
  type: 'object',
  required: ['method', 'value'],
  properties: {
    method: { type: 'string' },
    value: { type: ['integer', 'string'] },
    tagPattern: { type: 'string' },
    tagPatternMatches: { type: 'boolean' },
  },
}

/** A policy as it is kept. */
export interface Policy {
  readonly method: string
  readonly value: number | string
  readonly tagPattern: string | null
  readonly tagPatternMatches: boolean
}

/** The policy that was sent, not yet looked at. */
export function readPolicy(call: Call): Policy {
  const { tagPattern, ...body } = call.read<{
    method: string
    value: number | string
    tagPattern?: string
    tagPatternMatches?: boolean
  }>(autoPrunePolicyConfig)
  return {
    method: body.method,
    value: body.value,
    tagPattern: tagPattern?.trim() ?? null,
    tagPatternMatches: body.tagPatternMatches ?? true,
  }
}

/** What Python's `int` takes, and a unit (util/timedeltastring.py). `0d`, `-7d` and `7 d` pass. */
const age = /^\s*[+-]?\d+(?:_\d+)*\s*[smhdwy]$/

const methods: Readonly<Record<string, (value: number | string) => boolean>> = {
  number_of_tags: (value) => typeof value === 'number' && value > 0,
  creation_date: (value) => typeof value === 'string' && age.test(value),
}

/** Refuses in the order of data/model/autoprune.py; the pattern may be any text but none. */
export function check({ method, value, tagPattern }: Policy): void {
  if (!Object.hasOwn(methods, method)) throw invalidRequest('Invalid method provided')
  if (!methods[method]?.(value)) throw invalidRequest('Invalid value given for method type')
  if (tagPattern === '') throw invalidRequest('tag_pattern cannot be empty')
}

/** A policy as it is shown. */
export const policyView = (
  uuid: string,
  { method, value, tagPattern, tagPatternMatches }: Policy,
): object => ({
  uuid,
  method,
  value,
  tagPattern,
  tagPatternMatches,
})

/** A policy as the action log keeps it. */
export const logged = ({ method, value, tagPattern, tagPatternMatches }: Policy): object => ({
  method,
  value,
  tag_pattern: tagPattern,
  tag_pattern_matches: tagPatternMatches,
})
