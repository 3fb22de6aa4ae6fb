import type { Trouble, Use } from '../../model/vitals.ts'
import type { QuotaOwner } from './wire.ts'

/** What a quota comes to beside what is in use. */
export function useOf(
  {
    limit = 0,
    warn_at,
    reject_at,
  }: { readonly limit?: number; readonly warn_at?: Percents; readonly reject_at?: Percents },
  report: QuotaOwner['quota_report'],
): Use {
  return {
    used: report?.quota_bytes ?? null,
    limit,
    warn_at: warn_at ?? [],
    reject_at: reject_at ?? [],
    counting: report?.running_backfill || null,
  }
}

type Percents = readonly number[] | null | undefined

export const ailments = {
  'quota-reject': 'its reject threshold is reached: pushes are rejected',
  'quota-warning': 'a warn threshold or the limit is reached, and pushes are not rejected',
  'quota-counting': 'Quay still counts what was pushed before it counted, so the use may be higher',
} as const

/** Of the thresholds that are reached Quay lets the highest decide (data/model/namespacequota.py:42). */
export function troublesOf(use: Use): readonly Trouble[] {
  const { used, limit, warn_at, reject_at, counting } = use
  const reached = (percents: readonly number[]) =>
    Math.max(0, ...percents.filter((percent) => used !== null && used >= (limit * percent) / 100))
  const [warns, rejects] = [reached(warn_at), reached(reject_at)]
  const late: readonly Trouble[] =
    counting === 'running'
      ? [{ kind: 'quota-counting', level: 'note', words: 'Quay still counts what was pushed earlier' }]
      : []
  if (rejects > 0 && rejects >= warns)
    return [{ kind: 'quota-reject', level: 'failing', words: `pushes are rejected at ${rejects}%` }, ...late]
  if (rejects > 0)
    return [
      {
        kind: 'quota-warning',
        level: 'warning',
        words: `above the reject at ${rejects}%, which the warning at ${warns}% switches off`,
      },
      ...late,
    ]
  if (warns > 0)
    return [{ kind: 'quota-warning', level: 'warning', words: `above the warning at ${warns}%` }, ...late]
  return used !== null && used >= limit
    ? [
        { kind: 'quota-warning', level: 'warning', words: 'above the limit, and nothing rejects pushes' },
        ...late,
      ]
    : late
}
