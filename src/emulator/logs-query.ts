import { frameworkTexts, message, serverError } from '../model/answers.ts'
import type { Call } from '../model/emulation.ts'
import { namespaceOf } from '../model/emulation-namespaces.ts'
import type { LogRow } from './logs-rows.ts'

/** Which entries are asked for. */
export interface Query {
  readonly start: Date
  readonly end: Date
  readonly performer: string
}

const day = 24 * 60 * 60 * 1000

/** `MM/DD/YYYY`, in UTC; anything else counts as not given (endpoints/api/logs.py). */
function dateOf(text: string | null): Date | undefined {
  const [, month, date, year] = (/^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text ?? '') ?? []).map(Number)
  if (month === undefined || date === undefined || year === undefined) return undefined
  const found = new Date(Date.UTC(year, month - 1, date))
  const isReal = found.getUTCMonth() === month - 1 && found.getUTCDate() === date
  return isReal ? found : undefined
}

/** From yesterday until today by default; the last day is taken whole. */
export function queryOf({ query, now }: Call): Query {
  const start = dateOf(query.get('starttime')) ?? new Date(now.getTime() - day)
  const last = dateOf(query.get('endtime')) ?? now
  return { start, end: new Date(last.getTime() + day), performer: query.get('performer') ?? '' }
}

/** Refuses an end before the start. */
export function inOrder(query: Query): Query {
  if (query.end < query.start) throw message(frameworkTexts.broken)
  return query
}

/** Refuses a longer time than aggregates cover, too. */
export function short(query: Query): Query {
  if (inOrder(query).end.getTime() - query.start.getTime() > 31 * day)
    throw message('Invalid date range for logs')
  return query
}

/** The entries of a namespace, user or organization. */
export function entriesOf(call: Call, namespace: string): readonly LogRow[] {
  if (!namespaceOf(call.ground, namespace)) throw message(`Invalid namespace requested: ${namespace}`)
  return call.rows<LogRow[]>('log').get(namespace) ?? []
}

/** The performer must be somebody, which is not checked where it would be a refusal (data/logs_model/table_logs_model.py). */
export function known(call: Call, { performer }: Query): void {
  const { accounts, robots } = call.ground
  if (performer !== '' && !accounts.has(performer) && !robots.has(performer)) throw serverError()
}

export const matching = (rows: readonly LogRow[], { start, end, performer }: Query): LogRow[] =>
  rows.filter(
    (row) => row.time >= start && row.time < end && (performer === '' || row.performer === performer),
  )
