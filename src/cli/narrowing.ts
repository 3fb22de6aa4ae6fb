import type { Configuration } from '../engine/pipeline.ts'
import { means, unseenOf, upstreamNamed } from '../engine/resend.ts'
import { idleEntries, type Selection, select } from '../engine/select.ts'
import { rootOf } from '../model/address.ts'
import { nearest } from '../model/canonical.ts'
import { UsageError } from '../model/errors.ts'
import { covers } from '../model/glob.ts'
import type { Registry } from '../model/resource.ts'
import { looksLikeReference } from '../model/schema.ts'
import { plural } from '../render/style.ts'

const MOST_NAMED = 5

type Expanded = Configuration['expanded']

/** A name on the command line that nothing in the files has would make an empty plan: an error that says what may be meant. */
export function refuseIdle(expanded: Expanded, selection: Selection, registry: Registry): void {
  const [idle] = idleEntries(expanded, selection)
  if (idle === undefined) return
  const hints = selection.organizations.includes(idle)
    ? [aboutOrganization(idle, expanded)]
    : aboutTarget(idle, expanded, registry)
  throw new UsageError('QC6403', `${idle} is nothing that the files declare or remove`, hints)
}

const addressesOf = ({ desired, removed }: Expanded) => [...desired, ...removed].map(({ address }) => address)

/** An entry of `--resend` that means no secret would send nothing, in silence. */
export function refuseIdleResend(
  expanded: Expanded,
  selection: Selection,
  resend: readonly string[],
  registry: Registry,
): void {
  if (resend.length === 0) return
  const { settings, desired } = expanded
  const { includes } = select(expanded, registry, selection)
  const objects = desired.filter(({ address, absent }) => !absent && includes(address))
  const holders = objects.filter((object) => {
    const type = registry.get(object.address.type)
    return type && unseenOf(type, object).some(({ value }) => looksLikeReference(value))
  })
  for (const entry of resend) {
    const host = upstreamNamed(entry)
    const hosts = settings.upstreams.map((upstream) => upstream.host)
    if (host !== null && !hosts.includes(host))
      throw new UsageError('QC6418', `--resend ${entry}: upstreams has no such entry`, [
        hosts.length > 0 ? `it has ${hosts.join(', ')}` : 'the files have no upstreams at all',
      ])
    if (holders.some((object) => means(entry, object, settings, registry))) continue
    throw new UsageError('QC6417', `--resend ${entry}: no secret that the files declare is meant by it`, [
      ...(host !== null
        ? ['no mirror or proxy cache has its credentials from this entry']
        : objects.some(({ address }) => covers(entry, address))
          ? ['what it matches refers to no secret']
          : aboutTarget(entry, expanded, registry)),
    ])
  }
}

function aboutOrganization(name: string, expanded: Expanded): string {
  const names = [...new Set(addressesOf(expanded).map((address) => rootOf(address).name))].sort()
  const guess = nearest(name, names)
  if (guess) return `did you mean "${guess}"?`
  const rest = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''
  return `the files have ${names.slice(0, MOST_NAMED).join(', ')}${rest}`
}

function aboutTarget(glob: string, expanded: Expanded, registry: Registry): readonly string[] {
  const addresses = addressesOf(expanded)
  const wider = glob.replace(/\*+/g, '**')
  const found = addresses.filter((address) => covers(wider, address)).length
  if (found > 0)
    return [`* stays between / + : and #, ** crosses them: "${wider}" matches ${plural(found, 'object')}`]
  const block = expanded.blocks.find(({ parent, type, pruneAt }) => {
    const separator = registry.get(type)?.separator ?? ''
    return pruneAt && glob.startsWith(`${type}.${parent.place}${separator}`)
  })
  const listed = registry.get(block?.type ?? '')?.block
  const guess = nearest(
    glob,
    addresses.map(({ text }) => text),
  )
  const hints = [
    ...(guess ? [`did you mean "${guess}"?`] : []),
    ...(listed ? [`--target prunes nothing: ${listed} that no file lists go in a run without it`] : []),
  ]
  return hints.length > 0 ? hints : ['addresses look like mirror.acme/api; see the plan without --target']
}
