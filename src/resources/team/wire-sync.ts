import { path, type QuayApi } from '../../model/api.ts'
import type { Change, Desired } from '../../model/change.ts'
import type { Remark } from '../../model/resource.ts'
import type { Need } from '../../model/scopes.ts'
import type { Server } from '../../model/server.ts'
import type { Team } from './wire.ts'
import type { Place } from './wire-members.ts'

/** How each kind of directory names a group (endpoints/api/team.py:357). */
const keys: Readonly<Record<string, keyof NonNullable<Team['sync']>>> = {
  LDAP: 'group_dn',
  OIDC: 'group_name',
  Keystone: 'group_id',
}

/** A second group is a 500: the first must go before. Ending what is not synchronised is a success. */
export async function changeSync(
  { organization, team }: Place,
  group: NonNullable<Team['sync']> | null,
  isSynced: boolean,
  api: QuayApi,
): Promise<void> {
  const syncing = path`/organization/${organization}/team/${team}/syncing`
  if (isSynced) await api.delete(syncing)
  if (group) await api.post(syncing, group)
}

/** Only a server whose users come from a directory has groups, and each kind names them in its own way. */
export function directoryDemand({ attributes }: Desired<Team>, server: Server): readonly Remark[] {
  const kind = server.setting('AUTHENTICATION_TYPE')
  if (!attributes.sync || typeof kind !== 'string') return []
  const key = keys[kind]
  if (key && key in attributes.sync) return []
  const about = { code: 'QC3001', severity: 'error', attribute: 'sync' } as const
  return key
    ? [{ ...about, message: `this server (${kind}) names groups by ${key}`, hint: `write ${key}` }]
    : [
        {
          ...about,
          message: `this server has no groups to take users from: its AUTHENTICATION_TYPE is ${kind}`,
          hint: 'remove the line, and list the users under members',
        },
      ]
}

/** Setting a group up is a superuser's, unless the server lets its administrators, too. */
export function syncNeeds(change: Change<Team>, server: Server): readonly Need[] {
  const isFree = server.feature('NONSUPERUSER_TEAM_SYNCING_SETUP')
  return writes(change, 'sync') && !isFree ? [{ scope: 'super:user', attribute: 'sync' }] : []
}

/** The permissions of the team whose place it takes become its own. */
export const takeoverNeeds = (change: Change<Team>): readonly Need[] =>
  writes(change, 'previously') ? [{ scope: 'repo:admin', attribute: 'previously' }] : []

const writes = ({ action, values, differences }: Change<Team>, name: 'sync' | 'previously'): boolean =>
  action === 'create' ? Boolean(values[name]) : differences.some(({ attribute }) => attribute === name)
