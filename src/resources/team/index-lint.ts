import type { Desired } from '../../model/change.ts'
import type { Breach } from '../../model/resource.ts'
import type { Team } from './wire.ts'
import { isUser } from './wire-members.ts'

/** Who is on a team, and with what rights. */
export function lintTeam({ address: { text }, attributes }: Desired<Team>): readonly Breach[] {
  const { role, members, sync, previously } = attributes
  const robots = role === 'admin' ? (members ?? []).filter((member) => !isUser(member)) : []
  const given = sync ?? (members === undefined ? previously : undefined)
  return [
    ...robots.map((robot) => ({
      rule: 'admin_robot' as const,
      attribute: 'members',
      message: `${robot} administers the organization as a member of ${text}`,
    })),
    ...(given || members?.length
      ? []
      : [
          {
            rule: 'empty_team' as const,
            message: members ? `${text} has no members` : `no file says who is on ${text}`,
          },
        ]),
  ]
}
