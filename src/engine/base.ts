import type { Address } from '../model/address.ts'
import type { Desired } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import { superseded } from './deletions.ts'
import type { Expanded } from './expand.ts'
import type { Settings } from './settings.ts'
import { blockOf } from './siblings.ts'

/** What the files said at a ref: the third leg of the comparison, besides the files and Quay. */
export interface Base {
  /** As it was given. */
  readonly ref: string
  readonly commit: string
  /** The objects that were to be there, by address. */
  readonly declared: ReadonlyMap<string, Desired>
  /** What was to hold for all that match. */
  readonly patterns: readonly Desired[]
  /** The objects that were not to be there, by address. */
  readonly ends: ReadonlySet<string>
  /** Blocks of which all that was not listed was to go. */
  readonly sweeps: ReadonlySet<string>
  readonly settings: Settings
  /** What comments ignored. */
  readonly ignored: readonly Diagnostic[]
}

/** The files as they were, as a base. */
export const baseOf = (
  ref: string,
  commit: string,
  expanded: Expanded,
  ignored: readonly Diagnostic[] = [],
): Base => {
  const { desired, external, patterns, removed, blocks, settings } = expanded
  const foreign = new Set(external.map(({ address }) => address.text))
  const declared = desired.filter(
    ({ address, absent, mustExist }) => !absent && !mustExist && !foreign.has(address.text),
  )
  const absent = desired.filter((object) => object.absent)
  const swept = blocks.filter(({ exact, pruneAt, dropped }) => exact || (pruneAt && !dropped))
  return {
    ref,
    commit,
    declared: byAddress(declared),
    patterns,
    ends: new Set([...absent, ...removed].map(({ address }) => address.text)),
    sweeps: new Set(swept.map(({ type, parent }) => `${type} ${parent.text}`)),
    settings,
    ignored,
  }
}

const byAddress = (objects: readonly Desired[]): ReadonlyMap<string, Desired> =>
  new Map(objects.map((object) => [object.address.text, object]))

/** What the base declared and the files say nothing of any more. */
export interface Forgotten {
  /** Their blocks say `dropped`: they go. */
  readonly dropped: readonly Desired[]
  /** They stay, and nobody looks after them. */
  readonly left: readonly Desired[]
}

const NOTHING: Forgotten = { dropped: [], left: [] }

/** Of what stood below something that is forgotten, removed or left to others too, only that is told. */
export function forgotten(expanded: Expanded, base: Base | undefined, registry: Registry): Forgotten {
  if (!base) return NOTHING
  const { desired, removed, external, released, blocks } = expanded
  const declared = new Set(desired.map(({ address }) => address.text))
  const settled = new Set([
    ...[...removed, ...external, ...superseded(expanded, registry)].map(({ address }) => address.text),
    ...released.map(({ text }) => text),
  ])
  const prunes = new Map(
    blocks.flatMap(({ type, parent, pruneAt, dropped = false }) =>
      pruneAt ? [[`${type} ${parent.text}`, dropped]] : [],
    ),
  )
  const mayEnd = ({ type }: Address) => isEnding(registry.get(type))
  const stands = (parent: Address | null): boolean =>
    parent === null ||
    declared.has(parent.text) ||
    (!settled.has(parent.text) &&
      !(base.declared.has(parent.text) && mayEnd(parent)) &&
      stands(parent.parent))
  const gone = [...base.declared.values()].filter(
    ({ address }) =>
      !declared.has(address.text) && !settled.has(address.text) && mayEnd(address) && stands(address.parent),
  )
  return {
    dropped: gone.filter(({ address }) => prunes.get(blockOf(address)) === true),
    left: gone.filter(({ address }) => !prunes.has(blockOf(address))),
  }
}

/** Is there a way to write that an object shall not be? */
const isEnding = (type: ResourceType | undefined): boolean =>
  type !== undefined &&
  (type.prunable || type.removable || type.exact || type.identity === 'singleton') === true
