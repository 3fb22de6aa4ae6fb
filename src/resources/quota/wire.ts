import { path, type QuayApi, type Reader } from '../../model/api.ts'
import type { Infer, Sent } from '../../model/schema.ts'
import type { Server } from '../../model/server.ts'
import type { schema } from './schema.ts'

export type Quota = Infer<typeof schema>

interface Limit {
  readonly id: number
  readonly type: 'Warning' | 'Reject'
  readonly limit_percent: number
}
export interface QuotaView {
  readonly id: number
  readonly limit_bytes: number
  readonly limits: readonly Limit[]
}
export interface QuotaRemote {
  readonly id: number
  readonly limits: readonly Limit[]
  /** Bytes that are in use, where the server counts them. */
  readonly used?: number
}

export interface QuotaOwner {
  readonly quotas?: readonly QuotaView[]
  readonly quota_report?: { readonly quota_bytes: number }
}

/** Served by the organization's own answer, which never holds the system's default quota. */
export const readOwner = (organization: string, reader: Reader): Promise<QuotaOwner | null> =>
  reader.find<QuotaOwner>(path`/organization/${organization}`)

/** Equal limits are possible (parallel POSTs make them), so percents are a list here: a surplus one is a difference. */
export function fromQuay({ limit_bytes, limits }: QuotaView): Quota {
  const percents = (type: Limit['type']) =>
    limits
      .filter((limit) => limit.type === type)
      .map((limit) => limit.limit_percent)
      .sort((a, b) => a - b)
  return { limit: limit_bytes, warn_at: percents('Warning'), reject_at: percents('Reject') }
}

/** Without FULL_ACCESS only the superuser route writes, and it has no limits (endpoints/api/namespacequota.py:30, superuser.py:316). */
export const fullAccess = (server: Server): boolean => server.feature('SUPERUSERS_FULL_ACCESS')

const quotaPath = (organization: string, server: Server) =>
  fullAccess(server)
    ? path`/organization/${organization}/quota`
    : path`/superuser/organization/${organization}/quota`

const one = (organization: string, id: number, server: Server) =>
  fullAccess(server)
    ? path`/organization/${organization}/quota/${String(id)}`
    : path`/superuser/organization/${organization}/quota/${String(id)}`

export async function createQuota(
  organization: string,
  quota: Sent<Quota>,
  api: QuayApi,
  server: Server,
): Promise<void> {
  await api.post(quotaPath(organization, server), { limit_bytes: quota.limit })
  const created = (await readOwner(organization, api.fresh))?.quotas?.[0]
  if (created) await setLimits(organization, { id: created.id, limits: created.limits }, quota, api)
}

/** Bytes only: `limit` texts are rounded on read, and 3.11 has none. Never 0, which Quay answers with 200 and ignores. */
export async function changeQuota(
  organization: string,
  remote: QuotaRemote,
  quota: Sent<Quota>,
  api: QuayApi,
  server: Server,
): Promise<void> {
  if (quota.limit !== undefined)
    await api.put(one(organization, remote.id, server), { limit_bytes: quota.limit })
  await setLimits(organization, remote, quota, api)
}

export const deleteQuota = (
  organization: string,
  remote: QuotaRemote,
  api: QuayApi,
  server: Server,
): Promise<void> => api.delete(one(organization, remote.id, server))

/** Written with `threshold_percent`, read with `limit_percent`. Rejects first, so that no moment is without one. */
async function setLimits(
  organization: string,
  remote: QuotaRemote,
  quota: Sent<Quota>,
  api: QuayApi,
): Promise<void> {
  const limits = path`/organization/${organization}/quota/${String(remote.id)}/limit`
  const kinds = [
    { type: 'Reject', wanted: quota.reject_at },
    { type: 'Warning', wanted: quota.warn_at },
  ] as const
  for (const { type, wanted } of kinds) {
    if (wanted === undefined) continue
    const missing = new Set(wanted ?? [])
    const surplus: Limit[] = []
    for (const limit of remote.limits.filter((candidate) => candidate.type === type))
      if (!missing.delete(limit.limit_percent)) surplus.push(limit)
    for (const threshold_percent of missing) await api.post(limits, { type, threshold_percent })
    for (const { id } of surplus)
      await api.delete(path`/organization/${organization}/quota/${String(remote.id)}/limit/${String(id)}`)
  }
}
