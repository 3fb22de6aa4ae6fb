import { invalidRequest, noContent, ok } from '../../model/answers.ts'
import type { Answer, Call, Route } from '../../model/emulation.ts'
import { type Owner, robotOf } from './emulator-owners.ts'

interface Identity {
  readonly issuer: string
  readonly subject: string
}
const createRobotFederation = {
  type: 'array',
  description: 'Federation configuration for the robot',
  items: {
    type: 'object',
    properties: { issuer: { type: 'string' }, subject: { type: 'string' } },
    required: ['issuer', 'subject'],
  },
}

const table = (call: Call) => call.rows<readonly Identity[]>('robot federation')

function refuse(entries: readonly Identity[]): void {
  if (entries.some(({ issuer, subject }) => !issuer || !subject))
    throw invalidRequest('Missing one or more required fields (issuer, subject)')
  if (entries.some(({ issuer }) => !/^https?:\/\//.test(issuer)))
    throw invalidRequest('Issuer must be a URL (http:// or https://)')
  if (new Set(entries.map(({ issuer, subject }) => `${issuer}\n${subject}`)).size < entries.length)
    throw invalidRequest('Duplicate federation config entry')
}

/** Replaces all; extra keys are dropped (endpoints/api/robot.py:443). */
const replace =
  (owner: Owner) =>
  (call: Call): Answer => {
    const body = call.read<readonly Identity[]>(createRobotFederation)
    const { name } = robotOf(call, owner)
    refuse(body)
    const entries = body.map(({ issuer, subject }) => ({ issuer, subject }))
    table(call).set(name, entries)
    return ok(entries)
  }

/** The routes of a robot's federation below an owner. */
export const federationRoutes = (owner: Owner): readonly Route[] => {
  const since = owner.federated
  const path = `${owner.prefix}/{short}/federation`
  return [
    {
      operation: `GET ${path}`,
      since,
      handle: (call) => ok(table(call).get(robotOf(call, owner).name) ?? []),
    },
    {
      operation: `POST ${path}`,
      since,
      body: { CreateRobotFederation: createRobotFederation },
      handle: replace(owner),
    },
    {
      operation: `DELETE ${path}`,
      since,
      handle(call) {
        table(call).delete(robotOf(call, owner).name)
        return noContent()
      },
    },
  ]
}
