import { rootOf } from '../model/address.ts'
import { type Diagnostic, type Place, problemAt } from '../model/diagnostics.ts'
import type { Registry } from '../model/resource.ts'
import { child, textOf } from '../model/tree.ts'
import { type Binding, type Bindings, binding, includePattern, WORD, word } from './bindings.ts'
import type { Expanded } from './expand.ts'
import type { Document } from './load.ts'
import { PLACEHOLDER } from './placeholders.ts'
import type { Include, Settings } from './settings.ts'

/** What files say that their paths forbid. */
export function bindingProblems(
  documents: readonly Document[],
  expanded: Expanded,
  registry: Registry,
  bindings: Bindings,
  organizations: readonly string[],
): readonly Diagnostic[] {
  return [
    ...expanded.settings.include.flatMap(wildWord),
    ...unnamed(documents, expanded.settings),
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
    ...sameWords(expanded, organizations),
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

/** A wildcard before `{ORGANIZATION}` takes in the secrets of every name that ends alike. */
function wildWord({ at, secrets }: Include): Diagnostic[] {
  const wild = (glob: string) =>
    glob.split(WORD).some((text, index, parts) => index < parts.length - 1 && /[*?]/.test(text))
  return secrets?.some(wild)
    ? [problemAt('QC1206', `no wildcard may stand before ${WORD} in its secrets`, { at })]
    : []
}

/** Where paths bind, a file that no entry names would be free. */
function unnamed(documents: readonly Document[], settings: Settings): readonly Diagnostic[] {
  const [first] = binding(settings)
  if (!first) return []
  const regexes = settings.include.map(({ text }) => includePattern(text))
  return documents
    .filter(({ file, path, overlay }) => file !== settings.file && !overlay && !path.startsWith('../'))
    .filter(({ path }) => !regexes.some((regex) => regex.test(path)))
    .map(({ tree }) =>
      problemAt(
        'QC1211',
        'no include entry names this file',
        { at: tree.at },
        {
          hint: 'move it to where an entry names it',
          also: [{ at: first.at, text: 'what files may say depends on their paths' }],
        },
      ),
    )
}

/** Two organizations with one `{ORGANIZATION}` would share their secrets, loaded or not. */
function sameWords({ settings, desired }: Expanded, organizations: readonly string[]): readonly Diagnostic[] {
  if (!settings.include.some(({ secrets }) => secrets?.some((glob) => glob.includes(WORD)))) return []
  const first = new Map<string, { readonly name: string; readonly at: Place | null }>()
  const found: Diagnostic[] = []
  const owners = new Map(desired.map((object) => [rootOf(object.address).name, object.origin]))
  for (const { address, origin } of desired) if (!address.parent) owners.set(address.name, origin)
  const absent = organizations.filter((name) => !owners.has(name))
  for (const name of absent) first.set(word(name), { name, at: null })
  for (const [name, origin] of owners) {
    const before = first.get(word(name))
    if (!before) first.set(word(name), { name, at: origin.at })
    else
      found.push(
        problemAt('QC1207', `${name} and ${before.name} are both ${word(name)} in names of secrets`, origin, {
          hint: 'rename one, or write its secrets line by itself',
          also: before.at ? [{ at: before.at, text: 'the other' }] : [],
        }),
      )
  }
  return found
}
