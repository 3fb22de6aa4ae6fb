import { invalidRequest, message, notFound, ok } from '../model/answers.ts'
import type { Answer, Call } from '../model/emulation.ts'
import { organizationOwner, repositoryOwner, userOwner } from '../model/emulation-owners.ts'
import { queryOf } from './logs-query.ts'

export const exportLogs = {
  type: 'object',
  description: 'Configuration for an export logs operation',
  properties: {
    callback_url: {
      type: 'string',
      description: 'The callback URL to invoke with a link to the exported logs',
    },
    callback_email: {
      type: 'string',
      description: 'The e-mail address at which to e-mail a link to the exported logs',
    },
  },
}
interface Target {
  readonly callback_url?: string
  readonly callback_email?: string
}

/** Nothing is sent from here. */
function queue(call: Call, { callback_url: url = '', callback_email: email = '' }: Target): string {
  if (url !== '' && !/^https?:\/\//.test(url)) throw invalidRequest('Invalid callback URL')
  if (email !== '' && !email.includes('@')) throw invalidRequest('Invalid callback e-mail')
  const { start, end } = queryOf(call)
  if (end < start) throw message('Invalid time span selected')
  return call.uuid()
}

function answer(call: Call, target: Target, namespace: string): Answer {
  const id = queue(call, target)
  const { callback_url: url, callback_email: email } = target
  call.log('export_logs_success', { export_id: id, url: url || null, email: email || null }, namespace)
  return ok({ export_id: id })
}

export function exportOfOrganization(call: Call): Answer {
  const target = call.read<Target>(exportLogs)
  return answer(call, target, organizationOwner.permit(call))
}

export function exportOfUser(call: Call): Answer {
  const namespace = userOwner.permit(call)
  return answer(call, call.read<Target>(exportLogs), namespace)
}

/** Its success is not in the log (endpoints/api/logs.py, `reposiotory`). */
export function exportOfRepository(call: Call): Answer {
  const key = repositoryOwner.permit(call)
  const target = call.read<Target>(exportLogs)
  if (!repositoryOwner.exists(call, key)) throw notFound()
  return ok({ export_id: queue(call, target) })
}
