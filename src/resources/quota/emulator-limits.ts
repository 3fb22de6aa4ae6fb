import { created, invalidRequest, message, noContent, notFound, ok } from '../../model/answers.ts'
import type { Answer, Call } from '../../model/emulation.ts'
import { governs, idOf, type LimitRow, type QuotaRow, quotaOf, quotas, quotaView } from './emulator-rows.ts'
import { type Limit, newLimit, updateLimit } from './emulator-schemas.ts'

const types = ['Warning', 'Reject'] as const

function typeOf(text: string): LimitRow['type'] {
  const type = types.find((known) => known.toLowerCase() === text.toLowerCase())
  if (!type) throw message('Quota type must be one of [Warning, Reject]')
  return type
}

function checkPercent(percent: number): number {
  if (percent < 1 || percent > 100) throw message('Quota limit threshold must be between 1 and 100')
  return percent
}

/** A percent of 0 counts as none given, so any limit of the type is its equal (data/model/namespacequota.py:42). */
const isEqual = (row: LimitRow, type: string, percent: number): boolean =>
  row.type.toLowerCase() === type.toLowerCase() && (percent === 0 || row.percent === percent)

/** A limit of another quota is a rejection without words (seen on a server of August 2026). */
export function limitOf(call: Call, quota: QuotaRow): LimitRow {
  const id = idOf(call, 'limit')
  const row = quota.limits.get(id)
  if (row) return row
  const isForeign = [...quotas(call).values()].some((other) => other.limits.has(id))
  throw isForeign ? message('') : notFound()
}

const namespaceOf = (call: Call): string => call.params.org ?? ''
const writable = (call: Call): QuotaRow => {
  call.require(governs(call))
  return quotaOf(call, namespaceOf(call))
}

/** Several of a type may be, with different percents; more than one Reject too. */
export function createLimit(call: Call): Answer {
  const { type = '', threshold_percent: percent = 0 } = call.read<Limit>(newLimit)
  const quota = writable(call)
  if ([...quota.limits.values()].some((row) => isEqual(row, type, percent)))
    throw invalidRequest('Quota limit already exists')
  const row = { id: call.id(), type: typeOf(type), percent: checkPercent(percent) }
  quota.limits.set(row.id, row)
  return created('Created')
}

/** Not atomic: the type is kept when the percent is refused. No check for equals. Answers the whole quota; an updated row moves to the end. */
export function changeLimit(call: Call): Answer {
  const { type, threshold_percent: percent } = call.read<Limit>(updateLimit)
  const quota = writable(call)
  const row = limitOf(call, quota)
  if (type !== undefined) row.type = typeOf(type)
  if (percent !== undefined) row.percent = checkPercent(percent)
  if (type !== undefined || percent !== undefined) {
    quota.limits.delete(row.id)
    quota.limits.set(row.id, row)
  }
  return ok(quotaView(call, quota))
}

export function deleteLimit(call: Call): Answer {
  const quota = writable(call)
  quota.limits.delete(limitOf(call, quota).id)
  return noContent()
}
