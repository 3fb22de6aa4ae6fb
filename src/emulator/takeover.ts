import { invalidRequest, notFound, ok } from '../model/answers.ts'
import type { AccountRow, Answer, Call } from '../model/emulation.ts'

/** A user turns into an organization for good: robots and repositories stay, their own team `owners` has the caller. */
function convert(call: Call, row: AccountRow, owner: string): void {
  const { name, email, invoiceEmail, invoiceAddress, tagExpiration } = row
  call.ground.accounts.delete(name)
  const owners = { name: 'owners', description: '', role: 'admin' as const, members: new Set([owner]) }
  call.ground.organizations.set(name, {
    name,
    email,
    invoiceEmail,
    invoiceAddress,
    tagExpiration,
    teams: new Map([['owners', owners]]),
  })
}

/** Puts the calling superuser on the first admin team (endpoints/api/superuser.py, SuperUserTakeOwnership). */
export function takeOwnership(call: Call): Answer {
  call.require(call.caller.superuser)
  const { ground, params, caller } = call
  const namespace = params.namespace ?? ''
  const account = ground.accounts.get(namespace)
  const organization = ground.organizations.get(namespace)
  if (!account && !organization) throw notFound()
  if (account?.superuser) throw invalidRequest('Cannot take ownership of a superuser')
  if (account) convert(call, account, caller.user ?? '')
  const admins = [...(organization?.teams.values() ?? [])].find((team) => team.role === 'admin')
  admins?.members.add(caller.user ?? '')
  return ok({ namespace })
}
