import { rootOf } from '../model/address.ts'
import type { Value } from '../model/schema.ts'
import { expand } from './expand.ts'
import { type Draft, draftOf } from './export-draft.ts'
import { Item } from './export-items.ts'
import { documentOf, type Language } from './export-sift.ts'
import { exceptions, Given, leaveOut } from './export-templates.ts'
import { yamlOf } from './export-yaml.ts'
import type { Document } from './load.ts'

/** Templates that an export may use. */
export interface Templates {
  /** With the Registry document beside which they count, where there is one. */
  readonly documents: readonly Document[]
  /** Their names, weakest first. */
  readonly names: readonly string[]
}

/** One entry of `use`. */
type Use = string | { readonly template: string; readonly except: readonly string[] }

/** The draft with those templates that make it shorter, each by itself, and without what they say; as it was where none does. `plansToNothing` has the last word. */
export async function usingTemplates(
  draft: Draft,
  { documents, names }: Templates,
  language: Language,
  plansToNothing: (documents: readonly Document[]) => Promise<boolean>,
): Promise<Draft> {
  const { body } = draft
  if (body.as !== 'whole' || !documents.some(({ kind }) => kind === body.type?.document?.template))
    return draft
  const lengthOf = (made: Draft) => yamlOf(made, language.registry).length
  let best = { made: draft, length: lengthOf(draft), used: [] as readonly string[] }
  for (;;) {
    const tried = names
      .filter((name) => !best.used.includes(name))
      .flatMap((name) => {
        const used = names.filter((other) => other === name || best.used.includes(other))
        const made = withTemplates(draft, used, documents, language)
        return made ? [{ made, length: lengthOf(made), used }] : []
      })
    const [next] = tried.filter(({ length }) => length < best.length).sort((a, b) => a.length - b.length)
    if (!next) break
    best = next
  }
  const { made, used } = best
  return used.length === 0 || (await plansToNothing([...documents, documentOf(made)])) ? made : draft
}

/** The draft that uses these, whatever comes of it; null where it cannot say that something is not as they say. */
function withTemplates(
  draft: Draft,
  names: readonly string[],
  documents: readonly Document[],
  language: Language,
): Draft | null {
  const types = [...language.registry.values()]
  const uses = names.map((template): Use => {
    const except = exceptions(draft.body, givenTo(draft, [template], documents, language), types)
    return except.length > 0 ? { template, except } : template
  })
  const given = givenTo(draft, uses, documents, language)
  const body = draft.body.clone()
  if (!leaveOut(body, given, types)) return null
  const templated = new Set(given.objects.map(({ address }) => address.text))
  return { ...withUse(body, uses, draft, language), templated }
}

function givenTo(
  draft: Draft,
  uses: readonly Use[],
  documents: readonly Document[],
  language: Language,
): Given {
  const { type, live, as } = draft.body
  const empty = withUse(new Item(type, live, as), uses, draft, language)
  const { desired } = expand([...documents, documentOf(empty)], language.registry, new Set())
  const root = live?.address.text
  return new Given(desired.filter(({ address }) => rootOf(address).text === root))
}

function withUse(body: Item, uses: readonly Use[], { external }: Draft, { registry }: Language): Draft {
  const { head } = draftOf(body, registry)
  return { head: { ...head, use: uses as Value }, body, external }
}
