import { byText } from '../model/address.ts'
import type { Reader } from '../model/api.ts'
import { hasErrors } from '../model/diagnostics.ts'
import type { Registry } from '../model/resource.ts'
import { type Block, crawl, type Found, type Interest } from './crawl.ts'
import { type Draft, draftOf } from './export-draft.ts'
import { filesOf, MAIN_FILE, type Split } from './export-files.ts'
import { bodyOf, emptyBody, type Item, itemOf } from './export-items.ts'
import { Secrets } from './export-secrets.ts'
import { underSettings } from './export-settings.ts'
import { type Language, sift } from './export-sift.ts'
import { type Templates, usingTemplates } from './export-using.ts'
import { type Variable, variablesIn } from './export-variables.ts'
import { yamlOf } from './export-yaml.ts'
import type { Document } from './load.ts'
import { configurationOf, type PlanOptions, planConfiguration } from './pipeline.ts'

/** A live registry as documents. */
export interface Exported {
  readonly drafts: readonly Draft[]
  /** Roots that could not be written at all, and why: by address. */
  readonly missing: ReadonlyMap<string, string>
}

/** What an export is made with. */
export interface ExportOptions {
  readonly interest: Interest
  readonly templates: Templates | null
  /** The Registry document that the files will lie beside, if one is there. */
  readonly settings: readonly Document[]
  /** For the plans that templates are tried with. */
  readonly planning: PlanOptions
}

/** crawl → items → sift → templates: what files can say of all that the token may see. Fails when any read fails. */
export async function exportLive(
  { interest, templates, settings, planning }: ExportOptions,
  reader: Reader,
  language: Language,
): Promise<Exported> {
  const { registry, server } = language
  const context = { registry, server, secrets: new Secrets() }
  const blocks = await crawl(interest, registry, reader, server)
  const missing = new Map<string, string>()
  const drafts: Draft[] = []
  for (const found of rootsOf(blocks)) {
    const body = itemOf(found, context)
    const isWanted = isWorthWriting(body, interest)
    const draft = isWanted ? sift(body, language) : null
    if (draft?.body.as === 'part') draft.body.notes.push('what else is there that the token is not shown')
    if (draft) drafts.push(draft)
    else if (isWanted || body.as === 'part')
      missing.set(found.live.address.text, body.notes.at(-1) ?? 'the token may see nothing of it')
  }
  const isEmpty = (documents: readonly Document[]) => plansToNothing(documents, reader, language, planning)
  const beside = drafts.map((draft) => underSettings(draft, settings, language))
  const choice = templates && { ...templates, documents: [...settings, ...templates.documents] }
  const shorter = choice
    ? await Promise.all(beside.map((draft) => usingTemplates(draft, choice, language, isEmpty)))
    : beside
  const rest = bodyOf(
    blocks.filter(({ type }) => !type.document),
    context,
  )
  const main = interest.names === null ? sift(rest, language) : null
  if (interest.names === null && !main) missing.set('all but organizations', rest.notes.at(-1) ?? '')
  return { drafts: main ? [main, ...shorter] : shorter, missing }
}

async function plansToNothing(
  documents: readonly Document[],
  reader: Reader,
  { registry, validators, server }: Language,
  planning: PlanOptions,
): Promise<boolean> {
  const loaded = { documents, diagnostics: [], sources: new Map(), ignores: [] }
  const configuration = configurationOf(loaded, registry, validators)
  if (hasErrors(configuration.diagnostics)) return false
  const planned = await planConfiguration(configuration, registry, reader, server, planning)
  return planned.errors === null && planned.plan.changes.length === 0
}

const rootsOf = (blocks: readonly Block[]): readonly Found[] =>
  blocks
    .filter(({ type }) => type.document)
    .flatMap(({ found }) => found ?? [])
    .sort((a, b) => byText(a.live.address.text, b.live.address.text))

/** Of a place that nobody asked for by name only what is in it counts. */
const isWorthWriting = ({ as, type, live, blocks, notes, unseen }: Item, { names }: Interest): boolean =>
  (as === 'whole' && type?.removable === true) ||
  (as !== 'part' && names?.includes(live?.address.name ?? '') === true) ||
  blocks.size + notes.length + (as === 'part' ? 0 : unseen.length) > 0

/** Texts by path, relative to one folder: the documents, and a Registry document that includes them and what `include` names besides. */
export function textsOf(
  drafts: readonly Draft[],
  split: Split,
  { url, include }: { readonly url: string; readonly include: readonly string[] },
  registry: Registry,
): ReadonlyMap<string, string> {
  const filed = drafts.flatMap((draft) => filesOf(draft, split, registry))
  const main = filed.find(({ draft }) => !draft.body.type)
  const others = filed.filter((file) => file !== main)
  const { head, ...rest } = main?.draft ?? draftOf(emptyBody(), registry)
  const globs = [...new Set([...others.map(({ path }) => globFor(path)), ...include])].sort(byText)
  const whole = { head: { ...head, url, ...(globs.length > 0 && { include: globs }) }, ...rest }
  return new Map([
    [MAIN_FILE, yamlOf(whole, registry)],
    ...others.map(({ path, draft }) => [path, yamlOf(draft, registry)] as const),
  ])
}

/** The same as one text, without what makes files belong together. */
export const textOf = (drafts: readonly Draft[], registry: Registry): string =>
  drafts
    .filter(({ body }) => body.type || body.blocks.size + body.notes.length + body.unseen.length > 0)
    .map((draft) => yamlOf(draft, registry))
    .join('---\n')

const globFor = (path: string): string => {
  const [folder = '', ...below] = path.split('/')
  return `${folder}/${below.length > 1 ? '**/' : ''}*.yaml`
}

export const variablesOf = (drafts: readonly Draft[]): readonly Variable[] =>
  variablesIn(drafts.map(({ body }) => body))
