import type { Place } from './diagnostics.ts'
import type { Position } from './excerpt.ts'
import type { Value } from './schema.ts'

/** A YAML value that remembers where it stands. */
export type Tree = MapTree | ListTree | ScalarTree

export interface MapTree {
  readonly kind: 'map'
  readonly at: Place
  readonly entries: ReadonlyMap<string, Entry>
}
export interface Entry {
  readonly key: Place
  readonly value: Tree
  /** Where the value ends, with all that is below it. */
  readonly end: Position
}
export interface ListTree {
  readonly kind: 'list'
  readonly at: Place
  readonly items: readonly Tree[]
}
export interface ScalarTree {
  readonly kind: 'scalar'
  readonly at: Place
  readonly value: string | number | boolean | null
  /** As written, without quotes. */
  readonly text: string
}

/** The value without its places. */
export function plain(tree: Tree): Value {
  if (tree.kind === 'scalar') return tree.value
  if (tree.kind === 'list') return tree.items.map(plain)
  return Object.fromEntries([...tree.entries].map(([key, { value }]) => [key, plain(value)]))
}

/** The entry or item at a JSON pointer; the key's place where it has one. */
export function at(tree: Tree, pointer: string): { readonly tree: Tree; readonly key: Place | null } | null {
  let found: { tree: Tree; key: Place | null } = { tree, key: null }
  for (const raw of pointer.split('/').slice(1)) {
    const step = raw.replaceAll('~1', '/').replaceAll('~0', '~')
    const next: Entry | Tree | undefined =
      found.tree.kind === 'map'
        ? found.tree.entries.get(step)
        : found.tree.kind === 'list'
          ? found.tree.items[Number(step)]
          : undefined
    if (!next) return null
    found =
      'value' in next && 'key' in next
        ? { tree: next.value, key: next.key }
        : { tree: next as Tree, key: null }
  }
  return found
}

/** The value under a key of a map, if it is one and has it. */
export const child = (tree: Tree | undefined, key: string): Tree | undefined =>
  tree?.kind === 'map' ? tree.entries.get(key)?.value : undefined

/** The entries of a map, none of anything else. */
export const mapEntries = (tree: Tree | undefined): readonly (readonly [string, Entry])[] =>
  tree?.kind === 'map' ? [...tree.entries] : []

/** The text of a scalar. */
export const textOf = (tree: Tree | undefined): string | undefined =>
  tree?.kind === 'scalar' ? tree.text : undefined
