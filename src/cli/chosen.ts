import { load, type SourceFile } from '../engine/load.ts'
import type { Line } from '../engine/settings.ts'
import { placeText } from '../model/diagnostics.ts'
import { ConfigError } from '../model/errors.ts'
import type { Files } from './files.ts'
import { mainOf, settingsOf } from './main-file.ts'

/** Which files, and for which of several registries. */
export interface FileFlags {
  readonly file?: readonly string[] | undefined
  readonly registry?: string | undefined
}

/** The files that a run is about. */
export interface Chosen {
  readonly main: SourceFile | null
  readonly named: readonly SourceFile[]
  readonly included: { readonly files: readonly SourceFile[]; readonly idle: readonly Line[] }
  /** Those that are loaded. */
  readonly loaded: readonly SourceFile[]
  /** Paths of included files, loaded or not, for what they say. */
  readonly siblings: readonly string[]
}

/** The named files, or `quayctl.yaml` and what it includes; null: there is none. What is not there is an error, or on the list of what is `missing`. */
export function chooseFiles(
  files: Files,
  { file: wanted = [], registry }: FileFlags,
  missing?: string[],
): Chosen | null {
  const isRead = (path: string) => {
    const skips = missing !== undefined && !files.has(path)
    if (skips) missing.push(path)
    return !skips
  }
  const paths = wanted.filter(isRead)
  if (wanted.length > 0 && paths.length === 0) return null
  const named = files.named(paths)
  const main = mainOf(files, paths, named)
  if (!main && paths.length === 0) return null
  const included = main ? files.included(main, settingsOf(main).include) : { files: [], idle: [] }
  const isNamed = named.some(({ file }) => file === main?.file)
  const first = main ? [paths.length > 0 && !isNamed ? { ...main, only: 'Registry' } : main] : []
  const overlay = registry === undefined ? [] : overlayOf(files, main, registry, isRead)
  const rest = (paths.length > 0 ? named : included.files).filter(({ file }) => file !== main?.file)
  return {
    main,
    named,
    included,
    loaded: files.placed([...first, ...overlay, ...rest], main),
    siblings: files.placed(included.files, main).map(({ file, path = file }) => path),
  }
}

/** Which Quay the files are for, by their Registry document alone; null where it does not say, or there is none. */
export function writtenUrl(files: Files, { file: wanted = [], registry }: FileFlags): Line | null {
  const main = mainOf(files, wanted, files.named(wanted))
  const [overlay] = registry === undefined ? [] : overlayOf(files, main, registry, () => true)
  if (!main) return null
  const read = [main, ...(overlay ? [overlay] : [])].map((file) => ({ ...file, only: 'Registry' }))
  const wrong = load(read, new Set()).diagnostics.find(({ severity }) => severity === 'error')
  if (wrong)
    throw new ConfigError(wrong.code, `${wrong.at ? `${placeText(wrong.at)}: ` : ''}${wrong.message}`, [
      'correct it, or name the server with --url',
    ])
  return settingsOf(main, overlay).url
}

function overlayOf(
  files: Files,
  main: SourceFile | null,
  name: string,
  isRead: (path: string) => boolean,
): readonly SourceFile[] {
  if (!main) throw new ConfigError('QC1010', '--registry needs a quayctl.yaml, and there is none')
  return isRead(files.overlayPath(main, name)) ? [files.overlay(main, name)] : []
}
