import { byText, rootOf } from '../model/address.ts'
import { sameValue } from '../model/canonical.ts'
import { type Desired, type Difference, type Live, originOf } from '../model/change.ts'
import { type Diagnostic, type Place, placeText, tallied } from '../model/diagnostics.ts'
import type { ResourceType } from '../model/resource.ts'
import { looksLikeReference } from '../model/schema.ts'
import { canonicalFallback } from './attributes.ts'
import { grouped } from './expand.ts'
import { isOther, unseenOf } from './resend.ts'

const moved = {
  code: 'QC4019',
  says: 'comes from elsewhere than at the base, and is not sent: its version is the same',
  hint: 'raise its version with each new value; --resend sends it for this run',
}
const owned = {
  code: 'QC4021',
  says: 'is another than at the base, and stays in Quay as it is',
  hint: 'Quay moves it by itself: only a later time than its own is sent',
}

/** Something that the files say otherwise than the base, and that is not sent for it. */
export interface Unsent {
  readonly about: typeof moved
  /** As a path of keys. */
  readonly attribute: string
  readonly address: string
  readonly organization: string
  readonly at: Place
}

/** What of a live object is another than at the base, though none of its differences says so. */
export function unsentOf(
  type: ResourceType,
  desired: Desired,
  past: Desired,
  live: Live,
  differences: readonly Difference[],
): readonly Unsent[] {
  const { attributes, origins, origin, address } = desired
  const before = new Map(unseenOf(type, past).map(({ path, value }) => [path, value]))
  const elsewhere = unseenOf(type, desired).filter(({ path, value }) => {
    const was = before.get(path)
    const isSource = looksLikeReference(was) && looksLikeReference(value)
    return isSource && !isOther(was, value) && !sameValue(was, value)
  })
  const create = Object.entries(type.schema).filter(
    ([name, attribute]) =>
      attribute.serverOwned &&
      attributes[name] !== undefined &&
      !sameValue(past.attributes[name] ?? canonicalFallback(attribute), attributes[name]) &&
      !sameValue(live.attributes[name], attributes[name]),
  )
  const sent = new Set(differences.map(({ path }) => path))
  return [
    ...elsewhere.map(({ attribute, path }) => ({ about: moved, attribute, path })),
    ...create.map(([attribute]) => ({ about: owned, attribute, path: `/${attribute}` })),
  ]
    .filter(({ path }) => !sent.has(path))
    .map(({ about, attribute, path }) => ({
      about,
      attribute: path.slice(1).replaceAll('/', '.'),
      address: address.text,
      organization: rootOf(address).name,
      at: originOf({ origins, origin }, attribute).at,
    }))
}

/** Once for each line: one of `upstreams` or `defaults` may be many objects'. */
export function unsentFindings(list: readonly Unsent[]): readonly Diagnostic[] {
  const sorted = [...list].sort((one, other) => byText(one.organization, other.organization))
  const keyOf = ({ about, attribute, at }: Unsent) => `${about.code} ${attribute} ${placeText(at)}`
  return [...grouped(sorted, keyOf)].flatMap(([key, [first, ...more]]) => {
    if (!first) return []
    const { about, attribute, address, organization, at } = first
    const words = [`${attribute} of ${address}`, ' and of # more', ` ${about.says}`] as const
    const tally = { key, organization, others: more.length, words }
    const { code, hint } = about
    return [{ code, severity: 'warning' as const, message: tallied(tally), at, address, hint, tally }]
  })
}
