import type { Namespaced } from './emulation-namespaced.ts'
/** What a route answers; `body` goes out as JSON unless `contentType` says otherwise. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A release of Quay. */
export type Release = `3.${number}`
/** Whether the emulated Quay is of this release or a later one. */
export type Since = (release: Release) => boolean
export type Fields = Readonly<Record<string, unknown>>
/** A JSON schema, or what makes that of the emulated version. */
export type Schema = Fields | ((since: Since) => Fields)

export type Role = 'read' | 'write' | 'admin'
export type TeamRole = 'member' | 'creator' | 'admin'
export type RepositoryState = 'NORMAL' | 'READ_ONLY' | 'MIRROR' | 'ORG_MIRROR'

/** The ground that permissions stand on. Every type may read and change it. */
export interface Ground {
  readonly accounts: Map<string, AccountRow>
  readonly organizations: Map<string, OrganizationRow>
  /** By full name, `namespace+short`. */
  readonly robots: Map<string, RobotRow>
  /** By `namespace/name`. */
  readonly repositories: Namespaced<RepositoryRow>
  /** The UUIDs under which deleted namespaces wait for the garbage collector, out of every list of namespaces. */
  readonly deleted: Set<string>
  /** Deleted namespaces' names that the garbage collector has not freed. */
  readonly reserved: Set<string>
  /** Robots of deleted repositories' mirrors, locked until the garbage collector has run. */
  readonly lockedRobots: Set<string>
}

/** What users and organizations have in common. */
export interface NamespaceRow {
  readonly name: string
  /** A UUID where none was given. */
  email: string
  invoiceEmail: boolean
  invoiceAddress: string | null
  /** Seconds. */
  tagExpiration: number
}
export interface AccountRow extends NamespaceRow {
  readonly superuser: boolean
  /** Without one nobody can sign in. */
  password?: string
  enabled: boolean
  readonly prompts: readonly string[]
  /** `given_name`, `family_name`, `company`, `location`, as far as they are set. */
  readonly profile: Record<string, string | null>
}
export interface TeamRow {
  readonly name: string
  description: string
  role: TeamRole
  readonly members: Set<string>
  /** Which group its people are taken from, and since when. */
  sync?: { readonly config: Fields; readonly since: Date }
}
export interface OrganizationRow extends NamespaceRow {
  readonly teams: Map<string, TeamRow>
  /** Managed by organization-level mirroring: Quay alone makes its repositories. */
  mirrored?: boolean
  /** A pull-through cache of another registry. */
  cached?: boolean
}
export interface RobotRow {
  readonly name: string
  readonly description: string
  readonly created: Date
  readonly metadata: object | null
  token: string
}
export interface RepositoryRow {
  readonly namespace: string
  readonly name: string
  description: string | null
  public: boolean
  state: RepositoryState
  readonly userGrants: Map<string, Role>
  readonly teamGrants: Map<string, Role>
  mirrorRobot: string | null
  /** Of the status badge; shown for private repositories only. */
  readonly badgeToken: string
  /** By name; what a push brings and no API call does. Absent: none. */
  tags?: Map<string, TagRow>
  /** Services whose pushes build it; people set them up in Quay's pages, no API call does. */
  triggers?: readonly string[]
}

export interface TagRow {
  readonly digest: string
  /** Bytes, which count for the quota of the namespace. */
  readonly size: number
  /** When it was pushed, in seconds. */
  readonly start: number
  /** Since when it is dead, in seconds. */
  end?: number
}

/** Who is calling, and how far their token reaches; a session reaches as far as its user. */
export interface Caller {
  readonly user: string | null
  /** A superuser whose token has `super:user`. */
  readonly superuser: boolean
  /** The same on a server with FEATURE_SUPERUSERS_FULL_ACCESS: passes every check. */
  readonly fullAccess: boolean
  /** Whether the token has one of these scopes. */
  scope(...scopes: string[]): boolean
}

/** One request under way. The methods throw the server's refusal (`model/answers.ts`), in the server's order of checks. */
export interface Call {
  readonly ground: Ground
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly caller: Caller
  /** As the client sent them. */
  readonly cookies: string | undefined
  readonly now: Date
  /** Scheme and host as the client wrote them. */
  readonly base: string
  since: Since
  /** A `FEATURE_` flag. One that the version does not know yet asks for nothing: it is on. */
  feature(name: string): boolean
  /** Where users come from: `Database`, or groups in a directory. */
  readonly authentication: Authentication
  /** The checked body; throws 415, broken JSON, `null`, or the first schema violation in Quay's words. `optional`: an absent or unreadable one is `{}`. */
  read<T>(schema: Schema, options?: { optional?: true }): T
  /** A boolean of the query as Quay reads it: false only for `false False FALSE 0 null` or empty. */
  flag(name: string, fallback: boolean): boolean
  /** An integer of the query; 400 with `help` for anything else. */
  integer(name: string, help: string): number | null
  /** 401 or 403 unless allowed. */
  require(allowed: boolean): void
  /** The caller's role in a namespace, cut by the token's scopes; their own is theirs, a full-access superuser has every one. */
  role(namespace: string): TeamRole | null
  /** The same without what only superusers may. */
  ownRole(namespace: string): TeamRole | null
  /** The caller's role on a repository, cut by the token's scopes; what a missing one would give, too. */
  repositoryRole(namespace: string, name: string): Role | null
  /** Whether the user may see the repository, whatever the token's scopes. */
  sees(repository: RepositoryRow): boolean
  /** `{org}`; 404 for who may see every namespace, else 403. */
  organization(need: 'member' | 'admin'): OrganizationRow
  /** The same, for endpoints that have their own answer to a missing one. */
  findOrganization(need: 'member' | 'admin'): OrganizationRow | undefined
  /** `{ns}/{repo*}`. */
  repository(need: Role): RepositoryRow
  /** The same, for endpoints that do not answer 404. */
  findRepository(need: Role): RepositoryRow | undefined
  /** One page by the query's `next_page`; an unusable one is page 1 (util/pagination.py:11). */
  page<T>(
    rows: Iterable<T>,
    size: number,
    isShown?: (row: T) => boolean,
  ): { readonly rows: readonly T[]; readonly next_page?: string }
  /** A table that only one type knows. */
  rows<T>(table: string): Map<string, T>
  /** What other types add here. */
  embedded(into: Embed['into'], owner: string): object
  /** The call has made a repository: every type may add what belongs to a new one. */
  created(repository: RepositoryRow): void
  /** A namespace (`acme`), robot (`acme+ci`), team (`acme:devs`) or repository (`acme/api`) is gone: takes it and what hangs on it out of the ground and of every type's tables. What a namespace held waits under a UUID for the garbage collector. */
  deleted(path: string): void
  /** The same for a namespace's new name. */
  renamed(from: string, to: string): void
  /** An entry of the action log, of the namespace or repository that the path names, else of the caller's own namespace; `at` names another. */
  log(kind: string, metadata: object, at?: string): void
  /** Counts over the whole server. */
  id(): number
  uuid(): string
  /** That many upper-case letters and digits. */
  secret(length: number): string
}

export type Authentication = 'Database' | 'LDAP' | 'Keystone' | 'OIDC'

export interface Route {
  /** `GET /organization/{org}/robots`: method, then the path below `/api/v1`. */
  readonly operation: string
  /** Not registered where one of these features is off. */
  readonly feature?: string | readonly string[]
  /** The release that brought it; older ones do not register it. */
  readonly since?: Release
  /** The first release in which a superuser with full access passes where they are no member; every one, where it isn't said. */
  readonly bypass?: Release
  /** The body's schema under its name in the discovery document: `{ NewOrg: newOrg }`. */
  readonly body?: Readonly<Record<string, Schema>>
  /** Not below `/api/v1`. */
  readonly root?: true
  /** Not in the discovery document. */
  readonly internal?: true
  /** A write that a read-only registry takes, too. */
  readonly always?: true
  handle(call: Call): Answer
}

/** Whom a token stands for, and how far. */
export interface Bearer {
  readonly user: string
  /** Blanks or commas between them. */
  readonly scopes: string
}

/** The rows of every type's tables, by table. */
export type Tables = Map<string, Map<string, unknown>>

/** What a type's folder contributes to the emulated Quay. */
export interface EmulatorModule {
  readonly routes: readonly Route[]
  readonly embeds?: readonly Embed[]
  /** Whom a token stands for that calls have made. */
  bearer?(tables: Tables, token: string, now: Date): Bearer | undefined
  /** A call has made a repository, in which its creator has all rights already. */
  created?(repository: RepositoryRow, call: Call): void
  /** A namespace (`acme`), robot (`acme+ci`), team (`acme:devs`) or repository (`acme/api`) is gone. Rows with this key are dropped already. A namespace is `renamed` to a UUID first, and gone when the garbage collector runs; then also rows whose key goes on with `/` or `+` are dropped. */
  deleted?(ground: Ground, path: string, tables: Tables): void
  /** A namespace has a new name. Such rows have their new keys already. */
  renamed?(ground: Ground, from: string, to: string, tables: Tables): void
  /** The garbage collector runs. */
  collected?(ground: Ground, tables: Tables): void
  /** The background workers take one step. */
  tick?(ground: Ground, tables: Tables, now: Date, since: Since): void
}

/** Keys that a type adds to another type's answer; none when the caller may not see them. */
interface Embed {
  readonly into: 'organization' | 'user' | 'superuser row' | 'repository row'
  view(owner: string, call: Call): object
}
