import { asSet } from '../model/canonical.ts'
import type { Origin } from '../model/diagnostics.ts'
import { kinds } from '../model/kinds.ts'
import type { Attribute, Schema, Value } from '../model/schema.ts'
import { child, plain, type Tree } from '../model/tree.ts'
import type { Invalid } from './validate.ts'

/** The attributes that an object's map writes, canonical, and where each stands. A refused value is left out and still counts as written. */
export function readAttributes(schema: Schema, tree: Tree, invalid: Invalid) {
  const attributes: Record<string, Value> = {}
  const origins: Record<string, Origin> = {}
  for (const [name, attribute] of Object.entries(schema)) {
    const value = child(tree, name)
    if (!value) continue
    // A scalar knows where it stands and how it is written, and finds that out when it is asked.
    origins[name] = value.kind === 'scalar' ? value : { at: value.at }
    if (!holds(value, invalid)) attributes[name] = canonical(attribute, value)
  }
  return { attributes, origins }
}

/** A fallback as a user would write it, in canonical form. */
export function canonicalFallback({ fallback, kind, words }: Attribute): Value | undefined {
  if (fallback === undefined || words?.some((word) => word === fallback)) return fallback
  return kinds[kind].parse(fallback)
}

function canonical(attribute: Attribute, tree: Tree): Value {
  if (tree.kind === 'scalar' && attribute.words?.some((word) => word === tree.value))
    return tree.value === 'none' ? (attribute.many ? [] : null) : tree.value
  if (attribute.many) {
    const items = tree.kind === 'list' ? tree.items : [tree]
    return asSet(items.map((item) => one(attribute, item)))
  }
  return one(attribute, tree)
}

const one = ({ fields, kind }: Attribute, tree: Tree): Value =>
  fields ? readAttributes(fields, tree, new Set()).attributes : kinds[kind].parse(plain(tree))

/** Is the value, or anything in it, refused? */
function holds(tree: Tree, invalid: Invalid): boolean {
  if (invalid.has(tree) || (tree.kind === 'scalar' && tree.value === null)) return true
  if (tree.kind === 'list') return tree.items.some((item) => holds(item, invalid))
  return tree.kind === 'map' && [...tree.entries.values()].some(({ value }) => holds(value, invalid))
}
