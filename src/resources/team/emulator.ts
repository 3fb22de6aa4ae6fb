import { message, noContent, ok } from '../../model/answers.ts'
import { avatar } from '../../model/avatar.ts'
import type {
  Answer,
  Call,
  EmulatorModule,
  OrganizationRow,
  TeamRole,
  TeamRow,
} from '../../model/emulation.ts'
import { nameIssue } from '../../model/emulation-names.ts'
import { memberRoutes } from './emulator-members.ts'
import { isLastAdminTeam, placeOf, refuseDeletion } from './emulator-rules.ts'
import { endSync, startSync } from './emulator-sync.ts'

const teamDescription = {
  type: 'object',
  required: ['role'],
  properties: {
    role: {
      type: 'string',
      description: 'Org wide permissions that should apply to the team',
      enum: ['member', 'creator', 'admin'],
    },
    description: { type: 'string', description: 'Markdown description for the team' },
  },
}
interface Description {
  readonly role: TeamRole
  readonly description?: string
}

const view = (team: TeamRow, isNew: boolean): object => ({
  name: team.name,
  description: team.description,
  can_view: true,
  role: team.role,
  avatar: avatar('team', team.name),
  new_team: isNew,
})

function create(
  organization: OrganizationRow,
  name: string,
  { role, description = '' }: Description,
): TeamRow {
  const issue = nameIssue(name, 'Team')
  if (issue) throw message(`Invalid team name ${name}: ${issue}`)
  const team: TeamRow = { name, description, role, members: new Set() }
  organization.teams.set(name, team)
  return team
}

/** Creates or changes; without a description the old one stays (endpoints/api/team.py:211). */
function upsert(call: Call): Answer {
  const body = call.read<Description>(teamDescription)
  const organization = call.findOrganization('admin')
  const { org = '', team: name = '' } = call.params
  if (!organization) throw message(`Organization does not exist: ${org}`)
  const team = organization.teams.get(name)
  if (!team) {
    const made = create(organization, name, body)
    call.log('org_create_team', { team: name })
    return ok(view(made, true))
  }
  if (body.role !== 'admin' && isLastAdminTeam({ organization, team }, call.caller.user ?? ''))
    throw message(
      `Cannot remove admin from team '${name}' because calling user would no longer have admin on org '${org}'`,
    )
  team.role = body.role
  if (body.description !== undefined) team.description = body.description
  return ok(view(team, false))
}

/** What a team was granted goes with it. */
function remove(call: Call): Answer {
  const organization = call.findOrganization('admin')
  const { org = '', team: name = '' } = call.params
  const team = organization?.teams.get(name)
  if (!organization || !team) throw message(`Team '${name}' is not a team in org '${org}'`)
  refuseDeletion(call, { organization, team })
  organization.teams.delete(name)
  for (const row of call.ground.repositories.of(org)) row.teamGrants.delete(name)
  call.deleted(`${org}:${name}`)
  call.log('org_delete_team', { team: name })
  return noContent()
}

function permissions(call: Call): Answer {
  const { organization, team } = placeOf(call)
  const rows = call.ground.repositories.of(organization.name).filter((row) => row.teamGrants.has(team.name))
  return ok({
    permissions: rows.map((row) => ({
      repository: { name: row.name, is_public: row.public },
      role: row.teamGrants.get(team.name),
    })),
  })
}

const path = '/organization/{org}/team/{team}'
const feature = 'TEAM_SYNCING'

/** Quay's teams. */
export const emulator: EmulatorModule = {
  routes: [
    { operation: `PUT ${path}`, body: { TeamDescription: teamDescription }, handle: upsert },
    { operation: `DELETE ${path}`, handle: remove },
    { operation: `GET ${path}/permissions`, bypass: '3.16', handle: permissions },
    { operation: `POST ${path}/syncing`, feature, handle: (call) => ok(view(startSync(call), false)) },
    { operation: `DELETE ${path}/syncing`, feature, handle: (call) => ok(view(endSync(call), false)) },
    ...memberRoutes,
  ],
}
