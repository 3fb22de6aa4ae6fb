import type { Base } from '../engine/base.ts'
import { load, type SourceFile } from '../engine/load.ts'
import { rootOf } from '../model/address.ts'
import type { Registry } from '../model/resource.ts'
import { child, textOf } from '../model/tree.ts'
import type { Chosen } from './chosen.ts'

/** What moved to a file that was not loaded is not forgotten. */
export function narrowed(base: Base, chosen: Chosen, spoken: ReadonlySet<string>, registry: Registry): Base {
  const isElsewhere = elsewhere(chosen, registry)
  const isOurs = (root: string) => spoken.has(root) || !isElsewhere(root)
  const declared = [...base.declared].filter(([, { address }]) => isOurs(rootOf(address).name))
  return { ...base, declared: new Map(declared) }
}

/** Tells of whom files speak that are included and were not loaded. */
export function elsewhere({ main, named, included }: Chosen, registry: Registry): (name: string) => boolean {
  if (named.length === 0) return () => false
  const known = new Set(named.map(({ file }) => file))
  const all = [...(main ? [main] : []), ...included.files]
  const absent = organizationsIn(
    all.filter(({ file }) => !known.has(file)),
    registry,
  )
  return (name) => absent?.has(name) ?? true
}

/** Of whom files speak; null: it cannot be told, so it may be anybody. */
function organizationsIn(files: readonly SourceFile[], registry: Registry): ReadonlySet<string> | null {
  const { documents, diagnostics } = load(files, new Set())
  if (diagnostics.length > 0) return null
  const types = [...registry.values()]
  const names = new Set<string>()
  for (const { tree, kind } of documents) {
    if (kind === 'Registry' || types.some(({ document }) => document?.template === kind)) continue
    const type = types.find(({ document }) => document?.kind === kind || document?.part === kind)
    const name = type && textOf(child(tree, type.document?.part === kind ? type.name : 'name'))
    if (!name) return null
    names.add(name)
  }
  return names
}
