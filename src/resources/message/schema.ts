import type { Schema } from '../../model/schema.ts'

export const schema = {
  severity: {
    kind: 'text',
    description: 'How the message looks.',
    choices: ['info', 'warning', 'error'],
    fallback: 'info',
  },
  media_type: {
    kind: 'text',
    description: 'What the content is written in.',
    choices: ['text/plain', 'text/markdown'],
    fallback: 'text/markdown',
  },
  content: {
    kind: 'text',
    prose: true,
    description: 'What all users of Quay read at the top of its pages.',
    required: true,
    pattern: '\\S',
    expected: 'a text that is not empty',
    examples: ['Maintenance on Sunday', 'Maintenance on Monday'],
  },
} as const satisfies Schema
