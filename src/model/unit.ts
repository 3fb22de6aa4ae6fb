import type { Address } from './address.ts'
import type { Impact } from './change.ts'
import type { Value } from './schema.ts'

/** What a unit is: an organization, or an object of one with all below it. */
export type Granularity = 'organization' | 'object'

/** A part of the desired state that `quayctl apply` can be narrowed to. */
export interface Unit {
  /** Unique: the name of the organization, `-` for what is in none, or the address of the object. */
  readonly key: string
  readonly organization: string
  /** Of the object; null: all of the organization. */
  readonly address: string | null
  /** What `--target` takes besides `--organization`; empty: all of it. */
  readonly targets: readonly string[]
  /** What `--exclude` takes: accounts that go by themselves, later. */
  readonly excludes: readonly string[]
  /** SHA-256 over all that an apply of it turns on; without secrets, lines and paths. */
  readonly fingerprint: string
  /** Keys of the units that go first. */
  readonly dependsOn: readonly string[]
  /** False where the files only remove something, or only say that it shall not be. */
  readonly present: boolean
  /** Null where nothing of it can be deleted by itself. */
  readonly removal: UnitRemoval | null
  readonly needs: UnitNeeds
}

/** What deletes a unit from Quay. */
export interface UnitRemoval {
  /** Documents that an apply takes for that: a Registry document, and one with what is removed of an organization. */
  readonly documents: readonly { readonly [key: string]: Value }[]
  /** How many objects they name. */
  readonly deletes: number
}

/** What an apply of a unit cannot do without a word, with the addresses that make it so. */
export interface UnitNeeds {
  /** What `--allow` takes, `access` included. */
  readonly impacts: ReadonlyMap<Impact, readonly Address[]>
  /** Objects whose secret Quay tells once: they take `--credentials-out`. */
  readonly credentials: readonly string[]
  /** Blocks of which only what the files of a commit listed is deleted: they take `--base`. */
  readonly base: readonly string[]
  /** Blocks of which only an apply of the whole organization does all, as it alone takes away what no file lists. */
  readonly whole: readonly string[]
}

/** What the applies of units are given, each as a flag of `quayctl apply`. */
export interface GivenToApply {
  /** As of `--allow`. */
  readonly allow?: readonly string[] | undefined
  /** As of `--credentials-out`; each unit has a file, with its name before the ending. */
  readonly credentialsOut?: string | undefined
  /** As of `--base`: without it nothing is dropped, and no new version of a secret is sent. */
  readonly base?: string | undefined
}
