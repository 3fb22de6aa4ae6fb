import { originOf } from '../model/change.ts'
import type { Origin } from '../model/diagnostics.ts'
import type { Registry } from '../model/resource.ts'
import type { Expanded } from './expand.ts'

/** A host that Quay is to pull from, and the line that says so. */
export interface UpstreamHost {
  readonly host: string
  /** Why Quay may take it for one of its own network; null where nothing speaks for that. */
  readonly doubt: string | null
  readonly origin: Origin
}

/** An upstream that is a URL; no credentials are looked up by it. */
const URL_ATTRIBUTE = 'external_registry_url'

/** The hosts of all upstreams, by their names alone: nothing is resolved. */
export function upstreamHosts({ desired }: Expanded, registry: Registry): readonly UpstreamHost[] {
  return desired.flatMap(({ address, attributes, origins, origin, absent }) => {
    const name = registry.get(address.type)?.upstreamOf ?? URL_ATTRIBUTE
    const value = attributes[name]
    if (absent || typeof value !== 'string') return []
    const host = hostOf(value)
    return [{ host, doubt: doubtOf(host), origin: originOf({ origins, origin }, name) }]
  })
}

/** `https://HOST:PORT/path` or `HOST:PORT/path`, in small letters and without brackets. */
function hostOf(upstream: string): string {
  const place = upstream.replace(/^[a-z]+:\/\//i, '').replace(/\/.*/s, '')
  const bracketed = /^\[([^\]]*)\]/.exec(place)
  return (bracketed?.[1] ?? place.replace(/:\d+$/, '')).toLowerCase()
}

/** The first that fits. */
const doubts: readonly (readonly [RegExp, string])[] = [
  [/^localhost$|\.localhost$|^127\.[\d.]+$|^::1$|^0\.0\.0\.0$|^::$/, "it is Quay's own machine"],
  [
    /^(?=[\d.]+$)(10|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./,
    'it is a private address',
  ],
  [/^f[cd][0-9a-f]{2}:/, 'it is a private address'],
  [/^169\.254\.[\d.]+$|^fe[89ab][0-9a-f]:/, 'it is a link-local address'],
  [/\.(local|internal)$/, 'its name ends like one of a private network'],
  [/^(kubernetes|metadata)(\.|$)/, 'its name is one of a cluster'],
  [/^[^.:]+$/, 'its name has one part only'],
]

const doubtOf = (host: string): string | null => doubts.find(([fits]) => fits.test(host))?.[1] ?? null
