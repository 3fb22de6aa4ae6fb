import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import { schemaNames } from '../src/cli/schemas.ts'

/** Every object with all its members named. */
const closed = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(closed)
  if (schema === null || typeof schema !== 'object') return schema
  const all = Object.fromEntries(Object.entries(schema).map(([key, inner]) => [key, closed(inner)]))
  return 'properties' in schema && !('additionalProperties' in schema)
    ? { ...all, additionalProperties: false }
    : all
}

const compiled = new Map<string, ValidateFunction>()

function schemaOf(kind: string): ValidateFunction | undefined {
  const name = schemaNames.find((known) => `quayctl.${known}` === kind)
  if (!name) return undefined
  const found =
    compiled.get(name) ??
    new Ajv({ strict: false, allErrors: true }).compile(
      closed(
        JSON.parse(readFileSync(new URL(`../schemas/${name}.schema.json`, import.meta.url), 'utf8')),
      ) as object,
    )
  compiled.set(name, found)
  return found
}

/** In what a document is not as the published schema of its kind says, which it may not go beyond either. */
export function problemsOf(document: { readonly kind: string }): readonly unknown[] {
  const valid = schemaOf(document.kind)
  return valid?.(document) ? [] : (valid?.errors ?? ['no schema'])
}
