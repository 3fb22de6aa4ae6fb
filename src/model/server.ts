/** What a run knows about the server before it plans: who it is, what it can do. Decided by discovery and `/config`, never by a version. */
export interface Server {
  readonly url: string
  /** What the server says of itself; only shown. */
  readonly version: string | null
  /** The token's user; null when the token may not read it. */
  readonly user: string | null
  /** Is the user a superuser and the token good for it? null when the token may not read it. */
  readonly superuser: boolean | null
  /** Has the user signed in? Then everything is as with a token that has all scopes. */
  readonly session?: boolean
  /** Does the server refuse every write now? */
  readonly readOnly: boolean
  /** Is the user on an administrator team of this organization? Superusers see more than they are members of. */
  administers(organization: string): boolean
  /** A `FEATURE_` flag; `unsaid` is what counts where the server does not list it. */
  feature(name: string, unsaid?: boolean): boolean
  /** An entry of `/config`'s `config`. */
  setting(name: string): unknown
  /** An entry of `/registry/capabilities`; undefined where that was not asked for, or is not there. */
  capability(name: string): unknown
  /** Does discovery list this path (`/organization/{orgname}/robots`), property (`NewOrgQuota.limit`), or property that must be sent (`NewOrg.required.name`)? */
  offers(what: string): boolean
}

/** Does Quay show the token what belongs to others, too? (endpoints/api/__init__.py, `allow_if_superuser_with_full_access`) */
export const seesAll = (server: Server): boolean =>
  server.superuser === true && server.feature('SUPERUSERS_FULL_ACCESS')

/** Why a server does not offer something: its age, or a flag; both where `/config` does not tell. */
export function whyMissing(
  {
    feature = [],
    introduced,
  }: { readonly feature?: string | readonly string[] | undefined; readonly introduced?: string | undefined },
  server: Server,
): string {
  const off = [feature].flat().filter((name) => !server.feature(name, true))
  if (off.length > 0)
    return `${off.map((name) => `FEATURE_${name}`).join(' and ')} ${off.length > 1 ? 'are' : 'is'} off`
  return introduced
    ? `Quay ${introduced} brought it, and this one is older`
    : 'the feature is off, or it is too old'
}
