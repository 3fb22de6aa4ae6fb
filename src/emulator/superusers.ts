import { invalidRequest, noContent, notFound, ok } from '../model/answers.ts'
import { avatar } from '../model/avatar.ts'
import type { AccountRow, Answer, Call, EmulatorModule } from '../model/emulation.ts'
import { superuserPage } from '../model/emulation-pages.ts'
import { createUser, installUser, type Update, updateInstalled, updateUser } from './superuser-writes.ts'
import { takeOwnership } from './takeover.ts'

/** A user as superusers see them. */
const view = (call: Call, row: AccountRow): object => ({
  kind: 'user',
  name: row.name,
  username: row.name,
  email: row.email,
  verified: true,
  avatar: avatar('user', row.name, row.email),
  super_user: row.superuser,
  ...(call.since('3.17') ? { global_readonly_super_user: false } : {}),
  enabled: row.enabled,
  ...call.embedded('superuser row', row.name),
})

function list(call: Call): Answer {
  call.require(call.caller.superuser)
  const all = [...call.ground.accounts.values()].filter((row) => !call.ground.deleted.has(row.name))
  const rows = call.flag('disabled', true) ? all : all.filter((row) => row.enabled)
  return ok(superuserPage(call, 'users', rows, (row) => view(call, row)))
}

function named(call: Call): AccountRow {
  call.require(call.caller.superuser)
  const row = call.ground.accounts.get(call.params.user ?? '')
  if (!row || call.ground.deleted.has(row.name)) throw notFound()
  return row
}

function change(call: Call): Answer {
  const body = call.read<Update>(updateUser)
  const row = named(call)
  if (row.superuser) throw invalidRequest('Cannot update a superuser')
  const before = view(call, row)
  return ok({ ...before, ...updateInstalled(call, row, body) })
}

/** A disabled user is answered with 204 and stays (seen on a server of August 2026). */
function remove(call: Call): Answer {
  const row = named(call)
  if (row.superuser) throw invalidRequest('Cannot delete a superuser')
  if (row.enabled) call.deleted(row.name)
  return noContent()
}

const feature = 'SUPER_USERS'

/** Users as superusers manage them (endpoints/api/superuser.py:496). */
export const superusersModule: EmulatorModule = {
  routes: [
    { operation: 'GET /superuser/users/', feature, handle: list },
    {
      operation: 'POST /superuser/users/',
      feature,
      body: { CreateInstallUser: installUser },
      handle: createUser,
    },
    { operation: 'GET /superuser/users/{user}', feature, handle: (call) => ok(view(call, named(call))) },
    { operation: 'PUT /superuser/users/{user}', feature, body: { UpdateUser: updateUser }, handle: change },
    { operation: 'DELETE /superuser/users/{user}', feature, handle: remove },
    {
      operation: 'POST /superuser/takeownership/{namespace}',
      feature,
      internal: true,
      handle: takeOwnership,
    },
  ],
}
