import type { Schema } from '../../model/schema.ts'

/** Quay returns an empty text as none. */
const filled = { pattern: '\\S', expected: 'a text that is not empty' } as const
const proxy = (description: string) =>
  ({ kind: 'text', description, ...filled, reference: true, words: ['none'] }) as const
const address = ['http://proxy.example.com:3128', 'http://other.example.com:3128'] as const

export const schema = {
  enabled: {
    kind: 'boolean',
    description: 'Whether the organization is synchronised at all.',
    fallback: true,
    quay: 'is_enabled',
  },
  external_registry_type: {
    kind: 'text',
    description: 'What the upstream is; Quay cannot change it afterwards.',
    required: true,
    choices: ['harbor', 'quay'],
    replaces: true,
  },
  external_registry_url: {
    kind: 'text',
    description: 'The address of the upstream registry, with http or https; without user and password.',
    required: true,
    pattern: '^(?=.{1,2048}$)https?://[^\\s/?#@]+(/\\S*)?$',
    expected: 'a URL like https://quay.io, without user and password',
    examples: ['https://quay.io', 'https://harbor.example.com'],
  },
  external_namespace: {
    kind: 'text',
    description: 'The organization or project at the upstream whose repositories are mirrored.',
    required: true,
    pattern: '^\\S(.{0,253}\\S)?$',
    expected: 'a name of at most 255 characters, without blanks around it',
    examples: ['projectquay', 'library'],
  },
  repository_filters: {
    kind: 'text',
    description: 'Which of its repositories are mirrored; empty: all. A repository that falls out stays.',
    many: 'set',
    pattern: '^\\S+$',
    expected: 'the name of a repository, or a glob of * ? [abc] [!abc]',
    examples: [['ubi*'], ['minio', 'ubi*']],
  },
  visibility: {
    kind: 'text',
    description:
      'Who may pull from the repositories that it makes: everybody (public), or who has permission.',
    choices: ['public', 'private'],
    fallback: 'private',
  },
  robot: {
    kind: 'text',
    description: 'The robot that makes the repositories and writes the images, by its short name.',
    required: true,
    refers: 'robot',
    examples: ['sync', 'other'],
    quay: 'robot_username',
  },
  sync_interval: {
    kind: 'duration',
    description: 'How often it is synchronised.',
    required: true,
    minimum: 60,
    maximum: 2147483647,
    examples: ['12h', '1d'],
  },
  sync_start_date: {
    kind: 'time',
    description:
      'When the first sync starts. Quay moves it afterwards, so only a later time is sent. spread: a time that depends on the address, so that not all mirrors start at once.',
    words: ['spread'],
    fallback: 'spread',
    serverOwned: 'forward',
    examples: ['2026-12-02T02:00:00Z', '2026-12-01T02:00:00Z'],
  },
  timeout: {
    kind: 'duration',
    description: 'How long the copying of one tag may take.',
    minimum: 30,
    maximum: 3600,
    fallback: '300s',
    examples: ['10min', '1h'],
    quay: 'skopeo_timeout',
  },
  username: {
    kind: 'text',
    description: 'The user name at the upstream; none pulls anonymously.',
    ...filled,
    reference: true,
    words: ['none'],
    examples: ['acme-pull', 'acme-bot'],
    quay: 'external_registry_username',
  },
  password: {
    kind: 'secret',
    description: 'The password at the upstream, as a reference. Quay never returns it.',
    writeOnly: true,
    together: ['username'],
    quay: 'external_registry_password',
  },
  verify_tls: {
    kind: 'boolean',
    description: "Whether the upstream's certificate is checked.",
    fallback: true,
    quay: 'external_registry_config.verify_tls',
  },
  proxy: {
    kind: 'object',
    description: 'The proxies between Quay and the upstream.',
    quay: 'external_registry_config.proxy',
    fields: {
      http_proxy: { ...proxy('For http.'), examples: address },
      https_proxy: { ...proxy('For https.'), examples: address },
      no_proxy: {
        ...proxy('Hosts that are reached without a proxy, joined by commas.'),
        examples: ['localhost,.example.com', 'localhost'],
      },
    },
  },
} as const satisfies Schema
