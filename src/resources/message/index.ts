import { addressOf } from '../../model/address.ts'
import type { Live } from '../../model/change.ts'
import type { ResourceType } from '../../model/resource.ts'
import { schema } from './schema.ts'
import {
  createMessage,
  deleteMessage,
  digestOf,
  fromQuay,
  listMessages,
  type Message,
  type MessageView,
} from './wire.ts'

const step = { name: 'message', separator: '' }

export const message: ResourceType<Message> = {
  ...step,
  summary: 'A message to all users of Quay. A changed one is another message.',
  parents: [],
  block: 'messages',
  identity: 'list',
  schema,
  keyPattern: '^[0-9a-f]{8}$',
  keyExpected: 'the 8 hexadecimal digits of its address',
  removable: true,
  listings: [{ path: '/messages', covers: 'everything' }],

  nameOf: (attributes) => (attributes.content === undefined ? null : digestOf(attributes)),
  scopes: () => [{ scope: 'super:user' }],

  read: async (_, reader) => fold(await listMessages(reader)),
  async find({ address }, reader) {
    const all = fold(await listMessages(reader))
    return all.find((live) => live.address.text === address.text) ?? null
  },
  async create({ values }, { api }) {
    await createMessage(values, api)
    return undefined
  },
  /** All that makes a message is in its name: only copies can be too many. */
  async update({ live }, { api }) {
    for (const uuid of uuidsOf(live).slice(1)) await deleteMessage(uuid, api)
  },
  async delete(live, { api }) {
    for (const uuid of uuidsOf(live)) await deleteMessage(uuid, api)
  },
}

const uuidsOf = (live: Live | null): readonly string[] =>
  (live?.remote as { readonly uuids: readonly string[] } | undefined)?.uuids ?? []

/** Quay takes equal messages, and shows each. */
function fold(views: readonly MessageView[]): readonly Live<Message>[] {
  const groups = new Map<string, { attributes: Message; uuids: string[] }>()
  for (const view of views) {
    const attributes = fromQuay(view)
    const name = digestOf(attributes)
    const group = groups.get(name) ?? { attributes, uuids: [] }
    group.uuids.push(view.uuid)
    groups.set(name, group)
  }
  return [...groups].map(([name, { attributes, uuids }]) => ({
    address: addressOf(step, null, name),
    attributes,
    remote: { uuids },
    ...(uuids.length > 1 && { surplus: uuids.length - 1 }),
  }))
}
