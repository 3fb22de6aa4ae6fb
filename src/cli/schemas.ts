import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The published schemas: of the files, of `plan --json`, of `apply --json`. */
export const schemaNames = ['quayctl', 'plan', 'report'] as const

/** The text of one, as it is shipped. */
export const schemaText = (root: string, name: (typeof schemaNames)[number]): string =>
  readFileSync(join(root, 'schemas', `${name}.schema.json`), 'utf8')
