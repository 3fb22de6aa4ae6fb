import type { Schema } from '../../model/schema.ts'

export const schema = {
  email: {
    kind: 'text',
    description: 'Where Quay writes to; no two users have the same.',
    pattern: '^(?=.{1,255}$)[^@\\s]+@[^@\\s.]+(\\.[^@\\s.]+)+$',
    expected: 'an e-mail address',
    examples: ['alice@example.com', 'two@example.com'],
  },
  enabled: {
    kind: 'boolean',
    description: 'Whether the user can sign in, and the tokens of the user work.',
    fallback: true,
  },
} as const satisfies Schema
