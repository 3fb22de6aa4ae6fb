import type { Access } from './access.ts'
import type { Action, Impact, Reason } from './change.ts'
import type { Severity, Tally } from './diagnostics.ts'
import type { Revisions } from './revisions.ts'
import type { Attributes } from './schema.ts'

/** Where a line came from, as the saved plan has it. */
export interface Source {
  readonly file: string
  readonly line: number
  readonly column: number
  /** The line that brought a template in, `file:line`. */
  readonly via?: string
}

/** One attribute of one change; texts as a user writes them, `raw_*` in bytes or seconds. */
export interface PlannedField {
  readonly path: string
  readonly before?: unknown
  readonly after?: unknown
  readonly raw_before?: unknown
  readonly raw_after?: unknown
  readonly sensitive?: true
  readonly set?: true
  readonly added?: readonly unknown[]
  readonly removed?: readonly unknown[]
  readonly kept?: readonly unknown[]
  readonly forces_replace?: true
  readonly fallback?: true
  /** A secret that is sent though Quay shows no difference; `before` and `after` are its versions. */
  readonly resent?: 'changed' | 'asked'
  readonly note?: string
  /** Of a diff: only Quay knows what it is now, so there is no `before`, and perhaps no difference. */
  readonly unknown?: true
  readonly source?: Source
}

/** Why a change is shown and not applied: its organization rests, a guard stops it while others go on, no review has seen it, or none has allowed what it costs. */
export type Held = 'paused' | 'blocked' | 'unreviewed' | 'unallowed'

/** The same in words. */
export const heldBecause: Readonly<Record<Held, string>> = {
  paused: 'its organization is paused',
  blocked: 'a guard holds its organization',
  unreviewed: 'no review has seen all that is planned for its organization',
  unallowed: 'nobody has allowed all that is planned for its organization',
}

export interface PlannedChange {
  readonly address: string
  /** The same in parts: type and name of the root, of what is below it, and of the object. */
  readonly chain: readonly (readonly [string, string])[]
  readonly organization: string
  readonly action: Action
  readonly reason: Reason
  /** Of a line of `removed`: why, and its last day. */
  readonly removal?: { readonly reason: string; readonly until: string }
  readonly impacts: readonly Impact[]
  readonly source: Source | null
  readonly fields: readonly PlannedField[]
  readonly depends_on: readonly string[]
  readonly live_digest: string | null
  readonly consequences: readonly string[]
  /** Takes something away: goes after everything that gives. */
  readonly narrows?: true
  readonly held?: Held
  /** Quay differed in this from the files of the base already. */
  readonly earlier?: true
  /** The same of these fields alone. */
  readonly earlier_fields?: readonly string[]
  /** Of a diff: only Quay knows whether there is anything to change. */
  readonly perhaps?: true
  /** What asks for it of all that match: its address, and the name that matched here. */
  readonly pattern?: { readonly address: string; readonly name: string }
  /** What is sent, in canonical units, secrets as references. */
  readonly desired?: Attributes
  /** All that the files declare, at an update: of that some is as it shall be. */
  readonly declared?: Attributes
  /** What Quay had of it, as far as `live_digest` covers that, without what may be a secret. */
  readonly live?: Attributes
  /** Of a create: what exact blocks below it list, by type. */
  readonly exact?: Readonly<Record<string, readonly string[]>>
  /** By attribute, where a secret is said that no field shows, if not in the file of the object. */
  readonly secret_files?: Readonly<Record<string, string>>
  /** Identifiers that Quay made. */
  readonly remote?: unknown
}

/** Who gains or loses access by a change of these. */
export interface PlannedAccess extends Access {
  readonly address: string
  readonly source: Source | null
}

export interface Finding {
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly address?: string
  readonly organization?: string
  readonly source?: Source
  readonly label?: string
  readonly hint?: string
  /** Of a shard: what the findings of the other shards are added to. */
  readonly tally?: Tally
}

/** A guard that stands in the way of apply. */
export interface Stop {
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly addresses: readonly string[]
  readonly source?: Source
}

/** One budget of a plan, and how much of it is used. */
export interface Limit {
  readonly name: string
  readonly value: number
  readonly limit: number
  readonly ok: boolean
}

/** One of `count` parts of a plan, from 1: each organization is in one of them, and what is in no organization in the first. */
export interface Shard {
  readonly index: number
  readonly count: number
}

/** What the plan of a shard says for the plan of all of them. */
export interface Whole {
  /** Over files, base and flags: all shards of one plan have the same. */
  readonly basis: string
  /** Is it complete? */
  readonly complete: boolean
  readonly hold_blocked?: true
  /** How much all together may take away. */
  readonly limits: readonly {
    readonly name: string
    readonly limit: number
    readonly source?: Source
  }[]
  /** Which globs match something here: each should somewhere. */
  readonly globs: readonly GlobUse[]
}

/** A glob of a flag or of the files, and whether anything matches it; `crosses`: would it with `**`? */
interface GlobUse {
  readonly text: string
  readonly from: string
  readonly source?: Source
  readonly matches: boolean
  readonly crosses: boolean
}

/** Plain data: prints, serialises. All but `run` is a pure function of files, live state and scope. */
export interface Plan {
  readonly format_version: '1.0'
  /** A diff is no plan: no Quay was asked, and nobody applies it. */
  readonly kind: 'quayctl.plan' | 'quayctl.diff'
  readonly plan_id: string
  readonly plan_ids: Readonly<Record<string, string>>
  readonly tool: { readonly name: 'quayctl'; readonly version: string }
  readonly server: {
    readonly url: string
    readonly quay_version?: string
    readonly user?: string
    readonly sandbox?: true
  }
  readonly config: {
    readonly digest: string
    readonly files: number
    /** The commit of `--base`. */
    readonly base?: string
  }
  readonly scope: {
    readonly select: readonly string[]
    readonly exclude: readonly string[]
    readonly organizations: readonly string[]
    readonly complete: boolean
    /** Organizations of which not all files were loaded. */
    readonly partial?: readonly string[]
    /** Creates that a `--target` needs besides what it names. */
    readonly pulled_in: readonly string[]
  }
  readonly status: 'clean' | 'changes' | 'blocked'
  readonly summary: Readonly<Record<Action | 'unchanged' | 'unmanaged', number>>
  readonly changes: readonly PlannedChange[]
  /** Who gains or loses access, in the order of the changes. */
  readonly access: readonly PlannedAccess[]
  readonly findings: readonly Finding[]
  readonly safety: {
    readonly blocked: boolean
    readonly limits: readonly Limit[]
    readonly stops: readonly Stop[]
    readonly confirm: readonly Impact[]
  }
  readonly drift: readonly never[]
  readonly unmanaged: readonly {
    readonly organization: string
    readonly type: string
    readonly count: number
  }[]
  /** Of a diff only. */
  readonly diff?: Revisions
  /** Of one of several parts of a plan only. */
  readonly shard?: Shard & { readonly whole?: Whole }
  /** Of blocks whose objects depend on each other: all that are to be there afterwards, by `type parent` and name. */
  readonly siblings?: Readonly<Record<string, Readonly<Record<string, Attributes>>>>
}

/** A plan as its file has it. */
export interface SavedPlan extends Plan {
  readonly run?: Run
}

/** By whom, when and of what a plan was saved or applied: all that differs from run to run. */
export interface Run {
  readonly started_at: string
  readonly ended_at?: string
  readonly requests: number
  readonly repetitions: number
  /** How many requests by method. */
  readonly methods: Readonly<Record<string, number>>
  /** How many of each kind, and for which types, or why. */
  readonly kinds?: readonly {
    readonly request: string
    readonly count: number
    readonly for: readonly string[]
  }[]
  /** Of a CI system: who set it off, for which commit, and where its log is. */
  readonly by?: string
  readonly commit?: string
  readonly url?: string
}
