import type { Configuration } from '../engine/pipeline.ts'
import { means, unseenOf, upstreamNamed } from '../engine/resend.ts'
import { type Selection, select } from '../engine/select.ts'
import type { Desired } from '../model/change.ts'
import { UsageError } from '../model/errors.ts'
import { covers } from '../model/glob.ts'
import type { Registry } from '../model/resource.ts'
import { looksLikeReference } from '../model/schema.ts'
import { aboutGlob } from './narrowing.ts'

/** An entry of `--resend` that means no secret would send nothing, in silence. */
export function refuseIdleResend(
  expanded: Configuration['expanded'],
  selection: Selection,
  resend: readonly string[],
  registry: Registry,
): void {
  if (resend.length === 0) return
  const { settings, desired } = expanded
  const { includes } = select(expanded, registry, selection)
  const holders = desired.filter((object) => !object.absent && holdsSecret(object, registry))
  const hosts = settings.upstreams.map((upstream) => upstream.host)
  for (const entry of resend) {
    const host = upstreamNamed(entry)
    if (host !== null && !hosts.includes(host))
      throw new UsageError('QC6418', `--resend ${entry}: upstreams has no such entry`, [
        hosts.length > 0 ? `it has ${hosts.join(', ')}` : 'the files have no upstreams at all',
      ])
    const meant = holders.filter((object) => means(entry, object, settings, registry))
    if (meant.some(({ address }) => includes(address))) continue
    const hint =
      meant.length > 0
        ? 'what it means is not among what this run is narrowed to'
        : host !== null
          ? 'no mirror or proxy cache has its credentials from this entry'
          : desired.some(({ address }) => covers(entry, address))
            ? 'what it matches refers to no secret'
            : aboutGlob(
                entry,
                holders.map(({ address }) => address),
              )?.hint
    throw new UsageError('QC6417', `--resend ${entry} means no secret that the files refer to`, [
      hint ?? 'addresses look like mirror.acme/api; see the plan without --resend',
    ])
  }
}

function holdsSecret(object: Desired, registry: Registry): boolean {
  const type = registry.get(object.address.type)
  return type !== undefined && unseenOf(type, object).some(({ value }) => looksLikeReference(value))
}
