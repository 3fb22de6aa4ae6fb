import { type Address, chainOf, rootOf } from '../model/address.ts'
import type { Reader } from '../model/api.ts'
import type { Desired, Live } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import { AuthError } from '../model/errors.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Server } from '../model/server.ts'
import { anchor } from './anchors.ts'
import { grouped } from './expand.ts'
import { refresh } from './refresh.ts'
import { blockOf } from './siblings.ts'

/** What the base declared, no file speaks of and nothing deletes: a warning where Quay still has it. */
export async function leftovers(
  left: readonly Desired[],
  live: ReadonlyMap<string, Live>,
  registry: Registry,
  reader: Reader,
  server: Server,
): Promise<readonly Diagnostic[]> {
  if (left.length === 0) return []
  const open = left.filter(({ address }) => !live.has(address.text))
  const roots = [...grouped(open, ({ address }) => rootOf(address).text).values()]
  const looks = await Promise.all(roots.map((list) => lookFor(list, registry, reader, server)))
  const found = new Set([...live.keys(), ...looks.flat()])
  const stays = left.filter(({ address }) => found.has(address.text))
  return [...grouped(stays, (object) => groupOf(object, registry)).values()].flatMap((list) =>
    said(list, registry),
  )
}

/** A token that may not see any more what the files have given up is no reason to fail. */
async function lookFor(
  list: readonly Desired[],
  registry: Registry,
  reader: Reader,
  server: Server,
): Promise<readonly string[]> {
  const holders = new Map<string, Desired>(
    list.flatMap(({ address, origin }) =>
      chainOf(address)
        .slice(1)
        .map((holder) => [holder.text, anchor(holder, origin.at)] as const),
    ),
  )
  const interest = { desired: [...holders.values()], patterns: [], external: [], blocks: [], removed: list }
  try {
    const { live } = await refresh(interest, registry, reader, server)
    return [...live.keys()]
  } catch (error) {
    if (error instanceof AuthError) return []
    throw error
  }
}

/** An exact block goes or stays as a whole. */
const groupOf = ({ address }: Desired, registry: Registry): string =>
  registry.get(address.type)?.exact ? blockOf(address) : address.text

function said([first, ...more]: readonly Desired[], registry: Registry): readonly Diagnostic[] {
  const type = first && registry.get(first.address.type)
  if (!type) return []
  const { address, origin } = first
  const count = more.length + 1
  const what = count > 1 ? `${address.text} and ${more.length} more of its block are` : `${address.text} is`
  return [
    {
      code: 'QC4017',
      severity: 'warning',
      message: `${what} no longer listed and ${count > 1 ? 'stay' : 'stays'} in Quay`,
      at: origin.at,
      address: address.text,
      hint: wayOut(type, address),
    },
  ]
}

function wayOut({ identity, block, exact, prunable }: ResourceType, { parent }: Address): string {
  if (identity === 'singleton') return `if it shall go: "${block}: none"`
  if (exact) return `if they shall go: "${block}: ${identity === 'list' ? '[]' : '{}'}" on ${parent?.text}`
  return prunable
    ? `prune or remove it: "prune: {${block}: dropped}", or a line of "removed"`
    : 'remove it by a line of "removed"'
}
