import type { Address } from '../../model/address.ts'
import type { Change, Desired } from '../../model/change.ts'
import type { Remark } from '../../model/resource.ts'
import { type Server, whyMissing } from '../../model/server.ts'
import type { Notification } from './wire.ts'

const ORGANIZATION_ROUTE = '/organization/{orgname}/notifications'
const ofOrganizations = { introduced: '3.18', feature: 'QUOTA_NOTIFICATIONS' }
const ofExpiry = { introduced: '3.12', feature: 'IMAGE_EXPIRY_TRIGGER' }
const about = { code: 'QC3001', severity: 'error' } as const

/** Those of organizations are younger than those of repositories. */
export const isOffered = ({ type }: Address, server: Server): boolean =>
  type !== 'organization' || server.offers(ORGANIZATION_ROUTE)

/** What cannot be there at all; one event is younger than the others, too. */
export function admits({ address, attributes }: Desired<Notification>, server: Server): readonly Remark[] {
  if (address.parent && !isOffered(address.parent, server))
    return [
      {
        ...about,
        message: `this server has no notifications of organizations: ${whyMissing(ofOrganizations, server)}`,
        hint: 'remove the lines, or ask the Quay operator for the feature',
      },
    ]
  const isUnknown = !server.feature(ofExpiry.feature) && server.feature(ofExpiry.feature, true)
  return attributes.event === 'repo_image_expiry' && isUnknown ? [noExpiry(server)] : []
}

const noExpiry = (server: Server): Remark => ({
  ...about,
  attribute: 'event',
  message: `this server does not tell of repo_image_expiry: ${whyMissing(ofExpiry, server)}`,
  hint: 'choose another event, or ask the Quay operator for the feature',
})

/** What Quay would refuse, or keep and never tell. */
export function demands(
  { address, desired, action, differences }: Change<Notification>,
  server: Server,
): readonly Remark[] {
  if (!desired || (action !== 'create' && action !== 'update')) return []
  const mails = desired.attributes.method === 'email' && address.parent?.type !== 'organization'
  const tells = differences.some(
    ({ attribute, after }) => attribute === 'event' && after === 'repo_image_expiry',
  )
  return [
    // A repository's e-mail goes to confirmed addresses only, and none can be confirmed there.
    ...(mails && !server.feature('MAILING')
      ? [
          {
            ...about,
            attribute: 'method',
            message: 'this server sends no e-mail: FEATURE_MAILING is off, so no address can be confirmed',
            hint: 'choose another method, or ask the Quay operator for the feature',
          },
        ]
      : []),
    ...(tells && !server.feature(ofExpiry.feature) ? [noExpiry(server)] : []),
  ]
}
