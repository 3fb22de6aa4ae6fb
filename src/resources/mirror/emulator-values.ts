import { detail, message, serverError } from '../../model/answers.ts'
import type { Call, RepositoryRow } from '../../model/emulation.ts'

const dateForm = /^(\d{4})-(\d{1,2})-(\d{1,2})T(\d{1,2}):(\d{1,2}):(\d{1,2})Z$/

/**
 * A `sync_start_date` as it will be served. Leading zeros may lack, a fraction of a second is refused, though the
 * server writes one itself (endpoints/api/mirror.py:722).
 */
export function parseDate(text: string): string {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] =
    dateForm.exec(text)?.slice(1).map(Number) ?? []
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second)
  const parts = [date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes()]
  const isSame = parts.join() === [month, day, hour, minute].join() && date.getUTCSeconds() === second
  if (year === 0 || !isSame) throw detail('Incorrect DateTime format for sync_start_date.')
  return `${date.toISOString().slice(0, 19)}Z`
}

const architectures: readonly string[] = ['amd64', 'arm64', 'ppc64le', 's390x']

/** Refuses a filter on a server without sparse indexes, or one that names unknown architectures. */
export function checkArchitectures(call: Call, filter: readonly string[] | null | undefined): void {
  if (!filter?.length) return
  if (!call.feature('SPARSE_INDEX'))
    throw detail('Architecture filtering requires FEATURE_SPARSE_INDEX to be enabled.')
  const unknown = [...new Set(filter)].filter((name) => !architectures.includes(name)).sort()
  if (unknown.length > 0) throw detail(`Invalid architectures: ${unknown.join(', ')}`)
}

/** The largest number that the database's column takes; a larger one is not caught. */
export function checkInterval(seconds: number): void {
  if (seconds > 2147483647) throw serverError()
}

/** Encrypted text has 29 bytes more, in base 64, after a mark of four. */
const encryptedLength = (text: string): number => 4 + 4 * Math.ceil((Buffer.byteLength(text) + 29) / 3)

/** What the columns of the encrypted texts take; anything longer is not caught. */
export function checkCredentials(
  username: string | null | undefined,
  password: string | null | undefined,
): void {
  if (encryptedLength(username ?? '') > 4096 || encryptedLength(password ?? '') > 9000) throw serverError()
}

/** Refuses a robot that does not exist or is another namespace's. */
export function checkRobot(call: Call, repository: RepositoryRow, robot: string): void {
  if (!call.ground.robots.has(robot)) throw message('Could not find robot with specified username')
  if (!robot.startsWith(`${repository.namespace}+`)) throw message('Invalid robot')
}

/** The robot may write from now on, if neither it nor a team of it could (endpoints/api/mirror.py:697). Nothing takes that back. */
export function raiseRobot(call: Call, repository: RepositoryRow, robot: string): void {
  const teams = call.ground.organizations.get(repository.namespace)?.teams
  const byTeam = [...repository.teamGrants].filter(([team]) => teams?.get(team)?.members.has(robot))
  const role = repository.userGrants.get(robot) ?? byTeam[0]?.[1] ?? 'read'
  if (role !== 'read') return
  // An updated row goes to the end, as in Quay's database.
  repository.userGrants.delete(robot)
  repository.userGrants.set(robot, 'write')
}
