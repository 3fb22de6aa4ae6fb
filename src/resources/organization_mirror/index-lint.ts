import type { Desired } from '../../model/change.ts'
import type { Breach } from '../../model/resource.ts'
import type { OrganizationMirror } from './wire.ts'

/** Whom the mirror of an organization trusts, how much it pulls, and who may pull that. */
export function lintMirror({
  address: { text },
  attributes,
}: Desired<OrganizationMirror>): readonly Breach[] {
  const { verify_tls, external_registry_url: url, repository_filters: filters = [], visibility } = attributes
  const found: Breach[] = []
  if (verify_tls === false)
    found.push({
      rule: 'unverified_mirror',
      attribute: 'verify_tls',
      message: `${text} accepts any certificate of its upstream`,
    })
  if (url?.startsWith('http:'))
    found.push({
      rule: 'unverified_mirror',
      attribute: 'external_registry_url',
      message: `${text} reaches its upstream without TLS`,
    })
  if (filters.length === 0 || filters.some((filter) => /^\*+$/.test(filter)))
    found.push({
      rule: 'mirror_of_everything',
      attribute: 'repository_filters',
      message: `${text} pulls every repository of its upstream`,
    })
  if (visibility === 'public')
    found.push({
      rule: 'public_repository',
      attribute: 'visibility',
      message: `everybody can pull from the repositories that ${text} makes`,
    })
  return found
}
