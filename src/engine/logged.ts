import { type Address, chainOf, rootOf } from '../model/address.ts'
import { pathOf, type Reader } from '../model/api.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import type { Drifted, DriftedField, LoggedDeed } from '../model/drift.ts'
import { ApiError, AuthError, QuayctlError } from '../model/errors.ts'
import type { LogEntry, Told } from '../model/log.ts'
import type { Registry } from '../model/resource.ts'
import type { Server } from '../model/server.ts'
import { anything, mapOf, optional, orNull, record, text } from '../model/shape.ts'

/** So many entries of one log are read at most. */
const MOST_ENTRIES = 1000
/** So far back, where nobody says since when. */
const DAYS = 30
const DAY = 24 * 60 * 60 * 1000

const named = record({ name: optional(orNull(text)) })
const entryShape = record({
  kind: text,
  metadata: optional(mapOf(anything)),
  datetime: text,
  performer: optional(orNull(named)),
  namespace: optional(orNull(named)),
})

/** What Quay has logged of an organization or user, the newest first, and what is to be said of that. */
export interface Log {
  readonly entries: readonly LogEntry[]
  readonly findings: readonly Diagnostic[]
  /** Could all of it be read? */
  readonly whole: boolean
}

/** From when until when; without a beginning the last days. */
export interface Window {
  readonly from: Date
  readonly to: Date
}

export const windowOf = (since: string | undefined, now: Date): Window => ({
  from: since === undefined ? new Date(now.getTime() - DAYS * DAY) : new Date(since),
  to: now,
})

/** Reads the log of a root as far as the token may. That it cannot be read is a note and no failure. `isGone`: Quay does not have the root any more, and is not asked for its log. */
type ReadLog = (root: Address, isGone?: boolean) => Promise<Log>

/** What Quay refuses of a root, or has of one that is gone, superusers find in the log of the whole server, which is read once. */
export function logReader({ registry, reader, window, server }: Logs): ReadLog {
  let whole: Promise<Entries> | undefined
  const among = async (root: Address): Promise<Log | null> => {
    if (server.superuser !== true) return null
    whole ??= entriesAt('/superuser/logs', reader, window)
    const { entries, isRefused, lacks } = await whole
    const own = entries.filter(({ namespace }) => namespace === root.name)
    return isRefused ? null : logOf(root, own, lacks && `in that of the whole server: ${lacks}`)
  }
  return async (root, isGone = false) => {
    const at = registry.get(root.type)?.log
    const unknown = { entries: [], findings: [], whole: false }
    if (at === undefined) return unknown
    if (isGone) return (await among(root)) ?? unknown
    const path = at.replace('{}', encodeURIComponent(root.name))
    const { entries, isRefused, lacks } = await entriesAt(path, reader, window)
    return (isRefused ? await among(root) : null) ?? logOf(root, entries, lacks)
  }
}

/** Where logs are read, and by whom. */
interface Logs {
  readonly registry: Registry
  readonly reader: Reader
  readonly window: Window
  readonly server: Pick<Server, 'superuser'>
}

interface Entries {
  readonly entries: readonly (LogEntry & { readonly namespace: string | null })[]
  /** Why these are not all; null: they are. */
  readonly lacks: string | null
  /** Does the token get none of them, or is there no such log? */
  readonly isRefused: boolean
}

const logOf = (root: Address, entries: readonly LogEntry[], lacks: string | null): Log => ({
  entries,
  findings: lacks === null ? [] : [note(root, lacks)],
  whole: lacks === null,
})

async function entriesAt(at: string, reader: Reader, window: Window): Promise<Entries> {
  const path = pathOf(`${at}?starttime=${dayOf(window.from)}&endtime=${dayOf(window.to)}`)
  const entries: Entries['entries'][number][] = []
  try {
    for await (const page of reader.pages(path, 'logs', entryShape)) {
      for (const { kind, metadata = {}, datetime, performer, namespace } of page) {
        const time = new Date(datetime)
        if (Number.isNaN(time.getTime()) || time < window.from) continue
        const [by, of] = [performer?.name ?? null, namespace?.name ?? null]
        entries.push({ kind, metadata, by, at: time.toISOString(), namespace: of })
      }
      if (entries.length >= MOST_ENTRIES)
        return { entries, lacks: `only its last ${MOST_ENTRIES} entries were read`, isRefused: false }
    }
  } catch (error) {
    if (!(error instanceof QuayctlError)) throw error
    const isRefused = entries.length === 0 && (error instanceof AuthError || error instanceof ApiError)
    return { entries, lacks: error.message, isRefused }
  }
  return { entries, lacks: null, isRefused: false }
}

/** `MM/DD/YYYY`, in UTC: anything else Quay ignores. */
const dayOf = (date: Date): string => {
  const [year, month, day] = date.toISOString().slice(0, 10).split('-')
  return `${month}/${day}/${year}`
}

const note = ({ text: address, name }: Address, why: string): Diagnostic => ({
  code: 'QC4090',
  severity: 'note',
  message: `who changed what in ${name} is not known, or not all of it: the log of ${address}: ${why}`,
  at: null,
  address,
})

/** The newest entry that tells of an object, and of one of its differences. */
export function entryFor(
  address: Address,
  { action, fields }: Drifted,
  entries: readonly LogEntry[],
  registry: Registry,
): LogEntry | undefined {
  const type = registry.get(address.type)
  const root = rootOf(address)
  const names = chainOf(address)
    .filter((one) => one.parent && one.name !== '')
    .map(({ name }) => name)
    .reverse()
  return entries.find((entry) => {
    const told = type?.logged?.(entry, root.name)
    if (!told?.deeds.includes(action) || told.names.join('\0') !== names.join('\0')) return false
    return fields.length === 0 || fields.some((field) => isAbout(told, field))
  })
}

const isAbout = (
  { attributes, added, removed }: Told,
  { path, added: came = [], removed: went = [] }: DriftedField,
): boolean =>
  (attributes?.includes(path.split('/')[1] ?? '') ?? true) &&
  (added === undefined || came.includes(added)) &&
  (removed === undefined || went.includes(removed))

/** Entries that tell of something that files declare, but those of one user. */
export const movesIn = (
  { entries }: Log,
  root: string,
  registry: Registry,
  but: string | null,
): readonly LogEntry[] =>
  entries.filter(
    (entry) => entry.by !== but && [...registry.values()].some((type) => type.logged?.(entry, root)),
  )

/** Who did what, and when, without what else Quay notes. */
export const deedOf = ({ kind, by, at }: LogEntry): LoggedDeed => ({ kind, by, at })
