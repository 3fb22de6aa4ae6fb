import { created, invalidRequest, message, noContent, ok, serverError } from '../../model/answers.ts'
import type { Answer, Call, NamespaceRow, OrganizationRow, Since } from '../../model/emulation.ts'
import { isEmail, nameIssue } from '../../model/emulation-names.ts'
import { isExpirationOption } from '../../model/emulation-namespaces.ts'
import { organizationRow } from './emulator-rows.ts'
import { organizationView } from './emulator-view.ts'

export const newOrg = (since: Since) => ({
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', description: 'Organization username' },
    email: { type: 'string', description: 'Organization contact email' },
    ...(since('3.18') && { contact_email: { type: 'string', description: 'Organization contact email' } }),
    recaptcha_response: { type: 'string' },
  },
})
export const updateOrg = (since: Since) => ({
  type: 'object',
  properties: {
    email: { type: 'string' },
    ...(since('3.18') && { contact_email: { type: ['string', 'null'] } }),
    invoice_email: { type: 'boolean' },
    invoice_email_address: { type: ['string', 'null'] },
    tag_expiration_s: { type: 'integer', minimum: 0 },
  },
})
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

const addresses = (rows: ReadonlyMap<string, NamespaceRow>): string[] =>
  [...rows.values()].map((row) => row.email)

/** A user's address may not be taken, up to 3.17 another organization's neither (endpoints/api/organization.py:216). */
const isTaken = ({ ground, since }: Call, email: string): boolean =>
  addresses(ground.accounts).includes(email) ||
  (!since('3.18') && addresses(ground.organizations).includes(email))

function refuse(call: Call, name: string, email: string): void {
  const { organizations, accounts, reserved } = call.ground
  if (organizations.has(name) || accounts.has(name))
    throw invalidRequest('A user or organization with this name already exists')
  if (email !== '' && !isEmail(email)) throw invalidRequest('Invalid email address')
  const issue = nameIssue(name)
  if (issue) throw invalidRequest(`Invalid namespace ${name}: ${issue}`)
  if (reserved.has(name)) throw invalidRequest('Username is not available')
  if (email !== '' && isTaken(call, email)) throw invalidRequest(`Email has already been used: ${email}`)
}

/** Any user may, with the scope `user:admin`, unless only superusers may; the name of a deleted namespace is not free at once. */
export function create(call: Call): Answer {
  const body = call.read<Creation>(newOrg)
  const { user } = call.caller
  const isOpen = !call.feature('SUPERUSERS_ORG_CREATION_ONLY') || call.caller.superuser
  call.require(user !== null && call.caller.scope('user:admin') && isOpen)
  const contact = (call.since('3.18') ? body.contact_email : undefined) ?? body.email ?? null
  const email = contact ?? ''
  refuse(call, body.name, email)
  call.ground.organizations.set(body.name, organizationRow(body.name, email || call.uuid(), user ?? ''))
  call.log('org_create', { email: contact, namespace: body.name }, body.name)
  return created('Created')
}

function changeEmail(call: Call, row: OrganizationRow, email: string): void {
  if (email !== '' && !isEmail(email)) throw invalidRequest('Invalid email address')
  row.email = email || call.uuid()
}

/** Until 3.17 an address is kept as it is sent, if nobody else has it; a user's and an organization's are refused at different places. */
function changeUniqueEmail(call: Call, row: OrganizationRow, email: string): void {
  if (email === row.email) return
  const text = 'E-mail address already used'
  if (email !== '' && !isEmail(email)) throw invalidRequest('Invalid email address')
  if (addresses(call.ground.accounts).includes(email)) throw invalidRequest(text)
  if (addresses(call.ground.organizations).includes(email)) throw message(text)
  row.email = email
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
  const { contact_email: contact } = call.since('3.18') ? body : {}
  const email = contact === undefined ? body.email : (contact ?? '')
  if (email !== undefined) (call.since('3.18') ? changeEmail : changeUniqueEmail)(call, row, email)
  if (body.tag_expiration_s !== undefined && call.feature('CHANGE_TAG_EXPIRATION')) {
    if (!isExpirationOption(body.tag_expiration_s)) throw message('Invalid tag expiration option')
    row.tagExpiration = body.tag_expiration_s
  }
  return ok(organizationView(call, row))
}

/** Gone at once, its name since after 3.18 only when the garbage collector has run (data/model/user.py:160). */
export function remove(call: Call): Answer {
  call.deleted(call.organization('admin').name)
  return noContent()
}
