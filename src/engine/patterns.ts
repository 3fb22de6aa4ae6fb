import { type Address, addressOf, rootOf } from '../model/address.ts'
import type { Desired } from '../model/change.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import { rankOf } from '../model/schema.ts'

/** A declared pattern, ready to be held against places. */
interface Pattern {
  readonly object: Desired
  readonly type: ResourceType
  readonly matches: (name: string) => boolean
  readonly general: string
}

/** What patterns come to at places, declared and live: at least this, where nothing stronger is declared. */
export class Patterns {
  /** By the type of the places, and their root. */
  readonly #patterns = new Map<string, Pattern[]>()
  readonly #declared: ReadonlyMap<string, Desired>
  readonly #isOurs: (address: Address) => boolean

  constructor(
    patterns: readonly Desired[],
    declared: ReadonlyMap<string, Desired>,
    registry: Registry,
    isOurs: (address: Address) => boolean = () => true,
  ) {
    this.#declared = declared
    this.#isOurs = isOurs
    for (const object of patterns) {
      const { address } = object
      const glob = address.parent
      const type = registry.get(address.type)
      const target = glob && registry.get(glob.type)?.patternOf?.type
      if (!type || !glob || !target) continue
      const general = generalText(type, target, glob, address.name, registry)
      const key = keyOf(target, rootOf(glob))
      const list = this.#patterns.get(key) ?? []
      this.#patterns.set(key, list)
      list.push({ object, type, matches: globOf(glob.name), general })
    }
  }

  /** What is asked for at one place. */
  at(place: Address): readonly Desired[] {
    if (this.#patterns.size === 0) return []
    const patterns = this.#patterns.get(keyOf(place.type, rootOf(place)))
    if (!patterns || !this.#isOurs(place)) return []
    const found = new Map<string, Desired>()
    for (const { object, type, matches, general } of patterns) {
      if (!matches(place.name)) continue
      const address = addressOf(type, place, object.address.name)
      const before = found.get(address.text) ?? this.#declared.get(address.text)
      if (!before || isMore(type, object, before))
        found.set(address.text, placed(address, object, general, before))
    }
    return [...found.values()]
  }
}

const keyOf = (type: string, root: Address): string => `${type} ${root.text}`

/** As the declared object where there is one: what is more than it is asked for at least. */
const placed = (address: Address, pattern: Desired, general: string, before: Desired | undefined): Desired =>
  before && !before.atLeast
    ? { ...before, attributes: pattern.attributes, origins: pattern.origins }
    : { ...pattern, address, atLeast: general }

/** `permission.acme/*:team:auditors` */
function generalText(type: ResourceType, target: string, glob: Address, name: string, registry: Registry) {
  const place = registry.get(target)
  const parent = place && addressOf({ ...step(place), keeps: '/?' }, glob.parent, glob.name)
  return addressOf(step(type), parent ?? glob, name).text
}

const step = ({ name, separator, keeps = '' }: ResourceType) => ({ name, separator, keeps })

/** Does the pattern ask for more than what is there already? */
function isMore({ schema }: ResourceType, pattern: Desired, before: Desired): boolean {
  return Object.entries(schema).some(
    ([name, attribute]) =>
      attribute.ascending === true &&
      rankOf(attribute, pattern.attributes[name]) > rankOf(attribute, before.attributes[name]),
  )
}

/** A glob over whole names: `*` is any text, `/` too, `?` one character. Takes no longer than the one times the other's length. */
export function globOf(glob: string): (name: string) => boolean {
  const signs = Array.from(glob)
  return (name) => {
    const chars = Array.from(name)
    let [at, sign] = [0, 0]
    // The last star, and where what follows it was tried.
    let [star, tried] = [-1, 0]
    while (at < chars.length) {
      if (signs[sign] === '*') [star, tried, sign] = [sign, at, sign + 1]
      else if (signs[sign] === '?' || signs[sign] === chars[at]) [at, sign] = [at + 1, sign + 1]
      else if (star >= 0) [tried, at, sign] = [tried + 1, tried + 1, star + 1]
      else return false
    }
    return signs.slice(sign).every((left) => left === '*')
  }
}
