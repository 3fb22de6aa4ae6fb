import type { Origin, Place } from '../model/diagnostics.ts'
import type { Registry } from '../model/resource.ts'
import { type Level, levels, type RuleName, ruleNames } from '../model/rules.ts'
import type { Value } from '../model/schema.ts'
import { child, type MapTree, plain, type Tree, textOf } from '../model/tree.ts'
import { readAttributes } from './attributes.ts'
import type { Document } from './load.ts'
import type { Invalid } from './validate.ts'

/** A text of a list, with its line. */
export interface Line {
  readonly text: string
  readonly at: Place
}

/** Files of a registry, and what they may say. */
export interface Include extends Line {
  /** Files there hold documents of the organization that their path names, and no others. */
  readonly onlyOrganization: boolean
  /** Which variables files there may refer to; null: those of the whole registry. */
  readonly secrets: readonly string[] | null
}

/** The credentials of one upstream, as written. */
export interface Upstream {
  readonly host: string
  readonly username: { readonly value: Value; readonly at: Place } | null
  readonly password: { readonly value: Value; readonly at: Place } | null
}

/** Attributes for every object of a type. */
export interface Preset {
  readonly attributes: Readonly<Record<string, Value>>
  readonly origins: Readonly<Record<string, Origin>>
}

/** What the Registry document says besides what is removed. */
export interface Settings {
  readonly file: string | null
  /** The document as written, an overlay's keys in place of its own. */
  readonly tree: MapTree | undefined
  readonly url: Line | null
  readonly include: readonly Include[]
  readonly upstreams: readonly Upstream[]
  /** Weaker than every template and document, by type. */
  readonly defaults: ReadonlyMap<string, Preset>
  /** Stronger than every document, by type. */
  readonly overrides: ReadonlyMap<string, Preset>
  /** Globs over names of environment variables. */
  readonly secrets: readonly string[]
  readonly maxDeletes: SettledLimit
  readonly maxRevokes: SettledLimit
  readonly maxDeletePercent: SettledLimit
  readonly minOrgAdmins: SettledLimit
  readonly protect: readonly Line[]
  /** How much rules matter that are not as they are without a word. */
  readonly rules: ReadonlyMap<RuleName, Level>
}

/** A number that a plan must keep to, and where it is written. */
export interface SettledLimit {
  readonly limit: number
  readonly at: Place | null
}

/** What holds where `safety` does not say otherwise. */
const LIMITS = { max_deletes: 5, max_revokes: 25, max_delete_percent: 25, min_org_admins: 1 } as const

/** Reads the Registry document; without one the defaults hold. The keys of an overlay (`--registry`) replace the document's. */
export function readSettings(
  document: Document | undefined,
  overlay: Document | undefined,
  registry: Registry,
  invalid: Invalid,
): Settings {
  const tree = overlaid(document?.tree, overlay?.tree)
  const upstreams = entries(child(tree, 'upstreams')).map(([host, entry]) => ({
    host,
    username: valueAt(child(entry, 'username'), invalid),
    password: valueAt(child(entry, 'password'), invalid),
  }))
  const url = child(tree, 'url')
  const safety = child(tree, 'safety')
  const limit = (name: keyof typeof LIMITS) => limitAt(child(safety, name), LIMITS[name], invalid)
  const named = upstreams
    .flatMap(({ username, password }) => [username, password])
    .flatMap((part) => variableOf(part?.value))
  return {
    file: document?.file ?? null,
    tree,
    url: url && !invalid.has(url) ? { text: (textOf(url) ?? '').replace(/\/$/, ''), at: url.at } : null,
    include: items(child(tree, 'include')).flatMap((item) => includeOf(item, invalid)),
    upstreams,
    defaults: presets(child(tree, 'defaults'), registry, invalid),
    overrides: presets(child(tree, 'overrides'), registry, invalid),
    secrets: child(tree, 'secrets')
      ? texts(child(tree, 'secrets'), invalid).map(({ text }) => text)
      : ['QC_*', ...named],
    maxDeletes: limit('max_deletes'),
    maxRevokes: limit('max_revokes'),
    maxDeletePercent: limit('max_delete_percent'),
    minOrgAdmins: limit('min_org_admins'),
    protect: texts(child(safety, 'protect'), invalid),
    rules: rulesOf(child(tree, 'rules')),
  }
}

/** The entry whose host and path are the longest whole-segment beginning of a reference. */
export function upstreamFor(reference: string, upstreams: readonly Upstream[]): Upstream | null {
  const fits = upstreams.filter(({ host }) => reference === host || reference.startsWith(`${host}/`))
  return fits.sort((a, b) => b.host.length - a.host.length)[0] ?? null
}

/** The texts of a list. */
export function texts(tree: Tree | undefined, invalid: Invalid): readonly Line[] {
  return items(tree).flatMap((item) =>
    item.kind === 'scalar' && !invalid.has(item) ? [{ text: item.text, at: item.at }] : [],
  )
}

export const items = (tree: Tree | undefined): readonly Tree[] => (tree?.kind === 'list' ? tree.items : [])

const entries = (tree: Tree | undefined): readonly (readonly [string, Tree])[] =>
  tree?.kind === 'map' ? [...tree.entries].map(([key, { value }]) => [key, value] as const) : []

function overlaid(main: MapTree | undefined, overlay: MapTree | undefined): MapTree | undefined {
  if (!main || !overlay) return main ?? overlay
  return { kind: 'map', at: main.at, entries: new Map([...main.entries, ...overlay.entries]) }
}

function includeOf(item: Tree, invalid: Invalid): readonly Include[] {
  if (invalid.has(item)) return []
  if (item.kind === 'scalar')
    return [{ text: item.text, at: item.at, onlyOrganization: false, secrets: null }]
  const path = child(item, 'path')
  if (path?.kind !== 'scalar') return []
  const only = child(item, 'only_organization')
  const secrets = child(item, 'secrets')
  return [
    {
      text: path.text,
      at: path.at,
      onlyOrganization: only?.kind === 'scalar' && only.value === true,
      secrets: secrets ? texts(secrets, invalid).map(({ text }) => text) : null,
    },
  ]
}

function presets(tree: Tree | undefined, registry: Registry, invalid: Invalid): ReadonlyMap<string, Preset> {
  return new Map(
    entries(tree).flatMap(([name, attributes]) => {
      const type = registry.get(name)
      return type ? [[name, readAttributes(type.schema, attributes, invalid)] as const] : []
    }),
  )
}

function rulesOf(tree: Tree | undefined): ReadonlyMap<RuleName, Level> {
  return new Map(
    ruleNames.flatMap((name) => {
      const said = textOf(child(tree, name))
      const level = levels.find((word) => word === said)
      return level ? [[name, level] as const] : []
    }),
  )
}

function limitAt(tree: Tree | undefined, unsaid: number, invalid: Invalid): SettledLimit {
  const said = tree?.kind === 'scalar' && typeof tree.value === 'number' && !invalid.has(tree)
  return { limit: said ? Number(tree.value) : unsaid, at: tree?.at ?? null }
}

const valueAt = (tree: Tree | undefined, invalid: Invalid) =>
  tree && !invalid.has(tree) ? { value: plain(tree), at: tree.at } : null

function variableOf(value: Value | undefined): readonly string[] {
  const name = value && typeof value === 'object' && 'from_env' in value ? value.from_env : undefined
  return typeof name === 'string' ? [name] : []
}
