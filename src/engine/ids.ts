import { createHash } from 'node:crypto'
import { byText } from '../model/address.ts'
import { canonicalJson } from '../model/canonical.ts'
import type { Change, Desired, Live } from '../model/change.ts'
import type { ResourceType } from '../model/resource.ts'

const digest = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex')

/** The live attributes that the files declare, all of them for a replace or delete; without what Quay changes by itself or never returns. */
export function liveDigest(live: Live, desired: Desired | null, type: ResourceType): string {
  const names = Object.entries(type.schema)
    .filter(
      ([name, { serverOwned, writeOnly }]) =>
        !serverOwned && !writeOnly && (!desired || desired.attributes[name] !== undefined),
    )
    .map(([name]) => name)
  return `sha256:${digest(Object.fromEntries(names.map((name) => [name, live.attributes[name] ?? null])))}`
}

/** What one organization's changes come to: addresses, actions, canonical values and live digests; no lines, notes, users, versions or base. */
export function organizationId(
  url: string,
  changes: readonly { readonly change: Change; readonly liveDigest: string | null }[],
): string {
  const entries = changes
    .map(({ change, liveDigest: live }) => [
      change.address.text,
      change.action,
      change.differences.map(({ path, before, after, resent }) => ({
        path,
        before: (resent ? null : before) ?? null,
        after: after ?? null,
      })),
      live,
    ])
    .sort((a, b) => byText(String(a[0]), String(b[0])))
  return digest([normalUrl(url), 1, entries])
}

/** Over the ids of the organizations. */
export const planId = (ids: Readonly<Record<string, string>>): string => digest(ids)

/** Over what the files say. */
export const configDigest = (desired: readonly Desired[]): string =>
  `sha256:${digest(desired.map(({ address, attributes, absent }) => [address.text, attributes, absent]))}`

const normalUrl = (url: string): string => new URL(url).href.replace(/\/$/, '')
