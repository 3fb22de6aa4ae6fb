import { invalidRequest } from '../../model/answers.ts'
import type { Call, Since } from '../../model/emulation.ts'

/** A policy may be for some tags, and one of several. */
export const hasPatterns = ({ since }: Pick<Call, 'since'>): boolean => since('3.13')

/** The order of the keys decides which violation is shown. */
export const autoPrunePolicyConfig = (since: Since) => ({
  type: 'object',
  required: ['method', 'value'],
  properties: {
    method: { type: 'string' },
    value: { type: ['integer', 'string'] },
    ...(hasPatterns({ since }) && {
      tagPattern: { type: 'string' },
      tagPatternMatches: { type: 'boolean' },
    }),
  },
})

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
  const { method, value } = body
  // An unknown key is ignored, and the policy is for every tag.
  if (!hasPatterns(call)) return { method, value, tagPattern: null, tagPatternMatches: true }
  return {
    method,
    value,
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
  call: Call,
  uuid: string,
  { method, value, tagPattern, tagPatternMatches }: Policy,
): object => ({
  uuid,
  method,
  value,
  ...(hasPatterns(call) ? { tagPattern, tagPatternMatches } : {}),
})

/** A policy as the action log keeps it. */
export const logged = (call: Call, { method, value, tagPattern, tagPatternMatches }: Policy): object => ({
  method,
  value,
  ...(hasPatterns(call) ? { tag_pattern: tagPattern, tag_pattern_matches: tagPatternMatches } : {}),
})
