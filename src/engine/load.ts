import type { Diagnostic, Place } from '../model/diagnostics.ts'
import type { Mask, SourceText } from '../model/excerpt.ts'
import { child, type MapTree, textOf } from '../model/tree.ts'
import { type Ignore, ignoresIn } from './load-ignores.ts'
import { type Parsed, readYaml } from './load-yaml.ts'

/** A file as it was read. `named`: the user asked for this very file, so it must be ours. */
export interface SourceFile {
  readonly file: string
  readonly text: string
  readonly named: boolean
  /** As seen from the folder of the main Registry document, by which it is bound; `file` without. */
  readonly path?: string
  /** Only documents of this kind count. */
  readonly only?: string
  /** The file that `--registry` names. */
  readonly overlay?: boolean
}

/** One YAML document of ours. */
export interface Document {
  readonly kind: string
  readonly tree: MapTree
  readonly file: string
  readonly path: string
  /** Of `registries/`: its keys replace the Registry document's. */
  readonly overlay: boolean
}

export interface Loaded {
  readonly documents: readonly Document[]
  readonly diagnostics: readonly Diagnostic[]
  readonly sources: ReadonlyMap<string, SourceText>
  /** Comments by which rules do not hold somewhere. */
  readonly ignores: readonly Ignore[]
}

export const API_VERSION = 'quayctl/v1'

/** A line of a file that cannot be parsed; JSON is YAML too. */
const SAYS_OURS = /^[\s{]*["']?apiVersion["']? *: *["']?quayctl\//m

/** Files to documents: syntax and what makes a document ours; nothing about its meaning. `known`: what some of them were read as already. */
export function load(
  files: readonly SourceFile[],
  secretKeys: ReadonlySet<string>,
  known: ReadonlyMap<SourceFile, Parsed> = new Map(),
): Loaded {
  const parts = files.map((file) =>
    loadFile(file, known.get(file) ?? readYaml(file.file, file.text, secretKeys)),
  )
  return {
    documents: parts.flatMap((part, i) =>
      part.documents.filter(({ kind }) => (files[i]?.only ?? kind) === kind),
    ),
    diagnostics: parts.flatMap((part) => part.diagnostics),
    ignores: parts.flatMap(({ ignores, documents }, i) => {
      const only = files[i]?.only
      return ignores.filter(
        ({ line }) => !only || documents.some(({ kind, tree }) => kind === only && reaches(tree, line)),
      )
    }),
    sources: new Map(parts.map((part, i) => [files[i]?.file ?? '', part.source])),
  }
}

function loadFile(source: SourceFile, { trees, problems, masks, broken }: Parsed) {
  const { file, text, named, path = file, overlay = false } = source
  const bare = text.replace(/^\uFEFF/, '')
  const shown = sourceText(bare, masks, broken)
  const nothing = { documents: [], ignores: [], source: shown }
  const ours = trees.some((tree) => isOurs(tree)) || (broken && SAYS_OURS.test(text))
  if (!ours) {
    if (named && broken) return { ...nothing, diagnostics: problems }
    const missing = named ? [notOurs(file, trees[0]?.at)] : []
    return { ...nothing, diagnostics: missing }
  }
  if (broken) return { ...nothing, diagnostics: problems }
  const documents: Document[] = []
  const { ignores, problems: idle } = ignoresIn(file, bare)
  const diagnostics = [...problems, ...idle]
  for (const tree of trees) {
    if (!isOurs(tree)) diagnostics.push(notOurs(file, tree.at))
    else documents.push({ kind: textOf(child(tree, 'kind')) ?? '', tree, file, path, overlay })
  }
  return { documents, diagnostics, ignores, source: shown }
}

/** Few files ever have anything shown of them, so only then lines are made. */
function sourceText(text: string, masks: Mask[], broken: boolean): SourceText {
  let lines: readonly string[] | undefined
  return {
    get lines() {
      lines ??= text.split(/\r?\n/)
      return lines
    },
    masks,
    broken,
  }
}

/** Does a document go as far as this line? */
const reaches = ({ at, entries }: MapTree, line: number): boolean =>
  at.line <= line && [...entries.values()].some(({ end }) => end.line >= line)

const isOurs = (tree: MapTree): boolean => textOf(child(tree, 'apiVersion'))?.startsWith('quayctl/') ?? false

function notOurs(file: string, at: Place | undefined): Diagnostic {
  return {
    code: 'QC1008',
    severity: 'error',
    message: `this document has no apiVersion: ${API_VERSION}`,
    at: at ?? { file, line: 1, column: 1, length: 1 },
    hint: `begin it with "apiVersion: ${API_VERSION}" and "kind: Organization" (or Registry)`,
  }
}
