import { type Address, addressOf, rootOf } from '../model/address.ts'
import type { Desired, Live } from '../model/change.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import { rankOf } from '../model/schema.ts'

/** What patterns come to among objects of these types' parents, declared and live: at least this, where nothing stronger is declared. */
export function implied(
  patterns: readonly Desired[],
  level: readonly ResourceType[],
  desired: ReadonlyMap<string, Desired>,
  live: ReadonlyMap<string, Live>,
  registry: Registry,
  isOurs: (address: Address) => boolean,
): readonly Desired[] {
  const found = new Map<string, Desired>()
  const names = new Set(level.map(({ name }) => name))
  if (!patterns.some(({ address }) => names.has(address.type))) return []
  const all = new Map([...desired, ...live].map(([text, { address }]) => [text, address]))
  const places = [...all.values()].filter(isOurs)
  for (const pattern of patterns) {
    const type = level.find(({ name }) => name === pattern.address.type)
    const glob = pattern.address.parent
    const target = glob && registry.get(glob.type)?.patternOf?.type
    if (!type || !glob || !target) continue
    const matches = globOf(glob.name)
    const general = generalText(type, target, glob, pattern.address.name, registry)
    for (const place of places) {
      if (place.type !== target || rootOf(place).text !== rootOf(glob).text || !matches(place.name)) continue
      const address = addressOf(type, place, pattern.address.name)
      const before = found.get(address.text) ?? desired.get(address.text)
      if (!before || isMore(type, pattern, before))
        found.set(address.text, at(address, pattern, general, before))
    }
  }
  return [...found.values()]
}

/** As the declared object where there is one: what is more than it is asked for at least. */
const at = (address: Address, pattern: Desired, general: string, before: Desired | undefined): Desired =>
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

/** A glob over whole names: `*` is any text, `/` too, `?` one character. */
export function globOf(glob: string): (name: string) => boolean {
  const source = glob.replace(/[*?]|[\\^$.|+()[\]{}]/g, (hit) =>
    hit === '*' ? '.*' : hit === '?' ? '.' : `\\${hit}`,
  )
  const regex = new RegExp(`^${source}$`)
  return (name) => regex.test(name)
}
