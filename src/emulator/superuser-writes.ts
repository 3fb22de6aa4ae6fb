import { invalidRequest, message, ok } from '../model/answers.ts'
import type { AccountRow, Answer, Call } from '../model/emulation.ts'
import { nameIssue } from '../model/emulation-names.ts'
import { accountRow } from './ground.ts'

export const installUser = {
  required: ['username'],
  properties: { username: { type: 'string' }, email: { type: 'string' } },
}
export const updateUser = {
  type: 'object',
  properties: { password: { type: 'string' }, email: { type: 'string' }, enabled: { type: 'boolean' } },
}
export interface Update {
  readonly password?: string
  readonly email?: string
  readonly enabled?: boolean
}

/** Up to 3.17 an organization's address is taken, too. */
const holds = ({ ground, since }: Call, email: string, but?: AccountRow): boolean =>
  [...ground.accounts.values(), ...(since('3.18') ? [] : ground.organizations.values())].some(
    (row) => row !== but && row.email === email,
  )

/** The data layer's words; a taken e-mail is the database's own text (seen on a server of August 2026). */
function refuse(call: Call, name: string, email: string | undefined): void {
  const { ground } = call
  const issue = nameIssue(name)
  if (issue) throw message(`Invalid namespace ${name}: ${issue}`)
  if (ground.reserved.has(name)) throw message('Username is not available')
  if (ground.organizations.has(name))
    throw message(`Username has already been taken by an organization and cannot be reused: ${name}`)
  if (ground.accounts.has(name))
    throw message(`Username has already been taken by user cannot be reused: ${name}`)
  if (email !== undefined && holds(call, email))
    throw message(
      `duplicate key value violates unique constraint "user_email_unique_non_org"\nDETAIL:  Key (email)=(${email}) already exists.\n`,
    )
}

/** With mailing off no e-mail is checked, and none is needed; its generated password is shown this once. */
export function createUser(call: Call): Answer {
  const { username, email } = call.read<{ username: string; email?: string }>(installUser)
  call.require(call.caller.superuser)
  if (call.authentication !== 'Database')
    throw invalidRequest('Cannot create a user in a non-database auth system')
  refuse(call, username, email)
  const password = call.secret(32)
  call.ground.accounts.set(username, accountRow(username, email || call.uuid(), { password }))
  return ok({ username, email: email ?? null, password, encrypted_password: call.secret(64) })
}

/** Not atomic; `enabled` is answered as it was, the rest as it is now. */
export function updateInstalled(call: Call, row: AccountRow, body: Update): object {
  const { password, email, enabled } = body
  if (password !== undefined && (password.length < 8 || /\s/.test(password)))
    throw message('Invalid password, password must be at least 8 characters and contain no whitespace.')
  if (email !== undefined) {
    if (holds(call, email, row)) throw message('E-mail address already used')
    row.email = email
  }
  if (enabled !== undefined) row.enabled = enabled
  if (password !== undefined) row.password = password
  return {
    ...(email === undefined ? {} : { email }),
    ...(password === undefined ? {} : { encrypted_password: call.secret(64) }),
  }
}
