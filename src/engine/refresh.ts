import { type Address, addressOf } from '../model/address.ts'
import type { Reader } from '../model/api.ts'
import { type Desired, type Live, originOf } from '../model/change.ts'
import { type Diagnostic, type Origin, problemAt } from '../model/diagnostics.ts'
import { type Registry, type ResourceType, typesOf } from '../model/resource.ts'
import { type Server, whyMissing } from '../model/server.ts'
import { supports } from './compare.ts'
import { grouped } from './expand.ts'
import { Groups, type Interest } from './groups.ts'
import { ranked } from './order.ts'
import { implied } from './patterns.ts'
import type { Removal } from './removed.ts'
import { blockOf } from './siblings.ts'
import { article } from './topics-attributes.ts'

/** What Quay has, and all that is asked of it: what patterns come to is known by then. */
export interface Refreshed {
  readonly live: ReadonlyMap<string, Live>
  readonly desired: readonly Desired[]
}

/** Live state by address: parents first, only under live parents, and only what is declared, pruned or removed. Any failed read fails it all. */
export async function refresh(
  interest: Interest,
  registry: Registry,
  reader: Reader,
  server: Server,
): Promise<Refreshed> {
  const live = new Map<string, Live>()
  const groups = new Groups(interest, registry)
  const desired = new Map(interest.desired.map((object) => [object.address.text, object]))
  const foreign = new Set([...interest.external, ...interest.removed].map(({ address }) => address.text))
  const isOurs = ({ text }: Address) => !foreign.has(text)
  const kept = new Set(interest.external.map(({ address }) => address.text))
  for (const level of levelsOf(registry)) {
    for (const object of implied(interest.patterns, level, desired, live, registry, isOurs)) {
      desired.set(object.address.text, object)
      groups.add(object)
    }
    const scopes = level.flatMap((type) => groups.of(type.name).map((group) => ({ type, group })))
    const reads = await Promise.all(
      scopes.map(async ({ type, group: { parent, objects, whole } }) => {
        const liveParent = parent && (live.get(parent.text) ?? null)
        if ((parent && !liveParent) || !isThere(type, server)) return []
        return type.read(
          {
            parent: liveParent,
            server,
            names: [...objects.keys()],
            declares: (name, attribute) => objects.get(name)?.attributes[attribute] !== undefined,
            declared: (name) => objects.get(name) ?? null,
            whole,
            leaves: (name) =>
              !objects.get(name) &&
              (whole || objects.has(name)) &&
              !kept.has(addressOf(type, parent, name).text),
            above: parent && groups.declared(parent),
            beside: (name) => groups.singleton(name, parent),
          },
          reader,
        )
      }),
    )
    for (const object of reads.flat()) live.set(object.address.text, object)
  }
  return { live, desired: [...desired.values()] }
}

/** Organizations that only parts speak of, and that are not there. */
export function missingParents(
  desired: readonly Desired[],
  live: ReadonlyMap<string, Live>,
  registry: Registry,
): readonly Diagnostic[] {
  return desired
    .filter(({ mustExist, address }) => mustExist && !live.has(address.text))
    .map(({ address, origin }) => {
      const maker = [...registry.values()].find(({ provides }) => provides === address.type)
      return address.parent && maker
        ? problemAt('QC3003', `${address.text} is not there yet`, origin, {
            hint: `beside a declared ${maker.name} Quay makes it: wait for that, or remove the lines`,
          })
        : problemAt('QC3003', `${address.text} is not there, and no file declares it`, origin, {
            hint: `a part adds to an ${address.type}: declare that in a document of its own`,
          })
    })
}

/** Of what a server lacks it has none: nothing is left to delete. */
export const isThere = ({ since }: ResourceType, server: Server): boolean => !since || server.offers(since)

/** What the files need and the server has not: before anything is read that would fail on it. */
export function lacks(
  objects: readonly Desired[],
  removed: readonly Removal[],
  registry: Registry,
  server: Server,
): readonly Diagnostic[] {
  const blocks = grouped(objects, ({ address }) => blockOf(address))
  return [...objects, ...removed.map(unwritten)].flatMap((desired) => {
    const { address, origin, attributes, absent } = desired
    const type = registry.get(address.type)
    if (!type || absent) return []
    const missing = (message: string, at: Origin, hint: string) =>
      problemAt('QC3001', `this server has no ${message}`, at, { address: address.text, hint })
    if (!isThere(type, server))
      return [
        missing(
          `${type.block}: ${whyMissing(type, server)}`,
          origin,
          'remove the lines, or ask the Quay operator for it',
        ),
      ]
    const others = () =>
      (blocks.get(blockOf(address)) ?? [])
        .filter((other) => other !== desired)
        .map((other) => other.attributes)
    const refused = type.admits?.(desired, server, others()) ?? []
    if (refused.length > 0)
      return refused.map(({ code, message, attribute, ...more }) =>
        problemAt(code, message, originOf(desired, attribute), {
          ...more,
          address: address.text,
        }),
      )
    return Object.entries(type.schema).flatMap(([name, attribute]) =>
      attributes[name] === undefined || supports(attribute, server)
        ? []
        : [
            missing(
              `${name} for ${article(type.name)}: ${whyMissing(attribute, server)}`,
              originOf(desired, name),
              'remove the line',
            ),
          ],
    )
  })
}

/** What is to go, as an object of which nothing is declared. */
const unwritten = ({ address, at }: Removal): Desired => ({
  address,
  attributes: {},
  origin: { at },
  origins: {},
  absent: false,
  replaceAllowed: false,
})

/** Types by depth below the root: one level is read at once. */
function levelsOf(registry: Registry): readonly (readonly ResourceType[])[] {
  const depth = (type: ResourceType): number => 1 + Math.max(0, ...typesOf(type.parents, registry).map(depth))
  const levels = new Map<number, ResourceType[]>()
  for (const type of ranked(registry)) levels.set(depth(type), [...(levels.get(depth(type)) ?? []), type])
  return [...levels.entries()].sort(([a], [b]) => a - b).map(([, types]) => types)
}
