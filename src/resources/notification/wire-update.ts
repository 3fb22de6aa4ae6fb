import type { Address } from '../../model/address.ts'
import type { QuayApi } from '../../model/api.ts'
import { ApiError, UnavailableError } from '../../model/errors.ts'
import { UnfinishedError } from '../../model/unfinished.ts'
import { eventShape, keysOf, methodShape } from './schema-shapes.ts'
import {
  configBody,
  createNotification,
  deleteNotification,
  eventBody,
  type Fields,
  listNotifications,
  type Notification,
  type NotificationBody,
  type NotificationView,
} from './wire.ts'

/**
 * Quay has no update: the new one is created, then the old one deleted, so that no event goes untold. What is not to
 * change is sent as Quay has it, read afresh: secrets stand in no plan, and one that is not to change is not needed.
 */
export async function changeNotification(
  address: Address,
  owner: Address,
  uuid: string,
  values: Notification,
  api: QuayApi,
): Promise<void> {
  const titled = await ofTitle(owner, address.name, api)
  const [old] = titled
  if (titled.length !== 1 || old?.uuid !== uuid)
    throw new ApiError(
      'QC7414',
      `${address.text} is not changed: it is not the one any more that the plan was made for`,
      ['plan again: somebody has changed it since'],
    )
  await post(owner, merged(old, address.name, values, owner.type === 'organization'), uuid, api)
  try {
    await deleteNotification(owner, uuid, api)
  } catch (error) {
    if ((await isGone(owner, address.name, uuid, api)) || (await goes(owner, uuid, api))) return
    throw new UnfinishedError(
      'QC7415',
      `${address.text} was created anew, and the old one could not be deleted: Quay has two of this title`,
      [
        ...(error instanceof Error ? [error.message] : []),
        `delete the old one in Quay, its UUID is ${uuid}: until then both are left alone`,
      ],
      { cause: error },
    )
  }
}

/** The second try: what is left would have to be put right by hand. */
const goes = (owner: Address, uuid: string, api: QuayApi): Promise<boolean> =>
  deleteNotification(owner, uuid, api).then(
    () => true,
    () => false,
  )

async function ofTitle(owner: Address, title: string, api: QuayApi): Promise<readonly NotificationView[]> {
  const all = await listNotifications(owner, api.fresh)
  return all.filter((view) => view.title === title)
}

/** An error without an answer may hide a success: then there is another one. */
async function post(owner: Address, body: NotificationBody, old: string, api: QuayApi): Promise<void> {
  try {
    await createNotification(owner, body, api)
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error
    const titled = await ofTitle(owner, body.title, api).catch(() => [])
    if (titled.filter(({ uuid }) => uuid !== old).length !== 1) throw error
  }
}

async function isGone(owner: Address, title: string, uuid: string, api: QuayApi): Promise<boolean> {
  const titled = await ofTitle(owner, title, api).catch(() => null)
  return titled?.every((view) => view.uuid !== uuid) ?? false
}

/** The whole notification. Of another event or method only what the new one takes is kept. */
function merged(
  old: NotificationView,
  title: string,
  { event = old.event, method = old.method, event_config, config }: Notification,
  ofOrganization: boolean,
): NotificationBody {
  const eventKeys = eventShape(event) ?? { needs: [], may: [] }
  const wireKeys = keysOf(eventKeys).map((key) => (key === 'ref_regex' ? 'ref-regex' : key))
  return {
    title,
    event,
    method,
    eventConfig: {
      ...kept(old.event_config, event === old.event, wireKeys),
      ...eventBody(event_config),
    },
    config: {
      ...kept(old.config, method === old.method, keysOf(methodShape(method, ofOrganization))),
      ...configBody(config),
    },
  }
}

const kept = (fields: Fields | null, whole: boolean, keys: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields ?? {}).filter(([key]) => whole || keys.includes(key)))
