import { type Attribute, rankOf } from './schema.ts'

/** Somebody who may do more, or less, by a change. */
export interface Access {
  /** `user:NAME`, `team:NAME`, `robot:NAME`, or `everybody`, without an account, too. */
  readonly subject: string
  /** The roles; null is none. */
  readonly before: string | null
  readonly after: string | null
  readonly effect: 'broadens' | 'narrows'
}

/** Whoever can reach Quay. */
export const EVERYBODY = 'everybody'

type Role = string | null | undefined

/** What becomes of the role of a subject, where it does not stay. `role`: the attribute whose choices say which gives more. */
export function accessOf(role: Attribute, subject: string, before: Role, after: Role): readonly Access[] {
  const gain = rankOf(role, after ?? undefined) - rankOf(role, before ?? undefined)
  return gain === 0
    ? []
    : [{ subject, before: before ?? null, after: after ?? null, effect: gain > 0 ? 'broadens' : 'narrows' }]
}
