import type { Schema } from '../../model/schema.ts'

export const schema = {
  creator: {
    kind: 'subject',
    description: 'Whose new repositories it is for; absent: those of everybody.',
    subjects: ['user', 'robot'],
    examples: ['robot:ci', 'user:admin'],
    quay: 'activating_user',
  },
  to: {
    kind: 'subject',
    description: 'Who gets the role on each new repository.',
    required: true,
    subjects: ['user', 'team', 'robot'],
    examples: ['team:developers', 'user:admin'],
    quay: 'delegate',
  },
  role: {
    kind: 'text',
    description: 'What they may do there: read (pull), write (push too), or admin.',
    required: true,
    choices: ['read', 'write', 'admin'],
    ascending: true,
  },
} as const satisfies Schema
