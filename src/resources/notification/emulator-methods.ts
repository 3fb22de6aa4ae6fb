import { invalidRequest, serverError } from '../../model/answers.ts'
import type { Call } from '../../model/emulation.ts'
import type { Request } from './emulator-rows.ts'

type Config = Request['config']
/** Where the notification is to be: `repository` is empty for a namespace's own. */
interface Place {
  readonly namespace: string
  readonly repository: string
}
/** Refuses a method's configuration; whatever Python would stumble over is a 500 (notifications/notificationmethod.py). */
type Check = (config: Config, call: Call, place: Place) => void

const isObject = (value: unknown): value is Config =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** What Python takes for false. */
const isEmpty = (value: unknown): boolean =>
  !value ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0)

const needs =
  (key: string, text: string): Check =>
  (config) => {
    if (isEmpty(config[key])) throw invalidRequest(text)
  }

function text(value: unknown): string {
  if (typeof value !== 'string') throw serverError()
  return value
}

const forbiddenHosts = ['localhost', '127.0.0.1']

/** As Python's `urlparse` takes an address apart; one without a host is not caught. */
function checkAddress(url: string): void {
  const [, scheme = ''] = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(url) ?? []
  if (!/^https?$/i.test(scheme)) throw invalidRequest('Invalid webhook URL')
  const authority = /^[^:]+:\/\/([^/?#]*)/.exec(url)?.[1] ?? ''
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:[^\]]*$/, '')
  if (host === '') throw serverError()
  if (forbiddenHosts.includes(host.toLowerCase())) throw invalidRequest('Invalid webhook URL')
}

/** JSON, with expressions in its texts. */
function checkTemplate(template: string): void {
  try {
    JSON.parse(template)
  } catch {
    throw invalidRequest('Could not parse template: Expecting value: line 1 column 1 (char 0)')
  }
  if (/\$\{\}/.test(template)) throw invalidRequest('Empty expression found')
}

function webhook({ url, template }: Config): void {
  if (isEmpty(url)) throw invalidRequest('Missing webhook URL')
  checkAddress(text(url))
  if (!isEmpty(template)) checkTemplate(text(template))
}

/** Nobody has confirmed an address where the server sends no mail; a namespace's goes to its own. */
const email: Check = (config, _call, { repository }) => {
  if (repository === '') return
  if (isEmpty(config.email)) throw invalidRequest('Missing e-mail address')
  throw invalidRequest(
    'The specified e-mail address is not authorized to receive notifications for this repository',
  )
}

const inbox: Check = ({ target }, { ground }, { namespace }) => {
  if (isEmpty(target)) throw invalidRequest('Missing target')
  if (!isObject(target)) throw serverError()
  if (isEmpty(target.kind)) throw invalidRequest('Missing target')
  const name = text(target.name)
  if (target.kind === 'user' && !ground.accounts.has(name)) throw invalidRequest(`Unknown user ${name}`)
  if (target.kind === 'org' && !ground.organizations.has(name))
    throw invalidRequest(`Unknown organization ${name}`)
  if (target.kind === 'team' && !ground.organizations.get(namespace)?.teams.has(name))
    throw invalidRequest(`Unknown team ${name}`)
  const isForeign = target.kind === 'org' && name !== namespace
  if (isForeign || !['user', 'org', 'team'].includes(text(target.kind))) throw serverError()
}

const hipchatToken = needs('notification_token', 'Missing Hipchat Room Notification Token')
const hipchatRoom = needs('room_id', 'Missing Hipchat Room ID')

/** The ways of being notified, and what each wants. */
export const methods: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['quay_notification', inbox],
  ['email', email],
  ['webhook', webhook],
  ['flowdock', needs('flow_api_token', 'Missing Flowdock API Token')],
  [
    'hipchat',
    (config, call, place) => {
      hipchatToken(config, call, place)
      hipchatRoom(config, call, place)
    },
  ],
  ['slack', needs('url', 'Missing Slack Callback URL')],
])
