import { byText } from '../model/address.ts'
import { type Attribute, isReference, type Value } from '../model/schema.ts'
import { grouped } from './expand.ts'
import type { Item } from './export-items.ts'

/** A variable that an export refers to, and what takes its value: `password of mirror.acme/ubi9`. */
export interface Variable {
  readonly name: string
  readonly uses: readonly string[]
}

/** All variables that documents refer to, by name. */
export function variablesIn(bodies: readonly Item[]): readonly Variable[] {
  const uses = bodies
    .flatMap((body) => [...body.all()])
    .flatMap(({ type, live, attributes }) =>
      [...attributes].flatMap(([attribute, value]) =>
        referencesIn(type?.schema[attribute], value, attribute).map(([path, name]) => ({
          name,
          use: `${path} of ${live?.address.text ?? ''}`,
        })),
      ),
    )
  return [...grouped(uses, ({ name }) => name)]
    .map(([name, own]) => ({ name, uses: own.map(({ use }) => use).sort(byText) }))
    .sort((a, b) => byText(a.name, b.name))
}

function referencesIn(
  attribute: Attribute | undefined,
  value: Value,
  path: string,
): readonly (readonly [string, string])[] {
  if (isReference(attribute, value)) return value.from_env === undefined ? [] : [[path, value.from_env]]
  if (!attribute?.fields || typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    referencesIn(attribute.fields?.[key], inner, `${path}.${key}`),
  )
}
