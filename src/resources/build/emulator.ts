import { createHash } from 'node:crypto'
import { created, invalidRequest, notFound, ok } from '../../model/answers.ts'
import type { Answer, Call, EmulatorModule } from '../../model/emulation.ts'
import { type BuildRow, buildOf, buildsOf, writable } from './emulator-rows.ts'
import { triggerRoutes } from './emulator-triggers.ts'
import { buildView } from './emulator-view.ts'

const path = '/repository/{ns}/{repo*}/build/'
const feature = 'BUILD_SUPPORT'

const buildRequest = {
  type: 'object',
  properties: {
    file_id: { type: 'string' },
    archive_url: { type: 'string' },
    subdirectory: { type: 'string' },
    dockerfile_path: { type: 'string' },
    context: { type: 'string' },
    pull_robot: { type: 'string' },
    docker_tags: { type: 'array', items: { type: 'string' }, minItems: 1, uniqueItems: true },
  },
}

interface Asked {
  readonly file_id?: string
  readonly archive_url?: string
  readonly subdirectory?: string
  readonly dockerfile_path?: string
  readonly context?: string
  readonly pull_robot?: string
  readonly docker_tags?: readonly string[]
}

function list(call: Call): Answer {
  const row = call.repository('read')
  const limit = call.integer('limit', 'The maximum number of builds to return') ?? 5
  const since = call.integer('since', 'Returns all builds since the given unix timecode') ?? 0
  const shown = buildsOf(call, row).filter(({ started }) => started.getTime() >= since * 1000)
  return ok({
    builds: shown
      .toReversed()
      .slice(0, limit)
      .map((build) => buildView(call, row, build)),
  })
}

/** Where the Dockerfile is, and what may be copied from. */
function placesOf({ subdirectory, dockerfile_path, context = '/' }: Asked) {
  const below = (folder: string) => `${folder.replace(/\/$/, '')}/Dockerfile`
  if (dockerfile_path !== undefined)
    return { dockerfile: dockerfile_path, context: dockerfile_path.replace(/\/[^/]*$/, '') || '/' }
  if (subdirectory !== undefined) return { dockerfile: below(subdirectory), context: subdirectory }
  return { dockerfile: below(context), context }
}

/** It waits for a build manager, of which an emulated Quay has none. A file can only be uploaded in Quay's pages. */
function start(call: Call): Answer {
  const row = writable(call, 'write')
  const asked = call.read<Asked>(buildRequest)
  const { file_id, archive_url, pull_robot, docker_tags = ['latest'] } = asked
  if (!file_id && !archive_url) throw invalidRequest('file_id or archive_url required')
  if (archive_url && !/^https?:/.test(archive_url))
    throw invalidRequest('Invalid Archive URL: Must be http or https')
  if (pull_robot) {
    if (!call.ground.robots.has(pull_robot)) throw notFound()
    call.require(call.role(pull_robot.split('+')[0] ?? '') === 'admin')
  }
  if (!archive_url) throw invalidRequest(`File ${file_id} could not be found or is invalid`)
  const build: BuildRow = {
    id: call.uuid(),
    name: createHash('sha224').update(archive_url).digest('hex').slice(0, 7),
    started: call.now,
    tags: docker_tags,
    ...placesOf(asked),
    archive: archive_url,
    robot: pull_robot ?? null,
    user: call.caller.user,
    trigger: null,
    phase: 'waiting',
  }
  buildsOf(call, row).push(build)
  call.log('build_dockerfile', { repo: row.name, namespace: row.namespace, is_manual: true })
  return created(buildView(call, row, build))
}

function show(call: Call): Answer {
  const row = call.repository('read')
  return ok(buildView(call, row, buildOf(call, row)))
}

function logs(call: Call): Answer {
  buildOf(call, call.repository('write'))
  return ok({ start: 0, total: 0, logs: [] })
}

function cancel(call: Call): Answer {
  const row = writable(call, 'admin')
  const build = buildOf(call, row)
  if (build.phase !== 'waiting') throw invalidRequest('Build is currently running or has finished')
  build.phase = 'cancelled'
  call.log('cancel_build', { build_uuid: build.id })
  return created('Okay')
}

/** Quay's side of builds and their triggers, which quayctl does not manage (endpoints/api/build.py). */
export const emulator: EmulatorModule = {
  routes: [
    { operation: `GET ${path}`, feature, handle: list },
    { operation: `POST ${path}`, feature, body: { RepositoryBuildRequest: buildRequest }, handle: start },
    { operation: `GET ${path}{build}`, feature, handle: show },
    { operation: `DELETE ${path}{build}`, feature, handle: cancel },
    { operation: `GET ${path}{build}/status`, feature, handle: show },
    { operation: `GET ${path}{build}/logs`, feature, handle: logs },
    ...triggerRoutes,
  ],
}
