import type { Schema } from '../../model/schema.ts'

export const schema = {
  description: {
    kind: 'text',
    description: 'What the robot is for; Quay cannot change it afterwards.',
    pattern: '^[\\s\\S]{0,255}$',
    expected: 'a text of at most 255 characters',
    examples: ['Pushes from CI', 'Pulls for production'],
    replaces: true,
  },
  unstructured_metadata: {
    kind: 'map',
    description: 'Anything that you want to keep with the robot; Quay cannot change it afterwards.',
    examples: [{ owner: 'payments' }, { owner: 'search' }],
    replaces: true,
  },
} as const satisfies Schema
