import { rootOf } from '../model/address.ts'
import type { Value } from '../model/schema.ts'
import { type Draft, draftOf } from './export-draft.ts'
import { Item } from './export-items.ts'
import { documentOf, type Language } from './export-sift.ts'
import { exceptions, Given, leaveOut, likeness } from './export-templates.ts'
import { yamlOf } from './export-yaml.ts'
import type { Document } from './load.ts'
import { configurationOf } from './pipeline.ts'

/** Templates that an export may use. */
export interface Templates {
  readonly documents: readonly Document[]
  /** Their names, weakest first. */
  readonly names: readonly string[]
}

/** One entry of `use`. */
type Use = string | { readonly template: string; readonly except: readonly string[] }

/** The draft with those templates that say more of it as it is than otherwise, and without what they say; as it was where that is not shorter. `plansToNothing` has the last word. */
export async function usingTemplates(
  draft: Draft,
  { documents, names }: Templates,
  language: Language,
  plansToNothing: (documents: readonly Document[]) => Promise<boolean>,
): Promise<Draft> {
  const { body } = draft
  const { type } = body
  if (body.as !== 'whole' || !documents.some(({ kind }) => kind === type?.document?.template)) return draft
  const given = (uses: readonly Use[]) => givenTo(draft, uses, documents, language)
  const types = [...language.registry.values()]
  const uses = names.flatMap((template): Use[] => {
    const { same, other } = likeness(body, given([template]))
    if (same === 0 || same < other) return []
    const except = exceptions(body, given([template]), types)
    return [except.length > 0 ? { template, except } : template]
  })
  if (uses.length === 0) return draft
  const shorter = body.clone()
  if (!leaveOut(shorter, given(uses), types)) return draft
  const templated = new Set(given(uses).objects.map(({ address }) => address.text))
  const made = { ...withUse(shorter, uses, draft, language), templated }
  const isShorter = yamlOf(made, language.registry).length < yamlOf(draft, language.registry).length
  return isShorter && (await plansToNothing([...documents, documentOf(made)])) ? made : draft
}

function givenTo(
  draft: Draft,
  uses: readonly Use[],
  documents: readonly Document[],
  language: Language,
): Given {
  const { type, live, as } = draft.body
  const empty = withUse(new Item(type, live, as), uses, draft, language)
  const loaded = { documents: [...documents, documentOf(empty)], diagnostics: [], sources: new Map() }
  const { expanded } = configurationOf(loaded, language.registry, language.validators)
  const root = live?.address.text
  return new Given(expanded.desired.filter(({ address }) => rootOf(address).text === root))
}

function withUse(body: Item, uses: readonly Use[], { external }: Draft, { registry }: Language): Draft {
  const { head } = draftOf(body, registry)
  return { head: { ...head, use: uses as Value }, body, external }
}
