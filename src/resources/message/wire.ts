import { createHash } from 'node:crypto'
import { path, type QuayApi, type Reader } from '../../model/api.ts'
import { canonicalJson } from '../../model/canonical.ts'
import type { Infer } from '../../model/schema.ts'
import { list, name, record, type Told, text } from '../../model/shape.ts'
import { schema } from './schema.ts'

export type Message = Infer<typeof schema>

const messageView = record({ uuid: name, severity: text, media_type: text, content: text })
export type MessageView = Told<typeof messageView>

/** Anybody may read them. */
export async function listMessages(reader: Reader): Promise<readonly MessageView[]> {
  const { messages } = await reader.get(path`/messages`, record({ messages: list(messageView) }))
  return messages
}

/** Every key must be there (endpoints/api/globalmessages.py:98). */
const whole = ({
  severity = schema.severity.fallback,
  media_type = schema.media_type.fallback,
  content = '',
}: Message): Required<Message> => ({ severity, media_type, content })

export const fromQuay = ({ uuid: _, ...message }: MessageView): Message => whole(message)

/** Eight hexadecimal digits of all that it says: a message of another severity is another message. */
export const digestOf = (message: Message): string =>
  createHash('sha256')
    .update(canonicalJson(whole(message)))
    .digest('hex')
    .slice(0, 8)

/** Answered with an empty page, not with the message; an equal one becomes a second one. */
export const createMessage = (message: Message, api: QuayApi): Promise<void> =>
  api.post(path`/messages`, { message: whole(message) })

/** 204 for one that is gone, too. */
export const deleteMessage = (uuid: string, api: QuayApi): Promise<void> => api.delete(path`/message/${uuid}`)
