import type { MapTree, Tree } from '../model/tree.ts'
import type { Invalid } from './validate.ts'

/** The only placeholder there is; it stands in values of templates, never in keys. */
export const PLACEHOLDER = '{organization}'

/** A template's body for one organization. Values that were refused stay refused; what holds no placeholder is shared, not copied. */
export function fillPlaceholders(
  tree: MapTree,
  organization: string,
  invalid: Invalid,
): { readonly tree: MapTree; readonly invalid: Invalid } {
  const refused = new Set(invalid)
  const fill = (node: Tree): Tree => {
    const filled = filledNode(node, organization, fill)
    if (filled !== node && refused.has(node)) refused.add(filled)
    return filled
  }
  const filled = fill(tree)
  return { tree: filled.kind === 'map' ? filled : tree, invalid: refused }
}

function filledNode(node: Tree, organization: string, fill: (node: Tree) => Tree): Tree {
  if (node.kind === 'scalar') {
    if (typeof node.value !== 'string' || !node.value.includes(PLACEHOLDER)) return node
    const value = node.value.replaceAll(PLACEHOLDER, organization)
    return { ...node, value, text: value }
  }
  if (node.kind === 'list') {
    const items = node.items.map(fill)
    return items.every((item, index) => item === node.items[index]) ? node : { ...node, items }
  }
  const entries = [...node.entries].map(
    ([key, entry]) => [key, { ...entry, value: fill(entry.value) }] as const,
  )
  return entries.every(([key, { value }]) => node.entries.get(key)?.value === value)
    ? node
    : { ...node, entries: new Map(entries) }
}
