import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ConfigError } from '../model/errors.ts'
import { MOST_BYTES } from './files.ts'

interface WriteOptions {
  readonly replace: boolean
  /** Files that stay where they are there. */
  readonly keep: readonly string[]
  /** What to do where files are in the way. */
  readonly instead: string
}

/** Writes texts below a folder. Nothing is written where one of them is there already, unless it may be replaced; a main file that is there stays. */
export function writeTexts(
  folder: string,
  texts: ReadonlyMap<string, string>,
  { replace, keep, instead }: WriteOptions,
): readonly string[] {
  const wanted = [...texts].filter(([path]) => !(keep.includes(path) && existsSync(join(folder, path))))
  const there = wanted.filter(([path]) => existsSync(join(folder, path))).map(([path]) => path)
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
    for (const [path, text] of wanted) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ConfigError('QC3117', `${folder} cannot be written: ${why}`, [
      'name another folder with --output',
    ])
  }
  return wanted.map(([path]) => path)
}
