import { rootOf } from '../../model/address.ts'
import type { Desired } from '../../model/change.ts'
import { patternFault } from '../../model/regex.ts'
import type { Remark } from '../../model/resource.ts'
import { parseSubject } from '../../model/subject.ts'
import { eventShape, events, keysOf, methodShape, type Shape } from './schema-shapes.ts'
import type { Notification } from './wire.ts'

type Fields = Readonly<Record<string, unknown>>

const misfit = (attribute: string, message: string, hint?: string): Remark => ({
  code: 'QC2014',
  severity: 'error',
  attribute,
  message,
  ...(hint !== undefined && { hint }),
})
const unusable = (attribute: string, message: string): Remark => ({
  code: 'QC1004',
  severity: 'error',
  attribute,
  message,
})

/** What an object says for itself and Quay does not take together. A value that was refused is not there, and nothing more is said of it. */
export function check(desired: Desired<Notification>): readonly Remark[] {
  const { event, method, config, event_config } = desired.attributes
  const ofOrganization = desired.address.parent?.type === 'organization'
  const shape = event === undefined ? undefined : eventShape(event)
  const refused = desired.origins.event_config !== undefined && event_config === undefined
  return [
    ...(event !== undefined ? placeFaults(event, ofOrganization) : []),
    ...(shape && !refused ? shapeFaults(`event ${event}`, shape, 'event_config', event_config ?? {}) : []),
    ...regexFaults(event_config?.ref_regex),
    ...(method !== undefined && config !== undefined
      ? shapeFaults(`method ${method}`, methodShape(method, ofOrganization), 'config', config ?? {})
      : []),
    ...(method === 'webhook' ? webhookFaults(config ?? {}) : []),
    ...targetFaults(desired, config?.target),
  ]
}

function placeFaults(event: string, ofOrganization: boolean): readonly Remark[] {
  const here = ofOrganization ? 'organization' : 'repository'
  if (eventShape(event)?.of === here) return []
  const known = Object.entries(events).flatMap(([name, { of }]) => (of === here ? [name] : []))
  return [misfit('event', `no ${here} has the event ${event}`, `here it is one of ${known.join(', ')}`)]
}

function shapeFaults(what: string, shape: Shape, attribute: string, written: Fields): readonly Remark[] {
  const known = keysOf(shape)
  const takes =
    known.length > 0
      ? `it takes ${known.join(' and ')}`
      : attribute === 'config'
        ? 'write "config: none": it goes to the address of the organization'
        : `remove ${attribute}`
  return [
    ...Object.keys(written)
      .filter((key) => !known.includes(key))
      .map((key) => misfit(attribute, `${what} takes no ${attribute}.${key}`, takes)),
    ...shape.needs
      .filter((key) => written[key] === undefined)
      .map((key) => ({
        code: 'QC1006',
        severity: 'error' as const,
        attribute,
        message: `${what} needs ${attribute}.${key}`,
      })),
  ]
}

function regexFaults(pattern: string | undefined): readonly Remark[] {
  const fault = pattern === undefined ? null : patternFault(pattern)
  return fault ? [unusable('event_config', `event_config.ref_regex is no regular expression: ${fault}`)] : []
}

/** Hosts that Quay never calls, whatever its operator has set (notifications/notificationmethod.py). */
const uncalled = ['localhost', '127.0.0.1']

/** A reference is not looked at: what it refers to is read when it is sent. Quay answers an address without host with a 500. */
function webhookFaults({ url, template }: Fields): readonly Remark[] {
  const [, authority = ''] = typeof url === 'string' ? (/^https?:\/\/([^/?#]*)/i.exec(url) ?? []) : []
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:[^\]]*$/, '')
  const isWrong = typeof url === 'string' && (host === '' || uncalled.includes(host.toLowerCase()))
  return [
    ...(isWrong
      ? [
          unusable(
            'config',
            host === ''
              ? 'config.url is no address of a webhook: expected http:// or https:// and a host'
              : `config.url leads to ${host}, which Quay calls for nobody`,
          ),
        ]
      : []),
    ...(typeof template === 'string' && !isJson(template)
      ? [unusable('config', 'config.template is not JSON')]
      : []),
  ]
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Quay answers another organization with a 500 (notifications/notificationmethod.py:118). */
function targetFaults({ address }: Desired, target: string | undefined): readonly Remark[] {
  if (target === undefined) return []
  const { kind, name } = parseSubject(target)
  const root = rootOf(address)
  if (kind !== 'organization' || (root.type === kind && root.name === name)) return []
  return [
    root.type === kind
      ? misfit(
          'config',
          `${target} is another organization: Quay notifies its own only`,
          `it would be organization:${root.name}`,
        )
      : misfit('config', `${target} cannot be notified: ${root.name} is no organization`),
  ]
}
