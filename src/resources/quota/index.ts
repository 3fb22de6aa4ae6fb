import { type Address, addressOf } from '../../model/address.ts'
import type { Reader } from '../../model/api.ts'
import type { Change, Desired, Judgement, Live } from '../../model/change.ts'
import { AuthError } from '../../model/errors.ts'
import type { Remark, ResourceType } from '../../model/resource.ts'
import type { Server } from '../../model/server.ts'
import { unlessRefused } from '../../model/tally.ts'
import { sizeText } from '../../model/vitals.ts'
import { ailments, troublesOf, useOf } from './index-vitals.ts'
import { schema } from './schema.ts'
import {
  changeQuota,
  createQuota,
  deleteQuota,
  fromQuay,
  fullAccess,
  type Quota,
  type QuotaOwner,
  type QuotaRemote,
  readOwner,
} from './wire.ts'

const step = { name: 'quota', separator: '' }

export const quota: ResourceType<Quota> = {
  ...step,
  summary: 'The storage quota of an organization or a user.',
  parents: ['organization', 'user'],
  block: 'quota',
  identity: 'singleton',
  schema,
  takes: ['notification'],
  since: '/organization/{orgname}/quota',
  feature: ['SUPER_USERS', 'QUOTA_MANAGEMENT', 'EDIT_QUOTA'],
  listings: [
    { path: '/organization/{orgname}', covers: 'object', under: 'organization' },
    { path: '/superuser/users/{username}', covers: 'object', under: 'user' },
    { path: '/superuser/organizations/', covers: 'everything' },
    { path: '/superuser/users/', covers: 'everything' },
  ],

  ailments,
  troubles: ({ vitals }) => (vitals?.use ? troublesOf(vitals.use) : []),
  check: (desired) => mutedReject(desired),
  demands: (change, server) => writeDemands(change, server),
  scopes: () => [{ scope: 'super:user' }],
  judge: (change) => judge(change),
  weigh: (change, { parent }, reader) => weigh(change, parent, reader),

  async read({ parent }, reader) {
    return parent ? live(parent.address, await ownerOf(parent, reader)) : []
  },
  async find({ address }, reader) {
    const owner = holderOf(address)
    const [found] = live(owner, await readOwner(owner, reader))
    return found ?? null
  },
  async create({ address, values }, { api, server }) {
    await createQuota(holderOf(address), values, api, server)
    return undefined
  },
  update: ({ address, values, live: before }, { api, server }) =>
    changeQuota(holderOf(address), remoteOf(before), values, api, server),
  delete: (before, { api, server }) => deleteQuota(holderOf(before.address), remoteOf(before), api, server),
}

const holderOf = ({ parent, text }: Address): Address => {
  if (!parent) throw new TypeError(`${text} stands below nothing`)
  return parent
}
const remoteOf = (live: Live | null): QuotaRemote => live?.remote as QuotaRemote

/** To others than its members Quay shows an organization as if it had no quota. */
const hidden = ({ name }: Address): AuthError =>
  new AuthError(
    'QC7403',
    `the user is no administrator of organization ${name}: Quay does not show its quota`,
    ['put the user on a team of role admin, and give the token the scope org:admin'],
  )

/** Lists tell of quotas together with their owner. */
const ownerOf = async ({ address, remote }: Live, reader: Reader): Promise<QuotaOwner | null> =>
  remote === undefined ? readOwner(address, reader) : (remote as QuotaOwner)

function live(parent: Address, owner: QuotaOwner | null): readonly Live<Quota>[] {
  if (owner && !owner.quotas && owner.is_admin === false) throw hidden(parent)
  const view = owner?.quotas?.[0]
  if (!view) return []
  const used = owner.quota_report?.quota_bytes
  const remote: QuotaRemote = { id: view.id, limits: view.limits, ...(used !== undefined && { used }) }
  const attributes = fromQuay(view)
  const vitals = { use: useOf(attributes, owner.quota_report) }
  return [{ address: addressOf(step, parent, ''), attributes, remote, vitals }]
}

/** Of the limits that are reached only the highest counts, so a warning there switches the reject off (data/model/namespacequota.py:42). */
function mutedReject({ attributes: { warn_at, reject_at } }: Desired<Quota>): readonly Remark[] {
  const reject = Math.min(...(reject_at ?? []))
  const muting = (warn_at ?? []).filter((percent) => percent >= reject)
  return muting.map((percent) => ({
    code: 'QC4005',
    severity: 'warning',
    attribute: 'warn_at',
    message: `the warning at ${percent}% switches the reject at ${reject}% off once it is reached: Quay lets the highest reached limit decide`,
    hint: `warn below ${reject}%`,
  }))
}

function writeDemands({ action, differences }: Change<Quota>, server: Server): readonly Remark[] {
  const about = { code: 'QC3002', severity: 'error' } as const
  if (fullAccess(server) || action === 'delete') return []
  return differences
    .filter(
      ({ attribute, after }) =>
        attribute !== 'limit' && (action === 'update' || (Array.isArray(after) && after.length > 0)),
    )
    .map(({ attribute }) => ({
      ...about,
      attribute,
      message: `this server lets nobody write ${attribute} by its API: FEATURE_SUPERUSERS_FULL_ACCESS is off`,
      hint: 'leave the thresholds out, or ask the Quay operator for the feature',
    }))
}

/** A quota that is there says what is in use; of a new one its owner does. */
async function weigh(change: Change<Quota>, parent: Live | null, reader: Reader): Promise<Judgement | null> {
  const { action, values } = change
  if (action !== 'create' || (values.reject_at ?? []).length === 0) return null
  const owner = parent && (await unlessRefused(ownerOf(parent, reader)))
  return judge(change, owner?.quota_report?.quota_bytes)
}

function judge(
  { live: before, differences, values, action }: Change<Quota>,
  used = (before?.remote as QuotaRemote | undefined)?.used ?? 0,
): Judgement {
  if (action === 'delete')
    return { consequences: ['Quay deletes the notifications of the organization with it'] }
  const limit = values.limit ?? before?.attributes.limit ?? 0
  const rejects = values.reject_at ?? before?.attributes.reject_at ?? []
  const ceiling = Math.floor((limit * Math.min(...rejects)) / 100)
  const lowest = (value: unknown) => (Array.isArray(value) ? Math.min(...value) : Number(value ?? 0))
  const narrows = differences.some(
    ({ attribute, before: was, after }) =>
      (attribute === 'limit' || attribute === 'reject_at') && lowest(after) < lowest(was),
  )
  if (rejects.length === 0 || used < ceiling) return { narrows }
  return {
    narrows: true,
    impacts: ['data'],
    consequences: [`pushes above ${sizeText(ceiling)} are rejected; ${sizeText(used)} are in use`],
  }
}
