import type { Place } from '../model/diagnostics.ts'
import type { Value } from '../model/schema.ts'
import { child, type ListTree, type MapTree, plain, type Tree, textOf } from '../model/tree.ts'
import type { Document } from './load.ts'
import type { Invalid } from './validate.ts'

/** A text of a list, with its line. */
export interface Line {
  readonly text: string
  readonly at: Place
}

/** The credentials of one upstream, as written. */
export interface Upstream {
  readonly host: string
  readonly username: { readonly value: Value; readonly at: Place } | null
  readonly password: { readonly value: Value; readonly at: Place } | null
}

/** What the Registry document says besides what is removed. */
export interface Settings {
  readonly file: string | null
  readonly url: Line | null
  readonly include: readonly Line[]
  readonly upstreams: readonly Upstream[]
  /** Globs over names of environment variables. */
  readonly secrets: readonly string[]
  readonly maxDeletes: { readonly limit: number; readonly at: Place | null }
  readonly protect: readonly Line[]
}

export const DEFAULT_MAX_DELETES = 5

/** Reads the Registry document; without one the defaults hold. */
export function readSettings(document: Document | undefined, invalid: Invalid): Settings {
  const tree = document?.tree
  const upstreams = entries(child(tree, 'upstreams')).map(([host, entry]) => ({
    host,
    username: valueAt(child(entry, 'username'), invalid),
    password: valueAt(child(entry, 'password'), invalid),
  }))
  const url = child(tree, 'url')
  const limit = child(child(tree, 'safety'), 'max_deletes')
  const written = texts(child(tree, 'secrets'), invalid)
  const named = upstreams
    .flatMap(({ username, password }) => [username, password])
    .flatMap((part) => variableOf(part?.value))
  return {
    file: document?.file ?? null,
    url: url && !invalid.has(url) ? { text: (textOf(url) ?? '').replace(/\/$/, ''), at: url.at } : null,
    include: texts(child(tree, 'include'), invalid),
    upstreams,
    secrets: child(tree, 'secrets') ? written.map(({ text }) => text) : ['QC_*', ...named],
    maxDeletes: {
      limit:
        limit?.kind === 'scalar' && typeof limit.value === 'number' && !invalid.has(limit)
          ? limit.value
          : DEFAULT_MAX_DELETES,
      at: limit?.at ?? null,
    },
    protect: texts(child(child(tree, 'safety'), 'protect'), invalid),
  }
}

/** The entry whose host and path are the longest whole-segment beginning of a reference. */
export function upstreamFor(reference: string, upstreams: readonly Upstream[]): Upstream | null {
  const fits = upstreams.filter(({ host }) => reference === host || reference.startsWith(`${host}/`))
  return fits.sort((a, b) => b.host.length - a.host.length)[0] ?? null
}

export function entries(tree: Tree | undefined): readonly (readonly [string, Tree])[] {
  return tree?.kind === 'map'
    ? [...(tree as MapTree).entries].map(([key, { value }]) => [key, value] as const)
    : []
}

function texts(tree: Tree | undefined, invalid: Invalid): readonly Line[] {
  if (tree?.kind !== 'list') return []
  return (tree as ListTree).items.flatMap((item) =>
    item.kind === 'scalar' && !invalid.has(item) ? [{ text: item.text, at: item.at }] : [],
  )
}

const valueAt = (tree: Tree | undefined, invalid: Invalid) =>
  tree && !invalid.has(tree) ? { value: plain(tree), at: tree.at } : null

function variableOf(value: Value | undefined): readonly string[] {
  const name = value && typeof value === 'object' && 'from_env' in value ? value.from_env : undefined
  return typeof name === 'string' ? [name] : []
}
