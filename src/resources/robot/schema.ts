import type { Schema } from '../../model/schema.ts'

export const schema = {
  description: {
    kind: 'text',
    prose: true,
    description: 'What the robot is for; Quay cannot change it afterwards.',
    pattern: '^[\\s\\S]{0,255}$',
    expected: 'a text of at most 255 characters',
    examples: ['Pushes from CI', 'Pulls for production'],
    replaces: true,
  },
  unstructured_metadata: {
    kind: 'map',
    prose: true,
    description: 'Anything that you want to keep with the robot; Quay cannot change it afterwards.',
    examples: [{ owner: 'payments' }, { owner: 'search' }],
    replaces: true,
  },
  federation: {
    kind: 'object',
    description:
      'Who may act as the robot without its token: whoever shows a token of one of these issuers, with that subject.',
    many: 'set',
    fields: {
      issuer: {
        kind: 'text',
        description: 'The address of the identity provider.',
        required: true,
        pattern: '^https?://',
        expected: 'an address that begins with https:// or http://',
        examples: ['https://token.actions.githubusercontent.com', 'https://gitlab.example.com'],
      },
      subject: {
        kind: 'text',
        identifier: true,
        description: 'The subject of its tokens.',
        required: true,
        pattern: '^[\\s\\S]+$',
        expected: 'a text that is not empty',
        examples: ['repo:acme/api:ref:refs/heads/main', 'project_path:acme/api:ref_type:branch:ref:main'],
      },
    },
    since: '/organization/{orgname}/robots/{robot_shortname}/federation',
    introduced: '3.13',
    examples: [
      [
        {
          issuer: 'https://token.actions.githubusercontent.com',
          subject: 'repo:acme/api:ref:refs/heads/main',
        },
      ],
      [{ issuer: 'https://gitlab.example.com', subject: 'project_path:acme/api:ref_type:branch:ref:main' }],
    ],
  },
} as const satisfies Schema
