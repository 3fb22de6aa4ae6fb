import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { asError, ConfigError } from '../model/errors.ts'
import { MOST_BYTES } from './shelf.ts'

export interface WriteOptions {
  readonly replace: boolean
  /** Files that stay where they are there. */
  readonly keep: readonly string[]
  /** Files that may always be replaced: the new text has all of the old one. */
  readonly grow?: readonly string[]
  /** What to do where files are in the way. */
  readonly instead: string
}

/** Writes texts below a folder. Nothing is written where one of them is there already, unless it may be replaced; a main file that is there stays. */
export function writeTexts(
  folder: string,
  texts: ReadonlyMap<string, string>,
  { replace, keep, grow = [], instead }: WriteOptions,
): readonly string[] {
  const wanted = [...texts].filter(([path]) => !(keep.includes(path) && existsSync(join(folder, path))))
  const there = wanted
    .filter(([path]) => !grow.includes(path) && existsSync(join(folder, path)))
    .map(([path]) => path)
  if (there.length > 0 && !replace)
    throw new ConfigError(
      'QC3115',
      `${there.length === 1 ? there[0] : `${there.length} files, ${there[0]} first,`} in ${folder} would be overwritten`,
      [instead, 'nothing was written'],
    )
  const large = wanted.find(([, text]) => Buffer.byteLength(text) > MOST_BYTES)
  if (large)
    throw new ConfigError('QC3116', `${large[0]} would have more than 4 MiB, which quayctl does not read`, [
      'pass --split repository, or leave something out with --blocks',
      'nothing was written',
    ])
  try {
    // All folders first: they are what most often cannot be made.
    for (const [path] of wanted) makeFolder(dirname(join(folder, path)))
    for (const [path, text] of wanted) writeFileSync(join(folder, path), text)
  } catch (error) {
    const why = asError(error).message
    throw new ConfigError('QC3117', `${folder} cannot be written: ${why}`, [
      'name another folder with --output; some of the files may be there by now',
    ])
  }
  return wanted.map(([path]) => path)
}

/** With those above it, one by one: where a kernel's own folder is above, Node's recursive way does not end. */
function makeFolder(path: string): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) throw new Error(`${path} is a file`)
    return
  }
  makeFolder(dirname(path))
  mkdirSync(path)
}
