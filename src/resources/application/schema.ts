import type { Schema } from '../../model/schema.ts'

/** Quay's columns hold 255 characters. */
const short = { pattern: '^[^\\u0000]{0,255}$', expected: 'a text of at most 255 characters' } as const

export const schema = {
  description: {
    kind: 'text',
    prose: true,
    description: 'What the application is for.',
    fallback: '',
    examples: ['Dashboards', 'Dashboards of all teams'],
  },
  application_uri: {
    kind: 'text',
    description: 'The home page of the application.',
    ...short,
    examples: ['https://grafana.example.com', 'https://grafana.example.com/home'],
  },
  redirect_uri: {
    kind: 'text',
    description: 'Where Quay may send people back to after they have signed in.',
    ...short,
    examples: ['https://grafana.example.com/login', 'https://grafana.example.com/login/quay'],
  },
  avatar_email: {
    kind: 'text',
    description: "Whose avatar the application shows; none for the organization's.",
    pattern: '^(?=.{1,255}$)[^@\\s]+@[^@\\s.]+(\\.[^@\\s.]+)+$',
    expected: 'an e-mail address',
    words: ['none'],
    examples: ['grafana@example.com', 'two@example.com'],
  },
} as const satisfies Schema
