import type { Address } from '../model/address.ts'
import { canonicalJson } from '../model/canonical.ts'
import type { Desired } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import type { Registry } from '../model/resource.ts'
import type { Expanded } from './expand.ts'
import { digest } from './ids.ts'
import { type Changed, NO_ORGANIZATION, organizationOf } from './select.ts'

/** What files come to, as far as it tells whether others say the same. */
export interface Sayings {
  readonly url: string | undefined
  /** A digest for each organization: neither lines nor the order of files count. */
  readonly digests: ReadonlyMap<string, string>
}

export function sayingsOf(
  { desired, patterns, blocks, removed, external, released, paused, settings }: Expanded,
  registry: Registry,
): Sayings {
  const sayings = new Map<string, unknown[]>()
  const say = (address: Address, ...what: readonly unknown[]) => {
    const name = organizationOf(address, registry)
    const list = sayings.get(name) ?? []
    list.push([address.text, ...what])
    sayings.set(name, list)
  }
  for (const object of [...desired, ...patterns]) say(object.address, ...wishOf(object))
  for (const { parent, type, pruneAt, exact, dropped = false } of blocks)
    say(parent, type, pruneAt !== null, exact, dropped)
  for (const { address, until } of removed) say(address, 'removed', until)
  for (const { address } of external) say(address, 'external')
  for (const address of released) say(address, 'released')
  for (const { address, until } of paused) say(address, 'paused', until)
  const digests = new Map([...sayings].map(([name, list]) => [name, digest(list.map(canonicalJson).sort())]))
  return { url: settings.url?.text, digests }
}

/** The organizations of which files say something else than they did, and how many others there are. */
export function changedSince(ref: string, now: Sayings, then: Sayings): Changed {
  // Of another Quay nothing is known to be as it was.
  const isMoved = now.url !== then.url
  const isSame = (name: string) => !isMoved && now.digests.get(name) === then.digests.get(name)
  const names = [...new Set([...now.digests.keys(), ...then.digests.keys()])].filter((name) => !isSame(name))
  const same = [...now.digests.keys()].filter(isSame)
  const others = same.filter((name) => name !== NO_ORGANIZATION).length
  return { ref, names: new Set(names), others, isAll: same.length === 0 }
}

const wishOf = ({ attributes, absent, mustExist, replaceAllowed }: Desired): readonly unknown[] => [
  attributes,
  absent,
  mustExist === true,
  replaceAllowed,
]

/** What a plan leaves out. */
export const leftOut = ({ ref, others }: Changed): Diagnostic => ({
  code: 'QC4060',
  severity: 'note',
  message:
    others === 1
      ? `1 organization is left out: the files say the same of it as at ${ref}`
      : `${others} organizations are left out: the files say the same of them as at ${ref}`,
  at: null,
  hint: 'what others changed there is shown without --changed-since',
})
