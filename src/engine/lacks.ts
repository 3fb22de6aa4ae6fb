import { chainOf } from '../model/address.ts'
import { type Desired, type Live, originOf } from '../model/change.ts'
import { type Diagnostic, type Origin, problemAt } from '../model/diagnostics.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import { type Server, whyMissing } from '../model/server.ts'
import { supports } from './compare.ts'
import { grouped } from './expand.ts'
import type { Removal } from './removed.ts'
import { blockOf } from './siblings.ts'
import { article } from './topics-attributes.ts'

/** Organizations that only parts speak of, and that are not there. */
export function missingParents(
  desired: readonly Desired[],
  live: ReadonlyMap<string, Live>,
  registry: Registry,
): readonly Diagnostic[] {
  if (!desired.some(({ mustExist }) => mustExist)) return []
  // Where something is only removed from it, that is gone.
  const needed = new Set(
    desired.flatMap(({ mustExist, address }) =>
      mustExist && !address.parent ? [] : chainOf(address).map(({ text }) => text),
    ),
  )
  return desired
    .filter(({ mustExist, address: { text } }) => mustExist && needed.has(text) && !live.has(text))
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
  let blocks: ReadonlyMap<string, readonly Desired[]> | null = null
  const othersOf = (desired: Desired) => {
    blocks ??= grouped(
      objects.filter(({ address }) => registry.get(address.type)?.admits),
      ({ address }) => blockOf(address),
    )
    return (blocks.get(blockOf(desired.address)) ?? [])
      .filter((other) => other !== desired)
      .map(({ attributes }) => attributes)
  }
  const asking = new Map(
    [...registry.values()].flatMap((type) => {
      const unsupported = Object.entries(type.schema).filter(([, attribute]) => !supports(attribute, server))
      const asks = type.admits || unsupported.length > 0 || !isThere(type, server)
      return asks ? [[type.name, { type, unsupported }] as const] : []
    }),
  )
  return [...objects, ...removed.map(unwritten)].flatMap((desired) => {
    const { address, origin, attributes, absent } = desired
    const asked = asking.get(address.type)
    if (!asked || absent) return []
    const { type, unsupported } = asked
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
    const refused = type.admits?.(desired, server, () => othersOf(desired)) ?? []
    if (refused.length > 0)
      return refused.map(({ code, message, attribute, ...more }) =>
        problemAt(code, message, originOf(desired, attribute), {
          ...more,
          address: address.text,
        }),
      )
    return unsupported.flatMap(([name, attribute]) =>
      attributes[name] === undefined
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
