import { ok } from '../model/answers.ts'
import type { Answer, Call, EmulatorModule } from '../model/emulation.ts'

const feature = 'SUPER_USERS'
const path = '/superuser/registrysize/'

/** One row: whether it was asked for. */
function queue(call: Call): Map<string, true> {
  call.require(call.caller.superuser)
  return call.rows<true>('registry size')
}

/** No worker counts. */
function ask(call: Call): Answer {
  const rows = queue(call)
  const isQueued = rows.has('queued')
  rows.set('queued', true)
  return { status: isQueued ? 202 : 201, contentType: 'text/html', body: '' }
}

function changelog(call: Call): Answer {
  call.require(call.caller.superuser)
  return ok({ log: '' })
}

/** What superusers see of the whole registry (endpoints/api/superuser.py). */
export const registrySizeModule: EmulatorModule = {
  routes: [
    {
      operation: `GET ${path}`,
      feature,
      internal: true,
      handle: (call) =>
        ok({ size_bytes: 0, last_ran: null, running: false, queued: queue(call).has('queued') }),
    },
    { operation: `POST ${path}`, feature, internal: true, handle: ask },
    { operation: 'GET /superuser/changelog/', feature, internal: true, handle: changelog },
  ],
}
