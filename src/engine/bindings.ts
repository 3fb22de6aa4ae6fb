import { posix } from 'node:path'
import picomatch from 'picomatch'
import { byText } from '../model/address.ts'
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
  /** The globs over variables that it allows; null: all that the registry allows. */
  readonly secrets: readonly string[] | null
  /** What it would allow to longer names, whose secrets look like this one's: `QC_ACME_*` takes in `QC_ACME_WEB_*`. */
  readonly others: readonly { readonly organization: string; readonly secrets: readonly string[] }[]
}

/** The bindings of a file, however it was loaded. */
export type Bindings = (file: string) => readonly Binding[]

/** `{ORGANIZATION}`: upper case, every other character as `_`. */
const word = (organization: string): string => organization.toUpperCase().replace(/[^A-Z0-9]/g, '_')

const WORD = '{ORGANIZATION}'

/** The globs over variables of one organization. */
const filled = (globs: readonly string[], organization: string | null): readonly string[] =>
  globs.map((glob) => (organization === null ? glob : glob.replaceAll(WORD, word(organization))))

/** A Registry document binds, and is not bound. */
export function bindingsOf(
  { file: main, include }: Settings,
  documents: readonly Document[],
  organizations: readonly string[],
): Bindings {
  const folder = posix.dirname(main ?? '.')
  const entries = include
    .filter(({ onlyOrganization, secrets }) => onlyOrganization || secrets)
    .map((entry) => ({ entry, regex: includePattern(entry.text) }))
  const words = sortedWords(organizations)
  const free = documents.flatMap(({ file, overlay }) => (overlay ? [file] : []))
  const known = new Map<string, readonly Binding[]>([main ?? '', ...free].map((file) => [file, []]))
  return (file) => {
    const path = posix.relative(folder, file)
    const found =
      known.get(file) ??
      entries.flatMap(({ entry, regex }) => {
        const match = regex.exec(path)
        return match ? [bound(entry, match.groups?.organization ?? null, words)] : []
      })
    known.set(file, found)
    return found
  }
}

/** The organizations that paths of bound files name. */
export function organizationsAt(
  files: readonly string[],
  { file: main, include }: Settings,
): readonly string[] {
  const folder = posix.dirname(main ?? '.')
  const regexes = include.filter(({ secrets }) => secrets).map(({ text }) => includePattern(text))
  const found = files.flatMap((file) =>
    regexes.flatMap((regex) => regex.exec(posix.relative(folder, file))?.groups?.organization ?? []),
  )
  return [...new Set(found)]
}

function bound(include: Include, organization: string | null, words: readonly Word[]): Binding {
  const globs = include.secrets?.filter((glob) => glob.includes(WORD)) ?? []
  const others =
    organization === null || globs.length === 0
      ? []
      : longer(word(organization), words).map(({ name }) => ({
          organization: name,
          secrets: filled(globs, name),
        }))
  return { include, organization, secrets: include.secrets && filled(include.secrets, organization), others }
}

/** An organization's name, and how it stands in names of secrets. */
interface Word {
  readonly name: string
  readonly text: string
}

const sortedWords = (organizations: readonly string[]): readonly Word[] =>
  [...new Set(organizations)]
    .map((name) => ({ name, text: word(name) }))
    .sort((a, b) => byText(a.text, b.text))

/** Those that begin like a word: in sorted order they stand together. */
function longer(beginning: string, words: readonly Word[]): readonly Word[] {
  let [low, high] = [0, words.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((words[middle]?.text ?? '') <= beginning) low = middle + 1
    else high = middle
  }
  let end = low
  while (words[end]?.text.startsWith(beginning)) end++
  return words.slice(low, end)
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
      .filter(({ text }) => !text.includes(PLACEHOLDER))
      .flatMap(({ at, onlyOrganization, secrets }) => {
        const names = secrets?.some((glob) => glob.includes(WORD)) ? [WORD] : []
        return [...(onlyOrganization ? ['only_organization'] : []), ...names].map((what) =>
          problemAt('QC1206', `${what} needs ${PLACEHOLDER} in its path`, { at }),
        )
      }),
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
  if (!settings.include.some(({ secrets }) => secrets?.some((glob) => glob.includes(WORD)))) return []
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

/** An entry's glob over paths below its Registry document; captures what `{organization}` stands for. */
export function includePattern(glob: string): RegExp {
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
