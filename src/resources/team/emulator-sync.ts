import { invalidRequest, serverError } from '../../model/answers.ts'
import type { Call, Fields, TeamRow } from '../../model/emulation.ts'
import { placeOf } from './emulator-rules.ts'

/** RFC 2822, in UTC as `-0000`. */
const mailDate = (date: Date): string => date.toUTCString().replace('GMT', '-0000')

/** What each directory calls itself, and the group. */
const directories: Readonly<Record<string, { readonly service: string; readonly key: string }>> = {
  LDAP: { service: 'ldap', key: 'group_dn' },
  Keystone: { service: 'keystone', key: 'group_id' },
  OIDC: { service: 'oidc', key: 'group_name' },
}

/** The body is kept as it is sent. A server that keeps its users itself has no groups; here every directory has every group. */
export function startSync(call: Call): TeamRow {
  const config = call.read<Fields>({})
  const { team } = placeOf(call)
  const directory = directories[call.authentication]
  if (!directory) throw invalidRequest('Could not sync to group: Not supported')
  call.require(call.caller.superuser)
  if (!config[directory.key]) throw invalidRequest(`Could not sync to group: Missing ${directory.key}`)
  if (team.sync) throw serverError()
  team.sync = { config, since: call.now }
  return team
}

export function endSync(call: Call): TeamRow {
  const { team } = placeOf(call)
  delete team.sync
  return team
}

/** What the members' list says of it; the group only to superusers. */
export function syncView(call: Call, { sync }: TeamRow): object {
  const directory = directories[call.authentication]
  if (!directory || !call.feature('TEAM_SYNCING')) return {}
  const { service } = directory
  const { superuser } = call.caller
  const group = superuser && sync ? { last_updated: mailDate(sync.since), config: sync.config } : {}
  return {
    ...(superuser ? { can_sync: { service, base_dn: ['dc=example', 'dc=com'] } } : {}),
    ...(sync ? { synced: { service, ...group } } : {}),
  }
}

/** People come from the group; robots may still be added and removed. */
export function refuseSynced(call: Call, { sync }: TeamRow, name: string): void {
  if (sync && !call.ground.robots.has(name))
    throw invalidRequest('Cannot call this method on an auth-synced team')
}
