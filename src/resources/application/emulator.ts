import { invalidRequest, noContent, notFound, ok } from '../../model/answers.ts'
import { avatar } from '../../model/avatar.ts'
import type { Answer, Call, EmulatorModule, OrganizationRow } from '../../model/emulation.ts'
import { emailOf } from '../../model/emulation-namespaces.ts'
import {
  type ApplicationBody,
  type ApplicationRow,
  applicationOf,
  applications,
  applicationView,
  attributesOf,
  keyOf,
} from './emulator-rows.ts'
import { bearer, tokenRoutes } from './emulator-tokens.ts'

const text = { type: 'string' }
const properties = {
  name: text,
  redirect_uri: text,
  application_uri: text,
  description: text,
  avatar_email: text,
}
const newApp = { type: 'object', required: ['name'], properties }
const updateApp = { type: 'object', required: ['name', 'redirect_uri', 'application_uri'], properties }

const reservedName = '__quay_bootstrap_app'

function refuse(call: Call, { name }: ApplicationBody): void {
  if (name === reservedName && call.since('3.18'))
    throw invalidRequest(`Application name '${reservedName}' is reserved`)
}

const logged = ({ name, id }: ApplicationRow): object => ({ application_name: name, client_id: id })

function list(call: Call): Answer {
  const { name } = call.organization('admin')
  const rows = [...applications(call)].filter(([key]) => key.startsWith(`${name}/`))
  return ok({ applications: rows.map(([, row]) => applicationView(row)) })
}

/** Two may have one name. */
function create(call: Call): Answer {
  const body = call.read<ApplicationBody>(newApp)
  const { name } = call.organization('admin')
  refuse(call, body)
  const row = { ...attributesOf(body), id: call.secret(20), secret: call.secret(40), tokens: new Map() }
  applications(call).set(keyOf(name, row.id), row)
  call.log('create_application', { ...body, ...logged(row) })
  return ok(applicationView(row))
}

/** Replaces everything but the id, the secret and the tokens. */
function update(call: Call): Answer {
  const body = call.read<ApplicationBody>(updateApp)
  const old = applicationOf(call)
  refuse(call, body)
  const row = { ...old, ...attributesOf(body) }
  applications(call).set(keyOf(call.params.org ?? '', row.id), row)
  call.log('update_application', { ...body, ...logged(row) })
  return ok(applicationView(row))
}

/** Its tokens go with it. */
function remove(call: Call): Answer {
  const row = applicationOf(call)
  applications(call).delete(keyOf(call.params.org ?? '', row.id))
  call.log('delete_application', logged(row))
  return noContent()
}

function resetSecret(call: Call): Answer {
  const row = { ...applicationOf(call), secret: call.secret(40) }
  applications(call).set(keyOf(call.params.org ?? '', row.id), row)
  call.log('reset_application_client_secret', logged(row))
  return ok(applicationView(row))
}

/** An organization as it is shown with its application: always without its teams. */
function organizationView(call: Call, row: OrganizationRow): object {
  const role = call.role(row.name)
  const isAdmin = role === 'admin'
  const billing = {
    invoice_email: row.invoiceEmail,
    invoice_email_address: row.invoiceAddress,
    tag_expiration_s: row.tagExpiration,
    is_free_account: true,
  }
  return {
    name: row.name,
    email: isAdmin ? emailOf(call, row) : '',
    avatar: avatar('user', row.name, row.email),
    is_admin: isAdmin,
    is_member: role !== null,
    teams: {},
    ordered_teams: [],
    ...(isAdmin ? billing : {}),
    ...(isAdmin || (role !== null && call.since('3.13')) ? call.embedded('organization', row.name) : {}),
  }
}

/** What anybody may know of an application; a deleted organization has none. */
function inform(call: Call): Answer {
  const { client_id: id = '' } = call.params
  const [key = '', row] = [...applications(call)].find(([, { id: known }]) => known === id) ?? []
  const organization = call.ground.organizations.get(key.split('/')[0] ?? '')
  if (!row || !organization || call.ground.deleted.has(organization.name)) throw notFound()
  return ok({
    name: row.name,
    description: row.description,
    uri: row.uri,
    avatar: avatar('app', row.name, row.avatarEmail || organization.email),
    organization: organizationView(call, organization),
  })
}

const path = '/organization/{org}/applications'

/** Quay's OAuth applications (endpoints/api/organization.py:739). */
export const emulator: EmulatorModule = {
  routes: [
    { operation: 'GET /app/{client_id}', bypass: '3.16', handle: inform },
    { operation: `GET ${path}`, handle: list },
    { operation: `POST ${path}`, body: { NewApp: newApp }, handle: create },
    { operation: `GET ${path}/{client_id}`, handle: (call) => ok(applicationView(applicationOf(call))) },
    { operation: `PUT ${path}/{client_id}`, body: { UpdateApp: updateApp }, handle: update },
    { operation: `DELETE ${path}/{client_id}`, handle: remove },
    { operation: `POST ${path}/{client_id}/resetclientsecret`, internal: true, handle: resetSecret },
    ...tokenRoutes,
  ],
  bearer,
}
