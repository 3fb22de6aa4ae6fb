import { type Address, byText, rootOf } from '../model/address.ts'
import type { Reader } from '../model/api.ts'
import type { Change, Desired } from '../model/change.ts'
import type { Diagnostic, Place } from '../model/diagnostics.ts'
import type { Registry } from '../model/resource.ts'
import type { TokenScope } from '../model/scopes.ts'
import type { Server } from '../model/server.ts'
import { withCapabilities, withRank } from './capabilities.ts'
import { unmetDemands } from './demands.ts'
import { created } from './diff.ts'
import { type Expanded, grouped } from './expand.ts'
import { gather } from './gather.ts'
import { lacks } from './lacks.ts'
import { Siblings } from './siblings.ts'

/** An organization of the files. */
export interface Root {
  readonly name: string
  readonly desired: Desired
  /** Does Quay show what is declared to administrators only? Of a part that speaks of repositories it does not. */
  readonly closed: boolean
}

/** The organizations that the files speak of, by name. */
export function organizationsOf({ desired, patterns }: Expanded, registry: Registry): readonly Root[] {
  const all = grouped([...desired, ...patterns], ({ address }) => rootOf(address).text)
  return desired
    .filter(({ address, absent }) => !absent && registry.get(address.type)?.document?.part !== undefined)
    .map((root) => {
      const below = (all.get(root.address.text) ?? []).filter(({ address }) => address !== root.address)
      const closed = !root.mustExist || below.some(({ address }) => isListedByRoot(address, registry))
      return { name: root.address.name, desired: root, closed }
    })
    .sort((a, b) => byText(a.name, b.name))
}

/** Is it listed by a route of the organization itself? */
const isListedByRoot = ({ type }: Address, registry: Registry): boolean =>
  registry.get(type)?.listings[0]?.path.startsWith('/organization/') ?? false

/** What it would take to make all that the files declare, in a Quay that has none of it. */
export function asCreates(expanded: Expanded, registry: Registry, server: Server): readonly Change[] {
  const siblings = new Siblings(expanded, expanded.desired, new Map(), [], server, registry)
  return expanded.desired.flatMap((desired) => {
    const type = registry.get(desired.address.type)
    return type && !desired.absent && !desired.mustExist ? [created(type, desired, siblings, server)] : []
  })
}

/** The scopes that reading takes, and the first line that makes it so: of organizations that are there, and below the namespace of the token's own user. */
export function readingScopes(
  { desired }: Expanded,
  registry: Registry,
  present: ReadonlyMap<string, unknown>,
): ReadonlyMap<TokenScope, Place> {
  const found = new Map<TokenScope, Place>()
  for (const { address, origin, mustExist } of desired) {
    const isPart = mustExist && address.parent === null
    const scope = present.has(address.text) && !isPart ? 'org:admin' : ownScope(address, registry)
    if (scope && !found.has(scope)) found.set(scope, origin.at)
  }
  return found
}

/** Quay lists some of a user's own things by routes of the user, some by those of organizations. */
function ownScope({ type, parent }: Address, registry: Registry): TokenScope | null {
  const above = parent && registry.get(parent.type)?.document
  if (!above || above.part !== undefined) return null
  const paths = registry.get(type)?.listings.map(({ path }) => path) ?? []
  if (paths.some((path) => path.startsWith('/user/'))) return 'user:admin'
  return paths.some((path) => path.startsWith('/organization/')) ? 'org:admin' : null
}

/** What the files need and the server has not, whatever it holds; one question at most where it depends on who asks, one where on its capabilities. */
export async function lackingOf(
  expanded: Expanded,
  changes: readonly Change[],
  registry: Registry,
  reader: Reader,
  server: Server,
): Promise<readonly Diagnostic[]> {
  const missingAt = (at: Server) => lacks(expanded.desired, expanded.removed, registry, at)
  const missing = missingAt(await withRank(server, reader, missingAt))
  const refused = new Set(missing.map(({ address }) => address))
  const possible = changes.filter(({ address }) => !refused.has(address.text))
  const asked = await withCapabilities(possible, registry, reader, server)
  return gather([...missing, ...unmetDemands(possible, registry, asked)])
}

/** Does it stand where a declared object says this attribute? */
export const isAbout = (attribute: string, { address, at }: Diagnostic, { desired }: Expanded): boolean => {
  const object = desired.find((one) => one.address.text === address)
  return at !== null && object?.origins[attribute]?.at === at
}
