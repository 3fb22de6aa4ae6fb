import { existsSync, readFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { MAIN_FILE } from '../engine/export-files.ts'
import type { Templates } from '../engine/export-using.ts'
import { type Document, load, type SourceFile } from '../engine/load.ts'
import type { PlanOptions } from '../engine/pipeline.ts'
import { nearest } from '../model/canonical.ts'
import { placeText } from '../model/diagnostics.ts'
import { ConfigError, UsageError } from '../model/errors.ts'
import { child, textOf } from '../model/tree.ts'
import { Files } from './files.ts'
import { settingsOf } from './main-file.ts'
import { registry, type Surroundings } from './world.ts'

/** The types that `--blocks` names, by the name of a type or its block; null: all. */
export function typesOf(words: readonly string[]): ReadonlySet<string> | null {
  if (words.length === 0) return null
  const types = [...registry.values()].filter(({ patternOf }) => !patternOf)
  const found = words
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .flatMap((word) => {
      const named = types.filter(({ name, block }) => name === word || block === word)
      if (named.length > 0) return named.map(({ name }) => name)
      const known = types.map(({ block }) => block)
      const guess = nearest(word, known)
      throw new UsageError('QC6411', `--blocks: there is no block ${word}`, [
        guess ? `did you mean "${guess}"?` : `blocks: ${[...new Set(known)].sort().join(', ')}`,
      ])
    })
  return new Set(found)
}

/** A file as it is; empty where there is none. */
export const textIn = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')

/** The server that the nearest `quayctl.yaml` names, of the folder that is written to before the working directory. */
export function writtenUrl(output: string | undefined, { cwd, stdin }: Surroundings) {
  const files = new Files(cwd, stdin)
  const [main] = files.mains(output === undefined ? cwd : resolve(cwd, output))
  return main ? settingsOf(main).url : null
}

/** The Registry document that lies in a folder already: it stays, so what is written must fit it. */
export function settingsIn(output: string | undefined, { cwd, stdin }: Surroundings): readonly Document[] {
  const folder = output === undefined ? null : resolve(cwd, output)
  if (folder === null || !existsSync(join(folder, MAIN_FILE))) return []
  const { documents, diagnostics } = load(new Files(cwd, stdin).mains(folder).slice(0, 1), new Set())
  const wrong = diagnostics.find(({ severity }) => severity === 'error')
  if (wrong)
    throw new ConfigError('QC1009', `${wrong.at ? placeText(wrong.at) : MAIN_FILE}: ${wrong.message}`, [
      'put it right first: what is exported must fit it',
    ])
  return documents.filter(({ kind }) => kind === 'Registry')
}

/** How an export lies among what is in its folder: files that the Registry document there does not include, and included ones that an export of all these would not have made. */
export function placeOf(
  folder: string,
  {
    texts,
    names,
    others,
  }: {
    readonly texts: ReadonlySet<string>
    readonly names: readonly string[] | null
    readonly others: readonly string[]
  },
  { cwd, stdin }: Surroundings,
): { readonly unread: readonly string[]; readonly leftovers: readonly string[] } {
  const full = resolve(cwd, folder)
  const files = new Files(full, stdin)
  const [main] = files.mains()
  const included = new Set(
    main ? files.included(main, settingsOf(main).include).files.map(({ file }) => file) : [],
  )
  const folders = new Set([...texts].filter((path) => path.includes('/')).map((path) => path.split('/')[0]))
  const isOurs = (path: string) => {
    const [top, name = ''] = path.split('/')
    return (
      folders.has(top) &&
      (names === null || names.includes(name) || names.includes(name.replace(/\.ya?ml$/, '')))
    )
  }
  return {
    unread: [...texts].filter((path) => /\.ya?ml$/.test(path) && path !== MAIN_FILE && !included.has(path)),
    leftovers: [...included].filter(
      (path) => isOurs(path) && !texts.has(path) && !others.includes(resolve(full, path)),
    ),
  }
}

/** Templates that were named, the files that hold them, and how a Registry document in the output folder includes them. */
export interface Chosen {
  readonly templates: Templates | null
  readonly files: readonly SourceFile[]
  readonly include: readonly string[]
}

export function readTemplates(
  paths: readonly string[],
  output: string | undefined,
  { cwd, stdin }: Surroundings,
): Chosen {
  if (paths.length === 0) return { templates: null, files: [], include: [] }
  const include = paths.map((path) =>
    output === undefined ? path : globIn(resolve(cwd, output), resolve(cwd, path), path),
  )
  const kinds = new Set([...registry.values()].map(({ document }) => document?.template))
  const files = new Files(cwd, stdin).named(paths)
  const { documents, diagnostics } = load(files, new Set())
  const [wrong] = diagnostics
  if (wrong)
    throw new ConfigError('QC1009', `--using: ${wrong.at ? placeText(wrong.at) : ''}: ${wrong.message}`, [
      'quayctl validate -f says more',
    ])
  const own = documents.filter(({ kind }) => kinds.has(kind))
  if (own.length === 0)
    throw new ConfigError('QC1009', `--using: there is no template in ${paths.join(', ')}`, [
      `a template is a document of kind ${[...kinds].filter(Boolean).join(' or ')}`,
    ])
  const names = own.flatMap(({ tree }) => textOf(child(tree, 'name')) ?? [])
  return { templates: { documents: own, names: [...new Set(names)].sort() }, files, include }
}

/** Files are included that lie beside a Registry document, or below it. */
function globIn(folder: string, path: string, shown: string): string {
  if (!path.startsWith(folder + sep))
    throw new UsageError('QC6412', `--using: ${shown} lies outside of the folder that is written`, [
      'a Registry document includes only what lies below its folder: put the templates there first',
    ])
  const name = relative(folder, path).split(sep).join('/')
  return /\.ya?ml$/.test(name) ? name : `${name}/**/*.yaml`
}

/** A plan of all that an export says. */
export const wholePlan = ({ now, version }: Surroundings, sandbox: boolean): PlanOptions => ({
  selection: { organizations: [], targets: [], excludes: [] },
  replace: [],
  today: now().toISOString().slice(0, 10),
  version,
  sandbox,
  partial: new Set(),
  onlyPlan: true,
})
