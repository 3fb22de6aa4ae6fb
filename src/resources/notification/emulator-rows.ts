import { serverError } from '../../model/answers.ts'
import type { Release, Since } from '../../model/emulation.ts'

/** `POST`; the order of the keys decides which violation is shown. */
export const notificationCreateRequest = {
  type: 'object',
  required: ['event', 'method', 'config', 'eventConfig'],
  properties: {
    event: { type: 'string' },
    method: { type: 'string' },
    config: { type: 'object' },
    eventConfig: { type: 'object' },
    title: { type: 'string' },
  },
}

/** What is sent. */
export interface Request {
  readonly event: string
  readonly method: string
  readonly config: Readonly<Record<string, unknown>>
  readonly eventConfig: object
  readonly title?: string
}
export interface NotificationRow extends Request {
  failures: number
}

/** Of a repository; the two quota events are accepted there too, and never fire. */
const repositoryEvents: readonly string[] =
  'repo_push build_queued build_start build_success build_failure build_cancelled vulnerability_found repo_mirror_sync_started repo_mirror_sync_success repo_mirror_sync_failed repo_image_expiry quota_warning quota_error'.split(
    ' ',
  )
/** The releases that brought some of them. */
const introduced: ReadonlyMap<string, Release> = new Map([
  ['repo_image_expiry', '3.12'],
  ['quota_warning', '3.18'],
  ['quota_error', '3.18'],
])

/** Whether a repository has such an event. */
export const isRepositoryEvent = (since: Since, event: string): boolean =>
  repositoryEvents.includes(event) && since(introduced.get(event) ?? '3.0')

/** Of a namespace. */
export const namespaceEvents: readonly string[] = ['quota_error', 'quota_warning']

/** The title's column holds 255 characters; what does not fit is not caught. */
export function newRow(body: Request): NotificationRow {
  const { title } = body
  if (title !== undefined && ([...title].length > 255 || title.includes('\0'))) throw serverError()
  return { ...body, failures: 0 }
}

/** Secrets are shown as they were sent. */
export const notificationView = (uuid: string, row: NotificationRow): object => ({
  uuid,
  title: row.title ?? null,
  event: row.event,
  method: row.method,
  config: row.config,
  event_config: row.eventConfig,
  number_of_failures: row.failures,
})

/** A notification as the action log keeps it. */
export const logged = (uuid: string, { event, method }: Request): object => ({
  notification_id: uuid,
  event,
  method,
})
