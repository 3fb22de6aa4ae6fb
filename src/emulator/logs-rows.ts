import type { Ground, Tables } from '../model/emulation.ts'
import type { Under } from './request.ts'
import type { State } from './state.ts'

/** One entry of the action log. */
export interface LogRow {
  readonly id: number
  readonly kind: string
  readonly metadata: object
  readonly time: Date
  performer: string | null
  /** Its name, without the namespace; none once it is deleted. */
  repository: string | null
}

const table = 'log'

/** The entries of each namespace, the oldest first. */
function logsIn(tables: Tables): Map<string, LogRow[]> {
  const known = tables.get(table) ?? new Map<string, unknown>()
  tables.set(table, known)
  return known as Map<string, LogRow[]>
}

/** What Quay adds of the token that a request came with (endpoints/api/__init__.py, log_action). */
const tokenKeys = (state: State, { request }: Under): object => ({
  oauth_token_id:
    1 + Object.keys(state.tokens).indexOf(/\S+$/.exec(request.headers.authorization ?? '')?.[0] ?? ''),
  oauth_token_application_id: 'sandbox',
  oauth_token_application: 'automation',
})

/** Where an entry belongs that names no place: what the path names, or the caller's own namespace. */
function placeOf({ params, caller }: Under): string {
  const { ns, repo, org } = params
  return ns === undefined ? (org ?? caller.user ?? '') : `${ns}/${repo}`
}

/** Writes an entry. */
export function writeLog(state: State, under: Under, kind: string, metadata: object, at?: string): void {
  const place = at ?? placeOf(under)
  const [namespace = '', ...rest] = place.split('/')
  const logs = logsIn(state.tables)
  const entries = logs.get(namespace) ?? []
  logs.set(namespace, entries)
  entries.push({
    id: ++state.lastLog,
    kind,
    metadata: { ...metadata, ...tokenKeys(state, under) },
    time: state.now(),
    performer: under.caller.user,
    repository: rest.join('/') || null,
  })
}

const each = (tables: Tables, change: (row: LogRow) => void): void => {
  for (const rows of logsIn(tables).values()) for (const row of rows) change(row)
}

/** A deleted repository's entries stay with its namespace; one of the same name has none of them. */
export function deletedInLogs(_ground: Ground, path: string, tables: Tables): void {
  const [namespace = '', ...rest] = path.split('/')
  if (rest.length === 0) return
  for (const row of logsIn(tables).get(namespace) ?? [])
    if (row.repository === rest.join('/')) row.repository = null
}

/** The performer's new name is shown, a UUID once they are deleted. */
export function renamedInLogs(_ground: Ground, from: string, to: string, tables: Tables): void {
  each(tables, (row) => {
    if (row.performer === from) row.performer = to
  })
}
