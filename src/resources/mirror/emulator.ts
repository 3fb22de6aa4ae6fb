import { noContent, notFound, ok } from '../../model/answers.ts'
import type { Answer, Call, EmulatorModule } from '../../model/emulation.ts'
import { createMirror } from './emulator-create.ts'
import { mirrorHealth, superuserMirrorHealth } from './emulator-health.ts'
import { findMirror, write } from './emulator-rows.ts'
import { createMirrorConfig, updateMirrorConfig } from './emulator-schemas.ts'
import { updateMirror } from './emulator-update.ts'
import { tick } from './emulator-worker.ts'

/** The password is never shown, nor whether there is one. */
function getMirror(call: Call): Answer {
  const repository = call.repository('admin')
  const row = findMirror(call, repository)
  return ok({
    is_enabled: row.enabled,
    mirror_type: 'PULL',
    external_reference: row.reference,
    external_registry_username: row.username,
    external_registry_config: row.config,
    sync_interval: row.interval,
    sync_start_date: row.startDate,
    sync_expiration_date: row.expiration,
    sync_retries_remaining: row.retries,
    sync_status: row.status,
    root_rule: { rule_kind: 'tag_glob_csv', rule_value: row.rule.value },
    robot_username: repository.mirrorRobot,
    ...(call.since('3.15') ? { skopeo_timeout_interval: row.timeout } : {}),
    ...(call.since('3.17') ? { architecture_filter: row.architectures } : {}),
  })
}

/** Queued, whatever the mirror's and the repository's state, but not while a worker is at it. */
function syncNow(call: Call): Answer {
  const row = findMirror(call, call.repository('admin'))
  if (row.status === 'SYNCING') throw notFound()
  write(row, { status: 'SYNC_NOW', expiration: null, retries: Math.max(row.retries, 1) })
  return noContent()
}

/** Without retries left the schedule rests until the next sync-now; up to 3.14 it goes on. */
function syncCancel(call: Call): Answer {
  const row = findMirror(call, call.repository('admin'))
  if (row.status !== 'SYNCING' && row.status !== 'SYNC_NOW') throw notFound()
  if (call.since('3.15')) write(row, { status: 'CANCEL', expiration: null, retries: 0 })
  else write(row, { status: 'NEVER_RUN', expiration: null })
  return noContent()
}

const feature = 'REPO_MIRROR'

/** Quay's side of repository mirrors. There is no DELETE: that path means a nested repository. */
export const emulator: EmulatorModule = {
  routes: [
    { operation: 'GET /repository/{ns}/{repo*}/mirror', feature, handle: getMirror },
    {
      operation: 'POST /repository/{ns}/{repo*}/mirror',
      feature,
      body: { CreateMirrorConfig: createMirrorConfig },
      handle: createMirror,
    },
    {
      operation: 'PUT /repository/{ns}/{repo*}/mirror',
      feature,
      body: { UpdateMirrorConfig: updateMirrorConfig },
      handle: updateMirror,
    },
    { operation: 'POST /repository/{ns}/{repo*}/mirror/sync-now', feature, handle: syncNow },
    { operation: 'POST /repository/{ns}/{repo*}/mirror/sync-cancel', feature, handle: syncCancel },
    { operation: 'GET /repository/mirror/health', since: '3.18', feature, handle: mirrorHealth },
    {
      operation: 'GET /superuser/mirror/health',
      since: '3.18',
      feature: [feature, 'SUPER_USERS'],
      handle: superuserMirrorHealth,
    },
  ],
  tick,
}
