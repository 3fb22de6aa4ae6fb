import { notFound, notNormal } from '../../model/answers.ts'
import type { Call, RepositoryRow, Role } from '../../model/emulation.ts'

export interface TriggerRow {
  readonly id: string
  readonly service: string
  enabled: boolean
}

export interface BuildRow {
  readonly id: string
  readonly name: string
  readonly started: Date
  readonly tags: readonly string[]
  readonly dockerfile: string
  readonly context: string
  readonly archive: string | null
  readonly robot: string | null
  readonly user: string | null
  readonly trigger: TriggerRow | null
  phase: 'waiting' | 'cancelled'
}

/** What stands in a table under a repository, made where nothing does yet. */
function listIn<T>(call: Call, table: string, row: RepositoryRow, first: () => T[]): T[] {
  const rows = call.rows<T[]>(table)
  const key = `${row.namespace}/${row.name}`
  const list = rows.get(key) ?? first()
  rows.set(key, list)
  return list
}

/** The newest last. */
export const buildsOf = (call: Call, row: RepositoryRow): BuildRow[] => listIn(call, 'build', row, () => [])

/** Those that people have set up, until a call deletes them. */
export const triggersOf = (call: Call, row: RepositoryRow): TriggerRow[] =>
  listIn(call, 'trigger', row, () =>
    (row.triggers ?? []).map((service) => ({ id: call.uuid(), service, enabled: true })),
  )

export function buildOf(call: Call, row: RepositoryRow): BuildRow {
  const found = buildsOf(call, row).find(({ id }) => id === call.params.build)
  if (!found) throw notFound()
  return found
}

export function triggerOf(call: Call, row: RepositoryRow): TriggerRow {
  const found = triggersOf(call, row).find(({ id }) => id === call.params.trigger)
  if (!found) throw notFound()
  return found
}

/** The repository of a write, which takes none while it is a mirror or read-only. */
export function writable(call: Call, need: Role): RepositoryRow {
  const row = call.repository(need)
  if (row.state !== 'NORMAL') throw notNormal(row.name)
  return row
}
