import type { Schema } from '../../model/schema.ts'

export const schema = {
  limit: {
    kind: 'size',
    description: 'How much the repositories of the organization or user may hold together.',
    required: true,
    minimum: 1,
    examples: ['250 GiB', '500 GiB'],
    quay: 'limit_bytes',
    // Beyond 8 PiB a JSON number is not exact.
    maximum: 8191 * 2 ** 40,
  },
  warn_at: {
    kind: 'percent',
    description: 'At which percents of the limit Quay warns; one or several.',
    many: 'loose',
    quay: 'limits[].limit_percent (type Warning)',
  },
  reject_at: {
    kind: 'percent',
    description: 'At which percent of the limit Quay rejects pushes; none: never.',
    many: 'single',
    words: ['none'],
    examples: [100, 90],
    quay: 'limits[].limit_percent (type Reject)',
  },
} as const satisfies Schema
