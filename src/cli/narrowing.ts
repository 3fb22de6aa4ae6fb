import type { Configuration } from '../engine/pipeline.ts'
import { idleEntries, type Selection } from '../engine/select.ts'
import { type Address, rootOf } from '../model/address.ts'
import { nearest } from '../model/canonical.ts'
import { UsageError } from '../model/errors.ts'
import { covers } from '../model/glob.ts'
import type { Registry } from '../model/resource.ts'
import { plural } from '../render/style.ts'

const MOST_NAMED = 5

type Expanded = Configuration['expanded']

/** A name on the command line that nothing in the files has would make an empty plan: an error that says what may be meant. `before`: files that may have it, too. */
export function refuseIdle(
  expanded: Expanded,
  selection: Selection,
  registry: Registry,
  before: Expanded = expanded,
): void {
  const known = idleEntries(before, selection, registry)
  const idle = idleEntries(expanded, selection, registry).find((entry) => known.includes(entry))
  if (idle === undefined) return
  const hints = selection.organizations.includes(idle)
    ? [aboutOrganization(idle, expanded)]
    : aboutTarget(idle, expanded, registry)
  throw new UsageError('QC6403', `${idle} is nothing that the files declare or remove`, hints)
}

const addressesOf = ({ desired, removed }: Expanded) => [...desired, ...removed].map(({ address }) => address)

function aboutOrganization(name: string, expanded: Expanded): string {
  const names = [...new Set(addressesOf(expanded).map((address) => rootOf(address).name))].sort()
  const guess = nearest(name, names)
  if (guess) return `did you mean "${guess}"?`
  const rest = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''
  return `the files have ${names.slice(0, MOST_NAMED).join(', ')}${rest}`
}

function aboutTarget(glob: string, expanded: Expanded, registry: Registry): readonly string[] {
  const found = aboutGlob(glob, addressesOf(expanded))
  if (found?.isWider) return [found.hint]
  const block = expanded.blocks.find(({ parent, type, pruneAt }) => {
    const separator = registry.get(type)?.separator ?? ''
    return pruneAt && glob.startsWith(`${type}.${parent.place}${separator}`)
  })
  const listed = registry.get(block?.type ?? '')?.block
  const hints = [
    ...(found ? [found.hint] : []),
    ...(listed ? [`--target prunes nothing: ${listed} that no file lists go in a run without it`] : []),
  ]
  return hints.length > 0 ? hints : ['addresses look like mirror.acme/api; see the plan without --target']
}

/** What a glob that matches none of these addresses may have meant. */
export function aboutGlob(
  glob: string,
  addresses: readonly Address[],
): { readonly hint: string; readonly isWider: boolean } | null {
  const wider = glob.replace(/\*+/g, '**')
  const found = addresses.filter((address) => covers(wider, address)).length
  if (found > 0) {
    const hint = `* stays between / + : and #, ** crosses them: "${wider}" matches ${plural(found, 'object')}`
    return { hint, isWider: true }
  }
  const guess = nearest(
    glob,
    addresses.map(({ text }) => text),
  )
  return guess ? { hint: `did you mean "${guess}"?`, isWider: false } : null
}
