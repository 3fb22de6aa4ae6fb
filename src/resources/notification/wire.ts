import type { Address } from '../../model/address.ts'
import { type ApiPath, path, type QuayApi, type Reader } from '../../model/api.ts'
import { ApiError } from '../../model/errors.ts'
import type { Infer } from '../../model/schema.ts'
import {
  anything,
  count,
  list,
  mapOf,
  name,
  optional,
  orNull,
  record,
  type Told,
  text as words,
} from '../../model/shape.ts'
import { parseSubject } from '../../model/subject.ts'
import type { schema } from './schema.ts'

export type Notification = Infer<typeof schema>
/** A configuration, as it is written or as Quay keeps it. */
export type Fields = Readonly<Record<string, unknown>>

/** Quay's answer, the secrets in `config` in clear. */
const notificationView = record({
  uuid: name,
  title: orNull(words),
  event: words,
  method: words,
  config: orNull(mapOf(anything)),
  event_config: orNull(mapOf(anything)),
  number_of_failures: optional(orNull(count)),
})
export type NotificationView = Told<typeof notificationView>

/** Written with `eventConfig`, read with `event_config`. */
export interface NotificationBody {
  readonly title: string
  readonly event: string
  readonly method: string
  readonly config: Fields
  readonly eventConfig: Fields
}

/** A repository's list ends with a slash, an organization's does not. */
const notificationsPath = ({ type, name, parent }: Address): ApiPath =>
  type === 'organization'
    ? path`/organization/${name}/notifications`
    : path`/repository/${parent?.name ?? ''}/${name}/notification/`

const notificationPath = (owner: Address, uuid: string): ApiPath =>
  owner.type === 'organization'
    ? path`/organization/${owner.name}/notifications/${uuid}`
    : path`/repository/${owner.parent?.name ?? ''}/${owner.name}/notification/${uuid}`

/** All of one owner, in one answer; of a repository that is missing none. */
export async function listNotifications(
  owner: Address,
  reader: Reader,
): Promise<readonly NotificationView[]> {
  const found = await reader.find(notificationsPath(owner), record({ notifications: list(notificationView) }))
  return found?.notifications ?? []
}

/** Quay keeps what it is sent: a level may be a text, and a target a whole avatar. Tokens are left out, and so never compared. */
export function fromQuay(view: NotificationView, ofOrganization: boolean): Notification {
  const { level, days, 'ref-regex': ref } = view.event_config ?? {}
  const { url, template, email, room_id, target } = view.config ?? {}
  return {
    event: view.event,
    event_config: known({ level: integer(level), days: integer(days), ref_regex: text(ref) }),
    method: view.method,
    config:
      ofOrganization && view.method === 'email'
        ? null
        : known({
            url: text(url),
            template: text(template),
            email: text(email),
            target: subject(target),
            room_id: text(room_id),
          }),
  }
}

type Known<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> }
const known = <T extends object>(fields: T): Known<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Known<T>

const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined

function integer(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined
}

function subject(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { kind, name } = value as { readonly kind?: unknown; readonly name?: unknown }
  return typeof name === 'string' ? `${kind === 'org' ? 'organization' : String(kind)}:${name}` : undefined
}

/** `event_config` as Quay takes it. */
export function eventBody(written: Notification['event_config']): Fields {
  const { ref_regex, ...rest } = written ?? {}
  return { ...rest, ...(ref_regex !== undefined && { 'ref-regex': ref_regex }) }
}

/** `config` as Quay takes it; secrets are texts by now. */
export function configBody(written: Notification['config']): Fields {
  const { target, ...rest } = written ?? {}
  if (target === undefined) return rest
  const { kind, name } = parseSubject(target)
  return { ...rest, target: { kind: kind === 'organization' ? 'org' : kind, name } }
}

/** Quay refuses no second one of the same title. */
export async function createNotification(
  owner: Address,
  body: NotificationBody,
  api: QuayApi,
): Promise<void> {
  try {
    await api.post(notificationsPath(owner), body)
  } catch (error) {
    if (!(error instanceof ApiError) || !error.says(/not authorized to receive/i)) throw error
    const hint = "confirm the address first: the repository's settings in Quay send a mail with a link"
    throw new ApiError(error.code, error.message, [hint], error.failed)
  }
}

/** One that is gone is deleted: a repository says so with a 400 (endpoints/api/repositorynotification.py:134), an organization with a 404. */
export async function deleteNotification(owner: Address, uuid: string, api: QuayApi): Promise<void> {
  try {
    await api.delete(notificationPath(owner, uuid))
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const missing = error.status === 400 && error.says(/No repository notification found/i)
    if (!missing && error.status !== 404) throw error
  }
}
