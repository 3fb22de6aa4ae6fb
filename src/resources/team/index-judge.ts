import { type Access, accessOf } from '../../model/access.ts'
import type { Change, Desired, Judgement, Live } from '../../model/change.ts'
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

/** `predecessor`: the live team whose place it takes. */
export function judgeTeam(change: Change<Team>, predecessor: Live<Team> | null): Judgement {
  const { action, differences } = change
  const access = accessOfTeam(change, predecessor)
  if (action === 'delete') return { impacts: ['access'], consequences: [lossOf(losers(change))], access }
  const isAccess = differences.some(({ attribute }) => attribute !== 'description')
  const synced = differences.some(({ attribute }) => attribute === 'sync') && Boolean(change.values.sync)
  return {
    impacts: action === 'create' || isAccess ? ['access'] : [],
    consequences: [
      ...(synced ? ['its users become those of the group: others are taken off it by Quay'] : []),
      ...takenOver(change),
    ],
    narrows: action === 'update' && (synced || access.some(({ effect }) => effect === 'narrows')),
    access,
  }
}

/** Of another role the team is said to have it, whoever is on it; of members what they get, or had, by it. */
function accessOfTeam(change: Change<Team>, predecessor: Live<Team> | null): readonly Access[] {
  const { address, action, live, values, differences } = change
  const was = live?.attributes
  const role = values.role ?? was?.role
  const members = differences.find(({ attribute }) => attribute === 'members')
  const before = action === 'delete' ? losers(change) : setOf(members?.before)
  const after = setOf(action === 'create' ? values.members : members?.after)
  const all = [...new Set([...before, ...after])]
  const moved = all.filter((subject) => before.includes(subject) !== after.includes(subject))
  const own = action === 'update' ? accessOf(schema.role, `team:${address.name}`, was?.role, role) : []
  const had = (subject: string) => (before.includes(subject) ? was?.role : null)
  const has = (subject: string) => (after.includes(subject) ? role : null)
  return [
    ...own,
    ...moved.flatMap((subject) => accessOf(schema.role, subject, had(subject), has(subject))),
    ...heirs(change, predecessor).flatMap((subject) =>
      accessOf(schema.role, subject, predecessor?.attributes.role, role),
    ),
  ]
}

/** Who is on a team that goes, and does not come along to its successor. */
function losers({ live, heir }: Change<Team>): readonly string[] {
  const members = setOf(live?.attributes.members)
  return heir ? members.filter((subject) => !comesAlong(subject, heir)) : members
}

/** Who comes along from the team whose place another takes. */
function heirs({ desired, live, differences }: Change<Team>, predecessor: Live<Team> | null) {
  if (!desired || !takesOver(differences)) return []
  const { lacking } = (live?.remote ?? {}) as Remote
  const { sync = live?.attributes.sync } = desired.attributes
  const others = setOf(predecessor?.attributes.members).filter(
    (subject) => !live?.attributes.members?.includes(subject),
  )
  return (
    lacking?.members ??
    others.filter((subject) => comesAlong(subject, { ...desired.attributes, ...(sync && { sync }) }))
  )
}

/** Members that files list, and users of a directory, are those of the successor alone. */
const comesAlong = (subject: string, { members, sync }: Pick<Team, 'members' | 'sync'>): boolean =>
  members === undefined && !(sync && isUser(subject))

const takesOver = (differences: Change['differences']): boolean =>
  differences.some(({ attribute }) => attribute === 'previously')

const setOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [])

function lossOf(members: readonly string[]): string {
  const what = 'its repository permissions and the default permissions for it are deleted with it'
  return members.length > 0 ? `${what}; ${members.join(', ')} lose them` : what
}

function takenOver({ differences, live, values }: Change<Team>): readonly string[] {
  const { previously } = values
  if (!previously || !takesOver(differences)) return []
  const lacking = (live?.remote as Remote | undefined)?.lacking
  return [`takes over ${lacking ? wordsOf(lacking) : 'what there is'} of team ${previously}`]
}
