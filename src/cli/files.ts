import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import type { SourceFile } from '../engine/load.ts'
import type { Line } from '../engine/settings.ts'
import { ConfigError } from '../model/errors.ts'

const MAIN = 'quayctl.yaml'
const OVERLAYS = 'registries'
const MOST_BYTES = 4 * 2 ** 20

/** Reads the files of a run; names are relative to the working directory, with `/`. */
export class Files {
  readonly #cwd: string
  readonly #stdin: () => string

  constructor(cwd: string, stdin: () => string) {
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

  /** The `quayctl.yaml` of a folder, or of the nearest one above it. */
  main(from = this.#cwd): SourceFile | null {
    const path = join(from, MAIN)
    if (existsSync(path)) return this.#read(path, true)
    const above = dirname(from)
    return above === from ? null : this.main(above)
  }

  /** `registries/NAME.yaml` beside a `quayctl.yaml`. */
  overlay(main: SourceFile, name: string): SourceFile {
    const path = join(dirname(resolve(this.#cwd, main.file)), OVERLAYS, `${name}.yaml`)
    if (!/^[A-Za-z0-9._-]+$/.test(name) || !existsSync(path))
      throw new ConfigError('QC1009', `--registry ${name}: there is no file ${this.#name(path)}`)
    return { ...this.#read(path, true), overlay: true }
  }

  /** The folder in which the nearest `quayctl.yaml` above these paths is looked for. */
  folderOf(path: string | undefined): string {
    if (path === undefined || path === '-') return this.#cwd
    const full = resolve(this.#cwd, path)
    return existsSync(full) && statSync(full).isDirectory() ? full : dirname(full)
  }

  /** The files that the globs of a Registry document name, without that document's own and without other registries'. */
  async included(
    main: SourceFile,
    include: readonly Line[],
  ): Promise<{ readonly files: readonly SourceFile[]; readonly idle: readonly Line[] }> {
    if (include.length === 0) return { files: [], idle: [] }
    const { default: picomatch } = await import('picomatch')
    const folder = dirname(resolve(this.#cwd, main.file))
    const all = walk(folder, realpathSync(folder))
      .map((path) => ({ path, name: slashed(relative(folder, path)) }))
      .filter(({ name }) => name !== MAIN && !name.startsWith(`${OVERLAYS}/`))
    const hits = include.map((line) => {
      const matches = picomatch(line.text.replace(/^\.\//, '').replaceAll('{organization}', '*'))
      return { line, paths: all.filter(({ name }) => matches(name)).map(({ path }) => path) }
    })
    const paths = [...new Set(hits.flatMap((hit) => hit.paths))]
    return {
      files: paths.map((path) => this.#read(path, true)),
      idle: hits.filter((hit) => hit.paths.length === 0).map((hit) => hit.line),
    }
  }

  #one(path: string): readonly SourceFile[] {
    if (path === '-') return [{ file: '<stdin>', text: this.#stdin(), named: true }]
    const full = resolve(this.#cwd, path)
    if (!existsSync(full))
      throw new ConfigError('QC1009', `there is no file ${path}`, ['see -f, or "include" of quayctl.yaml'])
    if (!statSync(full).isDirectory()) return [this.#read(full, true)]
    return walk(full, realpathSync(full))
      .filter((file) => !slashed(relative(full, file)).startsWith(`${OVERLAYS}/`))
      .map((file) => this.#read(file, false))
  }

  #read(path: string, named: boolean): SourceFile {
    try {
      const bytes = readFileSync(path)
      if (bytes.length > MOST_BYTES)
        throw new RangeError(
          'it has more than 4 MiB; split it: a part or an organization may have a file of its own',
        )
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
      return { file: this.#name(path), text, named }
    } catch (error) {
      const why =
        error instanceof TypeError
          ? 'it is not UTF-8'
          : error instanceof Error
            ? error.message
            : String(error)
      throw new ConfigError('QC1009', `${this.#name(path)} cannot be read: ${why}`)
    }
  }

  #name(path: string): string {
    return slashed(relative(this.#cwd, path)) || basename(path)
  }
}

/** `*.yaml` and `*.yml` below a folder, sorted; no dot-folders, no `node_modules`, no link that leaves the tree. */
function walk(folder: string, root: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const { name } = entry
      const path = join(folder, name)
      if (name.startsWith('.') || name === 'node_modules') return []
      if (entry.isDirectory()) return walk(path, root)
      if (!/\.ya?ml$/.test(name)) return []
      return entry.isFile() || (lstatSync(path).isSymbolicLink() && stays(path, root)) ? [path] : []
    })
}

function stays(link: string, root: string): boolean {
  try {
    return realpathSync(link).startsWith(root + sep) && statSync(link).isFile()
  } catch {
    return false
  }
}

const slashed = (path: string): string => path.split(sep).join('/')
