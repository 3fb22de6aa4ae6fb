import { invalidRequest, noContent, ok } from '../../model/answers.ts'
import type { Answer, Call, EmulatorModule, Route } from '../../model/emulation.ts'
import { withMicroseconds } from '../../model/emulation-mirrors.ts'
import { adminsMirror, mirrorOf, mirrorView, referenceOf, statuses } from './emulator-rows.ts'
import { createOrgMirrorConfig, updateOrgMirrorConfig } from './emulator-schemas.ts'
import { deleted, renamed, tick } from './emulator-worker.ts'
import { createMirror, deleteMirror, updateMirror } from './emulator-write.ts'

/** Moves the schedule's start to now, also of a mirror that is off. */
function syncNow(call: Call): Answer {
  const row = adminsMirror(call)
  if (row.status === 'SYNCING')
    throw invalidRequest('Cannot trigger sync: discovery is currently in progress.')
  row.status = 'SYNC_NOW'
  row.startDate = withMicroseconds(call.now)
  row.expiration = null
  row.retries = Math.max(row.retries, 1)
  call.log('org_mirror_sync_now_requested', { external_reference: referenceOf(row) })
  return noContent()
}

/** From any status; the schedule rests until the next sync-now. */
function syncCancel(call: Call): Answer {
  const row = adminsMirror(call)
  if (row.status === 'CANCEL') throw invalidRequest('Cannot cancel: mirror is already cancelled')
  row.status = 'CANCEL'
  row.expiration = withMicroseconds(call.now)
  row.retries = 0
  call.log('org_mirror_sync_cancelled', { external_reference: referenceOf(row) })
  return noContent()
}

/** 200 for a failure too; there is no registry to be reached from here. */
function verify(call: Call): Answer {
  return ok({ success: false, message: `Connection error: ${adminsMirror(call).url} cannot be reached` })
}

/** A number of the query; what is none counts as absent. */
function number(call: Call, name: string, fallback: number): number {
  const text = call.query.get(name) ?? ''
  const value = /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : fallback
  return value < 1 ? fallback : value
}

/** The repositories that the search has found; nothing has come from upstream yet. */
function repositories(call: Call): Answer {
  const { namespace, found } = foundIn(call)
  const status = call.query.get('status')
  if (status && !statuses.some((known) => known === status.toUpperCase()))
    throw invalidRequest(`Invalid status: ${status}`)
  const limit = Math.min(number(call, 'limit', 100), 500)
  const page = number(call, 'page', 1)
  const shown = !status || status.toUpperCase() === 'NEVER_RUN' ? found : []
  return ok({
    repositories: shown.slice((page - 1) * limit, page * limit).map((name) => ({
      name,
      sync_status: 'NEVER_RUN',
      discovery_date: null,
      last_sync_date: null,
      status_message: null,
      quay_repository: `${namespace}/${name}`,
    })),
    page,
    limit,
    total: shown.length,
    has_next: page * limit < shown.length,
  })
}

function foundIn(call: Call) {
  const organization = call.organization('admin')
  return { namespace: organization.name, found: [...mirrorOf(call, organization).found] }
}

const path = '/organization/{org}/mirror'
const routes: readonly Route[] = [
  { operation: `GET ${path}`, handle: (call) => ok(mirrorView(adminsMirror(call))) },
  {
    operation: `POST ${path}`,
    body: { CreateOrgMirrorConfig: createOrgMirrorConfig },
    handle: createMirror,
  },
  {
    operation: `PUT ${path}`,
    body: { UpdateOrgMirrorConfig: updateOrgMirrorConfig },
    handle: updateMirror,
  },
  { operation: `DELETE ${path}`, handle: deleteMirror },
  { operation: `POST ${path}/sync-now`, handle: syncNow },
  { operation: `POST ${path}/sync-cancel`, handle: syncCancel },
  { operation: `POST ${path}/verify`, handle: verify },
  { operation: `GET ${path}/repositories`, handle: repositories },
]

/** Quay's mirrors of whole organizations. */
export const emulator: EmulatorModule = {
  routes: routes.map((route) => ({ ...route, feature: 'ORG_MIRROR', since: '3.17' })),
  tick,
  deleted,
  renamed,
}
