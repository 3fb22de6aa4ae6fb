import type { Call, EmulatorModule, RepositoryRow } from '../../model/emulation.ts'
import { feature, organizationRoutes, superuserRoutes, userRoutes } from './emulator-routes.ts'
import { limitViews, quotas } from './emulator-rows.ts'

const isOn = (call: Call): boolean => call.feature('QUOTA_MANAGEMENT') && call.feature('EDIT_QUOTA')

/** Bytes of its tags; dead ones count until they are collected. */
const sizeOf = (repository: RepositoryRow | undefined): number =>
  [...(repository?.tags?.values() ?? [])].reduce((sum, { size }) => sum + size, 0)

function sizeOfAll(namespace: string, { ground }: Call): number {
  let sum = 0
  for (const row of ground.repositories.of(namespace)) sum += sizeOf(row)
  return sum
}

/** What a namespace shows of its quota. */
function namespaceKeys(namespace: string, call: Call): object {
  if (!isOn(call)) return {}
  const row = quotas(call).get(namespace)
  return {
    quotas: row ? [{ id: row.id, limit_bytes: row.bytes, limits: limitViews(row) }] : [],
    quota_report: {
      quota_bytes: sizeOfAll(namespace, call),
      configured_quota: row?.bytes ?? null,
      running_backfill: 'waiting',
      backfill_status: 'waiting',
    },
  }
}

/** What a repository in a list shows of its namespace's quota. */
function repositoryKeys(repository: string, call: Call): object {
  if (!isOn(call)) return {}
  const namespace = repository.split('/')[0] ?? ''
  return {
    quota_report: {
      quota_bytes: sizeOf(call.ground.repositories.get(repository)),
      configured_quota: quotas(call).get(namespace)?.bytes ?? null,
    },
  }
}

/** Quay's storage quotas. */
export const emulator: EmulatorModule = {
  routes: [...organizationRoutes, ...superuserRoutes, ...userRoutes].map((route) => ({ ...route, feature })),
  embeds: [
    { into: 'organization', view: namespaceKeys },
    { into: 'user', view: namespaceKeys },
    { into: 'superuser row', view: namespaceKeys },
    { into: 'repository row', view: repositoryKeys },
  ],
}
