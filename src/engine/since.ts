import { sameValue } from '../model/canonical.ts'
import type { Desired, Difference, Live } from '../model/change.ts'
import { type Diagnostic, type Place, placeText } from '../model/diagnostics.ts'
import type { ResourceType } from '../model/resource.ts'
import { looksLikeReference } from '../model/schema.ts'
import { canonicalFallback } from './attributes.ts'
import { grouped } from './expand.ts'
import { isOther, unseenOf } from './resend.ts'

/** Something that the files say otherwise than the base, and that is not sent for it. */
export interface Unsent {
  readonly code: string
  /** As a path of keys. */
  readonly attribute: string
  readonly address: string
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
  const sent = new Set(differences.map(({ path }) => path))
  const of = (code: string, attribute: string, path: string): readonly Unsent[] =>
    sent.has(path)
      ? []
      : [
          {
            code,
            attribute: path.slice(1).replaceAll('/', '.'),
            address: desired.address.text,
            at: (desired.origins[attribute] ?? desired.origin).at,
          },
        ]
  const before = new Map(unseenOf(type, past).map(({ path, value }) => [path, value]))
  const moved = unseenOf(type, desired).filter(({ path, value }) => {
    const was = before.get(path)
    const isSource = looksLikeReference(was) && looksLikeReference(value)
    return isSource && !isOther(was, value) && !sameValue(was, value)
  })
  const owned = Object.entries(type.schema).filter(
    ([name, attribute]) =>
      attribute.serverOwned &&
      desired.attributes[name] !== undefined &&
      !sameValue(past.attributes[name] ?? canonicalFallback(attribute), desired.attributes[name]) &&
      !sameValue(live.attributes[name], desired.attributes[name]),
  )
  return [
    ...moved.flatMap(({ attribute, path }) => of('QC4019', attribute, path)),
    ...owned.flatMap(([name]) => of('QC4021', name, `/${name}`)),
  ]
}

const WORDS: Readonly<Record<string, readonly [string, (address: string) => string]>> = {
  QC4019: [
    'comes from elsewhere than at the base, and is not sent: its version is the same',
    (address) => `raise its version with each new value; for this run: --resend '${address}'`,
  ],
  QC4021: [
    'is another than at the base, and stays in Quay as it is',
    () => 'Quay moves it by itself: only a later time than its own is sent',
  ],
}

/** Once for each line: one of `upstreams` or `defaults` may be many objects'. */
export const unsentFindings = (list: readonly Unsent[]): readonly Diagnostic[] =>
  [...grouped(list, ({ code, attribute, at }) => `${code} ${attribute} ${placeText(at)}`).values()].flatMap(
    ([first, ...more]) => {
      if (!first) return []
      const { code, attribute, address, at } = first
      const [words = '', hint] = WORDS[code] ?? []
      const others = more.length > 0 ? ` and of ${more.length} more` : ''
      return [
        {
          code,
          severity: 'warning',
          message: `${attribute} of ${address}${others} ${words}`,
          at,
          address,
          ...(hint && { hint: hint(address) }),
        },
      ]
    },
  )
