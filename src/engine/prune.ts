import type { Address } from '../model/address.ts'
import { type Diagnostic, type Origin, type Place, problemAt } from '../model/diagnostics.ts'
import type { Registry } from '../model/resource.ts'
import { child, type MapTree, mapEntries, type Tree, textOf } from '../model/tree.ts'
import type { Laid, Layers } from './layers.ts'
import type { Invalid } from './validate.ts'

/** A block that the files write under a parent, and whether what it does not list is deleted. */
export interface Block {
  readonly parent: Address
  readonly type: string
  readonly at: Place
  /** The line that says that what the block does not list is to go. */
  readonly pruneAt: Place | null
  /** The line that brought that in from a template. */
  readonly pruneVia?: Place
  /** The block itself says so. */
  readonly exact: boolean
  /** Of that only what the base listed. */
  readonly dropped?: true
}

/** What a template has and the document leaves out: not managed, and not pruned. */
export interface Released extends Address {
  readonly origin: Origin
}

interface Line {
  readonly key: Place
  readonly value: Tree
  readonly via?: Place | undefined
}

/** What of a root's blocks goes when no file lists it: `prune` of its templates and of its document, the strongest line of each block. */
export function pruned(
  root: Address,
  laid: readonly Laid[],
  main: MapTree | null,
  layers: Layers,
  registry: Registry,
  invalid: Invalid,
): {
  readonly blocks: readonly Block[]
  readonly released: readonly Released[]
  readonly diagnostics: readonly Diagnostic[]
} {
  const diagnostics: Diagnostic[] = []
  const lines = new Map<string, Line>(
    laid.flatMap(({ tree, via }) =>
      mapEntries(child(tree, 'prune')).map(([name, { key, value }]) => [name, { key, value, via }] as const),
    ),
  )
  const filled = new Set([...layers.objects.values()].map(({ address: { type } }) => type))
  const emptied = new Set(
    [...layers.blocks.values()].flatMap(({ type, main, empty }) => (main && empty ? [type.name] : [])),
  )
  const blocks = [...layers.blocks.values()].flatMap(({ type, parent, at, via, own, empty }) => {
    if (!parent || type.patternOf) return []
    const line = type.prunable ? lines.get(type.block) : undefined
    if (type.prunable && empty && !line && own)
      diagnostics.push({
        code: 'QC4003',
        severity: 'warning',
        message: `an empty "${type.block}" deletes nothing`,
        at,
        hint: `write "prune: {${type.block}: all}" if the ${type.block} in Quay shall go`,
      })
    const exact = type.exact === true
    const pruneAt = exact ? at : line && !invalid.has(line.value) ? line.value.at : null
    const dropped = !exact && textOf(line?.value) === 'dropped'
    const pruneVia = exact ? via : line?.via
    const where = { at, pruneAt, ...(pruneAt && pruneVia && { pruneVia }) }
    return [{ parent, type: type.name, ...where, exact, ...(dropped && { dropped: true as const }) }]
  })
  const released = [...layers.released.values()].filter(({ address }) => !layers.objects.has(address.text))
  for (const { address, type, origin, idle } of released)
    if (idle && !(type.prunable && lines.has(type.block)))
      diagnostics.push(
        problemAt('QC4006', `no template has ${address.text}: "none" says nothing`, origin, {
          severity: 'warning',
          hint: 'remove the line',
          organization: root.name,
        }),
      )
  for (const [name, { key: at, via }] of lines) {
    const type = [...registry.values()].find((candidate) => candidate.block === name && candidate.prunable)
    if (!type || filled.has(type.name) || emptied.has(type.name) || saysEmpty(main, name)) continue
    diagnostics.push(
      problemAt(
        'QC2007',
        `${root.text} prunes ${name}, and lists none`,
        { at, ...(via && { via }) },
        { hint: `write "${name}: {}" in its own document if all of them shall go`, organization: root.name },
      ),
    )
  }
  return { blocks, released: released.map(({ address, origin }) => ({ ...address, origin })), diagnostics }
}

/** Does the document itself say that there are none? What it writes wrong counts as written. */
function saysEmpty(main: MapTree | null, block: string): boolean {
  const value = main ? child(main, block) : undefined
  return value !== undefined && (value.kind !== 'map' || value.entries.size === 0)
}
