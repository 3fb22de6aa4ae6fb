import type { Schema } from '../../model/schema.ts'

export const schema = {
  method: {
    kind: 'text',
    description:
      'What makes a tag go: that there are newer ones (number_of_tags), or its age (creation_date).',
    required: true,
    choices: ['number_of_tags', 'creation_date'],
  },
  value: {
    kind: 'keep',
    description:
      'How many tags are kept, or the age up to which one is: a number and s, m (minutes), h, d, w or y. Compared as it is written: 1w is another value than 7d.',
    required: true,
    examples: [50, 100],
  },
  tag_pattern: {
    kind: 'text',
    description:
      'A regular expression for some part of the name of a tag: only tags that match are counted and deleted.',
    pattern: '^\\S(.*\\S)?$',
    expected: 'a regular expression without blanks around it',
    since: 'AutoPrunePolicyConfig.tagPattern',
    introduced: '3.13',
    examples: ['^v', '-rc[0-9]+$'],
    quay: 'tagPattern',
  },
  tag_pattern_matches: {
    kind: 'boolean',
    description: 'Whether tags that match are meant, as where nothing is written, or those that do not.',
    since: 'AutoPrunePolicyConfig.tagPatternMatches',
    introduced: '3.13',
    initial: true,
    examples: [false, true],
    beside: { tag_pattern: '^v' },
    quay: 'tagPatternMatches',
  },
} as const satisfies Schema
