import { frameworkTexts, invalidRequest, message, noContent, ok, unauthenticated } from '../model/answers.ts'
import { avatar } from '../model/avatar.ts'
import type { AccountRow, Answer, Call, EmulatorModule, OrganizationRow } from '../model/emulation.ts'
import { isExpirationOption } from '../model/emulation-namespaces.ts'

const profileKeys = ['company', 'family_name', 'given_name', 'location'] as const
const text = { type: 'string' }
const optionalText = { type: ['string', 'null'] }
const updateUser = {
  type: 'object',
  properties: {
    password: text,
    invoice_email: { type: 'boolean' },
    email: text,
    tag_expiration_s: { type: 'integer', minimum: 0 },
    username: text,
    invoice_email_address: optionalText,
    given_name: optionalText,
    family_name: optionalText,
    company: optionalText,
    location: optionalText,
  },
}
interface Update {
  readonly email?: string
  readonly invoice_email?: boolean
  readonly invoice_email_address?: string | null
  readonly tag_expiration_s?: number
  readonly given_name?: string | null
  readonly family_name?: string | null
  readonly company?: string | null
  readonly location?: string | null
}

/** The calling user, for those whose token may read them: 401 otherwise, not 403 (endpoints/api/user.py). */
function self(call: Call, ...scopes: string[]): AccountRow {
  const row = call.ground.accounts.get(call.caller.user ?? '')
  if (!row || !call.caller.scope(...scopes)) throw unauthenticated({ session_required: false })
  return row
}

function organizationView(call: Call, row: OrganizationRow, admin: boolean): object {
  const role = call.role(row.name)
  return {
    name: row.name,
    avatar: avatar('org', row.name, row.email),
    can_create_repo: role === 'admin' || role === 'creator',
    public: false,
    ...(admin ? { is_org_admin: role === 'admin', preferred_namespace: false } : {}),
  }
}

const adminView = (call: Call, row: AccountRow): object => ({
  can_create_repo: true,
  is_me: true,
  verified: true,
  email: row.email,
  logins: [],
  invoice_email: row.invoiceEmail,
  invoice_email_address: row.invoiceAddress,
  preferred_namespace: false,
  tag_expiration_s: row.tagExpiration,
  prompts: row.prompts,
  ...(call.feature('USER_METADATA')
    ? Object.fromEntries(profileKeys.map((key) => [key, row.profile[key] ?? null]))
    : {}),
  is_free_account: true,
  has_password_set: true,
  ...call.embedded('user', row.name),
})

const isMember = (organization: OrganizationRow, user: string): boolean =>
  [...organization.teams.values()].some((team) => team.members.has(user))

function view(call: Call, row: AccountRow): object {
  const admin = call.caller.scope('user:admin')
  const own = [...call.ground.organizations.values()].filter((one) => isMember(one, row.name))
  return {
    anonymous: false,
    username: row.name,
    avatar: avatar('user', row.name, row.email),
    ...(admin ? adminView(call, row) : {}),
    organizations: own.map((one) => organizationView(call, one, admin)),
    ...(admin && call.caller.superuser ? { super_user: true } : {}),
  }
}

/** Not atomic: what stands before a refused field is kept. */
function update(call: Call): Answer {
  const body = call.read<Update>(updateUser)
  const row = self(call, 'user:admin')
  const { ground } = call
  if (body.invoice_email !== undefined) row.invoiceEmail = body.invoice_email
  if (body.invoice_email_address !== undefined) row.invoiceAddress = body.invoice_email_address || null
  if (body.tag_expiration_s !== undefined && call.feature('CHANGE_TAG_EXPIRATION')) {
    if (!isExpirationOption(body.tag_expiration_s)) throw message('Invalid tag expiration option')
    row.tagExpiration = body.tag_expiration_s
  }
  if (call.feature('USER_METADATA'))
    for (const key of profileKeys) if (body[key] !== undefined) row.profile[key] = body[key]
  if (body.email !== undefined && body.email !== row.email) {
    if ([...ground.accounts.values()].some((one) => one.email === body.email))
      throw invalidRequest('E-mail address already used')
    row.email = body.email
  }
  return ok(view(call, row))
}

/** Anybody may look a user up; robots and organizations are none. */
function lookUp(call: Call): Answer {
  const row = call.ground.accounts.get(call.params.user ?? '')
  if (!row) throw message(frameworkTexts.missing, 404)
  return ok({
    anonymous: false,
    username: row.name,
    avatar: avatar('user', row.name, row.email),
    ...(call.caller.superuser ? { super_user: row.superuser } : {}),
  })
}

/** The calling user, and users by name. */
export const selfModule: EmulatorModule = {
  routes: [
    { operation: 'GET /user/', handle: (call) => ok(view(call, self(call, 'user:read', 'user:admin'))) },
    { operation: 'PUT /user/', internal: true, handle: update },
    {
      operation: 'DELETE /user/',
      internal: true,
      handle(call) {
        call.deleted(self(call, 'user:admin').name)
        return noContent()
      },
    },
    { operation: 'GET /users/{user}', handle: lookUp },
  ],
}
