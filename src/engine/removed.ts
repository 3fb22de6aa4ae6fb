import { type Address, addressOf } from '../model/address.ts'
import type { Diagnostic, Place } from '../model/diagnostics.ts'
import { type Registry, type ResourceType, typesOf } from '../model/resource.ts'
import { child, mapEntries, type Tree, textOf } from '../model/tree.ts'
import { badDate, isDate, looksLikeDate } from './dates.ts'
import { rootsOf } from './jsonschema-objects.ts'
import { texts } from './settings.ts'
import type { Invalid } from './validate.ts'

/** A reviewed line that deletes. */
export interface Removal {
  readonly address: Address
  readonly reason: string
  /** `YYYY-MM-DD`, the last day. */
  readonly until: string
  readonly at: Place
}

/** Something that may be referred to and is never read, written, pruned or counted. */
export interface External {
  readonly address: Address
  readonly at: Place
}

/** `removed` of a Registry document (roots) or of a document (what is below it). */
export function removalsOf(
  tree: Tree | undefined,
  root: Address | null,
  registry: Registry,
): { readonly removed: readonly Removal[]; readonly diagnostics: readonly Diagnostic[] } {
  const removed: Removal[] = []
  const diagnostics: Diagnostic[] = []
  for (const type of registry.values()) {
    if (!type.removable || (type.parents.length === 0) !== (root === null)) continue
    if (root && !rootsOf(type, registry).includes(root.type)) continue
    for (const [name, { key, value }] of mapEntries(child(child(tree, 'removed'), type.block))) {
      const [reason, until] = [textOf(child(value, 'reason')), textOf(child(value, 'until'))]
      if (!reason || !until) continue
      if (isDate(until))
        removed.push({ address: addressBelow(type, root, name, registry), reason, until, at: key })
      else if (looksLikeDate(until)) diagnostics.push(badDate(until, child(value, 'until')?.at ?? key))
    }
  }
  return { removed, diagnostics }
}

/** `vulnerabilities` stands below the root itself, `api#vulnerabilities` below its repository: the first separator of the type divides them. */
function addressBelow(type: ResourceType, root: Address | null, text: string, registry: Registry): Address {
  if (!root) return addressOf(type, root, text)
  const end = type.separator === '' ? -1 : text.indexOf(type.separator)
  const above = typesOf(type.parents, registry).find((parent) => parent.parents.includes(root.type))
  if (!above || (end < 0 && type.parents.includes(root.type))) return addressOf(type, root, text)
  const [owner, name] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)]
  return addressOf(type, addressOf(above, root, owner), name)
}

/** `external` of a document, a part or a template. */
export function externalsOf(
  tree: Tree,
  root: Address,
  registry: Registry,
  invalid: Invalid,
): readonly External[] {
  const types = [...registry.values()]
  return mapEntries(child(tree, 'external')).flatMap(([block, { value }]) => {
    const type = types.find((candidate) => candidate.block === block && candidate.parents.includes(root.type))
    return type
      ? texts(value, invalid).map(({ text, at }) => ({ address: addressOf(type, root, text), at }))
      : []
  })
}
