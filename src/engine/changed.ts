import type { Address } from '../model/address.ts'
import { canonicalJson } from '../model/canonical.ts'
import type { Desired } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import type { Registry } from '../model/resource.ts'
import type { Expanded } from './expand.ts'
import { type Changed, NO_ORGANIZATION, organizationOf } from './select.ts'

/** The organizations of which files say something else than they did, and how many others there are. */
export function changedSince(ref: string, now: Expanded, then: Expanded, registry: Registry): Changed {
  const [says, said] = [sayings(now, registry), sayings(then, registry)]
  // Of another Quay nothing is known to be as it was.
  const isMoved = now.settings.url?.text !== then.settings.url?.text
  const isSame = (name: string) => !isMoved && says.get(name) === said.get(name)
  const names = [...new Set([...says.keys(), ...said.keys()])].filter((name) => !isSame(name))
  const same = [...says.keys()].filter(isSame)
  const others = same.filter((name) => name !== NO_ORGANIZATION).length
  return { ref, names: new Set(names), others, isAll: same.length === 0 }
}

/** All that files come to, as a text for each organization: neither lines nor the order of files count. */
function sayings(
  { desired, patterns, blocks, removed, external, released, paused }: Expanded,
  registry: Registry,
): ReadonlyMap<string, string> {
  const texts = new Map<string, string[]>()
  const say = (address: Address, ...what: readonly unknown[]) => {
    const name = organizationOf(address, registry)
    const list = texts.get(name) ?? []
    list.push(canonicalJson([address.text, ...what]))
    texts.set(name, list)
  }
  for (const object of [...desired, ...patterns]) say(object.address, ...wishOf(object))
  for (const { parent, type, pruneAt, exact, dropped = false } of blocks)
    say(parent, type, pruneAt !== null, exact, dropped)
  for (const { address, until } of removed) say(address, 'removed', until)
  for (const { address } of external) say(address, 'external')
  for (const address of released) say(address, 'released')
  for (const { address, until } of paused) say(address, 'paused', until)
  return new Map([...texts].map(([name, list]) => [name, list.sort().join('\n')]))
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
