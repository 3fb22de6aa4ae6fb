import { posix } from 'node:path'
import picomatch from 'picomatch'
import { type Diagnostic, problemAt } from '../model/diagnostics.ts'
import type { Registry } from '../model/resource.ts'
import { child, textOf } from '../model/tree.ts'
import type { Expanded } from './expand.ts'
import type { Document } from './load.ts'
import { PLACEHOLDER } from './placeholders.ts'
import type { Include, Settings } from './settings.ts'

/** An include entry that holds a file, and the organization that the file's path names. */
export interface Binding {
  readonly include: Include
  readonly organization: string | null
}

/** The bindings of a file, however it was loaded. */
export type Bindings = (file: string) => readonly Binding[]

/** `{ORGANIZATION}`: upper case, every other character as `_`. */
const word = (organization: string): string => organization.toUpperCase().replace(/[^A-Z0-9]/g, '_')

/** The globs over variables that a binding allows; null: all that the registry allows. */
export function boundSecrets({ include, organization }: Binding): readonly string[] | null {
  return include.secrets?.map((glob) => glob.replaceAll('{ORGANIZATION}', word(organization ?? ''))) ?? null
}

export function bindingsOf({ file: main, include }: Settings): Bindings {
  const folder = posix.dirname(main ?? '.')
  const entries = include
    .filter(({ onlyOrganization, secrets }) => onlyOrganization || secrets)
    .map((entry) => ({ entry, regex: pathPattern(entry.text) }))
  const known = new Map<string, readonly Binding[]>()
  return (file) => {
    const path = posix.relative(folder, file)
    const found =
      known.get(path) ??
      entries.flatMap(({ entry, regex }) => {
        const match = regex.exec(path)
        return match ? [{ include: entry, organization: match.groups?.organization ?? null }] : []
      })
    known.set(path, found)
    return found
  }
}

/** What files say that their paths forbid. */
export function bindingProblems(
  documents: readonly Document[],
  expanded: Expanded,
  registry: Registry,
  bindings: Bindings,
): readonly Diagnostic[] {
  return [
    ...expanded.settings.include
      .filter(({ text, onlyOrganization }) => onlyOrganization && !text.includes(PLACEHOLDER))
      .map(({ at }) => problemAt('QC1206', `only_organization needs ${PLACEHOLDER} in its path`, { at })),
    ...documents.flatMap((document) =>
      bindings(document.file).flatMap((binding) => strangers(document, binding, registry)),
    ),
    ...sameWords(expanded),
  ]
}

function strangers(
  { tree, kind }: Document,
  { include, organization }: Binding,
  registry: Registry,
): Diagnostic[] {
  if (!include.onlyOrganization || organization === null) return []
  const type = [...registry.values()].find(
    ({ document }) => document?.kind === kind || document?.part === kind,
  )
  const key = type?.document?.part === kind ? type.name : 'name'
  const name = type?.parents.length === 0 ? textOf(child(tree, key)) : undefined
  if (name === organization) return []
  const at = child(tree, name === undefined ? 'kind' : key)?.at ?? tree.at
  return [
    problemAt(
      'QC1205',
      `this file may hold documents of ${organization} only`,
      { at },
      {
        hint: 'move it to where it belongs',
        also: [{ at: include.at, text: 'by this line' }],
      },
    ),
  ]
}

/** Two organizations with one `{ORGANIZATION}` would share their secrets. */
function sameWords({ settings, desired }: Expanded): readonly Diagnostic[] {
  if (!settings.include.some(({ secrets }) => secrets?.some((glob) => glob.includes('{ORGANIZATION}'))))
    return []
  const first = new Map<string, (typeof desired)[number]>()
  return desired
    .filter(({ address }) => address.parent === null)
    .flatMap((object) => {
      const before = first.get(word(object.address.name))
      if (!before) first.set(word(object.address.name), object)
      return before
        ? [
            problemAt(
              'QC1207',
              `${object.address.name} and ${before.address.name} are both ${word(before.address.name)} in names of secrets`,
              object.origin,
              {
                hint: 'rename one, or write its secrets line by itself',
                also: [{ at: before.origin.at, text: 'the other' }],
              },
            ),
          ]
        : []
    })
}

/** A glob with `{organization}` as a pattern that captures it. */
function pathPattern(glob: string): RegExp {
  const marker = 'ORGANIZATIONMARKER'
  const { source } = picomatch.makeRe(glob.replace(/^\.\//, '').replaceAll(PLACEHOLDER, marker))
  let first = true
  return new RegExp(
    source.replaceAll(marker, () => {
      const part = first ? '(?<organization>[^/]+)' : '\\k<organization>'
      first = false
      return part
    }),
  )
}
