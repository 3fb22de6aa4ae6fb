import type { Since } from '../../model/emulation.ts'

const nullableText = { type: ['string', 'null'] }

/** In the server's order, which decides whose violation is shown (endpoints/api/mirror.py:53). */
const properties = (since: Since) => ({
  is_enabled: { type: 'boolean' },
  external_reference: { type: 'string' },
  external_registry_username: nullableText,
  external_registry_password: nullableText,
  sync_start_date: { type: 'string' },
  sync_interval: { type: 'integer', minimum: 0 },
  robot_username: { type: 'string' },
  root_rule: {
    type: 'object',
    required: ['rule_kind', 'rule_value'],
    properties: {
      rule_kind: { type: 'string', enum: ['tag_glob_csv'] },
      rule_value: { type: 'array', items: { type: 'string' } },
    },
  },
  external_registry_config: {
    type: 'object',
    properties: {
      verify_tls: { type: 'boolean' },
      unsigned_images: { type: 'boolean' },
      proxy: {
        type: 'object',
        properties: { https_proxy: nullableText, http_proxy: nullableText, no_proxy: nullableText },
      },
    },
  },
  ...(since('3.15') && { skopeo_timeout_interval: { type: 'integer', minimum: 300 } }),
  ...(since('3.17') && { architecture_filter: { type: ['array', 'null'], items: { type: 'string' } } }),
})

/** `POST …/mirror`. `robot_username` is not required here, yet read (endpoints/api/mirror.py:372). */
export const createMirrorConfig = (since: Since) => ({
  type: 'object',
  required: [
    'external_reference',
    'sync_interval',
    'sync_start_date',
    'root_rule',
    ...(since('3.15') ? ['skopeo_timeout_interval'] : []),
  ],
  properties: properties(since),
})

/** `PUT …/mirror`. */
export const updateMirrorConfig = (since: Since) => ({ type: 'object', properties: properties(since) })
