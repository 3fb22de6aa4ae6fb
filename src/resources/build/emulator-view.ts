import type { Call, RepositoryRow } from '../../model/emulation.ts'
import type { BuildRow, TriggerRow } from './emulator-rows.ts'

/** RFC 2822, in UTC as `-0000`. */
const mailDate = (date: Date): string => date.toUTCString().replace('GMT', '-0000')

/** A trigger as its administrators see it; all are set up (endpoints/api/build.py, trigger_view). */
export const triggerView = ({ id, service, enabled }: TriggerRow, isAdmin = true): object => ({
  id,
  service,
  is_active: true,
  build_source: null,
  repository_url: null,
  config: {},
  can_invoke: isAdmin,
  enabled,
  disabled_reason: enabled ? null : 'user_toggled',
})

/** A build as it is listed and shown (endpoints/api/build.py, build_status_view). */
export function buildView(call: Call, { namespace, name }: RepositoryRow, build: BuildRow): object {
  const role = call.repositoryRole(namespace, name)
  const isWriter = role === 'write' || role === 'admin'
  const { archive, robot, trigger } = build
  return {
    id: build.id,
    phase: build.phase,
    started: mailDate(build.started),
    display_name: build.name,
    status: {},
    subdirectory: build.dockerfile,
    dockerfile_path: build.dockerfile,
    context: build.context,
    tags: build.tags,
    manual_user: build.user,
    is_writer: isWriter,
    trigger: trigger && triggerView(trigger, role === 'admin'),
    trigger_metadata: {},
    resource_key: null,
    pull_robot: robot && { name: robot, kind: 'user', is_robot: true },
    repository: { namespace, name },
    error: null,
    ...(isWriter && archive && { archive_url: archive }),
  }
}
