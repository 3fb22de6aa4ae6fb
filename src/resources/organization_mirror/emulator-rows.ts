import { notFound } from '../../model/answers.ts'
import type { Call, OrganizationRow, Tables } from '../../model/emulation.ts'

/** Of the search for repositories, and of each repository that it found. */
export const statuses = ['CANCEL', 'FAIL', 'NEVER_RUN', 'SUCCESS', 'SYNCING', 'SYNC_NOW', 'SKIP'] as const

export interface OrganizationMirrorRow {
  readonly type: 'harbor' | 'quay'
  readonly created: string
  /** Names of the repositories that it has made. */
  readonly found: Set<string>
  enabled: boolean
  url: string
  namespace: string
  username: string | null
  password: string | null
  config: object
  filters: readonly string[]
  robot: string
  visibility: 'public' | 'private'
  /** Seconds. */
  interval: number
  /** As it is served. */
  startDate: string
  expiration: string | null
  status: (typeof statuses)[number]
  retries: number
  /** Seconds. */
  timeout: number
}

/** Failures in a row until the next slot is waited for. */
export const maxRetries = 3

const name = 'organization mirror'
/** By organization. */
export const organizationMirrors = (call: Call): Map<string, OrganizationMirrorRow> =>
  call.rows<OrganizationMirrorRow>(name)
/** The same outside of a call. */
export const organizationMirrorTable = (tables: Tables) =>
  tables.get(name) as Map<string, OrganizationMirrorRow> | undefined

/** The mirror of an organization; 404 where it has none. */
export function mirrorOf(call: Call, organization: OrganizationRow): OrganizationMirrorRow {
  const row = organizationMirrors(call).get(organization.name)
  if (!row) throw notFound()
  return row
}

/** The mirror of the path's organization, for its admins. */
export const adminsMirror = (call: Call): OrganizationMirrorRow => mirrorOf(call, call.organization('admin'))

/** What is mirrored, as the action log has it. */
export const referenceOf = ({ url, namespace }: OrganizationMirrorRow): string => `${url}/${namespace}`

export const mirrorView = (row: OrganizationMirrorRow): object => ({
  is_enabled: row.enabled,
  external_registry_type: row.type,
  external_registry_url: row.url,
  external_namespace: row.namespace,
  external_registry_username: row.username,
  has_external_registry_password: row.password !== null,
  external_registry_config: row.config,
  repository_filters: row.filters,
  robot_username: row.robot,
  visibility: row.visibility,
  sync_interval: row.interval,
  sync_start_date: row.startDate,
  sync_expiration_date: row.expiration,
  sync_status: row.status,
  sync_retries_remaining: row.retries,
  repo_sync_status_counts: Object.fromEntries(
    statuses.map((status) => [status, status === 'NEVER_RUN' ? row.found.size : 0]),
  ),
  skopeo_timeout: row.timeout,
  creation_date: row.created,
})
