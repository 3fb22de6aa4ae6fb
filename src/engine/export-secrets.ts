import type { Live } from '../model/change.ts'
import type { ResourceType } from '../model/resource.ts'
import type { Attribute, SecretReference } from '../model/schema.ts'
import { word } from './bindings.ts'

/** The names of secrets that an export can only refer to. What is surely one secret has one name: the credentials of one user at one place of a registry, as a key may be a project's there. */
export class Secrets {
  /** What each name stands for. */
  readonly #owners = new Map<string, string>()

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
    let name = stem
    for (let count = 2; (this.#owners.get(name) ?? secret) !== secret; count++) name = `${stem}_${count}`
    this.#owners.set(name, secret)
    return { from_env: name }
  }
}
