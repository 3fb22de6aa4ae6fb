import { frameworkTexts, message, ok, serverError } from '../model/answers.ts'
import type { Answer, Call, EmulatorModule } from '../model/emulation.ts'

interface Message {
  readonly content: string
  readonly media_type: string
  readonly severity: string
}
/** `message` itself is not required: without it the handler fails. */
const createMessage = {
  type: 'object',
  properties: {
    message: {
      type: 'object',
      required: ['content', 'media_type', 'severity'],
      properties: {
        content: { type: 'string' },
        media_type: { type: 'string', enum: ['text/plain', 'text/markdown'] },
        severity: { type: 'string', enum: ['info', 'warning', 'error'] },
      },
    },
  },
}

const rows = (call: Call) => call.rows<Message>('message')
const asSuperuser = (call: Call): void => {
  if (!call.caller.superuser) throw message(frameworkTexts.forbidden, 403)
}
const empty = (status: number): Answer => ({ status, contentType: 'text/html', body: '' })

function create(call: Call): Answer {
  const body = call.read<{ message?: Message }>(createMessage)
  asSuperuser(call)
  if (!body.message) throw serverError()
  const { content, severity, media_type } = body.message
  rows(call).set(call.uuid(), { content, severity, media_type })
  return empty(201)
}

const list = (call: Call): Answer =>
  ok({ messages: [...rows(call)].map(([uuid, row]) => ({ uuid, ...row })) })

function remove(call: Call): Answer {
  asSuperuser(call)
  rows(call).delete(call.params.uuid ?? '')
  return empty(204)
}

/** Messages to all users (endpoints/api/globalmessages.py:98). */
export const messagesModule: EmulatorModule = {
  routes: [
    { operation: 'GET /messages', handle: list },
    { operation: 'POST /messages', body: { CreateMessage: createMessage }, handle: create },
    { operation: 'DELETE /message/{uuid}', handle: remove },
  ],
}
