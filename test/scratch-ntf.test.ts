import { expect, test } from 'vitest'
import { addressOf } from '../src/model/address.ts'
import type { Live } from '../src/model/change.ts'
import type { Registry } from '../src/model/resource.ts'
import { differencesOf } from '../src/engine/compare.ts'
import { attributesSchema } from '../src/engine/jsonschema-attributes.ts'
import { notification } from '../src/resources/notification/index.ts'
import { schema } from '../src/resources/notification/schema.ts'
import { proxyCache } from '../src/resources/proxy_cache/index.ts'
import { withWorld, type World } from './world.ts'
import { Ajv } from 'ajv'

const org = addressOf({ name: 'organization', separator: '' }, null, 'acme')
const repo = addressOf({ name: 'repository', separator: '/', keeps: '/' }, org, 'api')
const at = (title: string, owner = repo) => addressOf(notification, owner, title)
const liveOf = (address: typeof org): Live => ({ address, attributes: {} })
const base = { differences: [], exact: new Map(), live: null }
async function setUp(world: World) {
  await world.call('POST', '/organization/', { name: 'acme' })
  await world.call('POST', '/organization/', { name: 'other' })
  await world.call('PUT', '/organization/acme/team/devs', { role: 'member' })
  await world.call('POST', '/repository', { namespace: 'acme', repository: 'api', visibility: 'private', description: '' })
}
const scope = (server: any, parent: typeof org, names: string[] = []) => ({
  parent: liveOf(parent), server, names, declares: () => false, declared: () => null, whole: false, beside: () => null,
})
const desired = (attributes: any, address = at('x')): any => ({ address, attributes, origins: Object.fromEntries(Object.keys(attributes).map((k) => [k, {}])), origin: {}, absent: false, replaceAllowed: false })

test('life of a notification', () => withWorld(async (world) => {
  await setUp(world)
  for (const owner of [repo, org]) await world.session(async (client, server) => {
    const quay = { api: client, server, now: () => new Date() }
    const event = owner === repo ? 'vulnerability_found' : 'quota_warning'
    const address = at('a b/#ü', owner)
    expect(await notification.find({ address, parent: liveOf(owner) }, client.fresh)).toBeNull()
    const values: any = { event, method: 'slack', config: { url: 'https://hooks.example.com/1' }, ...(owner === repo && { event_config: { level: 2 } }) }
    await notification.create({ ...base, address, values }, quay)
    let live = await notification.find({ address, parent: liveOf(owner) }, client.fresh)
    expect(live?.attributes).toEqual({ event_config: {}, ...values })
    expect(JSON.stringify(live?.remote)).not.toContain('hooks')
    expect(differencesOf(notification, desired(values, address), live!)).toEqual([])
    // event only: config is kept
    const next = owner === repo ? 'repo_push' : 'quota_error'
    await notification.update!({ ...base, address, values: { event: next } as any, live }, quay)
    live = await notification.find({ address, parent: liveOf(owner) }, client.fresh)
    expect(live?.attributes).toEqual({ event: next, event_config: {}, method: 'slack', config: values.config })
    // method, with secrets
    const d = differencesOf(notification, desired({ event: next, method: 'flowdock', config: { flow_api_token: { from_env: 'QC_X' } } }, address), live!)
    expect(d.map(({ path }) => path)).toContain('/method')
    expect(d.map(({ attribute }) => attribute)).toContain('config')
    await notification.update!({ ...base, address, values: { method: 'flowdock', config: { flow_api_token: 'S' } } as any, live }, quay)
    live = await notification.find({ address, parent: liveOf(owner) }, client.fresh)
    expect(live?.attributes).toEqual({ event: next, event_config: {}, method: 'flowdock', config: {} })
    const raw = (p: typeof org) => world.call('GET', p === repo ? '/repository/acme/api/notification/' : '/organization/acme/notifications')
    expect((await raw(owner)).body).toMatchObject({ notifications: [{ config: { flow_api_token: 'S' } }] })
    // event only keeps the token
    await notification.update!({ ...base, address, values: { event } as any, live }, quay)
    expect((await raw(owner)).body).toMatchObject({ notifications: [{ event, config: { flow_api_token: 'S' } }] })
    // stale
    await expect(notification.update!({ ...base, address, values: { event } as any, live }, quay)).rejects.toMatchObject({ code: 'QC7414' })
    live = await notification.find({ address, parent: liveOf(owner) }, client.fresh)
    for (const target of ['team:devs', 'user:mallory', 'organization:acme']) {
      await notification.update!({ ...base, address, values: { method: 'quay_notification', config: { target } } as any, live }, quay)
      live = await notification.find({ address, parent: liveOf(owner) }, client.fresh)
      expect(live?.attributes.config).toEqual({ target })
    }
    // refusal leaves the old
    await expect(notification.update!({ ...base, address, values: { config: { target: 'user:nobody' } } as any, live }, quay)).rejects.toMatchObject({ code: 'QC7400' })
    expect((await notification.read(scope(server, owner), client.fresh)).map((l) => l.address.text)).toEqual([address.text])
    await notification.delete!(live!, quay)
    await notification.delete!(live!, quay)
    expect(await notification.find({ address, parent: liveOf(owner) }, client.fresh)).toBeNull()
    await notification.create({ ...base, address, values }, quay)
    await notification.create({ ...base, address, values }, quay)
    expect(await notification.read(scope(server, owner), client.fresh)).toEqual([])
    expect(await notification.read(scope(server, owner, [address.name]), client.fresh)).toEqual([{ address, attributes: {}, obscure: '2 notifications there have this title' }])
  })
}))

test('live oddities', () => withWorld(async (world) => {
  await setUp(world)
  const post = (body: any, p = '/repository/acme/api/notification/') => world.call('POST', p, { method: 'webhook', config: { url: 'https://h.example.com' }, event: 'repo_push', eventConfig: {}, ...body })
  await post({}); await post({ title: '' })
  await post({ title: 'v', event: 'vulnerability_found', eventConfig: { level: '3', odd: 1 } })
  await post({ title: 'b', event: 'build_failure', eventConfig: { 'ref-regex': 'x' }, config: { url: 'https://h.example.com', odd: [1] } })
  await post({ title: 'e', event: 'quota_error', method: 'email', config: { email: 'x@example.com' } }, '/organization/acme/notifications')
  await world.session(async (client, server) => {
    const quay = { api: client, server, now: () => new Date() }
    const found = await notification.read(scope(server, repo), client)
    expect(found.map(({ address, attributes }) => [address.text, attributes.event_config])).toEqual([
      ['notification.acme/api#v', { level: 3 }], ['notification.acme/api#b', { ref_regex: 'x' }]])
    expect((await notification.read(scope(server, org), client)).map(({ attributes }) => attributes.config)).toEqual([null])
    await notification.update!({ ...base, address: at('b'), live: found[1]!, values: { event: 'build_success' } }, quay)
    await notification.update!({ ...base, address: at('v'), live: found[0]!, values: { config: { url: 'https://two.example.com' } } as any }, quay)
    const { body } = await world.call('GET', '/repository/acme/api/notification/')
    expect((body as any).notifications.slice(2)).toMatchObject([
      { event: 'build_success', event_config: { 'ref-regex': 'x' }, config: { odd: [1] } },
      { event: 'vulnerability_found', event_config: { level: '3', odd: 1 }, config: { url: 'https://two.example.com' } }])
    await notification.create({ ...base, address: at('m', org), values: { event: 'quota_warning', method: 'email', config: null } }, quay)
    const m = await notification.find({ address: at('m', org), parent: null }, client.fresh)
    expect(differencesOf(notification, desired({ event: 'quota_warning', method: 'email', config: null }, at('m', org)), m!)).toEqual([])
    await expect(notification.create({ ...base, address: at('m'), values: { event: 'repo_push', method: 'email', config: { email: 'a@b.de' } } }, quay)).rejects.toMatchObject({ hints: [expect.stringContaining('confirm')] })
  })
}))

test('failing deletes and lost answers of an update', () => withWorld(async (world) => {
  await setUp(world)
  await world.session(async (client, server) => {
    const values: any = { event: 'repo_push', method: 'slack', config: { url: 'https://a.example.com' } }
    const real = { api: client, server, now: () => new Date() }
    await notification.create({ ...base, address: at('x'), values }, real)
    let live = await notification.find({ address: at('x'), parent: null }, client.fresh)
    const { UnavailableError } = await import('../src/model/errors.ts')
    const lost = new UnavailableError('QC7604', 'lost')
    // the answer to the POST is lost
    await notification.update!({ ...base, address: at('x'), live, values: { event: 'build_start' } }, { ...real, api: { ...client, post: async (p: any, b: any) => { await client.post(p, b); throw lost } } as any })
    live = await notification.find({ address: at('x'), parent: null }, client.fresh)
    expect(live?.attributes.event).toBe('build_start')
    // the POST never arrives
    await expect(notification.update!({ ...base, address: at('x'), live, values: { event: 'repo_push' } }, { ...real, api: { ...client, post: async () => { throw lost } } as any })).rejects.toBe(lost)
    // the answer to the DELETE is lost
    await notification.update!({ ...base, address: at('x'), live, values: { event: 'build_failure' } }, { ...real, api: { ...client, delete: async (p: any) => { await client.delete(p); throw lost } } as any })
    live = await notification.find({ address: at('x'), parent: null }, client.fresh)
    expect(live?.attributes.event).toBe('build_failure')
    // the DELETE fails
    await expect(notification.update!({ ...base, address: at('x'), live, values: { event: 'repo_push' } }, { ...real, api: { ...client, delete: async () => { throw lost } } as any })).rejects.toMatchObject({ code: 'QC7415', message: expect.stringContaining('two of this title') })
  })
}))

const said = (attributes: any, address = at('x')) => notification.check!(desired(attributes, address)).map(({ code, message, hint }) => `${code} ${message}${hint ? ` (${hint})` : ''}`)
test('check', () => {
  const url = { url: 'https://a.example.com' }
  const out: Record<string, unknown> = {}
  const go = (name: string, a: any, address?: any) => { out[name] = said(a, address) }
  go('fine', { event: 'repo_push', method: 'webhook', config: url })
  go('quota on repo', { event: 'quota_error', method: 'webhook', config: url })
  go('push on org', { event: 'repo_push', method: 'webhook', config: url }, at('x', org))
  go('slack template', { event: 'repo_push', method: 'slack', config: { ...url, template: '{}' } })
  go('no url', { event: 'repo_push', method: 'slack', config: { email: 'x@y.de' } })
  go('org mail', { event: 'quota_error', method: 'email', config: { email: 'x@y.de' } }, at('x', org))
  go('org mail none', { event: 'quota_error', method: 'email', config: null }, at('x', org))
  go('slack none', { event: 'repo_push', method: 'slack', config: null })
  go('expiry', { event: 'repo_image_expiry', method: 'slack', config: url })
  go('level on push', { event: 'repo_push', method: 'slack', config: url, event_config: { level: 1 } })
  go('days on vuln', { event: 'vulnerability_found', method: 'slack', config: url, event_config: { days: 1 } })
  go('bad regex', { event: 'build_start', method: 'slack', config: url, event_config: { ref_regex: '(' } })
  for (const u of ['ftp://x', 'nope', 'https://', 'https:///x', 'http://localhost:8080/x', 'https://u:p@127.0.0.1', 'http://:80/', 'HTTPS://ok.example.com?x', 'https://[::1]:80/'])
    go(`url ${u}`, { event: 'repo_push', method: 'webhook', config: { url: u } })
  go('ref', { event: 'repo_push', method: 'webhook', config: { url: { from_env: 'X' }, template: 'nope' } })
  go('target', { event: 'repo_push', method: 'quay_notification', config: { target: 'organization:other' } })
  go('target own', { event: 'repo_push', method: 'quay_notification', config: { target: 'organization:acme' } })
  const user = addressOf({ name: 'repository', separator: '/' }, addressOf({ name: 'namespace', separator: '' }, null, 'alice'), 'r')
  go('target user', { event: 'repo_push', method: 'quay_notification', config: { target: 'organization:alice' } }, at('x', user))
  console.log(JSON.stringify(out, null, 1))
})

test('json schema', () => {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strict: false })
  const v = ajv.compile({ type: 'object', properties: attributesSchema(schema) })
  for (const ok of [{ config: 'none' }, { config: { url: 'x' } }, { config: { url: { from_env: 'QC_X' } } }, { event_config: { level: 0 } }, { config: { target: 'team:x' } }, { config: { notification_token: { from_env: 'X' } } }])
    expect([ok, v(ok), v.errors]).toEqual([ok, true, null])
  for (const bad of [{ config: 'nope' }, { config: {} }, { config: { flow_api_token: 'x' } }, { event_config: { level: 6 } }, { event_config: { days: 0 } }, { config: { target: 'robot:x' } }])
    expect([bad, v(bad)]).toEqual([bad, false])
  expect(new RegExp(notification.keyPattern!, 'u').test('a b ü #/')).toBe(true)
  expect(new RegExp(notification.keyPattern!, 'u').test('a\nb')).toBe(false)
})

test('admits and demands', () => withWorld(async (world) => {
  await world.session(async (_, server) => {
    expect(notification.admits!(desired({}, at('x', org)), server)).toHaveLength(1)
    expect(notification.admits!(desired({}, at('x', repo)), server)).toEqual([])
    const change = (attributes: any, address = at('x')): any => ({ address, desired: desired(attributes, address), action: 'create', differences: Object.entries(attributes).map(([attribute, after]) => ({ attribute, after })) })
    expect(notification.demands!(change({ event: 'repo_image_expiry', method: 'email' }), server).map((r) => r.attribute)).toEqual(['method', 'event'])
    expect(notification.demands!(change({ event: 'repo_push', method: 'slack' }), server)).toEqual([])
  })
}, { features: { QUOTA_NOTIFICATIONS: false, IMAGE_EXPIRY_TRIGGER: false } }))

test('proxy cache', () => withWorld(async (world) => {
  await setUp(world)
  await world.session(async (client, server) => {
    const quay = { api: client, server, now: () => new Date() }
    const address = addressOf(proxyCache, org, '')
    const find = () => proxyCache.find({ address, parent: liveOf(org) }, client.fresh)
    expect(await find()).toBeNull()
    expect(await proxyCache.read(scope(server, org), client.fresh)).toEqual([])
    const values: any = { upstream_registry: 'docker.io/library', username: 'u', password: 'p', expiration: 3600, insecure: false }
    await proxyCache.create({ ...base, address, values }, quay)
    expect(world.emulator).toBeTruthy()
    const live = await find()
    expect(live).toEqual({ address, attributes: { upstream_registry: 'docker.io/library', expiration: 3600, insecure: false } })
    await expect(proxyCache.create({ ...base, address, values }, quay)).rejects.toMatchObject({ code: 'QC7400' })
    await proxyCache.replace!({ ...base, address, live, values: { upstream_registry: 'quay.io' } }, quay)
    expect((await find())?.attributes).toEqual({ upstream_registry: 'quay.io', expiration: 3600, insecure: false })
    const err = await proxyCache.replace!({ ...base, address, live, values: { upstream_registry: '10.0.0.1' } }, quay).catch((e) => e)
    console.log(err.code, err.message, err.hints)
    expect(await find()).toBeNull()
    await proxyCache.replace!({ ...base, address, live, values: { upstream_registry: 'quay.io' } }, quay)
    expect((await find())?.attributes).toEqual({ upstream_registry: 'quay.io', expiration: 86400, insecure: false })
    const { UnavailableError } = await import('../src/model/errors.ts')
    const lost = new UnavailableError('QC7604', 'lost')
    await proxyCache.replace!({ ...base, address, live, values: { upstream_registry: 'docker.io' } }, { ...quay, api: { ...client, delete: async (p: any) => { await client.delete(p); throw lost }, post: async (p: any, b: any) => { await client.post(p, b); throw lost } } as any })
    expect((await find())?.attributes.upstream_registry).toBe('docker.io')
    await expect(proxyCache.replace!({ ...base, address, live, values: { upstream_registry: 'quay.io' } }, { ...quay, api: { ...client, delete: async () => { throw lost } } as any })).rejects.toBe(lost)
    await proxyCache.delete!(live!, quay)
    await proxyCache.delete!(live!, quay)
    expect(await find()).toBeNull()
    for (const [action, v] of [['delete', {}], ['replace', { upstream_registry: 'quay.io' }], ['replace', { upstream_registry: 'docker.io/library', username: 'x' }]] as const)
      console.log(proxyCache.judge!({ action, live, values: v } as any, { parent: null }))
    // immutable and mirrored refusals
    for (const [said, hint] of [['Cannot convert organization to proxy cache: immutable tags exist', 'immutable'], ['x organization-level mirroring', 'mirror']]) {
      const { ApiError } = await import('../src/model/errors.ts')
      await expect(proxyCache.create({ ...base, address, values }, { ...quay, api: { ...client, post: async () => { throw new ApiError('QC7400', said) } } as any })).rejects.toMatchObject({ hints: [expect.stringContaining(hint)] })
    }
  })
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strict: false })
  const v = ajv.compile({ type: 'object', properties: attributesSchema(proxyCache.schema) })
  for (const u of ['quay.io', 'docker.io/library', 'h:5000/a/b', 'localhost']) expect([u, v({ upstream_registry: u })]).toEqual([u, true])
  for (const u of ['https://quay.io', '', 'quay.io/', `a${'b'.repeat(2048)}`]) expect([u, v({ upstream_registry: u })]).toEqual([u, false])
}))

test('3.11', () => withWorld(async (world) => {
  await setUp(world)
  await world.session(async (client, server) => {
    const quay = { api: client, server, now: () => new Date() }
    const address = addressOf(proxyCache, org, '')
    await proxyCache.create({ ...base, address, values: { upstream_registry: 'quay.io' } }, quay)
    expect(await proxyCache.find({ address, parent: null }, client.fresh)).toBeTruthy()
    expect(notification.admits!(desired({}, at('x', org)), server)).toHaveLength(1)
    await notification.create({ ...base, address: at('n'), values: { event: 'repo_push', method: 'slack', config: { url: 'https://a' } } }, quay)
    expect(await notification.find({ address: at('n'), parent: null }, client.fresh)).toBeTruthy()
  })
}, { version: '3.11' }))
