import picomatch from 'picomatch'
import { byText } from '../model/address.ts'
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
export const word = (organization: string): string => organization.toUpperCase().replace(/[^A-Z0-9]/g, '_')

/** Stands for that in globs over variables. */
export const WORD = '{ORGANIZATION}'

/** The globs over variables of one organization. */
const filled = (globs: readonly string[], organization: string | null): readonly string[] =>
  globs.map((glob) => (organization === null ? glob : glob.replaceAll(WORD, word(organization))))

/** The entries that say more than which files there are. */
export const binding = ({ include }: Settings): readonly Include[] =>
  include.filter(({ onlyOrganization, secrets }) => onlyOrganization || secrets)

/** A Registry document binds, and is not bound. */
export function bindingsOf(
  settings: Settings,
  documents: readonly Document[],
  organizations: readonly string[],
): Bindings {
  const entries = binding(settings).map((entry) => ({ entry, regex: includePattern(entry.text) }))
  const words = sortedWords(organizations)
  const paths = new Map(documents.map(({ file, path }) => [file, path]))
  const free = documents.flatMap(({ file, overlay }) => (overlay ? [file] : []))
  const known = new Map<string, readonly Binding[]>([settings.file ?? '', ...free].map((file) => [file, []]))
  return (file) => {
    const found =
      known.get(file) ??
      entries.flatMap(({ entry, regex }) => {
        const match = regex.exec(paths.get(file) ?? file)
        return match ? [bound(entry, match.groups?.organization ?? null, words)] : []
      })
    known.set(file, found)
    return found
  }
}

/** May an entry that binds hold what lies at this path: a file of its glob, or any below the folder that the glob begins with? */
export function takesIn(settings: Settings, path: string): boolean {
  return binding(settings).some(({ text }) => {
    const segments = text.replace(/^\.\//, '').split('/')
    const wild = segments.findIndex((segment) => /[*?{}[\]()!+@|\\]/.test(segment))
    const folder = segments.slice(0, Math.max(wild, 0)).map((segment) => `${segment}/`)
    return includePattern(text).test(path) || (wild >= 0 && path.startsWith(folder.join('')))
  })
}

/** The organizations that paths of included files name. */
export function organizationsAt(paths: readonly string[], { include }: Settings): readonly string[] {
  const regexes = include
    .filter(({ text }) => text.includes(PLACEHOLDER))
    .map(({ text }) => includePattern(text))
  return [
    ...new Set(
      paths.flatMap((path) => regexes.flatMap((regex) => regex.exec(path)?.groups?.organization ?? [])),
    ),
  ]
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
