import { message, notFound } from '../../model/answers.ts'
import type { Call, OrganizationRow } from '../../model/emulation.ts'

/** A new organization: its creator alone is on `owners`. */
export function organizationRow(name: string, email: string, creator: string): OrganizationRow {
  const owners = { name: 'owners', description: '', role: 'admin' as const, members: new Set([creator]) }
  return {
    name,
    email,
    invoiceEmail: false,
    invoiceAddress: null,
    tagExpiration: 1209600,
    teams: new Map([['owners', owners]]),
  }
}

/** `{name}`, for superusers only; what is missing is their 404, up to 3.18 a rejection of the data layer. */
export function named(call: Call): OrganizationRow {
  call.require(call.caller.superuser)
  const { name = '' } = call.params
  const row = call.ground.organizations.get(name)
  if (!row) throw call.since('3.19') ? notFound() : message(`Organization does not exist: ${name}`)
  return row
}
