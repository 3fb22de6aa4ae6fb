import { type Address, byText } from '../model/address.ts'
import type { Reader } from '../model/api.ts'
import type { Live } from '../model/change.ts'
import { AuthError } from '../model/errors.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Server } from '../model/server.ts'
import { vitalsAt } from '../model/sync-vitals.ts'
import type { Standing, Status, Trouble } from '../model/vitals.ts'
import { type Block, crawl, type Found } from './crawl.ts'
import type { Expanded } from './expand.ts'

/** What a status is about. */
export interface Scope {
  /** Names of organizations and of the token's user; null: all that the token may be shown. */
  readonly names: readonly string[] | null
  /** Only these of the telling types. Null: all of them. */
  readonly types: ReadonlySet<string> | null
  /** What the files say; null where there are none, and so nothing is unmanaged. */
  readonly expanded: Expanded | null
  readonly now: Date
}

/** What may be wrong with what the files declare, besides what a type says of its own. */
export const missing = { missing: 'the files declare it, and Quay does not have it' } as const

/** How all in scope fares, by what lists tell of it. */
export async function readStatus(
  { names, types, expanded, now }: Scope,
  registry: Registry,
  reader: Reader,
  server: Server,
): Promise<Status> {
  const wanted = types ?? tellingTypes(registry)
  const roots = names ?? (await allNames(registry, reader, server))
  const blocks = await crawl({ names: roots, types: wanted, listed: true }, registry, reader, server)
  const found = blocks.flatMap((block) => flat(block, wanted))
  const declared = declaredBy(expanded)
  const made = new Set(found.flatMap(({ live }) => madeBeside(live, registry)))
  const seen = new Map(found.flatMap(({ live }) => (live ? [[live.address.text, live] as const] : [])))
  const standings = [...seen.values()]
    .filter(({ address }) => wanted.has(address.type))
    .map((live): Standing => {
      const { address, vitals = {} } = live
      const managed =
        !expanded || declared.has(address.text) || made.has(groupOf(address)) || comesAlong(address, registry)
      return {
        address,
        managed,
        vitals: vitalsAt(now, vitals),
        troubles: registry.get(address.type)?.troubles?.(live, now) ?? [],
      }
    })
  const unread = found.flatMap((one) => one.unread ?? [])
  const isBlind = ({ type: name, parent }: Address): boolean =>
    unread.some(({ type, below }) => type === name && (parent?.text ?? '') === below) ||
    (parent !== null && isBlind(parent))
  const absent = (expanded?.desired ?? [])
    .filter(({ address, absent }) => !absent && wanted.has(address.type) && !seen.has(address.text))
    .filter(({ address }) => isIn(address, roots) && !isBlind(address))
    // What is missing with its parent is not said again, where that is said.
    .filter(({ address: { parent } }) => !parent || seen.has(parent.text) || !wanted.has(parent.type))
    .map(
      ({ address }): Standing => ({
        address,
        managed: true,
        vitals: {},
        troubles: [missingBelow(seen.get(address.parent?.text ?? ''), registry.get(address.type))],
      }),
    )
  return {
    standings: [...standings, ...absent].sort((a, b) => byText(a.address.text, b.address.text)),
    unseen: found.flatMap((one) => one.unseen ?? []),
  }
}

/** The types of which there is something to tell that is no attribute, or of which objects may be there without a file. */
export const tellingTypes = (registry: Registry): ReadonlySet<string> =>
  new Set([...registry.values()].filter((type) => tells(type, registry)).map(({ name }) => name))

function tells(
  { document, ailments, prunable, removable, parents, identity }: ResourceType,
  registry: Registry,
) {
  const isHolder = identity === 'key' && parents.some((name) => registry.get(name)?.document)
  return (
    document !== undefined || ailments !== undefined || prunable === true || (removable === true && isHolder)
  )
}

const isIn = (address: Address, names: readonly string[]): boolean =>
  address.parent ? isIn(address.parent, names) : names.includes(address.name)

/** The roots that documents are about. */
async function allNames(registry: Registry, reader: Reader, server: Server): Promise<readonly string[]> {
  const roots = [...registry.values()].filter(({ document }) => document)
  const names = await Promise.all(
    roots.map((type) => type.names?.(server, reader.because(type.name)).catch(ifRefused) ?? []),
  )
  return names.flat()
}

function ifRefused(error: unknown): readonly string[] {
  if (error instanceof AuthError) return []
  throw error
}

/** Of what files speak: also of what is to go, and of what is somebody else's. */
const declaredBy = (expanded: Expanded | null): ReadonlySet<string> =>
  new Set(
    expanded &&
      [...expanded.desired, ...expanded.removed, ...expanded.external].map(({ address }) => address.text),
  )

/** What Quay itself makes beside an object, as long as that is there. */
function madeBeside(live: Live | undefined, registry: Registry): readonly string[] {
  const provides = live && registry.get(live.address.type)?.provides
  return provides === undefined ? [] : [groupOf({ type: provides, parent: live?.address.parent ?? null })]
}

/** All of a type below an object. */
const groupOf = ({ type, parent }: Pick<Address, 'type' | 'parent'>): string =>
  `${type} ${parent?.text ?? ''}`

/** Quay makes it with its parent. */
const comesAlong = ({ type, name, parent }: Address, registry: Registry): boolean =>
  registry.get(parent?.type ?? '')?.brings?.some((one) => one.type === type && one.name === name) ?? false

interface Piece {
  readonly live?: Live
  readonly unseen?: Status['unseen']
  /** The same, and places on the way to what is wanted. */
  readonly unread?: Status['unseen']
}

function flat({ type, found }: Block, wanted: ReadonlySet<string>, below = ''): readonly Piece[] {
  const unread = [{ type: type.name, below }]
  if (!found) return [{ unread, ...(wanted.has(type.name) && { unseen: unread }) }]
  return found.flatMap(({ live, below: blocks, as }: Found) => [
    { live, ...(as === 'part' && { unseen: [{ type: type.name, below: live.address.text }] }) },
    ...blocks.flatMap((block) => flat(block, wanted, live.address.text)),
  ])
}

/** Where the parent's attributes are the type's to decide, they may be why. */
function missingBelow(parent: Live | undefined, type: ResourceType | undefined): Trouble {
  const state = (type?.ownsOfParent ?? []).flatMap((name) => {
    const value = parent?.attributes[name]
    return value === undefined ? [] : [`${name} ${value}`]
  })
  const why = state.length > 0 && parent ? `: ${parent.address.text} has ${state.join(', ')}` : ''
  return {
    kind: 'missing',
    level: 'warning',
    words: `is declared and not there${why}; quayctl plan says more`,
  }
}
