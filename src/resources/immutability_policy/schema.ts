import type { Schema } from '../../model/schema.ts'

export const schema = {
  tag_pattern: {
    kind: 'text',
    description: 'A regular expression for the whole name of a tag: tags that match become immutable.',
    required: true,
    pattern: '^\\S(.{0,254}\\S)?$',
    expected: 'a regular expression of at most 256 characters, without blanks around it',
    examples: ['v[0-9.]+', 'release-.*'],
    quay: 'tagPattern',
  },
  tag_pattern_matches: {
    kind: 'boolean',
    description: 'Whether tags that match are meant, or those that do not.',
    fallback: true,
    quay: 'tagPatternMatches',
  },
} as const satisfies Schema
