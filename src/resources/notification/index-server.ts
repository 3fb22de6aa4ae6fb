import type { Change, Desired } from '../../model/change.ts'
import type { Remark } from '../../model/resource.ts'
import type { Server } from '../../model/server.ts'
import type { Notification } from './wire.ts'

const ORGANIZATION_ROUTE = '/organization/{orgname}/notifications'

/** Those of organizations are younger than those of repositories. */
export function admits({ address }: Desired, server: Server): readonly Remark[] {
  if (address.parent?.type !== 'organization' || server.offers(ORGANIZATION_ROUTE)) return []
  return [
    {
      code: 'QC3001',
      severity: 'error',
      message:
        'this server has no notifications of organizations: Quay 3.18 brought them, and this one is older or has FEATURE_QUOTA_NOTIFICATIONS off',
      hint: 'remove the lines, or ask the Quay operator for the feature',
    },
  ]
}

/** What Quay would refuse, or keep and never tell. */
export function demands(
  { address, desired, action, differences }: Change<Notification>,
  server: Server,
): readonly Remark[] {
  if (!desired || (action !== 'create' && action !== 'update')) return []
  const about = { code: 'QC3001', severity: 'error' } as const
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
    ...(tells && !server.feature('IMAGE_EXPIRY_TRIGGER')
      ? [
          {
            ...about,
            attribute: 'event',
            message:
              'this server does not tell of repo_image_expiry: Quay 3.12 brought it, and this one is older or has FEATURE_IMAGE_EXPIRY_TRIGGER off',
            hint: 'choose another event, or ask the Quay operator for the feature',
          },
        ]
      : []),
  ]
}
