import type { Desired } from '../model/change.ts'
import { below, type Origin, overOthers, type Place } from '../model/diagnostics.ts'
import type { Registry } from '../model/resource.ts'
import type { Value } from '../model/schema.ts'
import { type Preset, type Settings, upstreamFor } from './settings.ts'

/** What the Registry document adds to an object: defaults and upstream credentials where nothing is written, overrides whatever is. */
export function withPresets(desired: Desired, settings: Settings, registry: Registry): Desired {
  if (desired.absent) return desired
  const { type } = desired.address
  const filled = laid(desired, settings.defaults.get(type), false)
  const written = laid(filled, settings.overrides.get(type), true)
  // Last, though weakest: half of another user's credentials must not be filled up with these.
  return withUpstream(written, settings, registry)
}

function laid(desired: Desired, preset: Preset | undefined, stronger: boolean): Desired {
  if (!preset) return desired
  const attributes: Record<string, Value | undefined> = { ...desired.attributes }
  const origins: Record<string, Origin> = { ...desired.origins }
  for (const [name, origin] of Object.entries(preset.origins)) {
    const written = origins[name]
    if (written && !stronger) {
      origins[name] = overOthers(written, [...(written.over ?? []), origin.at])
      continue
    }
    attributes[name] = preset.attributes[name]
    origins[name] = overOthers(origin, below(written), placeOf(desired))
  }
  return { ...desired, attributes, origins }
}

/** Credentials by upstream host, where the object declares neither. */
function withUpstream(desired: Desired, { upstreams }: Settings, registry: Registry): Desired {
  const type = registry.get(desired.address.type)
  const reference = type?.upstreamOf && desired.attributes[type.upstreamOf]
  if (!type || typeof reference !== 'string') return desired
  const own = Object.entries(type.schema).filter(([, { upstream }]) => upstream)
  const upstream = upstreamFor(reference, upstreams)
  if (!upstream || own.some(([name]) => desired.origins[name])) return desired
  const attributes: Record<string, Value | undefined> = { ...desired.attributes }
  const origins: Record<string, Origin> = { ...desired.origins }
  for (const [name, { upstream: role }] of own) {
    const part = role && upstream[role]
    if (!part) continue
    attributes[name] = part.value
    origins[name] = { at: part.at, via: placeOf(desired) }
  }
  return { ...desired, attributes, origins }
}

/** What a preset's value came to: the object's line, or the one that brought its template in. */
const placeOf = ({ origin }: Desired): Place => origin.via ?? origin.at
