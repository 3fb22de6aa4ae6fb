import { ok } from '../model/answers.ts'
import { avatar } from '../model/avatar.ts'
import type { Answer, Call, EmulatorModule, OrganizationRow } from '../model/emulation.ts'

const limit = 10

const isOn = (organization: OrganizationRow, name: string): boolean =>
  [...organization.teams.values()].some((team) => team.members.has(name))

/** The namespace whose robots the caller may find: an organization for its members, their own for a user. */
function robotNamespace(call: Call, namespace: string): string | undefined {
  if (call.ground.organizations.has(namespace)) return call.role(namespace) === null ? undefined : namespace
  return namespace === call.caller.user && call.caller.scope('user:admin') ? namespace : undefined
}

function users(call: Call, prefix: string, namespace: string): object[] {
  const organization = call.ground.organizations.get(namespace)
  const robots = robotNamespace(call, namespace)
  const shown = [...call.ground.accounts.values()].filter((row) => !call.ground.deleted.has(row.name))
  const people = shown.map((row) => ({ ...row, robot: false }))
  const machines = [...call.ground.robots.values()].map((row) => ({ ...row, email: '', robot: true }))
  const starts = [...people, ...machines].filter((row) =>
    row.robot
      ? robots !== undefined && row.name.startsWith(`${robots}+${prefix}`)
      : row.name.startsWith(prefix),
  )
  return starts.slice(0, limit).map((row) => ({
    name: row.name,
    kind: 'user',
    is_robot: row.robot,
    avatar: avatar(row.robot ? 'robot' : 'user', row.name, row.email),
    ...(organization ? { is_org_member: row.robot || isOn(organization, row.name) } : {}),
  }))
}

function teams(call: Call, prefix: string, organization: OrganizationRow): object[] {
  if (!call.flag('includeTeams', false) || call.role(organization.name) === null) return []
  return [...organization.teams.values()]
    .filter((team) => team.name.startsWith(prefix))
    .map(({ name }) => ({ name, kind: 'team', is_org_member: true, avatar: avatar('team', name) }))
}

function itself(call: Call, prefix: string, { name, email }: OrganizationRow): object[] {
  const shown = call.flag('includeOrgs', false) && call.role(name) === 'admin' && name.startsWith(prefix)
  return shown ? [{ name, kind: 'org', is_org_member: true, avatar: avatar('org', name, email) }] : []
}

/** Names that begin so; organizations and teams only of the namespace asked for (endpoints/api/search.py). */
function search(call: Call): Answer {
  const prefix = call.params.prefix ?? ''
  const namespace = call.query.get('namespace') ?? ''
  const organization = call.ground.organizations.get(namespace)
  return ok({
    results: [
      ...(organization ? teams(call, prefix, organization) : []),
      ...users(call, prefix, namespace),
      ...(organization ? itself(call, prefix, organization) : []),
    ],
  })
}

/** The completion of names. */
export const entitiesModule: EmulatorModule = {
  routes: [{ operation: 'GET /entities/{prefix}', bypass: '3.18', handle: search }],
}
