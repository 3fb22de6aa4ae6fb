import type { Entry, MapTree, Tree } from '../model/tree.ts'
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
    return { kind: 'scalar', at: node.at, value, text: value }
  }
  if (node.kind === 'list') {
    const items = node.items.map(fill)
    return items.every((item, index) => item === node.items[index])
      ? node
      : { kind: 'list', at: node.at, items }
  }
  const entries = [...node.entries].map(([key, entry]) => [key, filledEntry(entry, fill)] as const)
  return entries.every(([key, entry]) => node.entries.get(key) === entry)
    ? node
    : { kind: 'map', at: node.at, entries: new Map(entries) }
}

function filledEntry(entry: Entry, fill: (node: Tree) => Tree): Entry {
  const value = fill(entry.value)
  return value === entry.value ? entry : { key: entry.key, value, end: entry.end }
}
