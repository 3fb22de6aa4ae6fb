import { expect, test } from 'vitest'
import { type Address, addressOf } from '../src/model/address.ts'
import type { Live } from '../src/model/change.ts'
import type { Quay, ResourceType, Scope } from '../src/model/resource.ts'
import type { Server } from '../src/model/server.ts'
import type { Client } from '../src/quay/client.ts'
import { application } from '../src/resources/application/index.ts'
import { defaultPermission } from '../src/resources/default_permission/index.ts'
import { message } from '../src/resources/message/index.ts'
import { quota } from '../src/resources/quota/index.ts'
import { robot } from '../src/resources/robot/index.ts'
import { user } from '../src/resources/user/index.ts'
import { withWorld } from './world.ts'

const org = addressOf({ name: 'organization', separator: '' }, null, 'acme')
const self = addressOf({ name: 'namespace', separator: '' }, null, 'admin')
const liveOf = (address: Address): Live => ({ address, attributes: {} })
const quayOf = (client: Client, server: Server): Quay => ({ api: client, server, now: () => new Date() })
const scopeOf = (server: Server, parent: Live | null, names: string[], declared: string[] = []): Scope => ({
  parent,
  server,
  names,
  declares: (_, attribute) => declared.includes(attribute),
  whole: false,
  beside: () => null,
})
const write = (address: Address, values: object, live: Live | null = null): any => ({
  address,
  values,
  live,
  differences: [],
  exact: new Map(),
})
const change = (over: object): any => ({ action: 'update', differences: [], values: {}, live: null, desired: null, ...over })

test('default permissions', () =>
  withWorld(async (world) => {
    await world.call('POST', '/organization/', { name: 'acme' })
    await world.call('PUT', '/organization/acme/team/devs', { role: 'member' })
    await world.call('PUT', '/organization/acme/robots/ci', {})
    const proto = '/organization/acme/prototypes'
    const type: ResourceType = defaultPermission
    await world.session(async (client, server) => {
      const quay = quayOf(client, server)
      for (const attributes of [
        { to: 'team:devs', role: 'read' },
        { creator: 'robot:ci', to: 'team:devs', role: 'write' },
        { to: 'robot:ci', role: 'admin' },
        { creator: 'user:mallory', to: 'user:admin', role: 'read' },
      ]) {
        const name = type.nameOf?.(attributes) ?? ''
        const address = addressOf(type, org, name)
        expect(await type.find({ address, parent: null }, client.fresh)).toBeNull()
        await type.create(write(address, attributes), quay)
        expect(await type.find({ address, parent: null }, client.fresh)).toMatchObject({ address, attributes })
      }
      const all = await type.read(scopeOf(server, liveOf(org), []), client.fresh)
      expect(all.map(({ address }) => address.text)).toMatchInlineSnapshot(`
        [
          "default_permission.acme:*:team:devs",
          "default_permission.acme:robot:ci:team:devs",
          "default_permission.acme:*:robot:ci",
          "default_permission.acme:user:mallory:user:admin",
        ]
      `)
      // copies, of other roles too
      await world.call('POST', proto, { role: 'admin', delegate: { kind: 'team', name: 'devs' } })
      await world.call('POST', proto, { role: 'read', delegate: { kind: 'team', name: 'devs' } })
      const address = addressOf(type, org, '*:team:devs')
      const folded = await type.find({ address, parent: null }, client.fresh)
      expect(folded).toMatchObject({ surplus: 2, attributes: { role: 'read' } })
      await type.update?.(write(address, {}, folded), quay)
      expect(await type.find({ address, parent: null }, client.fresh)).toEqual({ address, attributes: { to: 'team:devs', role: 'read' }, remote: { ids: [expect.any(String)] } })
      await world.call('POST', proto, { role: 'admin', delegate: { kind: 'team', name: 'devs' } })
      await type.update?.(write(address, { role: 'write' }, folded), quay)
      const one = await type.find({ address, parent: null }, client.fresh)
      expect(one).toMatchObject({ attributes: { role: 'write' } })
      expect(one?.surplus).toBeUndefined()
      await world.call('POST', proto, { role: 'admin', delegate: { kind: 'team', name: 'devs' } })
      if (one) await type.delete?.(one, quay)
      expect(await type.find({ address, parent: null }, client.fresh)).toBeNull()
      if (one) await type.delete?.(one, quay)
      expect(type.judge?.(change({ action: 'delete' }), { parent: null })).toMatchObject({ revokes: 1 })
      expect(type.judge?.(change({ differences: [{ attribute: 'role', before: 'admin', after: 'read' }] }), { parent: null })).toEqual({ impacts: ['access'], narrows: true, revokes: 1 })
      expect(type.judge?.(change({ differences: [{ attribute: 'role', before: 'read', after: 'admin' }] }), { parent: null })).toEqual({ impacts: ['access'] })
    })
  }))

test('applications', () =>
  withWorld(async (world) => {
    await world.call('POST', '/organization/', { name: 'acme' })
    const type: ResourceType = application
    await world.session(async (client, server) => {
      const quay = quayOf(client, server)
      const name = 'Büro: a/b #1'
      const address = addressOf(type, org, name)
      expect(address.text).toMatchInlineSnapshot(`"application.acme/B%C3%BCro%3A%20a%2Fb%20%231"`)
      expect(new RegExp(type.keyPattern ?? '', 'u').test(name)).toBe(true)
      const made = await type.create(write(address, { description: 'x', avatar_email: null }), quay)
      expect(made).toEqual({ client_id: expect.any(String), client_secret: expect.any(String) })
      const found = await type.find({ address, parent: null }, client.fresh)
      expect(found).toEqual({
        address,
        attributes: { description: 'x', application_uri: '', redirect_uri: '', avatar_email: null },
        remote: { client_id: made?.client_id },
        credential: made,
      })
      await type.update?.(write(address, { avatar_email: 'a@example.com', redirect_uri: 'https://x.example/cb' }, found), quay)
      const second = await type.find({ address, parent: null }, client.fresh)
      expect(second?.attributes).toEqual({ description: 'x', application_uri: '', redirect_uri: 'https://x.example/cb', avatar_email: 'a@example.com' })
      await type.update?.(write(address, { avatar_email: null }, second), quay)
      const third = await type.find({ address, parent: null }, client.fresh)
      expect(third?.attributes).toMatchObject({ avatar_email: null, redirect_uri: 'https://x.example/cb' })
      await world.call('POST', '/organization/acme/applications', { name })
      await world.call('POST', '/organization/acme/applications', { name: 'other' })
      const read = (names: string[]) => type.read(scopeOf(server, liveOf(org), names), client.fresh)
      expect((await read([])).map((one) => one.address.name)).toEqual(['other'])
      expect(await read([name])).toMatchObject([{ obscure: 'Quay has 2 applications of this name', attributes: { description: 'x' } }, {}])
      expect(JSON.stringify(await read([name]))).not.toContain(made?.client_secret)
      expect((await type.find({ address, parent: null }, client.fresh))?.credential).toBeUndefined()
      if (third) await type.delete?.(third, quay)
      expect(await read([name])).toHaveLength(2)
      expect((await read([name]))[0]?.obscure).toBeUndefined()
    })
  }))

test('messages', () =>
  withWorld(async (world) => {
    const type: ResourceType = message
    await world.session(async (client, server) => {
      const quay = quayOf(client, server)
      const name = type.nameOf?.({ content: 'hello\n' }) ?? ''
      expect(name).toMatch(/^[0-9a-f]{8}$/)
      expect(type.nameOf?.({ content: 'hello\n', severity: 'info', media_type: 'text/markdown' })).toBe(name)
      expect(type.nameOf?.({ content: 'hello\n', severity: 'error' })).not.toBe(name)
      expect(type.nameOf?.({ severity: 'error' })).toBeNull()
      const address = addressOf(type, null, name)
      await type.create(write(address, { content: 'hello\n' }), quay)
      const found = await type.find({ address, parent: null }, client.fresh)
      expect(found).toMatchObject({ address, attributes: { content: 'hello\n', severity: 'info', media_type: 'text/markdown' } })
      await type.create(write(address, { content: 'hello\n' }), quay)
      const [two] = await type.read(scopeOf(server, null, []), client.fresh)
      expect(two).toMatchObject({ surplus: 1, address })
      await type.update?.(write(address, {}, two), quay)
      const [one] = await type.read(scopeOf(server, null, []), client.fresh)
      expect(one?.surplus).toBeUndefined()
      if (two) await type.delete?.(two, quay)
      expect(await type.read(scopeOf(server, null, []), client.fresh)).toEqual([])
      expect(type.demands?.(change({}), server)).toEqual([])
    })
    await world.session(async (_, server) => expect(type.demands?.(change({}), server)).toMatchObject([{ code: 'QC3005' }]), 'PLAIN')
  }))

test('users and their quotas', () =>
  withWorld(async (world) => {
    const type: ResourceType = user
    await world.session(async (client, server) => {
      const quay = quayOf(client, server)
      const address = addressOf(type, null, 'alice')
      const made = await type.create(write(address, { enabled: false }), quay)
      expect(made).toEqual({ username: 'alice', password: expect.any(String) })
      const found = await type.find({ address, parent: null }, client.fresh)
      expect(found).toMatchObject({ address, attributes: { email: '', enabled: false }, remote: { super_user: false } })
      expect(found?.credential).toBeUndefined()
      await type.update?.(write(address, { email: 'alice@example.com', enabled: true }, found), quay)
      expect((await type.find({ address, parent: null }, client.fresh))?.attributes).toEqual({ email: 'alice@example.com', enabled: true })
      const bob = addressOf(type, null, 'bob')
      await expect(type.create(write(bob, { email: 'alice@example.com' }), quay)).rejects.toMatchObject({ hints: ['another user has this e-mail address already'] })
      await type.create(write(bob, { email: 'bob@example.com', enabled: true }), quay)
      await expect(type.update?.(write(bob, { email: 'alice@example.com' }), quay)).rejects.toMatchObject({ hints: ['another user has this e-mail address already'] })

      const sum = (names: string[]) => type.read(scopeOf(server, null, names), client.fresh)
      const few = await sum(['alice', 'bob', 'nobody'])
      expect(few.map((one) => one.address.name)).toEqual(['alice', 'bob'])
      const many = await sum(['bob', 'alice', 'nobody', 'nobody2'])
      expect(many).toEqual(few)

      const [alice] = few
      if (!alice) throw new Error()
      const q = addressOf(quota, address, '')
      expect(q.text).toBe('quota.alice')
      expect(await quota.read(scopeOf(server, alice, ['']), client)).toEqual([])
      await quota.create(write(q, { limit: 1024, warn_at: [70], reject_at: [100] }), quay)
      const live = await quota.find({ address: q, parent: alice }, client.fresh)
      expect(live?.attributes).toEqual({ limit: 1024, warn_at: [70], reject_at: [100] })
      const [again] = await sum(['alice'])
      const [read] = await quota.read(scopeOf(server, again ?? null, ['']), client)
      expect(read).toEqual(live)
      await quota.update?.(write(q, { limit: 2048, warn_at: [] }, live), quay)
      const changed = await quota.find({ address: q, parent: alice }, client.fresh)
      expect(changed?.attributes).toEqual({ limit: 2048, warn_at: [], reject_at: [100] })
      if (changed) await quota.delete?.(changed, quay)
      expect(await quota.find({ address: q, parent: alice }, client.fresh)).toBeNull()

      // a superuser
      const [admin] = await sum(['admin'])
      expect(type.demands?.(change({ address: admin?.address, live: admin, differences: [{ attribute: 'enabled' }] }), server)).toMatchObject([{ code: 'QC3006', attribute: 'enabled' }])
      expect(type.demands?.(change({ action: 'delete', address: admin?.address, live: admin }), server)).toMatchObject([{ code: 'QC3006' }])
      const ldap = { ...server, setting: () => 'LDAP' }
      expect(type.demands?.(change({ action: 'create', address }), ldap)).toMatchObject([{ code: 'QC3001' }])
      expect(type.demands?.(change({ address, differences: [{ attribute: 'email' }] }), ldap)).toMatchObject([{ attribute: 'email' }])
      expect(type.demands?.(change({ address, differences: [{ attribute: 'enabled' }] }), ldap)).toEqual([])
      const mailing = { ...server, feature: (name: string) => name === 'MAILING' }
      expect(type.demands?.(change({ action: 'create', address }), mailing)).toHaveLength(1)
      expect(type.demands?.(change({ action: 'create', address, values: { email: 'x@example.com' } }), mailing)).toEqual([])
      expect(type.demands?.(change({ action: 'create', address }), server)).toEqual([])

      // lost answers
      const { UnavailableError } = await import('../src/model/errors.ts')
      const lossy: Quay = { ...quay, api: { ...client, post: async (path, body) => { await client.post(path, body); throw new UnavailableError('QC7604', 'broken') } } }
      const dora = addressOf(type, null, 'dora')
      await expect(type.create(write(dora, { enabled: false }), lossy)).rejects.toMatchObject({ code: 'QC7413', message: 'user dora was created, and the password did not arrive' })
      const deaf: Quay = { ...quay, api: { ...client, post: async () => { throw new UnavailableError('QC7604', 'broken') } } }
      await expect(type.create(write(addressOf(type, null, 'emil'), {}), deaf)).rejects.toMatchObject({ code: 'QC7604' })
      const half: Quay = { ...quay, api: { ...client, put: async () => { throw new UnavailableError('QC7604', 'broken') } } }
      await expect(type.create(write(addressOf(type, null, 'fritz'), { enabled: false }), half)).rejects.toMatchObject({ code: 'QC7413', credential: { username: 'fritz', password: expect.any(String) } })

      // deletion of a disabled one
      await type.update?.(write(address, { enabled: false }), quay)
      await type.delete?.(alice, quay)
      expect(await type.find({ address, parent: null }, client.fresh)).toBeNull()
      await type.delete?.(alice, quay)
      await expect(type.create(write(address, {}), quay)).rejects.toMatchObject({ hints: [expect.stringMatching(/garbage/)] })
    })
    await world.session(async (client, server) => {
      expect(type.admits?.({ address: addressOf(type, null, 'alice') } as any, server)).toMatchObject([{ code: 'QC3005' }])
      await expect(type.read(scopeOf(server, null, ['alice']), client)).rejects.toMatchObject({ code: 'QC7403', hints: [expect.stringMatching(/super:user/)] })
      await expect(type.read(scopeOf(server, null, ['a1', 'a2', 'a3', 'a4']), client)).rejects.toMatchObject({ code: 'QC7403', hints: [expect.stringMatching(/super:user/)] })
    }, 'PLAIN')
  }))

test('federation', () =>
  withWorld(async (world) => {
    await world.call('POST', '/organization/', { name: 'acme' })
    const type: ResourceType = robot
    const b = { issuer: 'https://b.example', subject: 's' }
    const a = { issuer: 'https://a.example', subject: 's' }
    await world.session(async (client, server) => {
      const quay = quayOf(client, server)
      for (const owner of [org, self]) {
        const address = addressOf(type, owner, 'ci')
        await type.create(write(address, { description: 'one', federation: [b, a] }), quay)
        const found = await type.find({ address, parent: null }, client.fresh)
        expect(found?.attributes).toEqual({ description: 'one', unstructured_metadata: {}, federation: [a, b] })
        const read = (declared: string[]) => type.read(scopeOf(server, liveOf(owner), ['ci'], declared), client.fresh)
        expect((await read([]))[0]?.attributes).toEqual({ description: 'one' })
        expect((await read(['federation']))[0]?.attributes).toEqual({ description: 'one', federation: [a, b] })
        await type.update?.(write(address, { federation: [b] }, found), quay)
        expect((await read(['federation']))[0]?.attributes.federation).toEqual([b])
        // a replace keeps what is not declared, and puts what is
        await type.replace?.(write(address, { description: 'two' }, found), quay)
        expect((await read(['federation']))[0]?.attributes).toEqual({ description: 'two', federation: [b] })
        await type.replace?.(write(address, { description: 'three', federation: [a] }, found), quay)
        expect((await read(['federation']))[0]?.attributes).toEqual({ description: 'three', federation: [a] })
        await type.replace?.(write(address, { description: 'four', federation: [] }, found), quay)
        expect((await read(['federation']))[0]?.attributes).toEqual({ description: 'four', federation: [] })
        await type.update?.(write(address, { federation: [a] }, found), quay)
        await type.update?.(write(address, { federation: [] }, found), quay)
        expect((await read(['federation']))[0]?.attributes.federation).toEqual([])
        if (found) await type.delete?.(found, quay)
        await type.replace?.(write(address, { description: 'five', federation: [a] }, found), quay)
        expect((await read(['federation']))[0]?.attributes).toEqual({ description: 'five', federation: [a] })
      }
      const address = addressOf(type, self, 'ci')
      const desired = (attributes: object): any => ({ address, attributes })
      expect(type.admits?.(desired({ federation: [a] }), server)).toEqual([])
      const old = { ...server, offers: (what: string) => !what.startsWith('/user/') }
      expect(type.admits?.(desired({ federation: [a] }), old)).toMatchObject([{ attribute: 'federation' }])
      expect(type.admits?.(desired({}), old)).toEqual([])
      expect(type.judge?.(change({ differences: [{ attribute: 'federation', before: [a, b], after: [b] }] }), { parent: null })).toEqual({ impacts: ['access'], narrows: true })
      expect(type.judge?.(change({ differences: [{ attribute: 'federation', before: [a], after: [a, b] }] }), { parent: null })).toEqual({ impacts: ['access'] })
    })
  }))
