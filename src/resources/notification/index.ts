import { type Address, addressOf } from '../../model/address.ts'
import type { Live } from '../../model/change.ts'
import type { ResourceType } from '../../model/resource.ts'
import type { Schema } from '../../model/schema.ts'
import type { Trouble, Vitals } from '../../model/vitals.ts'
import { check } from './index-rules.ts'
import { admits, demands, isOffered } from './index-server.ts'
import { schema } from './schema.ts'
import { methodShape } from './schema-shapes.ts'
import {
  configBody,
  createNotification,
  deleteNotification,
  eventBody,
  fromQuay,
  listNotifications,
  type Notification,
  type NotificationView,
} from './wire.ts'
import { changeNotification } from './wire-update.ts'

const step = { name: 'notification', separator: '#' }

export const notification: ResourceType<Notification> = {
  ...step,
  summary: 'A notification: what Quay tells of a repository or an organization, to whom, and how.',
  parents: ['repository', 'organization'],
  block: 'notifications',
  identity: 'key',
  schema,
  keyPattern: '^[^\\x00-\\x1f\\x7f]{1,255}$',
  keyExpected: 'a title of at most 255 characters, on one line',
  exampleName: 'vulnerabilities',
  example: {
    event: 'vulnerability_found',
    event_config: { level: 1 },
    method: 'slack',
    config: { url: { from_env: 'QC_SLACK' } },
  },
  prunable: true,
  removable: true,
  independent: true,
  // A quota that is deleted takes the organization's notifications with it.
  after: ['quota', 'mirror', 'team'],
  listings: [
    { path: '/repository/{repository}/notification/', covers: 'parent', under: 'repository' },
    { path: '/organization/{orgname}/notifications', covers: 'parent', under: 'organization' },
  ],

  ailments: { 'disabled-notification': 'Quay has disabled it after three failures in a row' },
  troubles: (live) => troublesOf(live),
  check,
  admits,
  demands,

  async read({ parent, server, names, everything }, reader) {
    if (!parent || !isOffered(parent.address, server)) return []
    const views = await listNotifications(parent.address, reader)
    const titles = [...new Set(views.flatMap(({ title }) => title || []))]
    const titled = titles.flatMap((title) => {
      const live = ofTitle(parent.address, title, views)
      return live && (live.obscure === undefined || everything || names.includes(title)) ? [live] : []
    })
    return everything
      ? [...titled, ...views.filter(({ title }) => !title).map((view) => untitled(parent.address, view))]
      : titled
  },
  async find({ address }, reader) {
    const owner = ownerOf(address)
    return ofTitle(owner, address.name, await listNotifications(owner, reader))
  },
  async create({ address, values }, { api }) {
    const { event = '', method = '', event_config, config } = values
    const body = { title: address.name, event, method, eventConfig: eventBody(event_config) }
    await createNotification(ownerOf(address), { ...body, config: configBody(config) }, api)
    return undefined
  },
  update: ({ address, values, live }, { api }) =>
    changeNotification(address, ownerOf(address), uuidOf(live), values, api),
  delete: (live, { api }) => deleteNotification(ownerOf(live.address), uuidOf(live), api),
}

const ownerOf = ({ parent, text }: Address): Address => {
  if (!parent) throw new TypeError(`${text} stands below nothing`)
  return parent
}

/** Nothing but the UUID: what Quay returns holds secrets. */
interface Remote {
  readonly uuid: string
}
function uuidOf(live: Live | null): string {
  const remote = live?.remote as Remote | undefined
  if (!remote) throw new TypeError(`${live?.address.text ?? 'a notification'} has no UUID`)
  return remote.uuid
}

/** Titles are no identity in Quay: of several nobody knows which one is meant. */
function ofTitle(
  owner: Address,
  title: string,
  views: readonly NotificationView[],
): Live<Notification> | null {
  const [view, ...more] = views.filter((candidate) => candidate.title === title)
  if (!view) return null
  const address = addressOf(step, owner, title)
  if (more.length > 0)
    return {
      address,
      attributes: {},
      obscure: `${more.length + 1} notifications there have this title`,
      vitals: vitalsOf([view, ...more]),
    }
  const remote: Remote = { uuid: view.uuid }
  const attributes = fromQuay(view, owner.type === 'organization')
  const hidden = tokensOf(view.method).map((name) => `/config/${name}`)
  return { address, attributes, remote, vitals: vitalsOf([view]), ...(hidden.length > 0 && { hidden }) }
}

/** Only an export speaks of it. */
const untitled = (owner: Address, view: NotificationView): Live<Notification> => ({
  address: addressOf(step, owner, view.uuid),
  attributes: {},
  obscure: `it has no title (${view.event} by ${view.method})`,
  vitals: vitalsOf([view]),
})

/** Of several under one title the worst counts. */
const vitalsOf = (views: readonly NotificationView[]): Vitals => ({
  failures: Math.max(...views.map(({ number_of_failures: failures }) => failures ?? 0)),
})

/** After so many failures in a row Quay sends no more, and says so nowhere. */
const MOST_FAILURES = 3

const troublesOf = ({ vitals: { failures = 0 } = {} }: Live): readonly Trouble[] =>
  failures < MOST_FAILURES
    ? []
    : [
        {
          kind: 'disabled-notification',
          level: 'failing',
          words: `Quay disabled it after ${failures} failures; resetting its failures enables it`,
        },
      ]

/** What a method needs that is never compared. */
function tokensOf(method: string): readonly string[] {
  const { fields } = schema.config
  return methodShape(method, false).needs.filter((name) => (fields as Schema)[name]?.kind === 'secret')
}
