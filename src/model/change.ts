import type { Access } from './access.ts'
import type { Address } from './address.ts'
import type { Origin, Place } from './diagnostics.ts'
import type { Attributes, Value } from './schema.ts'
import type { Vitals } from './vitals.ts'

export type Action = 'create' | 'update' | 'replace' | 'delete'
export type Impact = 'access' | 'credential' | 'data' | 'public'

/** What the YAML asks for, after expansion. */
export interface Desired<A extends Attributes = Attributes> {
  readonly address: Address
  readonly attributes: A
  readonly origin: Origin
  /** Where each attribute was written, and how. */
  readonly origins: Readonly<Record<string, Origin>>
  /** A singleton that shall not be (`quota: none`). */
  readonly absent: boolean
  /** `lifecycle: {replace: allow}` */
  readonly replaceAllowed: boolean
  /** Where that is said. */
  readonly replaceOrigin?: Origin
  /** A template has it, whatever else does. */
  readonly templated?: true
  /** Only others' parent: it must be there, and is neither written nor counted. */
  readonly mustExist?: true
  /** From a pattern, and so named for all that match: more than this is as good. */
  readonly atLeast?: string
}

/** Where an attribute was written; where none was, or none is meant, where the object is. */
export const originOf = (
  { origins, origin }: Pick<Desired, 'origin' | 'origins'>,
  attribute: string | undefined,
): Origin => (attribute !== undefined && origins[attribute]) || origin

/** What Quay's workers make of an object, where its attributes do not say it. */
export interface Work {
  /** "is being synchronised" */
  readonly words: string
  /** A change has to wait for it; until when at most, null where Quay does not say. Absent: nothing waits. */
  readonly until?: string | null
  /** What helps where it does not end. */
  readonly remedy: string
}

/** How far Quay is with a mirror. */
export interface SyncState {
  /** In Quay's word: `NEVER_RUN`, `SYNC_NOW`, `SYNCING`, `SUCCESS`, `FAIL`, `CANCEL`. */
  readonly status: string
  readonly enabled: boolean
  /** When the worker's claim ends, after which Quay never ends the sync by itself; null where it does, or nobody knows. */
  readonly until: string | null
}

/** What Quay has. */
export interface Live<A extends Attributes = Attributes> {
  readonly address: Address
  readonly attributes: A
  /** The type's own: identifiers that Quay made, and what its write calls need. */
  readonly remote?: unknown
  /** What Quay tells of its secret to who may manage it; never shown, never part of a plan. */
  readonly credential?: Credential
  /** Nothing is in it that a change could take away. */
  readonly empty?: true
  readonly work?: Work
  /** How it fares, beside that. */
  readonly vitals?: Vitals
  /** How many equal ones Quay has besides: they are to go. */
  readonly surplus?: number
  /** Why nobody may touch it, in words: it cannot be told from others. */
  readonly obscure?: string
  /** JSON pointers of secrets that it has, or may have, and Quay does not tell. */
  readonly hidden?: readonly string[]
  /** What else it has that no file can say, in words. */
  readonly notes?: readonly string[]
  /** Of a plan that was saved, which shows not all: what its attributes come to. */
  readonly digest?: string
}

/** One attribute, or one key of an object attribute, that is not as declared. */
export interface Difference {
  readonly attribute: string
  /** JSON pointer inside the object: `/limit`, `/proxy/https_proxy`. */
  readonly path: string
  readonly before: Value | undefined
  readonly after: Value | undefined
  readonly replaces: boolean
  /** From the schema's fallback, not from a file. */
  readonly fallback?: true
  readonly origin: Origin | null
  /** Sent though Quay shows no difference: `before` is what the base said, or the run asks for it. */
  readonly resent?: 'changed' | 'asked'
  /** Of a set in a plan that was saved, which shows not all: the entries that differ in what is not shown. */
  readonly others?: readonly string[]
}

export type Reason = 'config' | 'pruned' | 'removed' | 'immutable-field' | 'rotate'

/** One object that is not as declared, and what makes it so. */
export interface Change<A extends Attributes = Attributes> {
  readonly address: Address
  readonly action: Action
  readonly reason: Reason
  /** Null at a delete that no file declares. */
  readonly desired: Desired<A> | null
  /** Null at a create. */
  readonly live: Live<A> | null
  readonly differences: readonly Difference[]
  /** What is sent, secrets still references: all at create and replace, the differing attributes and those that go along at update. */
  readonly values: A
  /** What the files say, where `desired` is what it comes to beside what Quay has. */
  readonly written?: Attributes
  /** All of its block that are to be there afterwards, by name, where the type looks at them. */
  readonly siblings?: ReadonlyMap<string, Attributes>
  /** Of a create: what exact blocks below it list, by type. */
  readonly exact?: ReadonlyMap<string, readonly string[]>
  /** Of a delete: the object that takes its place, and must have done so first. */
  readonly successor?: Address
  /** What the files say of that. */
  readonly heir?: A
  /** The object's line, or the `prune` or `removed` line of a delete. */
  readonly at: Place | null
  /** Of a delete: the line that brought that one in from a template. */
  readonly via?: Place
}

/** What a change means beyond itself. */
export interface Judgement {
  readonly impacts?: readonly Impact[]
  /** In words: "pushes above 80 GiB are rejected". */
  readonly consequences?: readonly string[]
  /** Takes something away: goes after everything that gives. */
  readonly narrows?: boolean
  /** Who gains access by it, and who loses some. */
  readonly access?: readonly Access[]
}

/** How a step of an apply ended. */
export type Outcome =
  | {
      readonly status: 'done' | 'already'
      readonly credential?: Credential
      readonly kept?: readonly string[]
    }
  | {
      readonly status: 'failed' | 'unknown'
      readonly error: Error
      readonly credential?: Credential
    }
  /** It is not as the plan saw it, and so was not written. */
  | { readonly status: 'stale'; readonly error: Error }
  | {
      readonly status: 'skipped'
      readonly because: string
      /** So is everything that had not begun. */
      readonly stopped?: true
    }

/** A secret that Quay made. Goes to `--credentials-out` only. */
export interface Credential {
  /** `username` and `token` of a robot; elsewhere what Quay calls them. */
  readonly [part: string]: string
}
