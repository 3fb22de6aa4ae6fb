import { created, invalidRequest, noContent, ok } from '../../model/answers.ts'
import type { Answer, Call, Route } from '../../model/emulation.ts'
import { buildsOf, triggerOf, triggersOf, writable } from './emulator-rows.ts'
import { buildView, triggerView } from './emulator-view.ts'

const path = '/repository/{ns}/{repo*}/trigger/'
const feature = 'BUILD_SUPPORT'

const updateTrigger = {
  type: 'object',
  required: ['enabled'],
  properties: { enabled: { type: 'boolean' } },
}
const activateRequest = {
  type: 'object',
  required: ['config'],
  properties: { config: { type: 'object' }, pull_robot: { type: 'string' } },
}
const runParameters = {
  type: 'object',
  properties: {
    branch_name: { type: 'string' },
    commit_sha: { type: 'string' },
    refs: { type: ['object', 'null'] },
  },
  additionalProperties: false,
}

function toggle(call: Call): Answer {
  const row = writable(call, 'admin')
  const { enabled } = call.read<{ enabled: boolean }>(updateTrigger)
  const trigger = triggerOf(call, row)
  trigger.enabled = enabled
  const { id, service } = trigger
  call.log('toggle_repo_trigger', { repo: row.name, trigger_id: id, service, enabled })
  return ok(triggerView(trigger, false))
}

function remove(call: Call): Answer {
  const row = writable(call, 'admin')
  const { id, service } = triggerOf(call, row)
  const all = triggersOf(call, row)
  all.splice(
    all.findIndex((one) => one.id === id),
    1,
  )
  call.log('delete_repo_trigger', { repo: row.name, trigger_id: id, service })
  return noContent()
}

/** A trigger that is set up is refused, in words for another case (endpoints/api/trigger.py, BuildTriggerActivate). */
function activate(call: Call): Answer {
  const row = writable(call, 'admin')
  call.read(activateRequest)
  triggerOf(call, row)
  throw invalidRequest('Trigger config is not sufficient for activation.')
}

function start(call: Call): Answer {
  const row = writable(call, 'admin')
  call.read(runParameters)
  const trigger = triggerOf(call, row)
  if (!trigger.enabled) throw invalidRequest('Trigger is not enabled.')
  const build = {
    id: call.uuid(),
    name: call.uuid().slice(0, 7),
    started: call.now,
    tags: ['latest'],
    dockerfile: '/Dockerfile',
    context: '/',
    archive: null,
    robot: null,
    user: call.caller.user,
    trigger,
    phase: 'waiting' as const,
  }
  buildsOf(call, row).push(build)
  return created(buildView(call, row, build))
}

function builds(call: Call): Answer {
  const row = call.repository('admin')
  const trigger = triggerOf(call, row)
  const limit = call.integer('limit', 'The maximum number of builds to return') ?? 5
  const own = buildsOf(call, row).filter((build) => build.trigger === trigger)
  return ok({
    builds: own
      .toReversed()
      .slice(0, limit)
      .map((build) => buildView(call, row, build)),
  })
}

/** Triggers are set up by a person in Quay's pages only (endpoints/api/trigger.py). */
export const triggerRoutes: readonly Route[] = [
  {
    operation: `GET ${path}`,
    feature,
    handle: (call) =>
      ok({ triggers: triggersOf(call, call.repository('admin')).map((row) => triggerView(row)) }),
  },
  {
    operation: `GET ${path}{trigger}`,
    feature,
    handle: (call) => ok(triggerView(triggerOf(call, call.repository('admin')))),
  },
  { operation: `PUT ${path}{trigger}`, feature, body: { UpdateTrigger: updateTrigger }, handle: toggle },
  { operation: `DELETE ${path}{trigger}`, feature, handle: remove },
  {
    operation: `POST ${path}{trigger}/activate`,
    feature,
    body: { BuildTriggerActivateRequest: activateRequest },
    handle: activate,
  },
  {
    operation: `POST ${path}{trigger}/start`,
    feature,
    body: { RunParameters: runParameters },
    handle: start,
  },
  { operation: `GET ${path}{trigger}/builds`, feature, handle: builds },
]
