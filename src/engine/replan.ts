import { type Address, chainOf } from '../model/address.ts'
import { sameValue } from '../model/canonical.ts'
import type { Change, Desired, Live } from '../model/change.ts'
import type { Written } from '../model/drift.ts'
import type { Registry } from '../model/resource.ts'
import type { Server } from '../model/server.ts'
import { type DiffOptions, diff } from './diff.ts'
import type { Configuration } from './pipeline.ts'
import { refresh } from './refresh.ts'
import { silence } from './revisions.ts'
import { type Selection, select } from './select.ts'
import { readFrom } from './supposed.ts'

/** What other files would change in a Quay that was read before: it is asked nothing more. */
export async function changesFor(
  { expanded }: Pick<Configuration, 'expanded'>,
  there: ReadonlyMap<string, Live>,
  registry: Registry,
  server: Server,
  { selection, ...options }: DiffOptions & { readonly selection: Selection },
): Promise<readonly Change[]> {
  const selected = select(expanded, registry, selection)
  const blocks = selected.complete ? expanded.blocks.filter(({ parent }) => selected.includes(parent)) : []
  const removed = expanded.removed.filter(({ address }) => selected.includes(address))
  const patterns = expanded.patterns.filter(({ address }) => selected.inOrganization(address))
  const interest = { desired: selected.desired, patterns, external: expanded.external, blocks, removed }
  const types = readFrom(there, expanded.desired, registry)
  const { live, desired } = await refresh(interest, types, silence(), server)
  return diff(expanded, { ...selected, desired }, live, registry, server, options).changes
}

/** What each change is about: an attribute of an object, or the object as a whole. */
export const keysOf = ({ address: { text }, action, differences }: Change): readonly string[] =>
  action === 'create' || action === 'delete' ? [text] : differences.map(({ path }) => `${text} ${path}`)

/** Do other files declare what these do, but for what was written? What no plan would miss, a lost line may have said. */
export function keepsAllBut(
  written: readonly Pick<Written, 'address' | 'path'>[],
  before: readonly Desired[],
  after: readonly Desired[],
): boolean {
  const whole = new Set(written.flatMap(({ address, path }) => (path === undefined ? [address] : [])))
  const parts = new Set(written.map(({ address, path = '' }) => `${address} ${path.split('/')[1]}`))
  const isMeant = (address: Address) => chainOf(address).some(({ text }) => whole.has(text))
  const own = (all: readonly Desired[]) =>
    new Map(
      all.flatMap((one) => (one.mustExist || isMeant(one.address) ? [] : [[one.address.text, one] as const])),
    )
  const [old, now] = [own(before), own(after)]
  const isSame = (one: Desired, other: Desired) =>
    one.absent === other.absent &&
    [...new Set([...Object.keys(one.attributes), ...Object.keys(other.attributes)])].every(
      (name) =>
        parts.has(`${one.address.text} ${name}`) || sameValue(one.attributes[name], other.attributes[name]),
    )
  return (
    old.size === now.size &&
    [...old].every(([text, one]) => {
      const other = now.get(text)
      return other !== undefined && isSame(one, other)
    })
  )
}
