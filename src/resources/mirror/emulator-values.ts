import { detail, message } from '../../model/answers.ts'
import type { Call, RepositoryRow } from '../../model/emulation.ts'
import { syncDate } from '../../model/emulation-mirrors.ts'

/** A `sync_start_date` as it will be served. */
export function parseDate(text: string): string {
  const date = syncDate(text)
  if (date === undefined) throw detail('Incorrect DateTime format for sync_start_date.')
  return date
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
