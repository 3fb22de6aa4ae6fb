import { byText } from '../model/address.ts'
import { type Attribute, isReference, type Value } from '../model/schema.ts'
import type { Item } from './export-items.ts'

/** A variable that an export refers to, and what takes its value: `password of mirror.acme/ubi9`. */
export interface Variable {
  readonly name: string
  readonly uses: readonly string[]
}

/** All variables that documents refer to, by name. */
export function variablesIn(bodies: readonly Item[]): readonly Variable[] {
  const found = new Map<string, string[]>()
  for (const body of bodies)
    for (const { type, live, attributes } of body.all())
      for (const [name, value] of attributes)
        for (const [path, variable] of referencesIn(type?.schema[name], value, name))
          found.set(variable, [...(found.get(variable) ?? []), `${path} of ${live?.address.text ?? ''}`])
  return [...found]
    .map(([name, uses]) => ({ name, uses: uses.sort(byText) }))
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
