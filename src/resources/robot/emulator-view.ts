import { avatar } from '../../model/avatar.ts'
import type { Call, RepositoryRow, RobotRow } from '../../model/emulation.ts'

/** RFC 2822, in UTC as `-0000`. */
const mailDate = (date: Date): string => date.toUTCString().replace('GMT', '-0000')

/** What every answer has of a robot. */
export const robotView = (row: RobotRow): object => ({
  name: row.name,
  created: mailDate(row.created),
  last_accessed: null,
  description: row.description,
})

/** The repositories on which a robot has a grant of its own. */
export const grantsOf = (call: Call, robot: string): RepositoryRow[] =>
  [...call.ground.repositories.values()].filter((row) => row.userGrants.has(robot))

const teamsOf = (call: Call, robot: string): string[] =>
  [...call.ground.organizations.values()]
    .flatMap((organization) => [...organization.teams.values()])
    .filter((team) => team.members.has(robot))
    .map((team) => team.name)

/** Only in a list with `permissions=true`: names, no roles. */
export const belongings = (call: Call, robot: string): object => ({
  teams: teamsOf(call, robot).map((name) => ({ name, avatar: avatar('team', name) })),
  repositories: grantsOf(call, robot).map((row) => row.name),
})
