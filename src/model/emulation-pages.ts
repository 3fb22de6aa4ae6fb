import { invalidRequest } from './answers.ts'
import type { Call } from './emulation.ts'

const help = 'Limit to the number of results to return per page. Max 100.'

/** A superuser's list: whole without `limit`, else in pages of at most 100 (endpoints/api/superuser.py). */
export function superuserPage<T>(
  call: Call,
  key: string,
  rows: readonly T[],
  view: (row: T) => object,
): object {
  const limit = call.integer('limit', help)
  if (limit === null) return { [key]: rows.map(view) }
  if (limit > 100) throw invalidRequest('Page limit cannot be above 100')
  const { rows: shown, ...next } = call.page(rows, limit)
  return { [key]: shown.map(view), ...next }
}
