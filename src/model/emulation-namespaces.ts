import type { Call, Ground, NamespaceRow } from './emulation.ts'
import { isUuid } from './emulation-names.ts'

/** TAG_EXPIRATION_OPTIONS in seconds: 0s, 1d, 1w, 2w, 4w. */
const expirationOptions = [0, 86400, 604800, 1209600, 2419200]
/** Whether a tag expiration is one that the server offers (data/model/user.py:326). */
export const isExpirationOption = (seconds: number): boolean => expirationOptions.includes(seconds)

/** An organization's address as its admins see it; since 3.18 a made-up one as `""`. */
export const emailOf = ({ since }: Call, { email }: NamespaceRow): string =>
  since('3.18') && isUuid(email) ? '' : email

/** A user or an organization. */
export const namespaceOf = (ground: Ground, name: string): NamespaceRow | undefined =>
  ground.organizations.get(name) ?? ground.accounts.get(name)
