import { type Address, addressOf } from '../model/address.ts'
import { type Registry, type ResourceType, typesOf } from '../model/resource.ts'

/** What a text may be the address of, by the separators of the types: one below an organization may as well be one below a user's namespace. Empty where it is none. */
export function addressesOf(text: string, registry: Registry): readonly Address[] {
  const dot = text.indexOf('.')
  const type = dot < 0 ? undefined : registry.get(text.slice(0, dot))
  if (!type || type.patternOf) return []
  return placesOf(type, text.slice(dot + 1), registry).filter((address) => address.text === text)
}

function placesOf(type: ResourceType, place: string, registry: Registry): readonly Address[] {
  if (type.parents.length === 0) return named(type, null, place)
  const end = type.separator === '' ? place.length : place.indexOf(type.separator)
  if (end < 0) return []
  const above = place.slice(0, end)
  return typesOf(type.parents, registry)
    .flatMap((parent) => placesOf(parent, above, registry))
    .flatMap((parent) => named(type, parent, place.slice(end + type.separator.length)))
}

/** Only as an address writes it: `acme/api` names no organization, and only a singleton has no name. */
function named(type: ResourceType, parent: Address | null, written: string): readonly Address[] {
  const name = decoded(written)
  const isSingleton = parent !== null && type.separator === ''
  if (name === null || (name === '') !== isSingleton) return []
  const address = addressOf(type, parent, name)
  const place = parent ? parent.place + type.separator + written : written
  return address.place === place ? [address] : []
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
