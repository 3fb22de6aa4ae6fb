import type { Schema } from '../../model/schema.ts'

/** Quay returns an empty text as none. */
const filled = { pattern: '\\S', expected: 'a text that is not empty' } as const
const proxy = (description: string) =>
  ({ kind: 'text', description, ...filled, reference: true, words: ['none'] }) as const
const address = ['http://proxy.example.com:3128', 'http://other.example.com:3128'] as const

export const schema = {
  enabled: {
    kind: 'boolean',
    description: 'Whether the mirror is synchronised at all.',
    fallback: true,
    quay: 'is_enabled',
  },
  external_reference: {
    kind: 'text',
    description: 'The upstream repository: host/path, without scheme, tag or digest.',
    required: true,
    pattern: '^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9][A-Za-z0-9._-]*)+$',
    expected: 'a reference like quay.io/minio/mc, without scheme, tag or digest',
    examples: ['quay.io/minio/mc', 'quay.io/minio/minio'],
  },
  tags: {
    kind: 'text',
    description:
      'Which upstream tags are mirrored; every other tag of the repository is deleted by a sync that finds one of them.',
    required: true,
    many: 'set',
    minimum: 1,
    pattern: '^([A-Za-z0-9_.*?-]|\\[!?[A-Za-z0-9_.-]+\\])+$',
    expected: 'a tag, or a glob of * ? [abc] [!abc]',
    examples: [['latest'], ['1.*', 'latest']],
    quay: 'root_rule.rule_value',
  },
  robot: {
    kind: 'text',
    description:
      'The robot that writes the mirrored images, by its short name; Quay gives it write permission.',
    required: true,
    refers: 'robot',
    gives: { type: 'permission', attribute: 'role', value: 'write' },
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
    description: 'How long one sync may take.',
    minimum: 300,
    maximum: 2147483647,
    fallback: '300s',
    since: 'CreateMirrorConfig.required.skopeo_timeout_interval',
    introduced: '3.15',
    examples: ['10min', '1h'],
    quay: 'skopeo_timeout_interval',
  },
  architectures: {
    kind: 'text',
    description: 'Which architectures of a multi-architecture image are mirrored; empty: all.',
    many: 'set',
    choices: ['amd64', 'arm64', 'ppc64le', 's390x'],
    since: 'CreateMirrorConfig.architecture_filter',
    introduced: '3.16.4',
    capability: true,
    quay: 'architecture_filter',
  },
  username: {
    kind: 'text',
    description: 'The user name at the upstream; none pulls anonymously whatever upstreams says.',
    ...filled,
    reference: true,
    words: ['none'],
    upstream: 'username',
    examples: ['acme-pull', 'acme-bot'],
    quay: 'external_registry_username',
  },
  password: {
    kind: 'secret',
    description: 'The password at the upstream, as a reference. Quay never returns it.',
    writeOnly: true,
    together: ['username'],
    upstream: 'password',
    quay: 'external_registry_password',
  },
  verify_tls: {
    kind: 'boolean',
    description: "Whether the upstream's certificate is checked.",
    fallback: true,
    quay: 'external_registry_config.verify_tls',
  },
  unsigned_images: {
    kind: 'boolean',
    description: 'Whether images without signature are accepted.',
    fallback: false,
    quay: 'external_registry_config.unsigned_images',
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
