import { message, noContent, ok, serverError } from '../../model/answers.ts'
import type { Answer, Call, Route } from '../../model/emulation.ts'
import { nameIssue } from '../../model/emulation-names.ts'
import { superuserPage } from '../../model/emulation-pages.ts'
import { named } from './emulator-rows.ts'
import { rowView } from './emulator-view.ts'

const updateOrg = { type: 'object', properties: { name: { type: 'string' } } }

function list(call: Call): Answer {
  call.require(call.caller.superuser)
  const { organizations, deleted } = call.ground
  const rows = [...organizations.values()].filter((row) => !deleted.has(row.name))
  return ok(superuserPage(call, 'organizations', rows, (row) => rowView(call, row)))
}

/** A missing organization and a taken name are unhandled exceptions (endpoints/api/superuser.py, SuperUserOrganizationManagement). */
function rename(call: Call): Answer {
  const body = call.read<{ name?: string }>(updateOrg)
  call.require(call.caller.superuser)
  const { ground, params } = call
  const from = params.name ?? ''
  const row = ground.organizations.get(from)
  if (!row) throw serverError()
  const to = body.name ?? from
  if (to === from) return ok(rowView(call, row))
  const issue = nameIssue(to)
  if (issue) throw message(`Invalid username ${to}: ${issue}`)
  if (ground.organizations.has(to) || ground.accounts.has(to)) throw serverError()
  call.renamed(from, to)
  return ok(rowView(call, ground.organizations.get(to) ?? row))
}

function remove(call: Call): Answer {
  call.deleted(named(call).name)
  return noContent()
}

const feature = 'SUPER_USERS'

/** Organizations as superusers manage them. */
export const superuserRoutes: readonly Route[] = [
  { operation: 'GET /superuser/organizations/', feature, internal: true, handle: list },
  {
    operation: 'PUT /superuser/organizations/{name}',
    feature,
    body: { UpdateOrg: updateOrg },
    handle: rename,
  },
  { operation: 'DELETE /superuser/organizations/{name}', feature, handle: remove },
]
