import type { Live } from '../model/change.ts'
import type { ResourceType } from '../model/resource.ts'
import type { Attribute, SecretReference } from '../model/schema.ts'
import { word } from './bindings.ts'

/** The names of secrets that an export can only refer to. What is surely one secret has one name: the credentials of one user at one place of a registry, as a key may be a project's there. */
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
    const account = `${upstream.replace(/\/[^/]*$/, '')} ${user === undefined ? '' : String(attributes[user])}`
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
