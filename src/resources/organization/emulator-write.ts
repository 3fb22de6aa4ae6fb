import { created, invalidRequest, message, noContent, ok, serverError } from '../../model/answers.ts'
import type { Answer, Call, OrganizationRow } from '../../model/emulation.ts'
import { isEmail, nameIssue } from '../../model/emulation-names.ts'
import { isExpirationOption } from '../../model/emulation-namespaces.ts'
import { organizationRow } from './emulator-rows.ts'
import { organizationView } from './emulator-view.ts'

export const newOrg = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', description: 'Organization username' },
    email: { type: 'string', description: 'Organization contact email' },
    contact_email: { type: 'string', description: 'Organization contact email' },
    recaptcha_response: { type: 'string' },
  },
}
export const updateOrg = {
  type: 'object',
  properties: {
    email: { type: 'string' },
    contact_email: { type: ['string', 'null'] },
    invoice_email: { type: 'boolean' },
    invoice_email_address: { type: ['string', 'null'] },
    tag_expiration_s: { type: 'integer', minimum: 0 },
  },
}
interface Creation {
  readonly name: string
  readonly email?: string
  readonly contact_email?: string
}
interface Update {
  readonly email?: string
  readonly contact_email?: string | null
  readonly invoice_email?: boolean
  readonly invoice_email_address?: string | null
  readonly tag_expiration_s?: number
}

const usersOf = (call: Call): string[] => [...call.ground.accounts.values()].map((row) => row.email)

/** Another organization's address may be taken, a user's may not (endpoints/api/organization.py:216). */
function refuse(call: Call, name: string, email: string): void {
  const { organizations, accounts, reserved } = call.ground
  if (organizations.has(name) || accounts.has(name))
    throw invalidRequest('A user or organization with this name already exists')
  if (email !== '' && !isEmail(email)) throw invalidRequest('Invalid email address')
  const issue = nameIssue(name)
  if (issue) throw invalidRequest(`Invalid namespace ${name}: ${issue}`)
  if (reserved.has(name)) throw invalidRequest('Username is not available')
  if (email !== '' && usersOf(call).includes(email))
    throw invalidRequest(`Email has already been used: ${email}`)
}

/** Any user may, with the scope `user:admin`; the name of a deleted namespace is not free at once. */
export function create(call: Call): Answer {
  const body = call.read<Creation>(newOrg)
  const { user } = call.caller
  call.require(user !== null && call.caller.scope('user:admin'))
  const email = body.contact_email ?? body.email ?? ''
  refuse(call, body.name, email)
  call.ground.organizations.set(body.name, organizationRow(body.name, email || call.uuid(), user ?? ''))
  call.log('org_create', { email: body.contact_email ?? body.email ?? null, namespace: body.name }, body.name)
  return created('Created')
}

function changeEmail(call: Call, row: OrganizationRow, email: string): void {
  if (email !== '' && !isEmail(email)) throw invalidRequest('Invalid email address')
  row.email = email || call.uuid()
}

/** The column holds 255 characters, of which nothing is checked. */
function changeInvoiceAddress(row: OrganizationRow, address: string | null): void {
  if (address !== null && address.length > 255) throw serverError()
  row.invoiceAddress = address || null
}

/** Not atomic: field by field, and what stands before a refused one is kept (endpoints/api/organization.py:343). */
export function update(call: Call): Answer {
  const body = call.read<Update>(updateOrg)
  const row = call.organization('admin')
  if (body.invoice_email !== undefined) row.invoiceEmail = body.invoice_email
  if (body.invoice_email_address !== undefined) changeInvoiceAddress(row, body.invoice_email_address)
  const email = body.contact_email === undefined ? body.email : (body.contact_email ?? '')
  if (email !== undefined) changeEmail(call, row, email)
  if (body.tag_expiration_s !== undefined && call.feature('CHANGE_TAG_EXPIRATION')) {
    if (!isExpirationOption(body.tag_expiration_s)) throw message('Invalid tag expiration option')
    row.tagExpiration = body.tag_expiration_s
  }
  return ok(organizationView(call, row))
}

/** Gone at once, its name only when the garbage collector has run (data/model/user.py:160). */
export function remove(call: Call): Answer {
  call.deleted(call.organization('admin').name)
  return noContent()
}
