import { ok } from '../model/answers.ts'
import { avatar } from '../model/avatar.ts'
import type { Answer, Call, EmulatorModule } from '../model/emulation.ts'
import { namespaceOf } from '../model/emulation-namespaces.ts'
import { organizationOwner, userOwner } from '../model/emulation-owners.ts'
import { exportLogs, exportOfOrganization, exportOfRepository, exportOfUser } from './logs-export.ts'
import { entriesOf, inOrder, known, matching, type Query, queryOf, short } from './logs-query.ts'
import { deletedInLogs, type LogRow, renamedInLogs } from './logs-rows.ts'

/** RFC 2822, in UTC as `-0000`. */
const mailDate = (date: Date): string => date.toUTCString().replace('GMT', '-0000')
const face = (call: Call, kind: 'user' | 'org' | 'robot', name: string) =>
  avatar(kind, name, namespaceOf(call.ground, name)?.email)

function performerView(call: Call, name: string): object {
  const isRobot = call.ground.robots.has(name)
  return { kind: 'user', name, is_robot: isRobot, avatar: face(call, isRobot ? 'robot' : 'user', name) }
}

function namespaceView(call: Call, name: string): object {
  const kind = call.ground.organizations.has(name) ? 'org' : 'user'
  return { kind, name, avatar: face(call, kind, name) }
}

const view = (call: Call, row: LogRow, namespace?: string): object => ({
  kind: row.kind,
  metadata: row.metadata,
  ip: '127.0.0.1',
  datetime: mailDate(row.time),
  ...(row.performer === null ? {} : { performer: performerView(call, row.performer) }),
  ...(namespace === undefined ? {} : { namespace: namespaceView(call, namespace) }),
})

const pageSize = 20

/** Quay goes on to its older tables when the current one has no more, so a page that shows anything has a next one, if an empty one. */
function page(call: Call, rows: readonly LogRow[]) {
  const blanks = Array.from({ length: pageSize - (rows.length % pageSize || pageSize) + 1 }, () => null)
  const { rows: shown, ...next } = call.page([...rows, ...blanks], pageSize)
  return { shown: shown.filter((row) => row !== null), next }
}

/** The newest first. */
function list(call: Call, rows: readonly LogRow[], query: Query, owners?: ReadonlyMap<LogRow, string>) {
  const { shown, next } = page(call, matching(rows, query).reverse())
  return ok({
    start_time: mailDate(query.start),
    end_time: mailDate(query.end),
    logs: shown.map((row) => view(call, row, owners?.get(row))),
    ...next,
  })
}

/** How many of each kind on each day. */
function aggregate(rows: readonly LogRow[], query: Query): Answer {
  const counts = new Map<string, { kind: string; count: number; datetime: string }>()
  for (const { kind, time } of matching(rows, query)) {
    const date = new Date(time.toISOString().slice(0, 10))
    const key = `${kind} ${date.getTime()}`
    const found = counts.get(key) ?? { kind, count: 0, datetime: mailDate(date) }
    counts.set(key, { ...found, count: found.count + 1 })
  }
  return ok({ aggregated: [...counts.values()] })
}

function ofNamespace(permit: (call: Call) => string) {
  return {
    logs(call: Call): Answer {
      const namespace = permit(call)
      const query = inOrder(queryOf(call))
      known(call, query)
      return list(call, entriesOf(call, namespace), query)
    },
    aggregated(call: Call): Answer {
      const namespace = permit(call)
      return aggregate(entriesOf(call, namespace), short(queryOf(call)))
    },
  }
}

/** A repository's entries, whoever the performer. */
function ofRepository(call: Call): { readonly rows: readonly LogRow[]; readonly query: Query } {
  const { namespace, name } = call.repository('admin')
  const rows = entriesOf(call, namespace).filter((row) => row.repository === name)
  return { rows, query: { ...queryOf(call), performer: '' } }
}

function repositoryLogs(call: Call): Answer {
  const { rows, query } = ofRepository(call)
  return list(call, rows, inOrder(query))
}

function repositoryAggregate(call: Call): Answer {
  const { rows, query } = ofRepository(call)
  return aggregate(rows, short(query))
}

/** Every namespace's, those of deleted ones too. */
function everything(call: Call) {
  call.require(call.caller.superuser)
  const logs = [...call.rows<LogRow[]>('log')]
  const owners = new Map(logs.flatMap(([name, rows]) => rows.map((row) => [row, name] as const)))
  const rows = [...owners.keys()].sort((a, b) => a.id - b.id)
  return { rows, owners, query: { ...queryOf(call), performer: '' } }
}

function allLogs(call: Call): Answer {
  const { rows, owners, query } = everything(call)
  return list(call, rows, inOrder(query), owners)
}

function allAggregated(call: Call): Answer {
  const { rows, query } = everything(call)
  return aggregate(rows, short(query))
}

const organization = ofNamespace(organizationOwner.permit)
const user = ofNamespace(userOwner.permit)
const body = { ExportLogs: exportLogs }

/** The action log. */
export const logsModule: EmulatorModule = {
  routes: [
    { operation: 'GET /organization/{org}/logs', handle: organization.logs },
    { operation: 'GET /organization/{org}/aggregatelogs', handle: organization.aggregated },
    { operation: 'POST /organization/{org}/exportlogs', body, handle: exportOfOrganization },
    { operation: 'GET /user/logs', handle: user.logs },
    { operation: 'GET /user/aggregatelogs', handle: user.aggregated },
    { operation: 'POST /user/exportlogs', body, handle: exportOfUser },
    { operation: 'GET /repository/{ns}/{repo*}/logs', handle: repositoryLogs },
    { operation: 'GET /repository/{ns}/{repo*}/aggregatelogs', handle: repositoryAggregate },
    { operation: 'POST /repository/{ns}/{repo*}/exportlogs', body, handle: exportOfRepository },
    { operation: 'GET /superuser/logs', feature: 'SUPER_USERS', handle: allLogs },
    {
      operation: 'GET /superuser/aggregatelogs',
      feature: 'SUPER_USERS',
      internal: true,
      handle: allAggregated,
    },
  ],
  deleted: deletedInLogs,
  renamed: renamedInLogs,
}
