import { avatar } from '../../model/avatar.ts'
import type { Call, OrganizationRow, TeamRow } from '../../model/emulation.ts'
import { emailOf } from '../../model/emulation-namespaces.ts'

const repositoriesOf = (call: Call, namespace: string, team: string): number =>
  call.ground.repositories.of(namespace).filter((row) => row.teamGrants.has(team)).length

const teamView = (call: Call, row: OrganizationRow, team: TeamRow): object => ({
  name: team.name,
  description: team.description,
  role: team.role,
  avatar: avatar('team', team.name),
  can_view: call.role(row.name) === 'admin' || team.members.has(call.caller.user ?? ''),
  repo_count: repositoriesOf(call, row.name, team.name),
  member_count: team.members.size,
  is_synced: team.sync !== undefined,
})

const teams = (call: Call, row: OrganizationRow): object => ({
  teams: Object.fromEntries([...row.teams.values()].map((team) => [team.name, teamView(call, row, team)])),
  ordered_teams: [...row.teams.keys()],
})

const billing = (row: OrganizationRow): object => ({
  invoice_email: row.invoiceEmail,
  invoice_email_address: row.invoiceAddress,
  tag_expiration_s: row.tagExpiration,
  is_free_account: true,
})

/** Strangers get a stripped view, members the teams, admins everything, and alone the quota up to 3.12 (endpoints/api/organization.py:125). */
export function organizationView(call: Call, row: OrganizationRow): object {
  const role = call.role(row.name)
  const admin = role === 'admin'
  const seesQuota = admin || (role !== null && call.since('3.13'))
  return {
    name: row.name,
    email: admin ? emailOf(call, row) : '',
    avatar: avatar('user', row.name, row.email),
    is_admin: admin,
    is_member: role !== null,
    ...(role === null ? {} : teams(call, row)),
    ...(admin ? billing(row) : {}),
    ...(seesQuota ? call.embedded('organization', row.name) : {}),
  }
}

/** The superuser's view; a made-up address shows as it is. */
export const rowView = (call: Call, row: OrganizationRow): object => ({
  name: row.name,
  email: row.email,
  avatar: avatar('org', row.name, row.email),
  ...call.embedded('superuser row', row.name),
})
