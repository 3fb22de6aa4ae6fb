import type { JsonSchema } from './jsonschema-attributes.ts'

/** A list of texts, each at least one character. */
export const texts = (description: string, example: readonly string[]): JsonSchema => ({
  type: 'array',
  items: { type: 'string', minLength: 1, expected: 'a text' },
  description,
  expected: 'a list of texts',
  examples: [example],
})

/** Why, for the reviewer. */
export const reasonSchema = (example: string): JsonSchema => ({
  type: 'string',
  minLength: 1,
  description: 'Why, for the reviewer.',
  expected: 'a reason in words',
  examples: [example],
})

/** A day. */
export const dateSchema = (description: string): JsonSchema => ({
  type: 'string',
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
  description,
  expected: 'a date like 2026-12-31',
  examples: ['2026-12-31'],
})
