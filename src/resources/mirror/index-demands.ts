import type { Change } from '../../model/change.ts'
import type { Remark } from '../../model/resource.ts'
import type { Server } from '../../model/server.ts'
import type { Mirror } from './wire.ts'

/** Before 3.17 nothing but the flag says it. */
export function architectureDemand({ differences }: Change<Mirror>, server: Server): readonly Remark[] {
  const wanted = differences.find(({ attribute }) => attribute === 'architectures')?.after
  if (!Array.isArray(wanted) || wanted.length === 0) return []
  const about = { code: 'QC3001', severity: 'error', attribute: 'architectures' } as const
  if (!filtersArchitectures(server))
    return [
      {
        ...about,
        message: 'this server mirrors whole images only: FEATURE_SPARSE_INDEX is off',
        hint: 'remove the line, or ask the Quay operator for the feature',
      },
    ]
  const offered = server.capability('mirror_architectures')
  const unknown = Array.isArray(offered) ? wanted.filter((name) => !offered.includes(name)) : []
  if (!Array.isArray(offered) || unknown.length === 0) return []
  return [
    {
      ...about,
      message: `this server mirrors no images for ${unknown.join(', ')}`,
      hint: `it offers ${offered.join(', ')}`,
    },
  ]
}

function filtersArchitectures(server: Server): boolean {
  const sparse = server.capability('sparse_manifests')
  return typeof sparse === 'object' && sparse !== null && 'supported' in sparse
    ? sparse.supported === true
    : server.feature('SPARSE_INDEX')
}
