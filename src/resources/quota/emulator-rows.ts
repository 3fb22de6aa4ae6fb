import { notFound, serverError } from '../../model/answers.ts'
import type { Call } from '../../model/emulation.ts'
import { sizeText } from './emulator-size.ts'

export interface LimitRow {
  readonly id: number
  type: 'Warning' | 'Reject'
  percent: number
}
/** A namespace has one, or none. */
export interface QuotaRow {
  readonly id: number
  bytes: number
  readonly limits: Map<number, LimitRow>
}

/** By namespace. */
export const quotas = (call: Call): Map<string, QuotaRow> => call.rows<QuotaRow>('quota')

/** The ids go unchecked into an integer comparison. */
export function idOf(call: Call, name: 'quota' | 'limit'): number {
  const text = call.params[name] ?? ''
  if (!/^\d+$/.test(text)) throw serverError()
  return Number(text)
}

/** Who may write: up to 3.15 any superuser, later those with full access. */
export const governs = ({ since, caller }: Call): boolean =>
  since('3.16') ? caller.fullAccess : caller.superuser

/** The quota that the path names, of this namespace. */
export function quotaOf(call: Call, namespace: string): QuotaRow {
  const id = idOf(call, 'quota')
  const row = quotas(call).get(namespace)
  if (row?.id !== id) throw notFound()
  return row
}

export const limitView = (row: LimitRow): object => ({
  id: row.id,
  type: row.type,
  limit_percent: row.percent,
})
export const limitViews = (row: QuotaRow): object[] => [...row.limits.values()].map(limitView)

export const quotaView = ({ since }: Call, row: QuotaRow): object => ({
  id: row.id,
  limit_bytes: row.bytes,
  ...(since('3.12') ? { limit: sizeText(row.bytes) } : {}),
  default_config: false,
  limits: limitViews(row),
  default_config_exists: false,
})

/** A list of one or none. */
export function quotaList(call: Call, namespace: string): object[] {
  const row = quotas(call).get(namespace)
  return row ? [quotaView(call, row)] : []
}
