import type { Reader } from '../model/api.ts'
import type { Change, Live } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import type { Registry, Remark } from '../model/resource.ts'
import type { Server } from '../model/server.ts'
import { withCapabilities } from './capabilities.ts'
import { missingScopes } from './scopes.ts'

/** What these changes need of the server, of what it has and of the token: asked before the first write, at the line that needs it. `onlyPlan`: another token is to write. */
export async function unmet(
  changes: readonly Change[],
  live: ReadonlyMap<string, Live>,
  registry: Registry,
  reader: Reader,
  server: Server,
  onlyPlan = false,
): Promise<readonly Diagnostic[]> {
  const asked = await withCapabilities(changes, registry, reader, server)
  const lacking = await missingScopes(changes, live, registry, reader, server)
  return [
    ...unmetDemands(changes, registry, asked),
    ...(await obstacles(changes, live, registry, reader)),
    ...lacking.map((lack): Diagnostic => ({ ...lack, severity: onlyPlan ? 'warning' : 'error' })),
  ]
}

/** What the server must have for these changes. */
export function unmetDemands(
  changes: readonly Change[],
  registry: Registry,
  server: Server,
): readonly Diagnostic[] {
  return changes.flatMap((change) =>
    placed(change, registry.get(change.address.type)?.demands?.(change, server) ?? []),
  )
}

/** What Quay has that these changes cannot be made beside. */
async function obstacles(
  changes: readonly Change[],
  live: ReadonlyMap<string, Live>,
  registry: Registry,
  reader: Reader,
): Promise<readonly Diagnostic[]> {
  const found = await Promise.all(
    changes
      .filter(({ address: { parent } }) => !parent || live.has(parent.text))
      .map(async (change) =>
        placed(change, (await registry.get(change.address.type)?.obstacles?.(change, reader)) ?? []),
      ),
  )
  return found.flat()
}

const placed = ({ address, desired, at }: Change, remarks: readonly Remark[]): readonly Diagnostic[] =>
  remarks.map(({ attribute, ...remark }) => {
    const origin = (attribute && desired?.origins[attribute]) || desired?.origin
    const via = origin?.via && { via: [origin.via] }
    return { ...remark, address: address.text, at: origin?.at ?? at, ...via }
  })
