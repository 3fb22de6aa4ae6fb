import { describe, expect, test } from 'vitest'
import { actionsOf, type World, withWorld, writesOf } from '../world.ts'
import { acme, given, rolesOf } from './acme.ts'

const files = (permissions: object | undefined, repository: object = {}, body: object = {}): string =>
  acme({
    robots: { ci: {}, sync: {} },
    teams: { developers: { role: 'member' } },
    repositories: { api: { ...repository, ...(permissions && { permissions }) } },
    ...body,
  })
const mirror = {
  external_reference: 'quay.io/minio/mc',
  tags: ['latest'],
  robot: 'sync',
  sync_interval: '1d',
}
const settled = async (world: World, text: string) => actionsOf(await world.plan(text))

describe('what Quay gives with a new repository', () => {
  test.each([
    ['its creator', {}, undefined, ['user:admin admin']],
    ['its creator, taken back', {}, {}, []],
    ['its creator, taken back for others', {}, { 'robot:ci': 'write' }, ['user:acme+ci write']],
    ['its creator, who is listed', {}, { 'user:admin': 'admin' }, ['user:admin admin']],
    ['its creator, who is listed with less', {}, { 'user:admin': 'read' }, ['user:admin read']],
    [
      'by default permissions',
      {
        default_permissions: [
          { to: 'team:developers', role: 'write' },
          { to: 'robot:ci', role: 'read' },
        ],
      },
      undefined,
      ['team:developers write', 'user:acme+ci read', 'user:admin admin'],
    ],
    [
      'by default permissions, taken back',
      {
        default_permissions: [
          { to: 'team:developers', role: 'write' },
          { to: 'robot:ci', role: 'read' },
        ],
      },
      { 'robot:ci': 'admin' },
      ['user:acme+ci admin'],
    ],
  ])('%s', async (_, body, permissions, roles) => {
    await withWorld(async (world) => {
      const text = files(permissions, {}, body)
      await world.converge(text)
      expect(await rolesOf(world, 'acme/api')).toEqual(roles)
      expect(await settled(world, text)).toEqual([])
    })
  })
})

test('a set that is declared later is exact, and one that is not is left alone', async () => {
  await withWorld(async (world) => {
    await world.converge(files(undefined))
    await given(world, ['PUT', '/repository/acme/api/permissions/user/mallory', { role: 'admin' }])
    expect(await settled(world, files(undefined))).toEqual([])
    const ready = await world.plan(files({ 'user:mallory': 'read', 'robot:ci': 'write' }))
    expect(actionsOf(ready)).toEqual([
      'create permission.acme/api:robot:ci',
      'update permission.acme/api:user:mallory',
      'delete permission.acme/api:user:admin',
    ])
    const { sent } = await world.apply(ready)
    expect(writesOf(sent)).toEqual([
      'PUT /repository/acme/api/permissions/user/acme+ci',
      'PUT /repository/acme/api/permissions/user/mallory',
      'DELETE /repository/acme/api/permissions/user/admin',
    ])
  })
})

describe("a mirror's robot", () => {
  test('keeps its write, listed or not', async () => {
    await withWorld(async (world) => {
      const text = files({}, { mirror })
      await world.converge(text)
      expect(await rolesOf(world, 'acme/api')).toEqual(['user:acme+sync write'])
      expect(await settled(world, text)).toEqual([])
      expect(await settled(world, files({ 'robot:sync': 'write' }, { mirror }))).toEqual([])
    })
  })

  test('keeps it where only Quay has the mirror', async () => {
    await withWorld(async (world) => {
      await world.converge(files({}, { mirror }))
      expect(await settled(world, files({}))).toEqual([])
    })
  })

  test('has no more than that', async () => {
    await withWorld(async (world) => {
      await world.converge(files({}, { mirror }))
      await given(world, ['PUT', '/repository/acme/api/permissions/user/acme+sync', { role: 'admin' }])
      expect(await settled(world, files({}, { mirror }))).toEqual(['delete permission.acme/api:robot:sync'])
    })
  })

  test('loses it when another robot writes the mirror', async () => {
    await withWorld(async (world) => {
      await world.converge(files({}, { mirror }))
      const other = files({}, { mirror: { ...mirror, robot: 'ci' } })
      await world.converge(other)
      expect(await settled(world, other)).toEqual([])
      expect(await rolesOf(world, 'acme/api')).toEqual(['user:acme+ci write'])
    })
  })
})

test('the owner of a namespace keeps admin', async () => {
  await withWorld(async (world) => {
    const text = JSON.stringify({
      apiVersion: 'quayctl/v1',
      kind: 'User',
      name: 'admin',
      repositories: { scratch: { permissions: { 'user:mallory': 'read' } } },
    })
    await world.converge(text)
    const { body } = await world.call('GET', '/repository/admin/scratch/permissions/user/')
    expect(body).toMatchObject({ permissions: { admin: { role: 'admin' }, mallory: { role: 'read' } } })
    expect(await settled(world, text)).toEqual([])
  })
})
