import { byText } from '../model/address.ts'
import type { Live } from '../model/change.ts'
import type { ResourceType } from '../model/resource.ts'
import { type Attribute, isReference, type SecretReference, type Value } from '../model/schema.ts'
import { word } from './bindings.ts'
import type { Item } from './export-items.ts'

/** The names of secrets that an export can only refer to. What is surely one secret has one name: the credentials of one user at one upstream. */
export class Secrets {
  readonly #names = new Map<string, string>()

  refer(
    { address, attributes }: Live,
    type: ResourceType,
    pointer: string,
    attribute: Attribute,
  ): SecretReference {
    const upstream = type.upstreamOf === undefined ? undefined : attributes[type.upstreamOf]
    const [user] = Object.keys(type.schema).filter((name) => type.schema[name]?.upstream === 'username')
    if (attribute.upstream === undefined || typeof upstream !== 'string')
      return this.#name(
        `${address.text} ${pointer}`,
        `${decodeURIComponent(address.place)}_${pointer.split('/').at(-1)}`,
      )
    const account = `${upstream.split('/')[0]} ${user === undefined ? '' : String(attributes[user])}`
    return this.#name(`upstream ${account}`, account)
  }

  /** `QC_ACME_API_URL`; with a number where two secrets would have one name. */
  #name(secret: string, wish: string): SecretReference {
    const stem = `QC_${word(wish)}`
    const taken = [...this.#names].flatMap(([other, known]) => (other === secret ? [] : [known]))
    let name = this.#names.get(secret) ?? stem
    for (let count = 2; taken.includes(name); count++) name = `${stem}_${count}`
    this.#names.set(secret, name)
    return { from_env: name }
  }
}

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
