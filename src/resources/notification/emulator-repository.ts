import {
  created,
  invalidRequest,
  noContent,
  notFound,
  ok,
  type Refusal,
  serverError,
} from '../../model/answers.ts'
import type { Answer, Call, Route } from '../../model/emulation.ts'
import { addRow, ownRows, repositoryOwner } from '../../model/emulation-owners.ts'
import { methods } from './emulator-methods.ts'
import {
  isRepositoryEvent,
  logged,
  type NotificationRow,
  newRow,
  notificationCreateRequest,
  notificationView,
  type Request,
} from './emulator-rows.ts'

const table = 'notification'
const place = ({ params }: Call) => ({ namespace: params.ns ?? '', repository: params.repo ?? '' })
const uuidOf = (call: Call): string => call.params.uuid ?? ''

function log(call: Call, deed: string, metadata: object): void {
  const { namespace, repository } = place(call)
  call.log(`${deed}_repo_notification`, { repo: repository, namespace, ...metadata })
}

/** Empty where the repository is missing. */
function list(call: Call): Answer {
  const rows = ownRows<NotificationRow>(call, table, repositoryOwner.permit(call))
  return ok({ notifications: [...rows].map(([uuid, row]) => notificationView(uuid, row)) })
}

/** An unknown method or event, and a missing repository, are not caught (endpoints/api/repositorynotification.py). */
function create(call: Call): Answer {
  const key = repositoryOwner.permit(call)
  const body = call.read<Request>(notificationCreateRequest)
  const check = methods.get(body.method)
  if (!check) throw serverError()
  check(body.config, call, place(call))
  if (!isRepositoryEvent(call.since, body.event) || !repositoryOwner.exists(call, key)) throw serverError()
  const row = newRow(body)
  const uuid = addRow(call, table, key, row)
  log(call, 'add', logged(uuid, row))
  return created(notificationView(uuid, row))
}

/** Any repository's: the path is not compared. */
function findAnywhere(call: Call): NotificationRow | undefined {
  repositoryOwner.permit(call)
  const tables = [...call.rows<Map<string, NotificationRow>>(table).values()]
  return tables.map((rows) => rows.get(uuidOf(call))).find((row) => row !== undefined)
}

function get(call: Call): Answer {
  const row = findAnywhere(call)
  if (!row) throw notFound()
  return ok(notificationView(uuidOf(call), row))
}

function unknown(call: Call): Refusal {
  const { namespace, repository } = place(call)
  return invalidRequest(`No repository notification found for: ${namespace}, ${repository}, ${uuidOf(call)}`)
}

function test(call: Call): Answer {
  if (!findAnywhere(call)) throw unknown(call)
  return ok({})
}

/** A change of this repository's own notification. */
const change =
  (deed: string, apply: (rows: Map<string, NotificationRow>, uuid: string, row: NotificationRow) => void) =>
  (call: Call): Answer => {
    const rows = ownRows<NotificationRow>(call, table, repositoryOwner.permit(call))
    const uuid = uuidOf(call)
    const row = rows.get(uuid)
    if (!row) throw unknown(call)
    apply(rows, uuid, row)
    log(call, deed, logged(uuid, row))
    return noContent()
  }

const all = `${repositoryOwner.prefix}/notification/`

/** Notifications of a repository; there is no update. */
export const repositoryRoutes: readonly Route[] = [
  { operation: `GET ${all}`, handle: list },
  {
    operation: `POST ${all}`,
    body: { NotificationCreateRequest: notificationCreateRequest },
    handle: create,
  },
  { operation: `GET ${all}{uuid}`, handle: get },
  { operation: `DELETE ${all}{uuid}`, handle: change('delete', (rows, uuid) => rows.delete(uuid)) },
  {
    operation: `POST ${all}{uuid}`,
    handle: change('reset', (_rows, _uuid, row) => {
      row.failures = 0
    }),
  },
  { operation: `POST ${all}{uuid}/test`, handle: test },
]
