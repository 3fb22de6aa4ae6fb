import type { Address, TypeName } from './address.ts'

/** From bad to good. A note is nothing to mend. */
export const levels = ['failing', 'warning', 'note', 'ok'] as const
export type Level = (typeof levels)[number]

/** The syncs of a mirror. Times are ISO 8601 in UTC. */
export interface Sync {
  readonly enabled: boolean
  /** In Quay's words, in lower case: `success`, `fail`, `syncing`, `never_run`, `sync_now`, `cancel`. */
  readonly result: string
  /** The last result is no older than this. Quay tells no more: it moves the next sync on by whole intervals when one has succeeded, or failed for the third time. Null where nothing follows from that. */
  readonly since: string | null
  /** When the next one is due. */
  readonly next: string | null
  /** When the claim of the worker that is at it ends. */
  readonly until: string | null
  readonly retries: number | null
  /** Seconds. */
  readonly interval: number
}

/** A quota, and what of it is in use. */
export interface Use {
  /** Bytes; null where the server does not count them. */
  readonly used: number | null
  readonly limit: number
  /** Percents. */
  readonly warn_at: readonly number[]
  readonly reject_at: readonly number[]
  /** How far Quay is with counting what was pushed before it counted: `waiting`, `running`, `complete`, or nothing. */
  readonly counting: string | null
}

/** How an object fares: what Quay tells of it that no file declares. Times are ISO 8601 in UTC, null for never. */
export interface Vitals {
  readonly sync?: Sync
  readonly use?: Use
  /** Bytes. */
  readonly size?: number
  /** How often in a row it could not be delivered. */
  readonly failures?: number
  readonly created?: string | null
  readonly last_used?: string | null
  readonly last_pushed?: string | null
}

/** Something about an object that is not as one would have it. */
export interface Trouble {
  /** A name for programs, `stale-mirror`; the type explains it. */
  readonly kind: string
  readonly level: Exclude<Level, 'ok'>
  readonly words: string
}

/** One object, and how it fares. */
export interface Standing {
  readonly address: Address
  /** Do the files speak of it? */
  readonly managed: boolean
  readonly vitals: Vitals
  readonly troubles: readonly Trouble[]
}

/** How a registry fares. */
export interface Status {
  readonly standings: readonly Standing[]
  /** What the token may not see: all of a type below an address, or, of the type of that address, itself as a whole. */
  readonly unseen: readonly { readonly type: TypeName; readonly below: string }[]
}

/** A condition that holds, and for which objects. */
export interface Hit {
  readonly condition: string
  readonly addresses: readonly string[]
}

/** A status as it is told: whose, when, and what of it the run was to fail on. */
export interface StatusReport extends Status {
  readonly server: { readonly url: string; readonly user: string | null; readonly sandbox: boolean }
  readonly at: string
  readonly hits: readonly Hit[]
}

/** The worst of what there is to say of an object. */
export const levelOf = ({ troubles }: Pick<Standing, 'troubles'>): Level =>
  levels.find((level) => troubles.some((trouble) => trouble.level === level)) ?? 'ok'

/** What is in use, in percent of the limit; null where nobody counts. */
export const percentOf = ({ used, limit }: Use): number | null =>
  used === null ? null : Math.floor((used / limit) * 100)

/** `91 GiB`, `42.5 MiB`: one digit after the point says enough. */
export function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(bytes, 1)) / 10)))
  return `${Math.round((bytes / 1024 ** power) * 10) / 10} ${units[power]}`
}

/** Quay's dates, some of which are those of mails. */
export function timeOf(text: string | null | undefined): string | null {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? null : isoOf(time)
}

/** Milliseconds since 1970 as text, in whole seconds. */
export const isoOf = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`
