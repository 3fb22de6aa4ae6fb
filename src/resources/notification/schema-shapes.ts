/** What an event or a method takes in its configuration. */
export interface Shape {
  readonly needs: readonly string[]
  readonly may: readonly string[]
}
interface EventShape extends Shape {
  /** Whose event it is: elsewhere Quay refuses it, or keeps it and it never fires. */
  readonly of: 'repository' | 'organization'
}

const event = (
  of: EventShape['of'],
  needs: readonly string[] = [],
  may: readonly string[] = [],
): EventShape => ({
  of,
  needs,
  may,
})
const build = event('repository', [], ['ref_regex'])

/** What Quay tells of, and what each takes in `event_config` (notifications/notificationevent.py). */
export const events = {
  repo_push: event('repository'),
  vulnerability_found: event('repository', [], ['level']),
  repo_image_expiry: event('repository', ['days']),
  repo_mirror_sync_started: event('repository'),
  repo_mirror_sync_success: event('repository'),
  repo_mirror_sync_failed: event('repository'),
  build_queued: build,
  build_start: build,
  build_success: build,
  build_failure: build,
  build_cancelled: build,
  quota_warning: event('organization'),
  quota_error: event('organization'),
} as const satisfies Readonly<Record<string, EventShape>>

/** How Quay tells it, and what each takes in `config` (notifications/notificationmethod.py). */
export const methods = {
  webhook: { needs: ['url'], may: ['template'] },
  slack: { needs: ['url'], may: [] },
  email: { needs: ['email'], may: [] },
  quay_notification: { needs: ['target'], may: [] },
  hipchat: { needs: ['room_id', 'notification_token'], may: [] },
  flowdock: { needs: ['flow_api_token'], may: [] },
} as const satisfies Readonly<Record<string, Shape>>

const nothing: Shape = { needs: [], may: [] }
const row = <T extends Shape>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

/** Undefined: Quay has no such event. */
export const eventShape = (name: string): EventShape | undefined => row<EventShape>(events, name)

/** An organization's e-mail goes to its own address or its administrators, whatever is sent. */
export const methodShape = (name: string, ofOrganization: boolean): Shape =>
  ofOrganization && name === 'email' ? nothing : (row<Shape>(methods, name) ?? nothing)

export const keysOf = ({ needs, may }: Shape): readonly string[] => [...needs, ...may]
