import { invalidRequest, message, noContent, ok } from '../../model/answers.ts'
import type { Answer, Call, EmulatorModule, OrganizationRow, Role } from '../../model/emulation.ts'
import { created, deleted, renamed } from './emulator-effects.ts'
import {
  keyOf,
  type PrototypeRow,
  prototypeOf,
  prototypes,
  prototypesOf,
  prototypeView,
} from './emulator-rows.ts'

const role = { type: 'string', enum: ['read', 'write', 'admin'] }
/** In the server's order, which decides whose violation is shown (endpoints/api/prototype.py). */
const newPrototype = {
  type: 'object',
  required: ['role', 'delegate'],
  properties: {
    role,
    activating_user: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
    delegate: {
      type: 'object',
      required: ['name', 'kind'],
      properties: { name: { type: 'string' }, kind: { type: 'string', enum: ['user', 'team'] } },
    },
  },
}
const prototypeUpdate = { type: 'object', required: ['role'], properties: { role } }

interface Creation {
  readonly role: Role
  readonly activating_user?: { readonly name: string }
  readonly delegate: { readonly name: string; readonly kind: 'user' | 'team' }
}

/** Users and robots, of whatever organization; an organization is none. */
const isUser = ({ ground }: Call, name: string): boolean =>
  ground.accounts.has(name) || ground.robots.has(name)

function refuse(call: Call, organization: OrganizationRow, { delegate, activating_user }: Creation): void {
  const { name, kind } = delegate
  if (kind === 'team' && name !== '' && !organization.teams.has(name))
    throw message(`('Team does not exist: %s/%s', '${organization.name}', '${name}')`)
  if (activating_user?.name && !isUser(call, activating_user.name))
    throw invalidRequest('Unknown activating user')
  if (name === '' || (kind === 'user' && !isUser(call, name)))
    throw invalidRequest('Missing delegate user or team')
}

function log(call: Call, deed: 'create' | 'modify' | 'delete', row: PrototypeRow, more: object = {}): void {
  call.log(`${deed}_prototype_permission`, {
    prototypeid: row.id,
    username: call.caller.user,
    activating_username: row.activating,
    role: row.role,
    ...more,
    [`delegate_${row.kind}`]: row.delegate,
  })
}

/** An equal one is no hindrance. An activating user without a name counts as none. */
function create(call: Call): Answer {
  const body = call.read<Creation>(newPrototype)
  const organization = call.organization('admin')
  refuse(call, organization, body)
  const row: PrototypeRow = {
    id: call.uuid(),
    role: body.role,
    activating: body.activating_user?.name || null,
    kind: body.delegate.kind,
    delegate: body.delegate.name,
  }
  prototypes(call).set(keyOf(organization.name, row.id), row)
  log(call, 'create', row)
  return ok(prototypeView(call, organization, row))
}

/** The role only; an updated row goes to the end, as in Quay's database. */
function update(call: Call): Answer {
  const body = call.read<{ readonly role: Role }>(prototypeUpdate)
  const organization = call.organization('admin')
  const old = prototypeOf(call, organization)
  const row = { ...old, role: body.role }
  const key = keyOf(organization.name, row.id)
  prototypes(call).delete(key)
  prototypes(call).set(key, row)
  log(call, 'modify', row, { original_role: old.role })
  return ok(prototypeView(call, organization, row))
}

function remove(call: Call): Answer {
  const organization = call.organization('admin')
  const row = prototypeOf(call, organization)
  prototypes(call).delete(keyOf(organization.name, row.id))
  log(call, 'delete', row)
  return noContent()
}

function list(call: Call): Answer {
  const organization = call.organization('admin')
  const rows = prototypesOf(call, organization.name)
  return ok({ prototypes: rows.map((row) => prototypeView(call, organization, row)) })
}

const path = '/organization/{org}/prototypes'

/** Quay's default permissions, which its API calls prototypes. */
export const emulator: EmulatorModule = {
  routes: [
    { operation: `GET ${path}`, bypass: '3.16', handle: list },
    { operation: `POST ${path}`, body: { NewPrototype: newPrototype }, handle: create },
    { operation: `PUT ${path}/{prototype}`, body: { PrototypeUpdate: prototypeUpdate }, handle: update },
    { operation: `DELETE ${path}/{prototype}`, handle: remove },
  ],
  created,
  deleted,
  renamed,
}
