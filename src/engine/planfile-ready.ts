import { type Address, chainOf } from '../model/address.ts'
import type { Reader } from '../model/api.ts'
import type { Live } from '../model/change.ts'
import { hasErrors } from '../model/diagnostics.ts'
import type { Plan } from '../model/plan.ts'
import type { Registry } from '../model/resource.ts'
import type { Server } from '../model/server.ts'
import { anchor, NOWHERE } from './anchors.ts'
import { withRank } from './capabilities.ts'
import { unmet } from './demands.ts'
import { gather } from './gather.ts'
import { going } from './holds.ts'
import { lacks } from './lacks.ts'
import type { Planned } from './pipeline.ts'
import type { Step } from './plan.ts'

/** A saved plan that may begin: this server and this token can do what is in it. Objects are read when their turn comes. */
export async function ready(
  plan: Plan,
  steps: readonly Step[],
  registry: Registry,
  reader: Reader,
  server: Server,
): Promise<Planned> {
  const changes = going(steps).map(({ change }) => change)
  const made = new Set(changes.flatMap(({ action, address }) => (action === 'create' ? [address.text] : [])))
  const places = new Map(
    changes.flatMap(({ address, at }) =>
      chainOf(address).map((above) => [above.text, { address: above, at: at ?? NOWHERE }] as const),
    ),
  )
  const own = new Map(changes.map(({ address, desired }) => [address.text, desired]))
  const objects = [...places.values()].map(({ address, at }) => own.get(address.text) ?? anchor(address, at))
  const missingAt = (at: Server) => lacks(objects, [], registry, at)
  const missing = missingAt(await withRank(server, reader, missingAt))
  if (missing.length > 0) return { errors: gather(missing) }
  const live = new Map(
    [...places.values()].flatMap(({ address }) =>
      made.has(address.text) ? [] : [[address.text, bare(address)] as const],
    ),
  )
  const demands = await unmet(changes, live, registry, reader, server)
  return hasErrors(demands) ? { errors: gather(demands) } : { errors: null, plan, steps, live, unmanaged: [] }
}

/** It is there, as far as anybody knows. */
const bare = (address: Address): Live => ({ address, attributes: {} })
