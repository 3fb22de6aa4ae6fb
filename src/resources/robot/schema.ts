import type { Schema } from '../../model/schema.ts'

export const schema = {
  description: {
    kind: 'text',
    description: 'What the robot is for; Quay cannot change it afterwards.',
    pattern: '^[\\s\\S]{0,255}$',
    expected: 'a text of at most 255 characters',
    replaces: true,
  },
  unstructured_metadata: {
    kind: 'map',
    description: 'Anything that you want to keep with the robot; Quay cannot change it afterwards.',
    replaces: true,
  },
} as const satisfies Schema
