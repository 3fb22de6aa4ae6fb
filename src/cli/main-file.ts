import { binding, takesIn } from '../engine/bindings.ts'
import { type Document, load, type SourceFile } from '../engine/load.ts'
import { readSettings, type Settings } from '../engine/settings.ts'
import { ConfigError } from '../model/errors.ts'
import { type Files, STDIN } from './files.ts'

/** The named file that holds a Registry document, else the nearest `quayctl.yaml`; where that one binds files, none below it takes its place. */
export function mainOf(
  files: Files,
  paths: readonly string[],
  named: readonly SourceFile[],
): SourceFile | null {
  const nearest = nearestOf(files, paths)
  const own = named.find((file) => LOOKS_MAIN.test(file.text) && registryIn(file))
  if (!own || !nearest || own.file === nearest.file) return own ?? nearest
  return own.file !== STDIN && (isBroken(nearest) || binding(settingsOf(nearest)).length > 0) ? nearest : own
}

/** What a Registry document includes, before it is known to be right; defaults for types are not read. */
export const settingsOf = (main: SourceFile, overlay?: SourceFile): Settings =>
  readSettings(registryIn(main), overlay && registryIn(overlay), new Map(), new Set())

const LOOKS_MAIN = /\bkind["']? *: *["']?Registry\b/

const registryIn = (file: SourceFile): Document | undefined =>
  load([file], new Set()).documents.find(({ kind }) => kind === 'Registry')

const isBroken = (file: SourceFile): boolean => load([file], new Set()).diagnostics.length > 0

/** One for all paths. */
function nearestOf(files: Files, paths: readonly string[]): SourceFile | null {
  const found = new Map<string | undefined, SourceFile | null>()
  for (const folder of files.foldersOf(paths)) {
    const main = freeOf(files, files.mains(folder))
    found.set(main?.file, main)
  }
  const [first = null, ...others] = found.values()
  if (others.length === 0) return first
  const names = [...found.keys()].map((file) => file ?? 'none').join(', ')
  throw new ConfigError('QC1012', `what -f names has not one quayctl.yaml above it: ${names}`, [
    'run quayctl once for each',
  ])
}

/** The nearest that none above it binds; one above that cannot be read may bind anything. */
function freeOf(files: Files, chain: readonly SourceFile[]): SourceFile | null {
  let free: readonly SourceFile[] = []
  for (const file of chain.toReversed())
    if (!free.some((above) => isBroken(above) || takesIn(settingsOf(above), pathFrom(files, above, file))))
      free = [file, ...free]
  return free[0] ?? null
}

const pathFrom = (files: Files, main: SourceFile, file: SourceFile): string =>
  files.placed([file], main)[0]?.path ?? file.file
