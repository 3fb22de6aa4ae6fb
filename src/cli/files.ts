import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { includePattern } from '../engine/bindings.ts'
import type { SourceFile } from '../engine/load.ts'
import type { Line } from '../engine/settings.ts'
import { ConfigError } from '../model/errors.ts'

const MAIN = 'quayctl.yaml'
const OVERLAYS = 'registries'
export const STDIN = '<stdin>'
/** The largest file that is read. */
export const MOST_BYTES = 4 * 2 ** 20
const TOO_LARGE =
  'it has more than 4 MiB; split it: an organization, or a part of one, may have a file of its own'

/** Reads the files of a run; names are relative to the working directory, with `/`. */
export class Files {
  readonly #cwd: string
  readonly #stdin: (limit: number) => Uint8Array

  constructor(cwd: string, stdin: (limit: number) => Uint8Array) {
    this.#cwd = cwd
    this.#stdin = stdin
  }

  /** `-f`: files, folders with all below them, or `-`. */
  named(paths: readonly string[]): readonly SourceFile[] {
    const found = new Map<string, SourceFile>()
    for (const path of paths)
      for (const file of this.#one(path)) found.set(file.file, found.get(file.file) ?? file)
    return [...found.values()]
  }

  /** The `quayctl.yaml` of a folder and of those above it, the nearest first. */
  mains(from = this.#cwd): readonly SourceFile[] {
    const path = join(from, MAIN)
    const above = dirname(from)
    const more = above === from ? [] : this.mains(above)
    return existsSync(path) ? [this.#read(path, true), ...more] : more
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

  /** `registries/NAME.yaml` beside a `quayctl.yaml`. */
  overlay(main: SourceFile, name: string): SourceFile {
    const path = join(dirname(resolve(this.#cwd, main.file)), OVERLAYS, `${name}.yaml`)
    if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name))
      throw new ConfigError('QC1009', `--registry ${name}: that is no name of a file in ${OVERLAYS}/`)
    if (!existsSync(path))
      throw new ConfigError('QC1009', `--registry ${name}: there is no file ${this.#name(path)}`)
    return { ...this.#read(path, true), overlay: true }
  }

  /** The folders in which the nearest `quayctl.yaml` above these paths is looked for. */
  foldersOf(paths: readonly string[]): readonly string[] {
    const folders = paths
      .filter((path) => path !== '-')
      .map((path) => {
        const full = resolve(this.#cwd, path)
        return existsSync(full) && statSync(full).isDirectory() ? full : dirname(full)
      })
    return folders.length > 0 ? [...new Set(folders)] : [this.#cwd]
  }

  /** The files that the globs of a Registry document name, without that document's own and without other registries'. */
  included(
    main: SourceFile,
    include: readonly Line[],
  ): { readonly files: readonly SourceFile[]; readonly idle: readonly Line[] } {
    if (include.length === 0) return { files: [], idle: [] }
    const folder = dirname(resolve(this.#cwd, main.file))
    const all = walk(folder, realpathSync(folder))
      .map((path) => ({ path, name: slashed(relative(folder, path)) }))
      .filter(({ name }) => name !== MAIN && !name.startsWith(`${OVERLAYS}/`))
    const hits = include.map((line) => {
      const pattern = includePattern(line.text)
      return { line, paths: all.filter(({ name }) => pattern.test(name)).map(({ path }) => path) }
    })
    const paths = [...new Set(hits.flatMap((hit) => hit.paths))]
    return {
      files: paths.map((path) => this.#read(path, true)),
      idle: hits
        .filter(({ line, paths: own }) => own.length === 0 && !isWaiting(folder, line.text))
        .map((hit) => hit.line),
    }
  }

  #one(path: string): readonly SourceFile[] {
    if (path === '-') return [this.#file(STDIN, () => this.#stdin(MOST_BYTES), true)]
    const full = resolve(this.#cwd, path)
    if (!existsSync(full))
      throw new ConfigError('QC1009', `there is no file ${path}`, ['see -f, or "include" of quayctl.yaml'])
    if (isBelowOverlays(full) || isBelowOverlays(realpathSync(full)))
      throw new ConfigError('QC1009', `${this.#name(full)} is of another registry: it is not read with -f`, [
        `use --registry NAME, which reads ${OVERLAYS}/NAME.yaml`,
      ])
    if (!statSync(full).isDirectory()) return [this.#read(full, true)]
    return walk(full, realpathSync(full)).map((file) => this.#read(file, false))
  }

  #read(path: string, named: boolean): SourceFile {
    const bytes = () => {
      if (statSync(path).size > MOST_BYTES) throw new RangeError(TOO_LARGE)
      return readFileSync(path)
    }
    return this.#file(this.#name(path), bytes, named)
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
function isWaiting(folder: string, glob: string): boolean {
  const [start = ''] = glob.split(/[*?{[]/)
  const path = join(folder, start.replace(/[^/]*$/, ''))
  const isEmpty = () => readdirSync(path, { recursive: true }).every((name) => !ENDING.test(String(name)))
  return start.includes('/') && existsSync(path) && isEmpty()
}

/** `*.yaml` and `*.yml` below a folder, sorted; no dot-folders, no `node_modules`, no other registry, no link that leaves the tree. */
function walk(folder: string, root: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const { name } = entry
      const path = join(folder, name)
      if (isHidden(name) || isOverlays(path)) return []
      if (entry.isDirectory()) return walk(path, root)
      if (!ENDING.test(name)) return []
      return entry.isFile() || (entry.isSymbolicLink() && stays(path, root)) ? [path] : []
    })
}

const ENDING = /\.ya?ml$/
const isHidden = (name: string): boolean => name.startsWith('.') || name === 'node_modules'

/** The folder of other registries: nothing in it is read but by `--registry`. */
const isOverlays = (path: string): boolean =>
  basename(path) === OVERLAYS && existsSync(join(dirname(path), MAIN))

/** Is one of the folders above, or the path itself, such a folder? */
const isBelowOverlays = (path: string): boolean =>
  isOverlays(path) || (dirname(path) !== path && isBelowOverlays(dirname(path)))

/** Does a link lead to a file that would be read without it, too? */
function stays(link: string, root: string): boolean {
  try {
    const target = realpathSync(link)
    const steps = relative(root, target).split(sep)
    const isInside = target.startsWith(root + sep) && !steps.some(isHidden) && !isBelowOverlays(target)
    return isInside && ENDING.test(target) && statSync(target).isFile()
  } catch {
    return false
  }
}

const slashed = (path: string): string => path.split(sep).join('/')
