/** The feature flags that are on, with every optional one and without. */
export type Profile = 'full' | 'plain'

const common =
  'SUPER_USERS IMAGE_EXPIRY_TRIGGER BUILD_SUPPORT APP_SPECIFIC_TOKENS ASSIGN_OAUTH_TOKEN ANONYMOUS_ACCESS USER_CREATION DIRECT_LOGIN CHANGE_TAG_EXPIRATION USER_LAST_ACCESSED'
const optional =
  'SUPERUSERS_FULL_ACCESS SUPERUSER_CONFIGDUMP REPO_MIRROR ORG_MIRROR QUOTA_MANAGEMENT EDIT_QUOTA QUOTA_NOTIFICATIONS PROXY_CACHE AUTO_PRUNE IMMUTABLE_TAGS TEAM_SYNCING USER_METADATA EXTENDED_REPOSITORY_NAMES'
const never = 'MAILING SPARSE_INDEX BILLING SIGNING RESTRICTED_USERS RATE_LIMITS USER_RENAME'

const flags = (names: string, on: boolean): [string, boolean][] => names.split(' ').map((name) => [name, on])

/** Every flag there is, without its `FEATURE_`. */
export const featureNames: readonly string[] = `${common} ${optional} ${never}`.split(' ')

/** Every flag without its `FEATURE_`. */
export const featuresOf = (
  profile: Profile,
  overrides: Readonly<Record<string, boolean>> = {},
): Record<string, boolean> => ({
  ...Object.fromEntries([
    ...flags(common, true),
    ...flags(optional, profile === 'full'),
    ...flags(never, false),
  ]),
  ...overrides,
})
