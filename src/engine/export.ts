import { byText } from '../model/address.ts'
import type { Reader } from '../model/api.ts'
import type { Registry } from '../model/resource.ts'
import { type Block, crawl, type Found, type Interest } from './crawl.ts'
import { type Draft, draftOf } from './export-draft.ts'
import { filesOf, MAIN_FILE, type Split } from './export-files.ts'
import { type Item, itemOf, registryItem } from './export-items.ts'
import { Secrets, type Variable, variablesIn } from './export-secrets.ts'
import { type Language, sift } from './export-sift.ts'
import { yamlOf } from './export-yaml.ts'

/** A live registry as documents. */
export interface Exported {
  readonly drafts: readonly Draft[]
  /** Roots that could not be written at all, and why: by address. */
  readonly missing: ReadonlyMap<string, string>
}

/** crawl → items → sift: what files can say of all that the token may see. Fails when any read fails. */
export async function exportLive(interest: Interest, reader: Reader, language: Language): Promise<Exported> {
  const { registry, server } = language
  const context = { registry, server, secrets: new Secrets() }
  const blocks = await crawl(interest, registry, reader, server)
  const missing = new Map<string, string>()
  const drafts: Draft[] = []
  for (const found of rootsOf(blocks)) {
    const body = itemOf(found, context)
    const { address } = found.live
    const draft = isWorthWriting(body, interest) ? sift(body, language) : null
    if (draft) drafts.push(draft)
    else if (body.as === 'part') missing.set(address.text, 'the token may see nothing of it')
    else if (found.type.removable) missing.set(address.text, body.notes.at(-1) ?? 'nothing of it can be written')
  }
  const rest = registryItem(
    blocks.filter(({ type }) => !type.document),
    context,
  )
  const settings = interest.names === null ? sift(rest, language) : null
  return { drafts: settings ? [settings, ...drafts] : drafts, missing }
}

const rootsOf = (blocks: readonly Block[]): readonly Found[] =>
  blocks
    .filter(({ type }) => type.document)
    .flatMap(({ found }) => found ?? [])
    .sort((a, b) => byText(a.live.address.text, b.live.address.text))

/** Of a place that nobody asked for by name only what is in it counts. */
const isWorthWriting = ({ as, type, live, blocks, notes }: Item, { names }: Interest): boolean =>
  (as !== 'part' && (type?.removable === true || names?.includes(live?.address.name ?? '') === true)) ||
  blocks.size + notes.length > 0

/** Texts by path, relative to one folder: the documents, and a Registry document that includes them. */
export function textsOf(
  drafts: readonly Draft[],
  split: Split,
  url: string,
  registry: Registry,
): ReadonlyMap<string, string> {
  const filed = drafts.flatMap((draft) => filesOf(draft, split, registry))
  const main = filed.find(({ draft }) => !draft.body.type)
  const others = filed.filter((file) => file !== main)
  const { head, ...rest } = main?.draft ?? draftOf(registryItem([]), registry)
  const include = [...new Set(others.map(({ path }) => globFor(path)))].sort(byText)
  const whole = { head: { ...head, url, include }, ...rest }
  return new Map([
    [MAIN_FILE, yamlOf(whole, registry)],
    ...others.map(({ path, draft }) => [path, yamlOf(draft, registry)] as const),
  ])
}

/** The same as one text, without what makes files belong together. */
export const textOf = (drafts: readonly Draft[], registry: Registry): string =>
  drafts
    .filter(({ body }) => body.type || body.blocks.size > 0)
    .map((draft) => yamlOf(draft, registry))
    .join('---\n')

const globFor = (path: string): string => {
  const [folder = '', ...below] = path.split('/')
  return `${folder}/${below.length > 1 ? '**/' : ''}*.yaml`
}

export const variablesOf = (drafts: readonly Draft[]): readonly Variable[] =>
  variablesIn(drafts.map(({ body }) => body))
