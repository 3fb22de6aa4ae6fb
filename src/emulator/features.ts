import type { Release, Since } from '../model/emulation.ts'

/** The feature flags that are on, with every optional one and without. */
export type Profile = 'full' | 'plain'

const common =
  'SUPER_USERS IMAGE_EXPIRY_TRIGGER BUILD_SUPPORT APP_SPECIFIC_TOKENS ASSIGN_OAUTH_TOKEN ANONYMOUS_ACCESS USER_CREATION DIRECT_LOGIN CHANGE_TAG_EXPIRATION USER_LAST_ACCESSED'
const optional =
  'SUPERUSERS_FULL_ACCESS SUPERUSER_CONFIGDUMP REPO_MIRROR ORG_MIRROR QUOTA_MANAGEMENT EDIT_QUOTA QUOTA_NOTIFICATIONS PROXY_CACHE AUTO_PRUNE IMMUTABLE_TAGS TEAM_SYNCING USER_METADATA EXTENDED_REPOSITORY_NAMES'
const never =
  'MAILING SPARSE_INDEX BILLING SIGNING RESTRICTED_USERS RATE_LIMITS USER_RENAME SUPERUSERS_ORG_CREATION_ONLY'

/** The releases that brought flags; the others are older than all that can be emulated. */
const introduced: Readonly<Record<string, Release>> = {
  IMAGE_EXPIRY_TRIGGER: '3.12',
  ASSIGN_OAUTH_TOKEN: '3.12',
  EDIT_QUOTA: '3.12',
  SUPERUSER_CONFIGDUMP: '3.15',
  ORG_MIRROR: '3.17',
  IMMUTABLE_TAGS: '3.17',
  SPARSE_INDEX: '3.17',
  QUOTA_NOTIFICATIONS: '3.18',
}

/** The flags of a server. */
export interface Features {
  /** Those that the version knows, without their `FEATURE_`. */
  readonly shown: Readonly<Record<string, boolean>>
  /** Whether one is on. What asks for a flag of a later release asks for nothing yet. */
  on(name: string): boolean
}

const flags = (names: string, on: boolean): [string, boolean][] => names.split(' ').map((name) => [name, on])

/** Every flag there is, without its `FEATURE_`. */
export const featureNames: readonly string[] = `${common} ${optional} ${never}`.split(' ')

export function featuresOf(
  profile: Profile,
  overrides: Readonly<Record<string, boolean>>,
  since: Since,
): Features {
  const isKnown = (name: string): boolean => {
    const release = introduced[name]
    return release === undefined || since(release)
  }
  const all = {
    ...Object.fromEntries([
      ...flags(common, true),
      ...flags(optional, profile === 'full'),
      ...flags(never, false),
    ]),
    ...overrides,
  }
  const shown = Object.fromEntries(Object.entries(all).filter(([name]) => isKnown(name)))
  return { shown, on: (name) => shown[name] ?? !isKnown(name) }
}
