import { generateKeyPairSync } from 'node:crypto'
import { invalidRequest, noContent, notFound, ok } from '../model/answers.ts'
import type { Answer, Call, EmulatorModule, Fields } from '../model/emulation.ts'

const feature = 'SUPER_USERS'
const path = '/superuser/keys'
const moment = { anyOf: [{ type: 'number' }, { type: 'null' }] }
const createKey = {
  type: 'object',
  required: ['service', 'expiration'],
  properties: {
    service: { type: 'string' },
    name: { type: 'string' },
    metadata: { type: 'object' },
    notes: { type: 'string' },
    expiration: moment,
  },
}
const putKey = {
  type: 'object',
  properties: { name: { type: 'string' }, metadata: { type: 'object' }, expiration: moment },
}
const approveKey = { type: 'object', properties: { notes: { type: 'string' } } }

interface KeyRow {
  readonly kid: string
  readonly service: string
  readonly jwk: object
  readonly created_date: string
  readonly approval: object
  name: string
  metadata: Fields
  expiration_date: string | null
}

function keys(call: Call): Map<string, KeyRow> {
  call.require(call.caller.superuser)
  return call.rows<KeyRow>('service key')
}

function named(call: Call): KeyRow {
  const row = keys(call).get(call.params.kid ?? '')
  if (!row) throw notFound()
  return row
}

const mailDate = (date: Date): string => date.toUTCString().replace('GMT', '-0000')
const view = (row: KeyRow): object => ({ ...row, rotation_duration: null })

/** Unix seconds; null: never. */
function expirationOf(call: Call, seconds: number | null, past: string): string | null {
  if (seconds === null) return null
  if (seconds * 1000 <= call.now.getTime()) throw invalidRequest(past)
  return mailDate(new Date(seconds * 1000))
}

/** Approved by whoever makes it; the private half is told once. */
function create(call: Call): Answer {
  const rows = keys(call)
  const {
    service,
    name = '',
    metadata = {},
    notes = '',
    expiration,
  } = call.read<{
    service: string
    name?: string
    metadata?: Fields
    notes?: string
    expiration: number | null
  }>(createKey)
  const expires = expirationOf(call, expiration, 'Expiration date cannot be in the past')
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const kid = `${call.uuid()}${call.uuid()}`.replaceAll('-', '')
  const { user } = call.caller
  const approver = { name: user, username: user, kind: 'user', is_robot: false }
  rows.set(kid, {
    kid,
    name,
    service,
    jwk: publicKey.export({ format: 'jwk' }),
    metadata: { ...metadata, created_by: 'Quay Superuser Panel', creator: user, ip: '127.0.0.1' },
    created_date: mailDate(call.now),
    expiration_date: expires,
    approval: {
      approver,
      approval_type: 'Super User API',
      approved_date: mailDate(call.now),
      notes,
    },
  })
  return ok({
    kid,
    name,
    service,
    public_key: publicKey.export({ format: 'pem', type: 'spki' }),
    private_key: privateKey.export({ format: 'pem', type: 'pkcs1' }),
  })
}

function change(call: Call): Answer {
  call.require(call.caller.superuser)
  const body = call.read<{ name?: string; metadata?: Fields; expiration?: number | null }>(putKey)
  const row = named(call)
  if (body.expiration !== undefined)
    row.expiration_date = expirationOf(call, body.expiration, 'Cannot have an expiration date in the past')
  row.name = body.name ?? row.name
  row.metadata = body.metadata ?? row.metadata
  return ok(view(row))
}

function remove(call: Call): Answer {
  keys(call).delete(named(call).kid)
  return noContent()
}

/** One that is approved already is no mistake. */
function approve(call: Call): Answer {
  call.require(call.caller.superuser)
  call.read(approveKey)
  named(call)
  return { status: 201, contentType: 'text/html', body: '' }
}

/** The keys by which Quay's own services know each other (endpoints/api/superuser.py). */
export const serviceKeysModule: EmulatorModule = {
  routes: [
    { operation: `GET ${path}`, feature, handle: (call) => ok({ keys: [...keys(call).values()].map(view) }) },
    { operation: `POST ${path}`, feature, body: { CreateServiceKey: createKey }, handle: create },
    { operation: `GET ${path}/{kid}`, feature, handle: (call) => ok(view(named(call))) },
    { operation: `PUT ${path}/{kid}`, feature, body: { PutServiceKey: putKey }, handle: change },
    { operation: `DELETE ${path}/{kid}`, feature, handle: remove },
    {
      operation: 'POST /superuser/approvedkeys/{kid}',
      feature,
      body: { ApproveServiceKey: approveKey },
      handle: approve,
    },
  ],
}
