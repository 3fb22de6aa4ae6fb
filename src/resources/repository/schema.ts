import type { Schema } from '../../model/schema.ts'

export const schema = {
  visibility: {
    kind: 'text',
    description: 'Who may pull: everybody (public), or who has permission (private).',
    choices: ['public', 'private'],
    fallback: 'private',
  },
  description: {
    kind: 'text',
    prose: true,
    description: 'What the repository holds, in Markdown.',
    fallback: '',
    examples: ['Public API', 'The API'],
  },
  state: {
    kind: 'text',
    description:
      'Whether images can be pushed: normal, or read_only. A mirror decides it for its repository.',
    since: '/repository/{repository}/changestate',
    feature: 'REPO_MIRROR',
    choices: ['normal', 'read_only'],
    initial: 'normal',
  },
} as const satisfies Schema
