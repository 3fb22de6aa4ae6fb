import { type Address, addressOf } from '../model/address.ts'
import type { Desired, Live } from '../model/change.ts'
import type { Scope } from '../model/reading.ts'
import { type Registry, type ResourceType, schemaOf } from '../model/resource.ts'
import { type Attribute, type Attributes, isReference, type Schema, type Value } from '../model/schema.ts'
import type { Server } from '../model/server.ts'
import { type Expanded, grouped } from './expand.ts'
import { Patterns } from './patterns.ts'
import { blockOf } from './siblings.ts'

/** What Quay has after an apply of these files, as far as they say it. An attribute that is not there is not known. */
export function supposed(
  { desired, patterns, external }: Expanded,
  registry: Registry,
): ReadonlyMap<string, Live> {
  const foreign = new Set(external.map(({ address }) => address.text))
  const declared = new Map(desired.map((object) => [object.address.text, object]))
  const patterned = new Patterns(patterns, declared, registry, ({ text }) => !foreign.has(text))
  const asked = desired.flatMap(({ address }) => patterned.at(address))
  const objects = [...desired, ...asked].filter(({ absent }) => !absent)
  const live = new Map<string, Live>()
  const add = (address: Address, attributes: Attributes) => live.set(address.text, { address, attributes })
  for (const [address, attributes] of [...objects.flatMap(brought(registry)), ...given(objects, registry)])
    add(address, attributes)
  for (const { address } of external) add(address, {})
  for (const { address, attributes, mustExist } of objects)
    add(address, mustExist ? {} : toldIn(schemaOf(address, registry), attributes))
  return live
}

type Thing = readonly [Address, Attributes]

/** What Quay makes together with it. */
const brought =
  (registry: Registry) =>
  ({ address, mustExist }: Desired): readonly Thing[] =>
    mustExist
      ? []
      : (registry.get(address.type)?.brings ?? []).flatMap(({ type: name, name: key, attributes }) => {
          const type = registry.get(name)
          return type ? [[addressOf(type, address, key), attributes] as const] : []
        })

/** What Quay gives, beside these objects, whom they name. */
const given = (
  objects: readonly Pick<Live, 'address' | 'attributes'>[],
  registry: Registry,
): readonly Thing[] =>
  objects.flatMap(({ address, attributes }) =>
    Object.entries(schemaOf(address, registry)).flatMap(([name, { gives, refers }]) => {
      const [type, subject] = [gives && registry.get(gives.type), attributes[name]]
      return gives && type && typeof subject === 'string'
        ? [[addressOf(type, address.parent, `${refers}:${subject}`), { [gives.attribute]: gives.value }]]
        : []
    }),
  )

/** What Quay shows of what was written, and does not move by itself. */
function toldIn(schema: Schema, attributes: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => {
      const told = schema[name] && value !== undefined ? toldOf(schema[name], value) : undefined
      return told === undefined ? [] : [[name, told] as const]
    }),
  )
}

function toldOf(attribute: Attribute, value: Value): Value | undefined {
  const { fields, many, writeOnly, serverOwned } = attribute
  if (writeOnly || serverOwned || isReference(attribute, value)) return undefined
  if (!fields || many || value === null || typeof value !== 'object' || Array.isArray(value)) return value
  return toldIn(fields, value as Attributes) as Value
}

/** The types, read from what Quay is supposed to have instead of from Quay. `after`: what the files declare now. */
export function readFrom(
  there: ReadonlyMap<string, Live>,
  after: readonly Desired[],
  registry: Registry,
): Registry {
  const blocks = grouped([...there.values()], ({ address }) => blockOf(address))
  const written = new Map(after.map((object) => [object.address.text, object]))
  const stays = ({ address: { parent, type, text } }: Live) => {
    const above = written.get(parent?.text ?? '')
    const isOver = registry.get(type)?.ownsOfParent?.some((name) => above?.attributes[name] !== undefined)
    return !written.has(text) && !isOver
  }
  const giving = [...after.filter(({ absent }) => !absent), ...[...there.values()].filter(stays)]
  const kept = new Set(given(giving, registry).map(keyOf))
  const read = (type: ResourceType, { parent, names, whole, declared }: Scope): readonly Live[] =>
    (blocks.get(`${type.name} ${parent?.address.text ?? ''}`) ?? [])
      .filter(
        ({ address, attributes }) =>
          names.includes(address.name) ||
          (parent !== null && !(whole && kept.has(keyOf([address, attributes])))),
      )
      .map((object) => believed(object, type, declared(object.address.name), there))
  return new Map(
    [...registry].map(([name, type]) => [
      name,
      { ...type, survey: undefined, read: async (scope: Scope) => read(type, scope) },
    ]),
  )
}

const keyOf = ([{ text }, attributes]: Thing): string => `${text} ${JSON.stringify(attributes)}`

/** What is not known, and what no update could change, is taken for what is written. */
function believed(
  live: Live,
  type: ResourceType,
  written: Desired | null,
  there: ReadonlyMap<string, Live>,
): Live {
  const { address, attributes } = live
  const taken = Object.entries(written?.attributes ?? {}).flatMap(([name, value]) => {
    const attribute = type.schema[name]
    const sibling = () => addressOf(type, address.parent, String(value)).text
    if (attribute?.supersedes) return [[name, there.has(sibling()) ? undefined : value] as const]
    return attribute?.replaces && attributes[name] === undefined ? [[name, value] as const] : []
  })
  return taken.length > 0 ? { ...live, attributes: { ...attributes, ...Object.fromEntries(taken) } } : live
}

/** A server that can do everything, and of which nothing else is known. */
export const anyServer = ({ settings }: Pick<Expanded, 'settings'>): Server => ({
  url: settings.url?.text ?? '',
  version: null,
  user: null,
  superuser: null,
  readOnly: false,
  administers: () => false,
  feature: () => true,
  setting: () => undefined,
  capability: () => undefined,
  offers: () => true,
})
