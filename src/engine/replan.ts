import type { Change, Live } from '../model/change.ts'
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
