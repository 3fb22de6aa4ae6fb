import type { Desired } from '../../model/change.ts'
import type { Breach } from '../../model/resource.ts'
import type { Mirror } from './wire.ts'

/** Whom a mirror trusts, and how much it pulls. */
export function lintMirror({ address, attributes }: Desired<Mirror>): readonly Breach[] {
  const { verify_tls, tags } = attributes
  return [
    ...(verify_tls === false
      ? [
          {
            rule: 'unverified_mirror' as const,
            attribute: 'verify_tls',
            message: `${address.text} accepts any certificate of its upstream`,
          },
        ]
      : []),
    ...(tags?.some((tag) => /^\*+$/.test(tag))
      ? [
          {
            rule: 'mirror_of_everything' as const,
            attribute: 'tags',
            message: `${address.text} pulls every tag of its upstream`,
          },
        ]
      : []),
  ]
}
