import { noContent, notFound, ok } from '../model/answers.ts'
import type { Answer, Call, EmulatorModule } from '../model/emulation.ts'

const newToken = { type: 'object', required: ['title'], properties: { title: { type: 'string' } } }
const feature = 'APP_SPECIFIC_TOKENS'
const path = '/user/apptoken'

interface AppTokenRow {
  readonly uuid: string
  readonly title: string
  readonly created: string
  readonly code: string
}

/** Those of the user who asks. */
function own(call: Call): AppTokenRow[] {
  const { user, scope } = call.caller
  call.require(user !== null && scope('user:admin'))
  const rows = call.rows<AppTokenRow[]>('app token')
  const list = rows.get(user ?? '') ?? []
  rows.set(user ?? '', list)
  return list
}

const view = ({ uuid, title, created }: AppTokenRow): object => ({
  uuid,
  title,
  last_accessed: null,
  created,
  expiration: null,
})

function create(call: Call): Answer {
  const list = own(call)
  const { title } = call.read<{ title: string }>(newToken)
  const created = call.now.toUTCString().replace('GMT', '-0000')
  const row = { uuid: call.uuid(), title, created, code: call.secret(80) }
  list.push(row)
  return ok({ token: { ...view(row), token_code: row.code } })
}

function named(call: Call): AppTokenRow {
  const row = own(call).find(({ uuid }) => uuid === call.params.token)
  if (!row) throw notFound()
  return row
}

function show(call: Call): Answer {
  const row = named(call)
  return ok({ token: { ...view(row), token_code: row.code } })
}

function revoke(call: Call): Answer {
  const row = named(call)
  const list = own(call)
  list.splice(list.indexOf(row), 1)
  return noContent()
}

/** Passwords for clients that pull and push (endpoints/api/appspecifictokens.py). */
export const appTokensModule: EmulatorModule = {
  routes: [
    {
      operation: `GET ${path}`,
      feature,
      handle: (call) => ok({ tokens: own(call).map(view), only_expiring: call.flag('expiring', false) }),
    },
    { operation: `POST ${path}`, feature, handle: create },
    { operation: `GET ${path}/{token}`, feature, handle: show },
    { operation: `DELETE ${path}/{token}`, feature, handle: revoke },
  ],
}
