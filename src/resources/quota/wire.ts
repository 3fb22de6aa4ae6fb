import type { Address } from '../../model/address.ts'
import { type ApiPath, path, pathOf, type QuayApi, type Reader } from '../../model/api.ts'
import type { Infer, Sent } from '../../model/schema.ts'
import type { Server } from '../../model/server.ts'
import {
  count,
  flag,
  list,
  number,
  oneOf,
  optional,
  orNull,
  record,
  type Told,
  text,
} from '../../model/shape.ts'
import type { schema } from './schema.ts'

export type Quota = Infer<typeof schema>

const limit = record({ id: count, type: oneOf('Warning', 'Reject'), limit_percent: count })
type Limit = Told<typeof limit>
const quotaView = record({ id: count, limit_bytes: number, limits: list(limit) })
type QuotaView = Told<typeof quotaView>
export interface QuotaRemote {
  readonly id: number
  readonly limits: readonly Limit[]
  /** Bytes that are in use, where the server counts them. */
  readonly used?: number
}

const quotaOwner = record({
  /** Of an organization. */
  is_admin: optional(flag),
  quotas: optional(list(quotaView)),
  quota_report: optional(orNull(record({ quota_bytes: number, running_backfill: optional(orNull(text)) }))),
})
export type QuotaOwner = Told<typeof quotaOwner>

/** Served by the owner's own answer, which never holds the system's default quota. */
export const readOwner = ({ type, name }: Address, reader: Reader): Promise<QuotaOwner | null> =>
  reader.find(type === 'user' ? path`/superuser/users/${name}` : path`/organization/${name}`, quotaOwner)

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

/** An organization's own route is none for a user (endpoints/api/namespacequota.py:63). */
const quotaPath = ({ type, name }: Address, server: Server): ApiPath => {
  if (type === 'user') return path`/superuser/users/${name}/quota`
  return fullAccess(server) ? path`/organization/${name}/quota` : path`/superuser/organization/${name}/quota`
}

const one = (owner: Address, id: number, server: Server): ApiPath =>
  pathOf(`${quotaPath(owner, server)}${path`/${String(id)}`}`)

export async function createQuota(
  owner: Address,
  quota: Sent<Quota>,
  api: QuayApi,
  server: Server,
): Promise<void> {
  await api.post(quotaPath(owner, server), { limit_bytes: quota.limit })
  const created = (await readOwner(owner, api.fresh))?.quotas?.[0]
  if (created) await setLimits(owner, { id: created.id, limits: created.limits }, quota, api)
}

/** Bytes only: `limit` texts are rounded on read, and 3.11 has none. Never 0, which Quay answers with 200 and ignores. */
export async function changeQuota(
  owner: Address,
  remote: QuotaRemote,
  quota: Sent<Quota>,
  api: QuayApi,
  server: Server,
): Promise<void> {
  if (quota.limit !== undefined) await api.put(one(owner, remote.id, server), { limit_bytes: quota.limit })
  await setLimits(owner, remote, quota, api)
}

export const deleteQuota = (
  owner: Address,
  remote: QuotaRemote,
  api: QuayApi,
  server: Server,
): Promise<void> => api.delete(one(owner, remote.id, server))

/** Written with `threshold_percent`, read with `limit_percent`; users have them below the organization's route, too. Rejects first, so that no moment is without one. */
async function setLimits(
  { name }: Address,
  remote: QuotaRemote,
  quota: Sent<Quota>,
  api: QuayApi,
): Promise<void> {
  const limits = path`/organization/${name}/quota/${String(remote.id)}/limit`
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
      await api.delete(path`/organization/${name}/quota/${String(remote.id)}/limit/${String(id)}`)
  }
}
