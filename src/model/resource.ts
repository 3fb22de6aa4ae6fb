import type { Address, Step, TypeName } from './address.ts'
import type { QuayApi, Reader } from './api.ts'
import type { Change, Credential, Desired, Difference, Judgement, Live, SyncState } from './change.ts'
import type { Severity } from './diagnostics.ts'
import type { LogEntry, Logged } from './log.ts'
import type { Listing, Scope, Survey } from './reading.ts'
import type { RuleName } from './rules.ts'
import type { Attributes, Schema, Sent, Value } from './schema.ts'
import type { Need, TokenScope } from './scopes.ts'
import type { Server } from './server.ts'
import type { Uses } from './use.ts'
import type { Trouble } from './vitals.ts'

/** What is live around a change. */
interface Stakes<A extends Attributes> {
  readonly parent: Live | null
  /** The object whose place it takes. */
  readonly predecessor: Live<A> | null
}

/** What else the files declare. */
export interface Around {
  /** Is an object of that type declared below it? */
  has(type: TypeName): boolean
  /** What is declared of a subject, `team:NAME`, of its organization. */
  subject(subject: string): Attributes | null
}

/** Something to say about one attribute of a declared object. */
export interface Remark {
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly attribute?: string
  readonly hint?: string
}

/** A rule of the registry's owner that a declared object breaks, by one attribute, or as a whole. */
export interface Breach {
  readonly rule: RuleName
  readonly message: string
  readonly attribute?: string
  readonly hint?: string
}

/** What surrounds one object. */
export interface Facts {
  readonly server: Server
  /** The attributes of all objects of its type and parent that are to be there afterwards, but its own. */
  readonly others: readonly Attributes[]
}

/** How an object counts where what is written is not all. */
export interface Settlement {
  readonly attributes?: Attributes
  readonly remarks?: readonly Remark[]
}

/** What a write may use. */
export interface Quay {
  readonly api: QuayApi
  readonly server: Server
  readonly now: () => Date
  /** A sync that is in the way of a write is cancelled instead of waited for. */
  readonly cancelSync?: boolean
  /** Takes a secret as soon as Quay has told it, before anything more is sent. */
  readonly told?: (credential: Credential) => void
  /** For seconds, so that Quay can end what it is at: also where the run is to end. */
  readonly sleep: (milliseconds: number) => Promise<void>
  /** A password that nobody can guess. */
  readonly newPassword: () => string
}

/** One write: what to send, in canonical units, secrets as texts. */
export interface Write<A extends Attributes> {
  readonly address: Address
  readonly values: Sent<A>
  /** What Quay has; null at a create. */
  readonly live: Live<A> | null
  readonly differences: readonly Difference[]
  /** Of a create: the names that exact blocks below it list, by type. Whatever else Quay makes there with it has to go. */
  readonly exact: ReadonlyMap<TypeName, readonly string[]>
}

/** The whole contract of a type. Methods, never function-typed properties: a property would not be assignable to `ResourceType`. */
export interface ResourceType<A extends Attributes = Attributes> extends Step {
  readonly summary: string
  readonly parents: readonly TypeName[]
  /** Its key in the parent's YAML; the top-level kind for a type without parent. */
  readonly block: string
  /** `key`: a map of names; `singleton`: one at most; `list`: entries that their attributes name. */
  readonly identity: 'key' | 'singleton' | 'list'
  readonly schema: Schema
  /** Which documents declare objects of the type: whole ones, their templates, and parts that others own. */
  readonly document?: { readonly kind: string; readonly template?: string; readonly part?: string }
  /** A regular expression over its names, and what it means. */
  readonly keyPattern?: string
  readonly keyExpected?: string
  /** The attributes of an object in examples, where all of them together make none. */
  readonly example?: Readonly<Record<string, Value>>
  /** The name that an object has in examples. */
  readonly exampleName?: string
  /** An entry of its block is the bare value of this attribute. */
  readonly value?: string
  /** A block that is written is the whole set: what it does not list is deleted. */
  readonly exact?: true
  /** Its names are subjects of these kinds, `team:developers`; those that are types must be declared. */
  readonly named?: readonly TypeName[]
  /** Is no object of Quay's: its name is a glob over objects of a type, and what stands in it, for subjects of these kinds, holds for each of them, at least. */
  readonly patternOf?: { readonly type: TypeName; readonly named: readonly TypeName[] }
  /** Types of which nothing may be declared under the same root: below a parent of that type, where one is named. */
  readonly excludes?: readonly { readonly type: TypeName; readonly parent?: TypeName }[]
  /** While one is declared, Quay makes the objects of this type under the same root: declared ones must exist, and have no attributes. */
  readonly provides?: TypeName
  /** What Quay makes together with a new object: type and name of what stands below it. */
  readonly brings?: readonly {
    readonly type: TypeName
    readonly name: string
    readonly attributes: Attributes
  }[]
  /** What Quay deletes together with one: the objects of these types under the same parent. */
  readonly takes?: readonly TypeName[]
  /** Its deletes take access away: they count as revokes, not as deletes. */
  readonly revokes?: true
  /** May stand in `prune`. */
  readonly prunable?: true
  /** May stand in `removed`. */
  readonly removable?: true
  /** What `none` does to a singleton that is there, where that is no delete. */
  readonly none?: string
  /** Types whose creates go first, besides parents and references. */
  readonly after?: readonly TypeName[]
  /** Objects under one organization may be written side by side; `apart`: those of different parents. */
  readonly independent?: true | 'apart'
  /** Attributes of the parent that are this type's to decide while it is declared. */
  readonly ownsOfParent?: readonly string[]
  /** The attribute whose value `upstreams` entries are matched with. */
  readonly upstreamOf?: string
  /** Of a root type: where Quay logs what is done below one, with its name for `{}`. */
  readonly log?: string
  /** Quay makes some with each new parent by itself, so an empty exact block says something, too. */
  readonly comesAlong?: true
  /** Quay makes a secret for each new object; `once`: and tells it never again. */
  readonly makesCredential?: true | 'once'
  /** A create that fails leaves something behind in Quay: it is not sent again in the same run. */
  readonly createsOnce?: true
  /** The discovery path without which a server lacks the whole type. */
  readonly since?: string
  /** The first release of Quay that has it; only words, discovery decides. */
  readonly introduced?: string
  /** The flags without which discovery does not list it, without their `FEATURE_`; only words, too. */
  readonly feature?: string | readonly string[]
  /** The scope of the token that writes below its objects take. */
  readonly scopeBelow?: TokenScope
  readonly listings: readonly Listing[]
  /** Reads many places at once. Absent: each is read by itself. */
  readonly survey?: Survey<A> | undefined

  /** The name of an entry of a list; null while an attribute that it takes is missing. */
  nameOf?(attributes: A): string | null
  /** What is wrong with a name beyond its pattern. */
  checkName?(name: string): string | null
  /** Rules over several attributes of one object; needs no server. */
  check?(desired: Desired<A>): readonly Remark[]
  /** Which rules of the registry's owner an object breaks, after everything is filled in. */
  lint?(desired: Desired<A>, around: Around): readonly Breach[]
  /** Why this object cannot be managed there, whatever it says; asked before anything is read. `others`: what else its block declares. */
  admits?(desired: Desired<A>, server: Server, others: () => readonly Attributes[]): readonly Remark[]
  /** What the server must have or allow for this change; asked before the first write. */
  demands?(change: Change<A>, server: Server): readonly Remark[]
  /** What Quay has that this change cannot be made beside, where its parent is there; asked before the first write, and so may cost a request. */
  obstacles?(change: Change<A>, reader: Reader): Promise<readonly Remark[]>
  /** The scopes of the token that this change takes, where reading its object or its parents does not show that the token has them; asked before the first write. */
  scopes?(change: Change<A>, server: Server): readonly Need[]
  /** What the object comes to beside what Quay has: the attributes that count instead of the written ones, because Quay keeps them or the run needs them, and what is to be said of it. */
  settle?(desired: Desired<A>, live: Live<A>, facts: Facts): Settlement
  /** The users who administer its root by it; null: that is not known. `maker`: who made the root, where Quay puts that user on it. `isNew`: nobody is on it but whom the attributes name. */
  admins?(attributes: A, maker: string | null, isNew: boolean): readonly string[] | null
  /** Why a live object must not be deleted, though the files say so. */
  keepsFromDelete?(live: Live<A>, facts: Facts): string | null
  /** `parent`: as it stands in Quay already, null where it does not. */
  judge?(change: Change<A>, facts: Stakes<A>): Judgement
  /** The same judgement by what only requests tell, such as which tags go, for the changes that turn on it; null for others. */
  weigh?(
    change: Change<A>,
    facts: { readonly parent: Live | null },
    reader: Reader,
  ): Promise<Judgement | null>
  /** Why a replace must not happen now, though allowed. `users` are the declared and live objects that refer to it. */
  keepsFromReplace?(users: readonly Address[], live: Live<A>): string | null

  /** Of a root type: the names of all that the token may be shown. Absent: `read` finds them by itself. */
  names?(server: Server, reader: Reader): Promise<readonly string[]>
  /** Every live object under the parent that a listing shows, and the named ones. */
  read(scope: Scope, reader: Reader): Promise<readonly Live<A>[]>
  /** One object, read afresh: to check a write. `desired`: what it was to become, for what costs a request of its own. Null is absent. */
  find(
    live: { readonly address: Address; readonly parent: Live | null; readonly desired?: Desired | null },
    reader: Reader,
  ): Promise<Live<A> | null>
  create(write: Write<A>, quay: Quay): Promise<Credential | undefined>
  /** Absent: differences of attributes that do not replace cannot occur. */
  update?(write: Write<A>, quay: Quay): Promise<void>
  /** Absent: never deleted. */
  delete?(live: Live<A>, quay: Quay): Promise<void>
  /** Gives an object a new secret, where Quay tells the old one to nobody. */
  renew?(address: Address, quay: Quay): Promise<Credential>
  /** What can be asked of one live object besides changes, by name. */
  readonly actions?: Readonly<
    Record<string, (address: Address, quay: Quay) => Promise<Credential | undefined>>
  >
  /** Who notices when its secret is another one, as far as Quay knows that: in few requests. */
  uses?(address: Address, quay: Pick<Quay, 'api' | 'server'>): Uses
  /** What an entry of the log of its root tells of an object of this type. */
  logged?(entry: LogEntry, root: string): Logged | null
  /** Absent: delete, then create. */
  replace?(write: Write<A>, quay: Quay): Promise<Credential | undefined>
  /** How far Quay is with what it pulls from upstream; null where nothing is mirrored. */
  syncOf?(address: Address, reader: Reader): Promise<SyncState | null>
  /** What may be wrong with an object that is as declared, by kind, and what each means. */
  readonly ailments?: Readonly<Record<string, string>>
  /** What is wrong with one, by its vitals. */
  troubles?(live: Live<A>, now: Date): readonly Trouble[]
  /** The known defect of the server behind a difference that a write left, in words. */
  defect?(difference: Difference): string | null
}

/** All types, by name. */
export type Registry = ReadonlyMap<TypeName, ResourceType>

/** The types of these names, in this order; without those that there are not. */
export const typesOf = (names: readonly TypeName[], registry: Registry): readonly ResourceType[] =>
  names.flatMap((name) => registry.get(name) ?? [])

/** What an object of a type may say of itself; nothing where there is no such type. */
export const schemaOf = ({ type }: Pick<Address, 'type'>, registry: Registry): Schema =>
  registry.get(type)?.schema ?? {}
