import { created, invalidRequest, noContent, ok, serverError } from '../../model/answers.ts'
import type { Answer, Call, OrganizationRow } from '../../model/emulation.ts'
import { checkRegistryUrl } from '../../model/emulation-hosts.ts'
import { checkCredentials, checkInterval, syncDate, withMicroseconds } from '../../model/emulation-mirrors.ts'
import { ownRows } from '../../model/emulation-owners.ts'
import {
  maxRetries,
  mirrorOf,
  type OrganizationMirrorRow,
  organizationMirrors,
  referenceOf,
} from './emulator-rows.ts'
import {
  type Creation,
  createOrgMirrorConfig,
  type Update,
  updateOrgMirrorConfig,
} from './emulator-schemas.ts'

function checkRobot(call: Call, organization: OrganizationRow, robot: string): void {
  if (!call.ground.robots.has(robot)) throw invalidRequest(`Invalid robot account: ${robot}`)
  if (!robot.startsWith(`${organization.name}+`))
    throw invalidRequest('Robot account must belong to the organization')
}

function startDateOf(text: string): string {
  const date = syncDate(text)
  if (date === undefined)
    throw invalidRequest('Invalid sync_start_date format. Use ISO 8601: YYYY-MM-DDTHH:MM:SSZ')
  return date
}

/** What the columns do not take is not caught. */
function checkColumns(body: Update): void {
  if ((body.external_registry_url?.length ?? 0) > 2048) throw serverError()
  checkInterval(body.sync_interval ?? 0)
  checkCredentials(body.external_registry_username, body.external_registry_password)
}

/** What excludes a mirror, in the server's order (data/model/org_mirror.py:168). */
function checkOrganization(call: Call, { name, cached, mirrored }: OrganizationRow): void {
  const start = 'Cannot create organization mirror: the organization'
  if (call.ground.repositories.of(name).length > 0)
    throw invalidRequest(
      `${start} already contains repositories. Organization mirroring requires an empty organization.`,
    )
  if (ownRows(call, 'immutability policy', name).size > 0)
    throw invalidRequest(
      `${start} has immutability policies configured. Remove all namespace immutability policies first.`,
    )
  if (cached)
    throw invalidRequest(
      `${start} has a proxy cache configuration. Remove the proxy cache configuration first.`,
    )
  if (mirrored) throw invalidRequest('Mirror configuration already exists for this organization')
}

export function createMirror(call: Call): Answer {
  const body = call.read<Creation>(createOrgMirrorConfig)
  const organization = call.organization('admin')
  checkRobot(call, organization, body.robot_username)
  const startDate = startDateOf(body.sync_start_date)
  checkRegistryUrl(body.external_registry_url)
  checkOrganization(call, organization)
  checkColumns(body)
  organizationMirrors(call).set(organization.name, {
    type: body.external_registry_type,
    created: withMicroseconds(call.now),
    found: new Set(),
    enabled: body.is_enabled ?? true,
    url: body.external_registry_url,
    namespace: body.external_namespace,
    username: body.external_registry_username || null,
    password: body.external_registry_password || null,
    config: body.external_registry_config ?? {},
    filters: body.repository_filters ?? [],
    robot: body.robot_username,
    visibility: body.visibility,
    interval: body.sync_interval,
    startDate,
    expiration: null,
    status: 'NEVER_RUN',
    retries: maxRetries,
    timeout: body.skopeo_timeout ?? 300,
  })
  organization.mirrored = true
  call.log('org_mirror_enabled', {
    external_registry_type: body.external_registry_type,
    external_registry_url: body.external_registry_url,
    external_namespace: body.external_namespace,
    sync_interval: body.sync_interval,
    robot_username: body.robot_username,
  })
  return created('')
}

/** What a body changes; an empty text takes credentials away, one of them without the other. */
function changes(body: Update, row: OrganizationMirrorRow): Partial<OrganizationMirrorRow> {
  const { external_registry_username: username, external_registry_password: password } = body
  return {
    enabled: body.is_enabled ?? row.enabled,
    url: body.external_registry_url ?? row.url,
    namespace: body.external_namespace ?? row.namespace,
    username: username === undefined ? row.username : username || null,
    password: password === undefined ? row.password : password || null,
    config: body.external_registry_config ?? row.config,
    filters: body.repository_filters ?? row.filters,
    robot: body.robot_username ?? row.robot,
    visibility: body.visibility ?? row.visibility,
    interval: body.sync_interval ?? row.interval,
    startDate: body.sync_start_date === undefined ? row.startDate : startDateOf(body.sync_start_date),
    timeout: body.skopeo_timeout ?? row.timeout,
  }
}

/** All or nothing, other than with a repository's mirror. */
export function updateMirror(call: Call): Answer {
  const body = call.read<Update>(updateOrgMirrorConfig)
  const organization = call.organization('admin')
  const row = mirrorOf(call, organization)
  if (body.external_registry_url !== undefined) checkRegistryUrl(body.external_registry_url)
  if (body.robot_username !== undefined) checkRobot(call, organization, body.robot_username)
  const changed = changes(body, row)
  checkColumns(body)
  const before = referenceOf(row)
  Object.assign(row, changed)
  call.log('org_mirror_config_changed', {
    updated_fields: Object.keys(body),
    old_external_reference: before,
    external_reference: referenceOf(row),
  })
  return ok('')
}

/** The repositories that it made are ordinary ones from now on. */
export function deleteMirror(call: Call): Answer {
  const organization = call.organization('admin')
  const mirror = mirrorOf(call, organization)
  organizationMirrors(call).delete(organization.name)
  organization.mirrored = false
  for (const row of call.ground.repositories.of(organization.name))
    if (row.state === 'ORG_MIRROR') row.state = 'NORMAL'
  call.log('org_mirror_disabled', { external_reference: referenceOf(mirror) })
  return noContent()
}
