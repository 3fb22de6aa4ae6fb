import { type Address, addressOf } from '../../model/address.ts'
import type { Reader } from '../../model/api.ts'
import type { Change, Desired, Judgement, Live } from '../../model/change.ts'
import { gone, made, told } from '../../model/log.ts'
import type { Remark, ResourceType } from '../../model/resource.ts'
import { countOf, someOf, type Tally, unlessRefused } from '../../model/tally.ts'
import { schema } from './schema.ts'
import {
  createCache,
  deleteCache,
  findCache,
  fromQuay,
  listCached,
  type ProxyCache,
  type ProxyCacheView,
} from './wire.ts'
import { replaceCache } from './wire-replace.ts'

const step = { name: 'proxy_cache', separator: '' }

export const proxyCache: ResourceType<ProxyCache> = {
  ...step,
  summary:
    'A proxy cache: an organization whose images Quay pulls from another registry when they are asked for.',
  parents: ['organization'],
  block: 'proxy_cache',
  identity: 'singleton',
  schema,
  excludes: [{ type: 'organization_mirror' }],
  upstreamOf: 'upstream_registry',
  since: '/organization/{orgname}/proxycache',
  feature: 'PROXY_CACHE',
  listings: [{ path: '/organization/{orgname}/proxycache', covers: 'object' }],

  check: (desired) => checkCredentials(desired),
  lint: ({ address, attributes }) =>
    attributes.insecure
      ? [{ rule: 'unverified_mirror', attribute: 'insecure', message: `${address.text} trusts any upstream` }]
      : [],
  judge: (change) => judge(change, null),
  weigh: (change, _, reader) => weigh(change, reader),

  logged: (entry) => told(entry, { create_proxy_cache_config: made, delete_proxy_cache_config: gone }, []),
  async read({ parent }, reader) {
    const view = parent && (await findCache(parent.address.name, reader))
    return view ? [live(parent.address, view)] : []
  },
  async find({ address }, reader) {
    const view = await findCache(organizationOf(address), reader)
    return view && live(address.parent, view)
  },
  async create({ address, values }, { api }) {
    await createCache(organizationOf(address), values, api)
    return undefined
  },
  delete: ({ address }, { api }) => deleteCache(organizationOf(address), api),
  async replace({ address, values }, { api }) {
    await replaceCache(address, organizationOf(address), values, api)
    return undefined
  },
}

const organizationOf = ({ parent }: Address): string => parent?.name ?? ''

const live = (organization: Address | null, view: ProxyCacheView): Live<ProxyCache> => ({
  address: addressOf(step, organization, ''),
  attributes: fromQuay(view),
  notes: ['a user name and a password, where it has them: Quay returns neither'],
})

function checkCredentials({ attributes, absent }: Desired<ProxyCache>): readonly Remark[] {
  if (absent || attributes.password === undefined || attributes.username) return []
  return [
    {
      code: 'QC2005',
      severity: 'error',
      attribute: 'password',
      message: 'a password needs a username: the upstream takes them together only',
      hint: 'add the username beside it',
    },
  ]
}

/** Lists what it has cached by now: Quay makes a repository for each image that was asked for. */
async function weigh(change: Change<ProxyCache>, reader: Reader): Promise<Judgement | null> {
  const { action, values, live: before } = change
  const moves = action === 'replace' && values.upstream_registry !== before?.attributes.upstream_registry
  if (action !== 'delete' && !moves) return null
  const names = await unlessRefused(listCached(organizationOf(change.address), reader))
  return judge(change, names && { names })
}

/** `cached`: its repositories, where they were read. */
function judge({ action, live: before, values }: Change<ProxyCache>, cached: Tally | null): Judgement {
  const upstream = before?.attributes.upstream_registry
  if (action === 'delete')
    return {
      impacts: ['data'],
      consequences: [
        `clients that pull images of ${upstream} through it get only those that are cached by then${cachedWords(cached)}`,
        'the user name and password that Quay keeps for it are lost',
      ],
    }
  if (action !== 'replace') return {}
  const moves = values.upstream_registry !== upstream
  return {
    impacts: ['data'],
    consequences: [
      moves
        ? `clients get images of ${values.upstream_registry} through it, and of ${upstream} only those that are cached by then${cachedWords(cached)}`
        : 'until it is created again, clients get only images that are cached',
      ...(values.username === undefined
        ? ['a user name and password that Quay keeps for it are lost: no file declares them']
        : []),
    ],
  }
}

function cachedWords(cached: Tally | null): string {
  if (!cached) return ''
  return cached.names.length > 0
    ? `, of ${countOf(cached, 'repository', 'repositories')}: ${someOf(cached)}`
    : ': none so far'
}
