import type { Schema } from '../../model/schema.ts'

export const schema = {
  limit: {
    kind: 'size',
    description: 'How much the repositories of the organization may hold together.',
    required: true,
    minimum: 1,
  },
  warn_at: {
    kind: 'percent',
    description: 'At which percents of the limit Quay warns; one or several.',
    many: 'loose',
  },
  reject_at: {
    kind: 'percent',
    description: 'At which percent of the limit Quay rejects pushes; none: never.',
    many: 'single',
    words: ['none'],
  },
} as const satisfies Schema
