import type { Desired, Live } from '../../model/change.ts'
import type { Facts, Remark } from '../../model/resource.ts'
import type { Team } from './wire.ts'
import { isUser } from './wire-members.ts'

/** Do its users come from a directory? */
export const isDirectory = ({ sync }: Team): boolean => sync !== undefined && sync !== null

/** The users that administer by a team. Of members that nobody read, or that a directory gives, it is not known. */
export function adminsOf(team: Team, maker: string | null, isNew: boolean): readonly string[] | null {
  if (team.role !== 'admin') return []
  const members = team.members ?? (isNew ? [] : null)
  if (isDirectory(team) || !members) return null
  const users = members.filter(isUser)
  return maker === null ? users : [...new Set([...users, `user:${maker}`])]
}

/** A warning where a directory alone decides whether the run's own user administers. */
export function dependence(
  { address, attributes }: Desired<Team>,
  live: Live<Team>,
  role: string | undefined,
  { server, others }: Facts,
): readonly Remark[] {
  const isSynced = isDirectory(attributes.sync === undefined ? live.attributes : attributes)
  const self = `user:${server.user}`
  if (role !== 'admin' || !isSynced || !live.attributes.members?.includes(self)) return []
  const isSafe = (team: Team) =>
    team.role === 'admin' && !isDirectory(team) && (team.members?.includes(self) ?? true)
  if (others.some((team) => isSafe(team as Team))) return []
  return [
    {
      code: 'QC4016',
      severity: 'warning',
      attribute: 'sync',
      message: `${address.text} alone makes ${server.user}, the user of this run, an administrator, and a directory decides who is on it`,
      hint: `list ${self} on another team of role admin`,
    },
  ]
}
