import type { Schema } from '../../model/schema.ts'

export const schema = {
  role: {
    kind: 'text',
    description: 'What the subject may do: read (pull), write (pull and push), or admin (all of it).',
    required: true,
    choices: ['read', 'write', 'admin'],
    ascending: true,
  },
} as const satisfies Schema
