import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asError, ConfigError } from '../model/errors.ts'

/** The published schemas: of the files, of `plan --json`, of `apply --json`, of what `validate` reports, of `drift --json`, of `api --json`, of `status --json`, of `mirror sync --json`, of `mirror preview --json`, of `robot credentials --json`, of `robot rotate --json`. */
export const schemaNames = [
  'quayctl',
  'plan',
  'report',
  'findings',
  'drift',
  'api',
  'status',
  'syncs',
  'mirror-preview',
  'credentials',
  'rotation',
] as const

type SchemaName = (typeof schemaNames)[number]

const fileOf = (name: SchemaName): string => `${name}.schema.json`

/** The text of one, as it is shipped. */
export const schemaText = (root: string, name: SchemaName): string =>
  readFileSync(join(root, 'schemas', fileOf(name)), 'utf8')

/** Writes them into a folder, which is made where it is missing; resolves to the paths. */
export function writeSchemas(root: string, names: readonly SchemaName[], folder: string): readonly string[] {
  try {
    mkdirSync(folder, { recursive: true })
    return names.map((name) => {
      const path = join(folder, fileOf(name))
      writeFileSync(path, schemaText(root, name))
      return path
    })
  } catch (error) {
    const why = asError(error).message
    throw new ConfigError('QC3114', `--write: ${folder} cannot be written: ${why}`, ['name another folder'])
  }
}
