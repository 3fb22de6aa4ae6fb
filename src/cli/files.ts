import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { includePattern } from '../engine/bindings.ts'
import type { SourceFile } from '../engine/load.ts'
import type { Line } from '../engine/settings.ts'
import { ConfigError } from '../model/errors.ts'
import { disk, MOST_BYTES, type Shelf, TOO_LARGE } from './shelf.ts'

const MAIN = 'quayctl.yaml'
const OVERLAYS = 'registries'
export const STDIN = '<stdin>'

/** Reads the files of a run; names are relative to the working directory, with `/`. */
export class Files {
  readonly #cwd: string
  readonly #stdin: (limit: number) => Uint8Array
  readonly #shelf: Shelf
  readonly #start: string

  /** `start`: where `quayctl.yaml` is looked for when no files are named. */
  constructor(cwd: string, stdin: (limit: number) => Uint8Array, shelf: Shelf = disk, start = cwd) {
    this.#cwd = cwd
    this.#start = start
    this.#stdin = stdin
    this.#shelf = shelf
  }

  /** `-f`: files, folders with all below them, or `-`. */
  named(paths: readonly string[]): readonly SourceFile[] {
    const found = new Map<string, SourceFile>()
    for (const path of paths)
      for (const file of this.#one(path)) found.set(file.file, found.get(file.file) ?? file)
    return [...found.values()]
  }

  /** The `quayctl.yaml` of a folder and of those above it, the nearest first. */
  mains(from = this.#start): readonly SourceFile[] {
    const path = join(from, MAIN)
    const above = dirname(from)
    const more = above === from ? [] : this.mains(above)
    return this.#isThere(path) ? [this.#read(path, true), ...more] : more
  }

  /** Files with their paths as seen from the folder of the main one; standard input lies in no folder. */
  placed(files: readonly SourceFile[], main: SourceFile | null): readonly SourceFile[] {
    if (!main) return files
    const folder = dirname(resolve(this.#cwd, main.file))
    return files.map((file) => ({
      ...file,
      path: file.file === STDIN ? `../${STDIN}` : slashed(relative(folder, resolve(this.#cwd, file.file))),
    }))
  }

  /** Is there anything at a path, as the user writes it? */
  has(path: string): boolean {
    return this.#isThere(resolve(this.#cwd, path))
  }

  /** `registries/NAME.yaml` beside a `quayctl.yaml`. */
  overlayPath(main: SourceFile, name: string): string {
    return this.#name(join(dirname(resolve(this.#cwd, main.file)), OVERLAYS, `${name}.yaml`))
  }

  overlay(main: SourceFile, name: string): SourceFile {
    const path = resolve(this.#cwd, this.overlayPath(main, name))
    if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name))
      throw new ConfigError('QC1009', `--registry ${name}: that is no name of a file in ${OVERLAYS}/`)
    if (!this.#isThere(path))
      throw new ConfigError('QC1009', `--registry ${name}: there is no file ${this.#name(path)}`)
    return { ...this.#read(path, true), overlay: true }
  }

  /** The folders in which the nearest `quayctl.yaml` above these paths is looked for. */
  foldersOf(paths: readonly string[]): readonly string[] {
    const folders = paths
      .filter((path) => path !== '-')
      .map((path) => {
        const full = resolve(this.#cwd, path)
        return this.#shelf.kindOf(full) === 'folder' ? full : dirname(full)
      })
    return folders.length > 0 ? [...new Set(folders)] : [this.#start]
  }

  /** The files that the globs of a Registry document name, without that document's own and without other registries'. */
  included(
    main: SourceFile,
    include: readonly Line[],
  ): { readonly files: readonly SourceFile[]; readonly idle: readonly Line[] } {
    if (include.length === 0) return { files: [], idle: [] }
    const folder = dirname(resolve(this.#cwd, main.file))
    const all = this.#walk(folder)
      .map((path) => ({ path, name: slashed(relative(folder, path)) }))
      .filter(({ name }) => name !== MAIN && !name.startsWith(`${OVERLAYS}/`))
    const hits = include.map((line) => {
      const pattern = includePattern(line.text)
      return { line, paths: all.filter(({ name }) => pattern.test(name)).map(({ path }) => path) }
    })
    const paths = [...new Set(hits.flatMap((hit) => hit.paths))]
    this.#shelf.expect?.(paths)
    return {
      files: paths.map((path) => this.#read(path, true)),
      idle: hits
        .filter(({ line, paths: own }) => own.length === 0 && !isWaiting(this.#shelf, folder, line.text))
        .map((hit) => hit.line),
    }
  }

  #one(path: string): readonly SourceFile[] {
    if (path === '-') return [this.#file(STDIN, () => this.#stdin(MOST_BYTES), true)]
    const full = resolve(this.#cwd, path)
    if (!this.#isThere(full))
      throw new ConfigError('QC1009', `there is no file ${path}`, ['see -f, or "include" of quayctl.yaml'])
    if (isBelowOverlays(this.#shelf, full) || isBelowOverlays(this.#shelf, this.#shelf.real(full)))
      throw new ConfigError('QC1009', `${this.#name(full)} is of another registry: it is not read with -f`, [
        `use --registry NAME, which reads ${OVERLAYS}/NAME.yaml`,
      ])
    if (this.#shelf.kindOf(full) !== 'folder') return [this.#read(full, true)]
    const paths = this.#walk(full)
    this.#shelf.expect?.(paths)
    return paths.map((file) => this.#read(file, false))
  }

  #walk(folder: string): readonly string[] {
    return walk(this.#shelf, folder, this.#shelf.real(folder))
  }

  #isThere(path: string): boolean {
    return this.#shelf.kindOf(path) !== null
  }

  #read(path: string, named: boolean): SourceFile {
    return this.#file(this.#name(path), () => this.#shelf.read(path), named)
  }

  #file(file: string, read: () => Uint8Array, named: boolean): SourceFile {
    try {
      const bytes = read()
      if (bytes.length > MOST_BYTES) throw new RangeError(TOO_LARGE)
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
      return { file, text, named }
    } catch (error) {
      const why =
        error instanceof TypeError
          ? 'it is not UTF-8'
          : error instanceof Error
            ? error.message
            : String(error)
      throw new ConfigError('QC1009', `${file} cannot be read: ${why}`)
    }
  }

  #name(path: string): string {
    return slashed(relative(this.#cwd, path)) || basename(path)
  }
}

/** Does a glob begin with a folder that is there and holds nothing yet? */
function isWaiting(shelf: Shelf, folder: string, glob: string): boolean {
  const [start = ''] = glob.split(/[*?{[]/)
  const path = join(folder, start.replace(/[^/]*$/, ''))
  const isEmpty = (at: string): boolean =>
    shelf
      .list(at)
      .every(({ name, kind }) => (kind === 'folder' ? isEmpty(join(at, name)) : !ENDING.test(name)))
  return start.includes('/') && shelf.kindOf(path) === 'folder' && isEmpty(path)
}

/** `*.yaml` and `*.yml` below a folder, sorted; no dot-folders, no `node_modules`, no other registry, no link that leaves the tree. */
function walk(shelf: Shelf, folder: string, root: string): readonly string[] {
  return [...shelf.list(folder)]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, kind }) => {
      const path = join(folder, name)
      if (isHidden(name) || isOverlays(shelf, path)) return []
      if (kind === 'folder') return walk(shelf, path, root)
      if (!ENDING.test(name)) return []
      return kind === 'file' || (kind === 'link' && stays(shelf, path, root)) ? [path] : []
    })
}

const ENDING = /\.ya?ml$/
const isHidden = (name: string): boolean => name.startsWith('.') || name === 'node_modules'

/** The folder of other registries: nothing in it is read but by `--registry`. */
const isOverlays = (shelf: Shelf, path: string): boolean =>
  basename(path) === OVERLAYS && shelf.kindOf(join(dirname(path), MAIN)) !== null

/** Is one of the folders above, or the path itself, such a folder? */
const isBelowOverlays = (shelf: Shelf, path: string): boolean =>
  isOverlays(shelf, path) || (dirname(path) !== path && isBelowOverlays(shelf, dirname(path)))

/** Does a link lead to a file that would be read without it, too? */
function stays(shelf: Shelf, link: string, root: string): boolean {
  try {
    const target = shelf.real(link)
    const steps = relative(root, target).split(sep)
    const isInside = target.startsWith(root + sep) && !steps.some(isHidden) && !isBelowOverlays(shelf, target)
    return isInside && ENDING.test(target) && shelf.kindOf(target) === 'file'
  } catch {
    return false
  }
}

const slashed = (path: string): string => path.split(sep).join('/')
