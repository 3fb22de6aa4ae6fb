import { expect, test } from 'vitest'
import { addressOf, type Address } from '../src/model/address.ts'
import type { QuayApi } from '../src/model/api.ts'
import type { Change, Desired, Live } from '../src/model/change.ts'
import { patternFault } from '../src/model/regex.ts'
import type { ResourceType, Scope, Write, Quay } from '../src/model/resource.ts'
import type { Server } from '../src/model/server.ts'
import { autoPrunePolicy } from '../src/resources/auto_prune_policy/index.ts'
import { immutabilityPolicy } from '../src/resources/immutability_policy/index.ts'
import { organizationMirror } from '../src/resources/organization_mirror/index.ts'
import { withWorld, type World } from './world.ts'

const org = addressOf({ name: 'organization', separator: '' }, null, 'acme')
const ns = addressOf({ name: 'namespace', separator: '' }, null, 'admin')
const repo = (o: Address, n: string) => addressOf({ name: 'repository', separator: '/' }, o, n)
const liveOf = (address: Address): Live => ({ address, attributes: {} })
const scope = (parent: Address, server: Server): Scope => ({
  parent: liveOf(parent), server, names: [], declares: () => true, declared: () => null, whole: true, beside: () => null,
})
const now = () => new Date('2026-11-21T10:00:00Z')
const write = (address: Address, values: object, live: Live | null = null): Write<any> => ({
  address, values, live, differences: [], exact: new Map(),
})
async function setup(world: World) {
  await world.call('POST', '/organization/', { name: 'acme' })
  await world.call('PUT', '/organization/acme/robots/sync', {})
  await world.call('PUT', '/organization/acme/robots/other', {})
}
const desired = (type: ResourceType<any>, parent: Address, attributes: object): Desired<any> => ({
  address: addressOf(type, parent, type.nameOf?.(attributes) ?? ''), attributes, origin: { at: { file: 'x', line: 1, column: 1 } } as any, origins: {}, absent: false, replaceAllowed: false,
})

test.each([['organization', org], ['namespace', ns], ['repository', repo(org, 'api')], ['nested', repo(org, 'a/b')]])('auto prune %s', (_n, owner) =>
  withWorld(async (world) => {
    await setup(world)
    for (const repository of ['api', 'a/b'])
      expect((await world.call('POST', '/repository', { namespace: 'acme', repository, visibility: 'private', description: '' })).status).toBe(201)
    await world.session(async (api, server) => {
      const quay: Quay = { api, server, now }
      const type = autoPrunePolicy
      const all = [
        { method: 'number_of_tags', value: 50 },
        { method: 'creation_date', value: '30d' },
        { method: 'number_of_tags', value: 5, tag_pattern: '^v', tag_pattern_matches: false },
        { method: 'number_of_tags', value: 5, tag_pattern: '^v' },
      ]
      expect(await type.read(scope(owner, server), api)).toEqual([])
      for (const a of all) {
        const d = desired(type, owner, a)
        expect(type.check?.(d)).toEqual([])
        expect(type.admits?.(d, server)).toEqual([])
        await type.create(write(d.address, a), quay)
        const found = await type.find({ address: d.address, parent: null }, api.fresh)
        expect(found?.attributes).toMatchObject(a)
        expect(found?.address.text).toBe(d.address.text)
        expect(found?.surplus).toBeUndefined()
      }
      const lives = await type.read(scope(owner, server), api.fresh)
      console.log(lives.map((l) => l.address.text))
      expect(lives.length).toBe(4)
      const one = lives[2]!
      await type.update?.(write(one.address, { value: 7 }, one), quay)
      const after = await type.find({ address: one.address, parent: null }, api.fresh)
      expect(after?.attributes).toEqual({ method: 'number_of_tags', value: 7, tag_pattern: '^v', tag_pattern_matches: false })
      // duplicates of another value
      const base = owner.type === 'repository' ? `/repository/acme/${owner.name}` : owner.type === 'namespace' ? '/user' : '/organization/acme'
      await world.call('POST', `${base}/autoprunepolicy/`, { method: 'creation_date', value: '7d' })
      await world.call('POST', `${base}/autoprunepolicy/`, { method: 'creation_date', value: '0d' })
      const address = addressOf(type, owner, 'creation_date')
      const dup = (await type.find({ address, parent: null }, api.fresh))!
      expect([dup.surplus, dup.attributes.value]).toEqual([2, '0d'])
      await type.update?.(write(address, { value: '30d' }, dup), quay)
      const folded = (await type.find({ address, parent: null }, api.fresh))!
      expect([folded.surplus, folded.attributes.value]).toEqual([undefined, '30d'])
      for (const l of await type.read(scope(owner, server), api.fresh)) {
        await type.delete?.(l, quay)
        await type.delete?.(l, quay)
        expect(await type.find({ address: l.address, parent: null }, api.fresh)).toBeNull()
      }
      const change = (action: string, values: object, live: Live | null): Change<any> => ({ address: addressOf(type, owner, 'x'), action, reason: 'config', desired: null, live, differences: [], values, at: null }) as any
      console.log(type.judge?.(change('create', all[2]!, null), { parent: liveOf(owner) }))
      console.log(type.judge?.(change('create', all[0]!, null), { parent: { ...liveOf(owner), empty: true } }))
      console.log(type.judge?.(change('update', { value: '1d' }, { ...folded }), { parent: liveOf(owner) }))
      expect(type.judge?.(change('update', { value: '5w' }, folded), { parent: liveOf(owner) })).toEqual({})
      expect(type.judge?.(change('update', {}, folded), { parent: liveOf(owner) })).toEqual({})
    })
  }))

test.each([['organization', org], ['namespace', ns], ['repository', repo(org, 'api')], ['nested', repo(org, 'a/b')]])('immutability %s', (_n, owner) =>
  withWorld(async (world) => {
    await setup(world)
    for (const repository of ['api', 'a/b'])
      await world.call('POST', '/repository', { namespace: 'acme', repository, visibility: 'private', description: '' })
    await world.session(async (api, server) => {
      const quay: Quay = { api, server, now }
      const type = immutabilityPolicy
      expect(server.offers(type.since!)).toBe(true)
      const d = desired(type, owner, { tag_pattern: 'v[0-9]+' })
      await type.create(write(d.address, { tag_pattern: 'v[0-9]+', tag_pattern_matches: true }), quay)
      const [live] = await type.read(scope(owner, server), api.fresh)
      expect(live!.address.text).toBe(d.address.text)
      console.log(d.address.text)
      await type.update?.(write(d.address, { tag_pattern_matches: false }, live!), quay)
      const found = await type.find({ address: d.address, parent: null }, api.fresh)
      expect(found?.attributes).toEqual({ tag_pattern: 'v[0-9]+', tag_pattern_matches: false })
      await type.delete?.(found!, quay)
      await type.delete?.(found!, quay)
      expect(await type.read(scope(owner, server), api.fresh)).toEqual([])
      console.log(type.judge?.({ address: d.address, action: 'update', live: found, values: { tag_pattern_matches: true } } as any, { parent: liveOf(owner) }))
    })
  }))

test('organization mirror', () =>
  withWorld(async (world) => {
    await setup(world)
    await world.session(async (api, server) => {
      const quay: Quay = { api, server, now }
      const type = organizationMirror
      expect(await type.read(scope(org, server), api)).toEqual([])
      const address = addressOf(type, org, '')
      const values = {
        enabled: true, external_registry_type: 'quay', external_registry_url: 'https://quay.io', external_namespace: 'projectquay',
        robot: 'sync', sync_interval: 43200, sync_start_date: 'spread', visibility: 'private', timeout: 300, verify_tls: true,
        username: 'me', password: 'pw', proxy: { http_proxy: 'http://p:1', no_proxy: null },
      }
      await expect(type.create(write(address, { ...values, robot: 'gone' }), quay)).rejects.toMatchObject({ hints: [expect.stringContaining('run apply again')] })
      await type.create(write(address, values), quay)
      const one = (await type.find({ address, parent: null }, api.fresh))!
      console.log(one)
      await world.call('PUT', '/organization/acme/mirror', { external_registry_config: { verify_tls: true, unsigned_images: true, proxy: { http_proxy: 'http://p:1' } } })
      await type.update?.(write(address, { proxy: { https_proxy: 'http://q:2' }, robot: 'other', repository_filters: ['a*'], username: null }, one), quay)
      const raw = (await world.call('GET', '/organization/acme/mirror')).body
      console.log(raw)
      const two = (await type.find({ address, parent: null }, api.fresh))!
      expect(two.attributes).toMatchObject({ robot: 'other', repository_filters: ['a*'], username: null, proxy: { http_proxy: 'http://p:1', https_proxy: 'http://q:2', no_proxy: null } })
      await type.update?.(write(address, { verify_tls: false }, two), quay)
      expect((await world.call('GET', '/organization/acme/mirror')).body).toMatchObject({ external_registry_config: { verify_tls: false, unsigned_images: true, proxy: { https_proxy: 'http://q:2' } } })
      const three = (await type.find({ address, parent: null }, api.fresh))!
      await type.replace?.(write(address, { external_registry_type: 'harbor', external_registry_url: 'https://harbor.example.com', external_namespace: 'x', robot: 'sync', sync_interval: 60 }, three), quay)
      const four = (await type.find({ address, parent: null }, api.fresh))!
      expect(four.attributes).toMatchObject({ external_registry_type: 'harbor', repository_filters: ['a*'], verify_tls: false, robot: 'sync' })
      await type.delete?.(four, quay)
      await type.delete?.(four, quay)
      expect(await type.find({ address, parent: null }, api.fresh)).toBeNull()
      await world.call('POST', '/repository', { namespace: 'acme', repository: 'r', visibility: 'private', description: '' })
      await expect(type.replace?.(write(address, values, four), quay)).rejects.toMatchObject({ code: 'QC7413' })
      await expect(type.create(write(address, values), quay)).rejects.toMatchObject({ hints: [expect.stringContaining('without repositories')] })
    })
  }))

test('immutability copies', async () => {
  const calls: string[] = []
  const rows = [{ uuid: 'a', tagPattern: ' x ', tagPatternMatches: true }, { uuid: 'b', tagPattern: 'x', tagPatternMatches: false }, { uuid: 'c', tagPattern: null }]
  const reader: any = { find: async () => ({ policies: rows }) }
  const api: any = { ...reader, fresh: reader, put: async (p: string) => { calls.push(`PUT ${p}`) }, delete: async (p: string) => { calls.push(`DELETE ${p}`) } }
  const server = { offers: () => true } as unknown as Server
  const [one, none] = await immutabilityPolicy.read(scope(org, server), api)
  expect([one!.surplus, none!.surplus]).toEqual([1, undefined])
  await immutabilityPolicy.update?.(write(one!.address, { tag_pattern_matches: false }, one!), { api, server, now })
  await immutabilityPolicy.update?.(write(one!.address, {}, one!), { api, server, now })
  expect(calls).toEqual(['DELETE /organization/acme/immutabilitypolicy/b', 'PUT /organization/acme/immutabilitypolicy/a', 'DELETE /organization/acme/immutabilitypolicy/b'])
})

test('feature off', () =>
  withWorld(
    async (world) => {
      await setup(world)
      await world.session(async (api, server) => {
        for (const type of [autoPrunePolicy, immutabilityPolicy, organizationMirror] as ResourceType<any>[])
          expect(await type.read(scope(org, server), api)).toEqual([])
      })
    },
    { features: { AUTO_PRUNE: false, IMMUTABLE_TAGS: false, ORG_MIRROR: false } },
  ))

test('one policy only', async () => {
  const server = { offers: (what: string) => what.startsWith('/') } as unknown as Server
  let rows: any[] = [{ uuid: 'u1', method: 'number_of_tags', value: 5 }]
  const calls: string[] = []
  const reader: any = { find: async () => ({ policies: rows }), get: async () => ({ policies: rows }) }
  const api: any = { ...reader, fresh: reader,
    put: async (p: string, b: any) => { calls.push(`PUT ${p}`); rows = [{ uuid: 'u1', ...b }] },
    post: async (p: string) => { calls.push(`POST ${p}`) },
    delete: async (p: string) => { calls.push(`DELETE ${p}`); rows = [] },
  } as unknown as QuayApi
  const quay = { api, server, now } as Quay
  const [old] = await autoPrunePolicy.read(scope(org, server), api)
  const a = { method: 'creation_date', value: '1d' }
  const d = desired(autoPrunePolicy, org, a)
  await autoPrunePolicy.create(write(d.address, a), quay)
  await autoPrunePolicy.delete?.(old!, quay)
  expect(await autoPrunePolicy.find({ address: d.address, parent: null }, api)).toMatchObject({ attributes: a })
  expect(await autoPrunePolicy.find({ address: old!.address, parent: null }, api)).toBeNull()
  expect(calls).toEqual(['PUT /organization/acme/autoprunepolicy/u1'])
  const admits = autoPrunePolicy.admits as any
  const n = desired(autoPrunePolicy, org, { method: 'number_of_tags', value: 1 })
  expect(admits(n, server, [a]).length).toBe(1)
  expect(admits(d, server, [n.attributes]).length).toBe(0)
  expect(autoPrunePolicy.check?.(desired(autoPrunePolicy, org, { method: 'number_of_tags', value: '3d', tag_pattern_matches: true }))?.map((r) => r.message)).toEqual([
    'unexpected value "3d" beside the method number_of_tags',
    'tag_pattern_matches needs a tag_pattern beside it',
  ])
})

test.each(['^v.*', 'v[0-9]+(\\.[0-9]+)*$', '[]a]', '[^]]+', 'a[[]', '(?i)x', '(?P<n>a)(?P=n)', 'a++', 'a*?', '[[:alpha:]]+', '[^^]', '[^]a]', '[^\\]]', '[[]]', '***=(', '(?:a|b)?', '\\(', 'a{2,3}', '(?#()a', '[\\]]', '(?<=a)b', '(?(1)a|b)'])('fine %s', (p) => expect(patternFault(p)).toBeNull())
test.each(['[', 'a\\', '(', ')', '*', 'a|*', '(*)', 'a**', '[a', '(a', 'a)', '+a', '[^]', '[]', '[^]a', 'a|?'])('broken %s', (p) => { console.log(p, patternFault(p)); expect(patternFault(p)).not.toBeNull() })
