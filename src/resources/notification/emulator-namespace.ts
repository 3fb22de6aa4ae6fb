import { created, invalidRequest, noContent, notFound, ok } from '../../model/answers.ts'
import type { Answer, Call, Route } from '../../model/emulation.ts'
import { addRow, type Owner, organizationOwner, ownRows, userOwner } from '../../model/emulation-owners.ts'
import { methods } from './emulator-methods.ts'
import {
  logged,
  type NotificationRow,
  namespaceEvents,
  newRow,
  notificationCreateRequest,
  notificationView,
  type Request,
} from './emulator-rows.ts'

/** By namespace; a quota takes them with it. */
const table = 'namespace notification'
const rowsOf = (call: Call, namespace: string): Map<string, NotificationRow> =>
  ownRows(call, table, namespace)

/** The list and the creation want an organization; a single one is anybody's who may administer the namespace. */
function holder(owner: Owner, call: Call): string {
  const namespace = owner.permit(call)
  if (owner.kind === 'organization' && !call.ground.organizations.has(namespace)) throw notFound()
  return namespace
}

const list = (owner: Owner) => (call: Call) => {
  const rows = rowsOf(call, holder(owner, call))
  return ok({ notifications: [...rows].map(([uuid, row]) => notificationView(uuid, row)) })
}

function check(call: Call, { event, method, config }: Request, namespace: string): void {
  if (!namespaceEvents.includes(event))
    throw invalidRequest(`Invalid event '${event}'. Must be one of: ${namespaceEvents.join(', ')}`)
  const validate = methods.get(method)
  if (!validate) throw invalidRequest(`Unknown notification method '${method}'`)
  validate(config, call, { namespace, repository: '' })
}

const create = (owner: Owner) => (call: Call) => {
  const namespace = holder(owner, call)
  const body = call.read<Request>(notificationCreateRequest)
  check(call, body, namespace)
  const row = newRow(body)
  const uuid = addRow(call, table, namespace, row)
  call.log('create_namespace_notification', { namespace, ...logged(uuid, row) }, namespace)
  return created(notificationView(uuid, row))
}

/** A handler for one of the namespace's own. */
const one =
  (owner: Owner, answer: (uuid: string, row: NotificationRow, call: Call, namespace: string) => Answer) =>
  (call: Call): Answer => {
    const namespace = owner.permit(call)
    const { uuid = '' } = call.params
    const row = rowsOf(call, namespace).get(uuid)
    if (!row) throw notFound()
    return answer(uuid, row, call, namespace)
  }

const get = (owner: Owner) => one(owner, (uuid, row) => ok(notificationView(uuid, row)))
const test = (owner: Owner) => one(owner, () => ok({}))
const remove = (owner: Owner) =>
  one(owner, (uuid, row, call, namespace) => {
    rowsOf(call, namespace).delete(uuid)
    call.log('delete_namespace_notification', { namespace, ...logged(uuid, row) }, namespace)
    return noContent()
  })
const reset = (owner: Owner) =>
  one(owner, (uuid, row, call, namespace) => {
    row.failures = 0
    call.log('reset_namespace_notification', { namespace, ...logged(uuid, row) }, namespace)
    return noContent()
  })

const traits = { feature: 'QUOTA_NOTIFICATIONS', since: '3.18' } as const

function routes(owner: Owner, name: string): readonly Route[] {
  const all = `${owner.prefix}/${name}`
  // The organization's creation checks its body itself, so the discovery document has none for it.
  const body =
    owner.kind === 'user' ? { body: { NotificationCreateRequest: notificationCreateRequest } } : undefined
  return [
    { operation: `GET ${all}`, ...traits, handle: list(owner) },
    { operation: `POST ${all}`, ...traits, ...body, handle: create(owner) },
    { operation: `GET ${all}/{uuid}`, ...traits, handle: get(owner) },
    { operation: `DELETE ${all}/{uuid}`, ...traits, handle: remove(owner) },
    { operation: `POST ${all}/{uuid}`, ...traits, handle: reset(owner) },
    { operation: `POST ${all}/{uuid}/test`, ...traits, handle: test(owner) },
  ]
}

/** Notifications of quota events, of organizations and of the calling user; there is no update. */
export const namespaceRoutes: readonly Route[] = [
  ...routes(organizationOwner, 'notifications'),
  ...routes(userOwner, 'namespacenotifications'),
]
