import { readFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { type Version, versions } from '../src/emulator/versions.ts'
import { chainOf } from '../src/model/address.ts'
import type { Desired } from '../src/model/change.ts'
import type { Authentication } from '../src/model/emulation.ts'
import type { Value } from '../src/model/schema.ts'
import {
  actionsOf,
  configure,
  isWrite,
  lines,
  type ReadyPlan,
  registry,
  type World,
  withWorld,
  wordsOf,
} from './world.ts'

vi.setConfig({ testTimeout: 60_000 })

const read = (name: string): string =>
  readFileSync(new URL(`golden/profiles/${name}.yaml`, import.meta.url), 'utf8')
const created = read('created')
const changed = read('changed')
const emptied = read('emptied')
const removed = read('removed')

/** The release that a line needs, as its end says. */
const releaseOf = (line: string): string | undefined => / # (3\.\d+(?:\.\d+)?)$/.exec(line)?.[1]

/** What a server of the version can do of a file: lines of later releases are left out, with all below them. */
function within(version: Version, text: string): string {
  if (version === 'latest') return text
  let above = Number.POSITIVE_INFINITY
  const kept = text.split('\n').filter((line) => {
    const indent = line.search(/\S/)
    if (indent > above) return false
    above = releaseOf(line) ? indent : Number.POSITIVE_INFINITY
    return !releaseOf(line)
  })
  return kept.join('\n')
}

/** What each kind of directory calls a group. */
const groups = { LDAP: 'group_dn', OIDC: 'group_name', Keystone: 'group_id' } as const
const synchronised = (team: string): string => `apiVersion: quayctl/v1
kind: Organization
name: acme
prune: {robots: all, teams: all}
robots: {${team === '' ? '' : 'ci: {}, deploy: {}'}}
teams: {owners: {role: admin, members: [user:admin]}${team}}
`
const directory = (key: string) => ({
  created: synchronised(`, developers: {role: member, sync: {${key}: developers}, members: [robot:ci]}`),
  changed: synchronised(`, developers: {role: creator, sync: {${key}: people}, members: [robot:deploy]}`),
  ended: synchronised(', developers: {role: creator, sync: none, members: []}'),
  emptied: synchronised(''),
})
const directories = Object.values(groups).map(directory)

/** All that files write of a type, one entry an attribute and a key of an object attribute. */
function leavesOf(text: string): readonly (readonly [leaf: string, address: string, value: string])[] {
  const { expanded } = configure(text)
  return [...expanded.desired, ...expanded.patterns].flatMap(({ address, attributes }: Desired) =>
    Object.entries(attributes).flatMap(([name, value]) => {
      const { fields } = registry.get(address.type)?.schema[name] ?? {}
      const leaf = `${address.type} ${name}`
      const inner = fields ? [value].flat().flatMap((item) => Object.entries((item ?? {}) as object)) : []
      return [
        [leaf, value] as const,
        ...inner.map(([key, of]) => [`${leaf}.${key}`, of as Value] as const),
      ].map(([path, of]) => [path, address.text, JSON.stringify(of)] as const)
    }),
  )
}

/** Every attribute of every type, and every key of an object attribute. */
const allLeaves = [...registry.values()].flatMap(({ name, schema }) =>
  Object.entries(schema).flatMap(([attribute, { fields = {} }]) =>
    ['', ...Object.keys(fields).map((key) => `.${key}`)].map((key) => `${name} ${attribute}${key}`),
  ),
)
/** No emulated server confirms an address, so nothing can be sent to one. */
const unreachable = ['notification config.email']
const reachable = allLeaves.filter((leaf) => !unreachable.includes(leaf)).sort()

describe('the documents', () => {
  const before = [created, ...directories.map((one) => one.created)].flatMap(leavesOf)
  const after = [changed, ...directories.map((one) => one.changed)].flatMap(leavesOf)

  test('write every attribute of every type, below each of its parents', () => {
    expect([...new Set(before.map(([leaf]) => leaf))].sort()).toEqual(reachable)
    const { expanded } = configure(created)
    const below = [...expanded.desired, ...expanded.patterns]
      .flatMap(({ address }) => chainOf(address))
      .map(({ type, parent }) => `${type} below ${parent?.type ?? 'nothing'}`)
    const parents = [...registry.values()].flatMap(({ name, parents: some }) =>
      (some.length > 0 ? some : ['nothing']).map((parent) => `${name} below ${parent}`),
    )
    expect([...new Set(below)].sort()).toEqual(parents.sort())
  })

  /** Of entries that their attributes name nothing keeps its address. */
  test('change every one of them', () => {
    const valuesOf = (leaves: typeof before, leaf: string) =>
      leaves
        .filter(([path]) => path === leaf)
        .map(([path, address, value]) => {
          const isNamed = registry.get(path.split(' ')[0] ?? '')?.identity === 'list'
          return isNamed ? value : `${address} ${value}`
        })
        .sort()
    const same = reachable.filter((leaf) => valuesOf(before, leaf).join() === valuesOf(after, leaf).join())
    expect(same).toEqual([])
  })
})

const generous = { maxDeletes: 100, maxRevokes: 100, maxDeletePercent: 100, allowEmpty: true }

/** Plans, applies, and plans again: all is done, and nothing is left. */
async function settle(world: World, text: string, replace: readonly string[] = []): Promise<ReadyPlan> {
  const ready = await world.plan(text, { ...generous, replace })
  expect(ready.plan.safety.stops).toEqual([])
  const { outcomes } = await world.apply(ready)
  const open = [...outcomes].filter(([, { status }]) => status !== 'done')
  expect(open.map(([address, outcome]) => `${address} ${wordsOf(outcome)}`)).toEqual([])
  const again = await world.plan(text, { ...generous, replace })
  expect(actionsOf(again)).toEqual([])
  return ready
}

const typesIn = (plans: readonly ReadyPlan[], action: string): readonly string[] =>
  [
    ...new Set(
      plans.flatMap(({ plan }) =>
        plan.changes.flatMap((one) => (one.action === action ? one.address.split('.', 1) : [])),
      ),
    ),
  ].sort()

/** What Quay says of itself where all is gone that can go without the organizations. */
const emptiness: Readonly<Record<string, unknown>> = {
  '/organization/acme': { teams: { owners: {} } },
  '/organization/acme/robots': { robots: [{ name: 'acme+other' }, { name: 'acme+sync' }] },
  '/organization/acme/prototypes': { prototypes: [] },
  '/organization/acme/applications': { applications: [] },
  '/organization/acme/quota': '[]',
  '/organization/acme/proxycache': { upstream_registry: '' },
  '/organization/acme/autoprunepolicy/': { policies: [] },
  '/repository/acme/api/permissions/user/': { permissions: {} },
  '/repository/acme/api/permissions/team/': { permissions: {} },
  '/repository/acme/api/notification/': { notifications: [] },
  '/repository/acme/api/autoprunepolicy/': { policies: [] },
  '/repository/acme/mirrored': { state: 'NORMAL' },
  '/repository/acme/mirrored/mirror': { is_enabled: false },
  '/superuser/users/alice/quota': '[]',
  '/user/robots': { robots: [] },
  '/user/autoprunepolicy/': { policies: [] },
  '/repository/admin/notes/autoprunepolicy/': { policies: [] },
}
const newerEmptiness: Readonly<Record<string, unknown>> = {
  '/organization/acme/notifications': { notifications: [] },
  '/organization/acme/immutabilitypolicy/': { policies: [] },
  '/repository/acme/api/immutabilitypolicy/': { policies: [] },
  '/organization/admin/immutabilitypolicy/': { policies: [] },
  '/organization/upstream/mirror': { status: 404 },
}
const gone = [
  '/organization/acme',
  '/organization/upstream',
  '/superuser/users/alice',
  '/repository/acme/api',
  '/repository/admin/notes',
]

describe.each(versions)('Quay %s', (version) => {
  const file = (text: string) => within(version, text)

  test('takes everything, each change of it, and its end', async () => {
    await withWorld(
      async (world) => {
        const plans = [
          await settle(world, file(created)),
          await settle(world, file(changed)),
          await settle(world, file(changed), ['**']),
          await settle(world, emptied),
        ]
        const expected = { ...emptiness, ...(version === 'latest' && newerEmptiness) }
        for (const [path, left] of Object.entries(expected)) {
          const { status, body } = await world.call('GET', path)
          const found = status === 200 ? body : { status }
          if (typeof left === 'string') expect(String(found).trim(), path).toBe(left)
          else expect(found, path).toMatchObject(left as object)
        }
        expect(
          Object.keys(((await world.call('GET', '/organization/acme')).body as { teams: object }).teams),
        ).toEqual(['owners'])

        plans.push(await settle(world, removed))
        world.emulator.collectGarbage()
        for (const path of gone) expect((await world.call('GET', path)).status, path).toBe(404)
        expect((await world.call('GET', '/messages')).body).toEqual({ messages: [] })
        expect(actionsOf(await world.plan(removed))).toEqual([])

        const types = [
          ...new Set(configure(file(created)).expanded.desired.map(({ address }) => address.type)),
        ]
        const own = types.filter((name) => registry.get(name)?.delete).sort()
        expect(typesIn(plans, 'create')).toEqual(own)
        expect(typesIn(plans, 'delete')).toEqual(own)
      },
      { version },
    )
  })

  test.each(Object.entries(groups))('takes users from a directory: %s', async (authentication, key) => {
    const files = directory(key)
    await withWorld(
      async (world) => {
        for (const text of [files.created, files.changed, files.ended, files.emptied])
          await settle(world, text)
        const { body } = await world.call('GET', '/organization/acme')
        expect(Object.keys((body as { teams: object }).teams)).toEqual(['owners'])
      },
      { version, authentication: authentication as Authentication },
    )
  })

  test('is sent the timeout of a mirror exactly where discovery lists it', async () => {
    const bodies: string[] = []
    const files = `apiVersion: quayctl/v1
kind: Organization
name: acme
robots: {sync: {}}
repositories:
  mc: {mirror: {external_reference: quay.io/minio/mc, tags: [latest], sync_interval: 1h, robot: sync}}
`
    await withWorld(
      async (world) => {
        await settle(world, files)
        await settle(world, files.replace('1h', '2h'))
        const { body } = await world.call('GET', '/discovery')
        const { definitions } = body as { definitions: { CreateMirrorConfig: { required: string[] } } }
        const isListed = definitions.CreateMirrorConfig.required.includes('skopeo_timeout_interval')
        expect(isListed).toBe(version === 'latest')
        expect(bodies.map((sent) => 'skopeo_timeout_interval' in JSON.parse(sent))).toEqual([isListed, false])
      },
      {
        version,
        faults({ method, target, body }) {
          if (method !== 'GET' && target.endsWith('/mirror')) bodies.push(String(body))
          return undefined
        },
      },
    )
  })
})

test.each([
  ['created', created],
  ['changed', changed],
])('what 3.11 lacks is one error at each line that needs it, with the release: %s', async (_, text) => {
  const needs = text.split('\n').flatMap((line, index) => {
    const release = releaseOf(line)
    return release ? [`${index + 1} QC3001 Quay ${release} brought`] : []
  })
  expect(needs.length).toBeGreaterThan(10)
  await withWorld(
    async (world) => {
      const refused = await world.refusals(text)
      expect(
        refused.map(({ code, at, message }) => `${at?.line} ${code} ${/Quay [0-9.]+ brought/.exec(message)}`),
      ).toEqual(needs)
      for (const { message } of refused) expect(message).toMatch(/, and this one is older$/)
    },
    { version: '3.11' },
  )
})

describe('a flag that is off', () => {
  test.each([
    ['IMMUTABLE_TAGS', 'immutability: [{tag_pattern: v}]', 'this server has no immutability'],
    ['EDIT_QUOTA', 'quota: {limit: 1 GiB}', 'this server has no quota'],
    [
      'QUOTA_NOTIFICATIONS',
      'notifications: {a: {event: quota_error, method: email, config: none}}',
      'this server has no notifications of organizations',
    ],
    ['PROXY_CACHE', 'proxy_cache: {upstream_registry: quay.io}', 'this server has no proxy_cache'],
  ])('is named: %s', async (flag, line, message) => {
    const text = `apiVersion: quayctl/v1\nkind: Organization\nname: acme\n${line}\n`
    await withWorld(
      async (world) => {
        const refused = lines(await world.refusals(text))
        expect(refused).toHaveLength(1)
        expect(refused[0]).toMatch(new RegExp(`^QC3001 4:\\d+ ${message}: FEATURE_${flag} is off$`))
      },
      { features: { [flag]: false } },
    )
  })

  test('in a template it is one error with the lines that use it', async () => {
    const uses = ['one', 'two'].map(
      (name) => `---\napiVersion: quayctl/v1\nkind: Organization\nname: ${name}\nuse: [all]\n`,
    )
    const text = `apiVersion: quayctl/v1\nkind: OrganizationTemplate\nname: all\nproxy_cache: {upstream_registry: quay.io}\n${uses.join('')}`
    await withWorld(
      async (world) => {
        const refused = await world.refusals(text)
        expect(refused.map(({ at, via }) => [at?.line, via?.map(({ line }) => line)])).toEqual([[4, [9, 14]]])
      },
      { features: { PROXY_CACHE: false } },
    )
  })
})

describe('the architectures of a mirror', () => {
  const text = (architectures: string) => `apiVersion: quayctl/v1
kind: Organization
name: acme
robots: {sync: {}}
repositories:
  mc:
    mirror:
      {external_reference: quay.io/minio/mc, tags: [latest], sync_interval: 1h, robot: sync,
      architectures: ${architectures}}
`
  const asked = ({ sent }: ReadyPlan) =>
    sent.filter(({ path }) => path.endsWith('/registry/capabilities')).length

  test('are looked up where they change, and nowhere else', async () => {
    await withWorld(async (world) => {
      const ready = await world.converge(text('[amd64]'))
      expect(asked(ready)).toBe(1)
      expect(asked(await world.plan(text('[amd64]')))).toBe(0)
    })
  })

  test('that the server does not mirror are an error at their line', async () => {
    const told = { sparse_manifests: { supported: true }, mirror_architectures: ['amd64'] }
    await withWorld(
      async (world) => {
        expect(lines(await world.refusals(text('[amd64, arm64]')))).toEqual([
          'QC3001 9:22 this server mirrors no images for arm64',
        ])
      },
      {
        faults: ({ target }) =>
          target.endsWith('/registry/capabilities') ? { status: 200, body: told } : undefined,
      },
    )
  })

  test('are an error where whole images only are mirrored', async () => {
    await withWorld(
      async (world) => {
        expect(lines(await world.refusals(text('[amd64]')))).toEqual([
          'QC3001 9:22 this server mirrors whole images only: FEATURE_SPARSE_INDEX is off',
        ])
        expect(await world.refusals(text('[]'))).toEqual([])
      },
      { features: { SPARSE_INDEX: false } },
    )
  })
})

describe('what only superusers may', () => {
  const accounts = `apiVersion: quayctl/v1
kind: Registry
users:
  alice: {quota: {limit: 1 GiB}}
removed:
  users: {bob: {reason: gone, until: 2026-12-31}}
`
  const messages = 'apiVersion: quayctl/v1\nkind: Registry\nmessages:\n  - {content: Hello}\n'
  const shop = 'apiVersion: quayctl/v1\nkind: Organization\nname: shop\n'
  const quota = `${shop}quota: {limit: 1 GiB, warn_at: 80}\n`
  const sync = `${shop}teams:\n  owners: {role: admin}\n  developers: {role: member, sync: {group_dn: dev}}\n`
  const tokens = {
    NARROW: { user: 'admin', scopes: 'org:admin repo:admin repo:create user:admin user:read' },
    BARE: { user: 'mallory', scopes: 'org:admin super:user user:read' },
    SUPER: { user: 'admin', scopes: 'org:admin super:user user:read' },
  }
  const superuserLines = async (world: World, text: string) =>
    (await world.refusals(text)).flatMap(({ code, at }) => (code === 'QC3005' ? at?.line : []))

  test.each(['PLAIN', 'NARROW', 'BARE'])(
    'is refused at its line before the first write: %s',
    async (token) => {
      await withWorld(
        async (world) => {
          expect(await superuserLines(world, accounts)).toEqual([4, 6])
          expect(await superuserLines(world, messages)).toEqual([4])
          expect(await superuserLines(world, quota)).toEqual([4])
          expect(await superuserLines(world, sync)).toEqual([6])
        },
        { token, accounts: { tokens }, authentication: 'LDAP' },
      )
    },
  )

  test('is asked for where the token does not tell and it matters, once', async () => {
    const asked = ({ sent }: ReadyPlan) => sent.filter(({ path }) => path === '/api/v1/users/admin').length
    await withWorld(
      async (world) => {
        const ready = await world.plan(accounts)
        expect(asked(ready)).toBe(1)
        expect(ready.sent.filter(isWrite)).toEqual([])
        expect(asked(await world.plan(messages))).toBe(0)
      },
      { token: 'SUPER', accounts: { tokens } },
    )
  })

  test('thresholds are refused at their line where the server lets nobody write them', async () => {
    await withWorld(
      async (world) => {
        expect(lines(await world.refusals(quota))).toEqual([expect.stringMatching(/^QC3002 4:\d+ .*warn_at/)])
      },
      { features: { SUPERUSERS_FULL_ACCESS: false } },
    )
  })
})
