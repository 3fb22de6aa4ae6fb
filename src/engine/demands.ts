import type { Reader } from '../model/api.ts'
import type { Change, Live } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import type { Registry, Remark } from '../model/resource.ts'
import type { Server } from '../model/server.ts'

/** What the server must have for these changes: asked before the first write, at the line that needs it. */
export function unmetDemands(
  changes: readonly Change[],
  registry: Registry,
  server: Server,
): readonly Diagnostic[] {
  return changes.flatMap((change) =>
    placed(change, registry.get(change.address.type)?.demands?.(change, server) ?? []),
  )
}

/** What Quay has that these changes cannot be made beside: asked before the first write, too. */
export async function obstacles(
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
