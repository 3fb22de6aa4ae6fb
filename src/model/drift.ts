import type { Deed, LogEntry } from './log.ts'
import type { Finding, Plan, PlannedField, Source } from './plan.ts'

/** One attribute: `before` is the files', `after` Quay's. */
export interface DriftedField extends PlannedField {
  /** What the base said, where the files say something else by now. */
  readonly base?: unknown
}

/** An object that is not in Quay as the files have it, though they did not ask for a change. */
export interface Drifted {
  readonly address: string
  readonly type: string
  readonly organization: string
  readonly action: Deed
  /** The files have changed it, too. */
  readonly conflict?: true
  /** The files have it no more: `before` is the base's. */
  readonly taken_out?: true
  /** Quay gives more than the files do. */
  readonly widens?: true
  readonly fields: readonly DriftedField[]
  readonly source: Source | null
  /** The newest entry of Quay's log that tells of it. */
  readonly logged?: LoggedDeed
}

/** Who did what, and when. */
export type LoggedDeed = Omit<LogEntry, 'metadata'>

/** What became of one object or attribute by `--write`. */
export interface Written {
  readonly address: string
  readonly path?: string
  readonly source: Source
}

/** What `--write` left as it is, and why. */
export interface Left {
  readonly address: string
  readonly path?: string
  readonly source: Source | null
  readonly because: string
}

/** Plain data: what `drift` has to tell. */
export interface Drift {
  readonly format_version: '1.0'
  readonly kind: 'quayctl.drift'
  readonly tool: Plan['tool']
  readonly server: Plan['server']
  /** What the files are held against; null: they are the base themselves. */
  readonly base: { readonly ref: string; readonly commit: string; readonly date: string } | null
  readonly status: 'clean' | 'drift'
  readonly summary: {
    readonly changed: number
    readonly conflicts: number
    /** Changes of the files that Quay does not have yet. */
    readonly waiting: number
    readonly unchanged: number
    readonly unmanaged: number
    /** Secrets that the files declare: Quay shows none. */
    readonly secrets: number
  }
  readonly objects: readonly Drifted[]
  readonly unmanaged: readonly (Plan['unmanaged'][number] & { readonly addresses: readonly string[] })[]
  readonly findings: readonly Finding[]
  readonly written?: readonly Written[]
  readonly left?: readonly Left[]
}

/** What Quay's logs say of one organization since the base. */
export interface Move {
  readonly organization: string
  /** `unknown`: its log could not be read, or not all of it. */
  readonly status: 'moved' | 'still' | 'unknown'
  readonly entries: number
  readonly last?: LoggedDeed
}

/** Plain data: what `drift --quick` has to tell. A hint, and never a proof. */
export interface Moves extends Pick<Drift, 'format_version' | 'tool' | 'server' | 'base' | 'findings'> {
  readonly kind: 'quayctl.moves'
  readonly organizations: readonly Move[]
}
