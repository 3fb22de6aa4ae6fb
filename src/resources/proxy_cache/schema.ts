import type { Schema } from '../../model/schema.ts'

export const schema = {
  upstream_registry: {
    kind: 'text',
    description:
      'The registry whose images are pulled through: host, or host/namespace for that namespace only, without scheme. Quay cannot change it afterwards.',
    required: true,
    pattern:
      '^(?=.{1,2048}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9][A-Za-z0-9._-]*)*$',
    expected: 'a host like quay.io or docker.io/library, without scheme, of at most 2048 characters',
    replaces: true,
    examples: ['docker.io/library', 'quay.io'],
  },
  username: {
    kind: 'text',
    description:
      'The user name at the upstream; none pulls anonymously whatever upstreams says. Quay never returns it.',
    pattern: '\\S',
    expected: 'a text that is not empty',
    reference: true,
    writeOnly: true,
    words: ['none'],
    upstream: 'username',
    examples: ['acme-pull', 'acme-bot'],
    quay: 'upstream_registry_username',
  },
  password: {
    kind: 'secret',
    description: 'The password at the upstream, as a reference. Quay never returns it.',
    writeOnly: true,
    together: ['username'],
    upstream: 'password',
    quay: 'upstream_registry_password',
  },
  expiration: {
    kind: 'duration',
    description:
      'How long a cached tag is served before the upstream is asked again. Quay cannot change it afterwards.',
    minimum: 0,
    maximum: 2147483647,
    fallback: '1d',
    replaces: true,
    examples: ['1d', '12h'],
    quay: 'expiration_s',
  },
  insecure: {
    kind: 'boolean',
    description:
      'Whether the upstream may be reached by http, and its certificate is not checked. Quay cannot change it afterwards.',
    fallback: false,
    replaces: true,
    examples: [false, true],
  },
} as const satisfies Schema
