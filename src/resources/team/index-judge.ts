import type { Change, Desired, Judgement } from '../../model/change.ts'
import type { Remark } from '../../model/resource.ts'
import { schema } from './schema.ts'
import type { Team } from './wire.ts'
import { isUser } from './wire-members.ts'
import { type Remote, wordsOf } from './wire-takeover.ts'

/** A sync is one group; beside it the users are the directory's. */
export function checkTeam({ attributes, address }: Desired<Team>): readonly Remark[] {
  const { sync, members, previously } = attributes
  const error = { severity: 'error' } as const
  const groups = Object.keys(sync ?? {})
  const users = sync ? (members ?? []).filter(isUser) : []
  return [
    ...(sync && groups.length === 0
      ? [
          {
            ...error,
            code: 'QC1006',
            attribute: 'sync',
            message: 'sync needs one of group_dn, group_name and group_id',
          },
        ]
      : []),
    ...(groups.length > 1
      ? [
          {
            ...error,
            code: 'QC1004',
            attribute: 'sync',
            message: `sync names one group, not ${groups.length}: ${groups.join(', ')}`,
          },
        ]
      : []),
    ...(users.length > 0
      ? [
          {
            ...error,
            code: 'QC2008',
            attribute: 'members',
            message: `beside sync the users of a team are those of the directory: ${users.join(', ')} cannot be listed`,
            hint: 'list robots only, or remove the sync',
          },
        ]
      : []),
    ...(previously === address.name
      ? [
          {
            ...error,
            code: 'QC2006',
            attribute: 'previously',
            message: `${address.text} cannot have been called what it is called now`,
          },
        ]
      : []),
  ]
}

const ROLES: readonly string[] = schema.role.choices

export function judgeTeam(change: Change<Team>): Judgement {
  const { action, live, differences } = change
  if (action === 'delete') return { impacts: ['access'], consequences: [lossOf(live?.attributes.members)] }
  const of = (name: keyof Team) => differences.find(({ attribute }) => attribute === name)
  const isAccess = differences.some(({ attribute }) => attribute !== 'description')
  const members = of('members')
  const removed = setOf(members?.before).filter((subject) => !setOf(members?.after).includes(subject)).length
  const role = of('role')
  const rank = (value: unknown) => ROLES.indexOf(String(value))
  const lowered = action === 'update' && role !== undefined && rank(role.after) < rank(role.before)
  const synced = of('sync') !== undefined && Boolean(change.values.sync)
  return {
    impacts: action === 'create' || isAccess ? ['access'] : [],
    consequences: [
      ...(synced ? ['its users become those of the group: others are taken off it by Quay'] : []),
      ...takenOver(change),
    ],
    narrows: action === 'update' && (removed > 0 || lowered || synced),
    revokes: removed + (lowered ? 1 : 0),
  }
}

const setOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function lossOf(members: readonly string[] | undefined): string {
  const what = 'its repository permissions and the default permissions for it are deleted with it'
  return members && members.length > 0 ? `${what}; ${members.join(', ')} lose them` : what
}

function takenOver({ differences, live, values }: Change<Team>): readonly string[] {
  const { previously } = values
  if (!previously || !differences.some(({ attribute }) => attribute === 'previously')) return []
  const lacking = (live?.remote as Remote | undefined)?.lacking
  return [`takes over ${lacking ? wordsOf(lacking) : 'what there is'} of team ${previously}`]
}
