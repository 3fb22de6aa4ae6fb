/** What a route answers; `body` goes out as JSON unless `contentType` says otherwise. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
}

export type Role = 'read' | 'write' | 'admin'
export type RepositoryState = 'NORMAL' | 'READ_ONLY' | 'MIRROR' | 'ORG_MIRROR'

/** The ground that permissions stand on. Every type may read and change it. */
export interface Ground {
  readonly accounts: Map<string, AccountRow>
  readonly organizations: Map<string, OrganizationRow>
  /** By full name, `namespace+short`. */
  readonly robots: Map<string, RobotRow>
  /** By `namespace/name`. */
  readonly repositories: Map<string, RepositoryRow>
  /** Deleted namespaces' names that the garbage collector has not freed. */
  readonly reserved: Set<string>
  /** Robots of deleted repositories' mirrors, locked until the garbage collector has run. */
  readonly lockedRobots: Set<string>
}
export interface AccountRow {
  readonly name: string
  email: string
  readonly superuser: boolean
  enabled: boolean
}
export interface TeamRow {
  readonly name: string
  description: string
  role: 'member' | 'creator' | 'admin'
  readonly members: Set<string>
}
export interface OrganizationRow {
  readonly name: string
  email: string
  readonly teams: Map<string, TeamRow>
}
export interface RobotRow {
  readonly name: string
  description: string
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
}

/** One request under way. The methods throw the server's refusal, in the server's order of checks. */
export interface Call {
  readonly ground: Ground
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly caller: { readonly user: string | null; readonly superuser: boolean; scope(...scopes: string[]): boolean }
  feature(name: string): boolean
  /** The checked body; throws 415, broken JSON, `null`, or the first schema violation in Quay's words. */
  read<T>(schema: object, options?: { optional?: true }): T
  /** 401 or 403 unless allowed. */
  require(allowed: boolean): void
  /** `{org}`; 404 for who may see every namespace, else 403. */
  organization(need: 'member' | 'admin'): OrganizationRow
  /** `{ns}/{repo*}`. */
  repository(need: Role): RepositoryRow
  /** The same, for endpoints that do not answer 404. */
  findRepository(need: Role): RepositoryRow | undefined
  /** A table that only one type knows. */
  rows<T>(table: string): Map<string, T>
  /** Counts over the whole server. */
  id(): number
}

export interface Route {
  /** `GET /organization/{org}/robots`: method, then the path below `/api/v1`. */
  readonly operation: string
  /** Not registered where this feature is off. */
  readonly feature?: string
  handle(call: Call): Answer
}

/** What a type's folder contributes to the emulated Quay. */
export interface EmulatorModule {
  readonly routes: readonly Route[]
  readonly embeds?: readonly Embed[]
  /** A namespace (`acme`) or repository (`acme/api`) is gone: drop what is below. */
  deleted?(ground: Ground, path: string): void
}

/** Keys that a type adds to another type's answer; none when the caller may not see them. */
export interface Embed {
  readonly into: 'organization' | 'user' | 'repository row'
  view(owner: string, call: Call): object
}
