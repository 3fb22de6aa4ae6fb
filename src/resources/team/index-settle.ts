import { asSet } from '../../model/canonical.ts'
import type { Desired, Live } from '../../model/change.ts'
import type { Facts, Remark, Settlement } from '../../model/resource.ts'
import { dependence, isDirectory } from './index-admins.ts'
import type { Team } from './wire.ts'
import { isUser } from './wire-members.ts'

const othersOf = ({ others }: Facts): readonly Team[] => others.map((attributes) => attributes as Team)

/** Is somebody sure to administer by this team? Of members that nobody read that is not known. */
const holdsAdmins = (team: Team): boolean =>
  team.role === 'admin' && (isDirectory(team) || (team.members?.some(isUser) ?? false))

/** Why a team must stay one of role admin: with it the last administrators would go, or the run's own right. */
export function keepsAdmin(live: Live<Team>, facts: Facts): string | null {
  const { role, members } = live.attributes
  const { server } = facts
  if (role !== 'admin') return null
  const admins = othersOf(facts).filter((team) => team.role === 'admin')
  // The members go over to it before this team goes.
  if (admins.some((team) => team.previously === live.address.name && team.members === undefined)) return null
  const hasUsers = members === undefined || isDirectory(live.attributes) || members.some(isUser)
  if (hasUsers && !admins.some(holdsAdmins))
    return 'no other team of role admin is known to have users, and somebody must administer the organization'
  const self = `user:${server.user}`
  // What was never read comes with an organization that this run creates: its creator is on it.
  const isNew = live.remote === undefined
  const hasSelf = members
    ? members.includes(self)
    : isNew || server.administers(live.address.parent?.name ?? '')
  if (hasSelf && !admins.some((team) => team.members?.includes(self)))
    return `no other team of role admin is known to have ${server.user}, the user of this run`
  return null
}

/** What counts instead of the written attributes: the directory's users, and administrators that must stay. */
export function settle(desired: Desired<Team>, live: Live<Team>, facts: Facts): Settlement {
  const { role, sync, ...rest } = desired.attributes
  const stays = role !== 'admin' && role !== undefined ? keepsAdmin(live, facts) : null
  const hidden = sync && live.attributes.sync && Object.keys(live.attributes.sync).length === 0
  const roleAfter = stays ? 'admin' : (role ?? live.attributes.role)
  const settled = settleMembers(desired, live, roleAfter, facts)
  const remarks = [
    ...(stays ? [stayingRole(desired, stays)] : []),
    ...(hidden ? [hiddenGroup(desired)] : []),
    ...settled.remarks,
    ...dependence(desired, live, roleAfter, facts),
  ]
  if (remarks.length === 0 && !settled.members) return {}
  return {
    attributes: {
      ...rest,
      ...(roleAfter !== undefined && { role: roleAfter }),
      ...(sync !== undefined && { sync: hidden ? undefined : sync }),
      ...(settled.members && { members: settled.members }),
    },
    remarks,
  }
}

interface Members {
  readonly members?: readonly string[]
  readonly remarks: readonly Remark[]
}

function settleMembers(
  desired: Desired<Team>,
  live: Live<Team>,
  role: string | undefined,
  facts: Facts,
): Members {
  const written = desired.attributes.members
  const present = live.attributes.members
  if (!written || !present) return { remarks: [] }
  const { sync } = desired.attributes
  if (sync === undefined ? isDirectory(live.attributes) : sync !== null)
    return {
      members: asSet([...written.filter((subject) => !isUser(subject)), ...present.filter(isUser)]),
      remarks: written.some(isUser) ? [directorysUsers(desired)] : [],
    }
  return role === 'admin' ? keptAdmins(desired, written, present, facts) : { remarks: [] }
}

/** The run's own user always stays; the others where nobody else would be left to administer. */
function keptAdmins(
  { address }: Desired,
  written: readonly string[],
  present: readonly string[],
  facts: Facts,
): Members {
  const self = `user:${facts.server.user}`
  const about = { severity: 'warning', attribute: 'members' } as const
  if (present.includes(self) && !written.includes(self))
    return {
      members: asSet([...written, self]),
      remarks: [
        {
          ...about,
          code: 'QC4010',
          message: `${address.text} does not list ${facts.server.user}, the user of this run, who stays on it`,
          hint: `add ${self} to members, or remove it with the token of another administrator`,
        },
      ],
    }
  const users = present.filter(isUser)
  if (users.length === 0 || written.some(isUser) || othersOf(facts).some(holdsAdmins)) return { remarks: [] }
  return {
    members: asSet([...written, ...users]),
    remarks: [
      {
        ...about,
        code: 'QC4010',
        message: `${users.join(', ')} stay on ${address.text}: no other team of role admin is known to have users, and somebody must administer the organization`,
        hint: 'list the users who shall administer the organization',
      },
    ],
  }
}

const stayingRole = ({ address }: Desired, why: string): Remark => ({
  code: 'QC4010',
  severity: 'warning',
  attribute: 'role',
  message: `${address.text} keeps the role admin: ${why}`,
  hint: 'list users under the members of another team of role admin first',
})

const hiddenGroup = ({ address }: Desired): Remark => ({
  code: 'QC4012',
  severity: 'warning',
  attribute: 'sync',
  message: `the group of ${address.text} is not compared: Quay shows it to superusers only`,
  hint: "use a superuser's token with the scope super:user, or sign in as one",
})

const directorysUsers = ({ address }: Desired): Remark => ({
  code: 'QC4011',
  severity: 'warning',
  attribute: 'members',
  message: `the users of ${address.text} come from a directory in Quay: those listed here are ignored`,
  hint: 'declare its sync and list robots only, or write "sync: none"',
})
