import { existsSync, readdirSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs'

/** `other`: neither, such as a pipe. */
export type Kind = 'file' | 'folder' | 'link' | 'other'

/** Where files stand: on the disk, or in a commit. Paths are absolute. */
export interface Shelf {
  /** What stands there, links followed; null: nothing. */
  kindOf(path: string): Kind | null
  /** What a folder holds, links not followed. */
  list(folder: string): readonly { readonly name: string; readonly kind: Kind }[]
  /** The path without links; throws where one leads to nothing. */
  real(path: string): string
  read(path: string): Uint8Array
  /** Says which files will be read, where that is cheaper at once. */
  expect?(paths: readonly string[]): void
}

/** The largest file that is read. */
export const MOST_BYTES = 4 * 2 ** 20
export const TOO_LARGE =
  'it has more than 4 MiB; split it: an organization, or a part of one, may have a file of its own'

const kindOf = (entry: Pick<Stats, 'isDirectory' | 'isFile' | 'isSymbolicLink'>): Kind =>
  entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : entry.isSymbolicLink() ? 'link' : 'other'

export const disk: Shelf = {
  kindOf: (path) => (existsSync(path) ? kindOf(statSync(path)) : null),
  list: (folder) =>
    readdirSync(folder, { withFileTypes: true }).map((entry) => ({ name: entry.name, kind: kindOf(entry) })),
  real: (path) => realpathSync(path),
  read(path) {
    if (statSync(path).size > MOST_BYTES) throw new RangeError(TOO_LARGE)
    return readFileSync(path)
  },
}
