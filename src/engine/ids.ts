import { createHash, hash } from 'node:crypto'
import { byText } from '../model/address.ts'
import { canonicalJson, jsonPieces } from '../model/canonical.ts'
import type { Change, Desired, Live } from '../model/change.ts'
import type { PlannedChange } from '../model/plan.ts'
import type { ResourceType } from '../model/resource.ts'
import type { Attributes } from '../model/schema.ts'

/** SHA-256 over canonical JSON. */
export const digest = (value: unknown): string => hash('sha256', canonicalJson(value), 'hex')

/** The same of a large object. */
export function digestOfWhole(value: Readonly<Record<string, unknown>>): string {
  const hash = createHash('sha256')
  for (const piece of jsonPieces(value)) hash.update(piece)
  return hash.digest('hex')
}

/** The live attributes that a change is about: those that the files declare, and all that was read where the object goes; without what Quay changes by itself or never returns. */
export function seenBy({ action, desired, live }: Change, type: ResourceType): Attributes {
  const whole = action === 'replace' || action === 'delete'
  const names = Object.entries(type.schema)
    .filter(
      ([name, { serverOwned, writeOnly }]) =>
        !serverOwned &&
        !writeOnly &&
        (desired?.attributes[name] !== undefined || (whole && live?.attributes[name] !== undefined)),
    )
    .map(([name]) => name)
  return live ? pick(live, names) : {}
}

/** Some attributes of a live object; null where it has none. */
export const pick = ({ attributes }: Live, names: readonly string[]): Attributes =>
  Object.fromEntries(names.map((name) => [name, attributes[name] ?? null]))

/** What a live object comes to in these attributes; how many equal ones there are belongs to it. */
export const digestOf = (attributes: Attributes, { surplus = 0 }: Live): string =>
  `sha256:${digest(surplus > 0 ? [attributes, surplus] : attributes)}`

/** What a change found in Quay; null at a create. */
export function liveDigest(change: Change, type: ResourceType): string | null {
  const { live } = change
  return live && (live.digest ?? digestOf(seenBy(change, type), live))
}

/** By organization, what its changes come to: addresses, actions, values before and after, what is sent, live digests; no lines, notes, users, versions of quayctl or base. */
export function idsOf(changes: readonly PlannedChange[], url: string): Readonly<Record<string, string>> {
  const byOrganization = new Map<string, PlannedChange[]>()
  for (const change of changes) {
    const list = byOrganization.get(change.organization)
    if (list) list.push(change)
    else byOrganization.set(change.organization, [change])
  }
  return Object.fromEntries(
    [...byOrganization].map(([name, list]) => [
      name,
      digest([normalUrl(url), 1, list.map(entry).sort(byAddress)]),
    ]),
  )
}

/** The same of one change. */
export const changeId = (change: PlannedChange, url: string): string =>
  digest([normalUrl(url), 1, entry(change)])

const entry = ({ address, action, fields, live_digest, desired, exact }: PlannedChange) => [
  address,
  action,
  fields.map(({ path, sensitive, before, after, raw_before, raw_after, added, removed }) => ({
    path,
    // Of a secret that is sent again Quay knows no version: what it was before is the base's word.
    before: sensitive ? null : (raw_before ?? before ?? null),
    after: raw_after ?? after ?? null,
    added,
    removed,
  })),
  live_digest,
  desired ?? null,
  exact ?? null,
]

const byAddress = (a: readonly unknown[], b: readonly unknown[]): number => byText(String(a[0]), String(b[0]))

/** Over the ids of the organizations. */
export const planId = (ids: Readonly<Record<string, string>>): string => digest(ids)

/** So many characters are hashed at once. */
const AT_ONCE = 65_536

/** Over what the files say. */
export function configDigest(desired: readonly Desired[]): string {
  const hash = createHash('sha256')
  // As the JSON of one list, which nobody makes of so many.
  let text = '['
  for (const { address, attributes, absent } of desired) {
    text += canonicalJson([address.text, attributes, absent])
    if (text.length > AT_ONCE) {
      hash.update(text)
      text = ''
    }
    text += ','
  }
  const rest = desired.length === 0 ? '[' : text.slice(0, -1)
  return `sha256:${hash.update(`${rest}]`).digest('hex')}`
}

/** One server may be written in several ways: case, and the port that goes without saying. A diff of files may know none. */
export const normalUrl = (url: string): string => (url === '' ? '' : new URL(url).href.replace(/\/$/, ''))
