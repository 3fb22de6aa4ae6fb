/** What a run knows about the server before it plans: who it is, what it can do. Decided by discovery and `/config`, never by a version. */
export interface Server {
  readonly url: string
  /** What the server says of itself; only shown. */
  readonly version: string | null
  /** The token's user; null when the token may not read it. */
  readonly user: string | null
  /** Is the user a superuser and the token good for it? null when the token may not read it. */
  readonly superuser: boolean | null
  /** Does the server refuse every write now? */
  readonly readOnly: boolean
  /** Is the user on an administrator team of this organization? Superusers see more than they are members of. */
  administers(organization: string): boolean
  /** A `FEATURE_` flag; `unsaid` is what counts where the server does not list it. */
  feature(name: string, unsaid?: boolean): boolean
  /** An entry of `/config`'s `config`. */
  setting(name: string): unknown
  /** Does discovery list this path (`/organization/{orgname}/robots`), property (`NewOrgQuota.limit`), or property that must be sent (`NewOrg.required.name`)? */
  offers(what: string): boolean
}
