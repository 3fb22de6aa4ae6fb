import { notFound } from '../../model/answers.ts'
import { avatar } from '../../model/avatar.ts'
import type { Call, Ground, OrganizationRow, Role, Tables } from '../../model/emulation.ts'

/** Who is granted something in each new repository. */
export interface PrototypeRow {
  readonly id: string
  readonly role: Role
  /** Of this creator's repositories only. */
  readonly activating: string | null
  readonly kind: 'user' | 'team'
  readonly delegate: string
}

const name = 'default permission'
/** By `organization/id`, in the server's order. */
export const prototypes = (call: Call): Map<string, PrototypeRow> => call.rows<PrototypeRow>(name)
/** The same outside of a call. */
export const prototypeTable = (tables: Tables) => tables.get(name) as Map<string, PrototypeRow> | undefined

export const keyOf = (organization: string, id: string): string => `${organization}/${id}`

/** An organization's, in the server's order. */
export const prototypesOf = (call: Call, organization: string): PrototypeRow[] =>
  [...prototypes(call)].filter(([key]) => key.startsWith(`${organization}/`)).map(([, row]) => row)

/** The one that the path names; of another organization it is none. */
export function prototypeOf(call: Call, { name: organization }: OrganizationRow): PrototypeRow {
  const row = prototypes(call).get(keyOf(organization, call.params.prototype ?? ''))
  if (!row) throw notFound()
  return row
}

function userView(ground: Ground, organization: OrganizationRow, user: string): object {
  const account = ground.accounts.get(user)
  const isMember = [...organization.teams.values()].some((team) => team.members.has(user))
  return {
    name: user,
    is_robot: account === undefined,
    kind: 'user',
    is_org_member: account === undefined || isMember,
    avatar: avatar(account ? 'user' : 'robot', user, account?.email),
  }
}

export function prototypeView({ ground }: Call, organization: OrganizationRow, row: PrototypeRow): object {
  const team = { name: row.delegate, kind: 'team', avatar: avatar('team', row.delegate) }
  return {
    activating_user: row.activating === null ? null : userView(ground, organization, row.activating),
    delegate: row.kind === 'team' ? team : userView(ground, organization, row.delegate),
    role: row.role,
    id: row.id,
  }
}
