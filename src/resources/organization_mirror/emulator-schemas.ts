const text = { type: 'string' }
const nullableText = { type: ['string', 'null'] }
const external_namespace = { type: 'string', maxLength: 255 }
const visibility = { type: 'string', enum: ['public', 'private'] }
const sync_interval = { type: 'integer', minimum: 60 }
const repository_filters = { type: 'array', items: text }
const skopeo_timeout = { type: 'integer', minimum: 30, maximum: 3600 }

/** `POST …/mirror`; in the server's order, which decides whose violation is shown (endpoints/api/org_mirror.py:90). */
export const createOrgMirrorConfig = {
  type: 'object',
  required: [
    'external_registry_type',
    'external_registry_url',
    'external_namespace',
    'robot_username',
    'visibility',
    'sync_interval',
    'sync_start_date',
  ],
  properties: {
    external_registry_type: { type: 'string', enum: ['harbor', 'quay'] },
    external_registry_url: text,
    external_namespace,
    robot_username: text,
    visibility,
    sync_interval,
    sync_start_date: text,
    is_enabled: { type: 'boolean' },
    external_registry_username: nullableText,
    external_registry_password: nullableText,
    external_registry_config: {
      type: 'object',
      properties: {
        verify_tls: { type: 'boolean' },
        proxy: {
          type: 'object',
          properties: { https_proxy: nullableText, http_proxy: nullableText, no_proxy: nullableText },
        },
      },
    },
    repository_filters,
    skopeo_timeout,
  },
}

/** `PUT …/mirror`: the configuration's own keys are not checked here, and the type is nothing to it. */
export const updateOrgMirrorConfig = {
  type: 'object',
  properties: {
    is_enabled: { type: 'boolean' },
    external_registry_url: text,
    external_namespace,
    robot_username: text,
    visibility,
    sync_interval,
    sync_start_date: text,
    external_registry_username: nullableText,
    external_registry_password: nullableText,
    external_registry_config: { type: 'object' },
    repository_filters,
    skopeo_timeout,
  },
}

/** The body of `PUT …/mirror`. */
export interface Update {
  readonly is_enabled?: boolean
  readonly external_registry_url?: string
  readonly external_namespace?: string
  readonly robot_username?: string
  readonly visibility?: 'public' | 'private'
  readonly sync_interval?: number
  readonly sync_start_date?: string
  readonly external_registry_username?: string | null
  readonly external_registry_password?: string | null
  readonly external_registry_config?: object
  readonly repository_filters?: readonly string[]
  readonly skopeo_timeout?: number
}

/** The body of `POST …/mirror`; other keys are ignored. */
export interface Creation extends Update {
  readonly external_registry_type: 'harbor' | 'quay'
  readonly external_registry_url: string
  readonly external_namespace: string
  readonly robot_username: string
  readonly visibility: 'public' | 'private'
  readonly sync_interval: number
  readonly sync_start_date: string
}
