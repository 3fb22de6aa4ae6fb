import { describe, expect, test } from 'vitest'
import { actionsOf, configure, lines, type World, withWorld, writesOf } from '../world.ts'
import { acme, given, outcomesOf, rolesOf } from './acme.ts'

const teams = { auditors: { role: 'member' }, developers: { role: 'member' } }
const files = (grants: object, body: object = {}): string => acme({ teams, grants, ...body })
const everything = { '*': { 'team:auditors': 'read' } }

/** The organization, with its teams, and repositories that somebody made. */
async function made(world: World, ...repositories: readonly string[]): Promise<void> {
  await world.converge(acme({ teams }))
  for (const repository of repositories)
    await given(world, [
      'POST',
      '/repository',
      { namespace: 'acme', repository, visibility: 'private', description: '', repo_kind: 'image' },
    ])
}

const put = (repository: string, subject: string, role: string) =>
  ['PUT', `/repository/acme/${repository}/permissions/${subject}`, { role }] as const

describe('what a glob matches', () => {
  test.each([
    ['*', ['api', 'web', 'web/site', 'web/site/old']],
    ['web*', ['web', 'web/site', 'web/site/old']],
    ['web/*', ['web/site', 'web/site/old']],
    ['we?', ['web']],
    ['web/site', ['web/site']],
    ['no.*', []],
  ])('%s', async (glob, matched) => {
    await withWorld(async (world) => {
      await made(world, 'api', 'web', 'web/site', 'web/site/old')
      const ready = await world.plan(files({ [glob]: { 'team:auditors': 'read' } }))
      expect([...actionsOf(ready)].sort()).toEqual(
        matched.map((name) => `create permission.acme/${name}:team:auditors`).sort(),
      )
    })
  })

  test('also what the same plan creates, after it', async () => {
    await withWorld(async (world) => {
      await made(world, 'api')
      const all = files(everything, { repositories: { new: {}, 'new/one': {} } })
      const { sent } = await world.apply(await world.plan(all))
      expect(writesOf(sent)).toEqual([
        'POST /repository',
        'POST /repository',
        'PUT /repository/acme/api/permissions/team/auditors',
        'PUT /repository/acme/new/one/permissions/team/auditors',
        'PUT /repository/acme/new/permissions/team/auditors',
      ])
      expect(actionsOf(await world.plan(all))).toEqual([])
    })
  })

  test.each([
    ['external', { external: { repositories: ['web'] } }, []],
    [
      'removed',
      { removed: { repositories: { web: { reason: 'a test', until: '2026-12-31' } } } },
      ['delete repository.acme/web'],
    ],
  ])('but nothing that is %s', async (_, body, others) => {
    await withWorld(async (world) => {
      await made(world, 'api', 'web')
      const ready = await world.plan(files(everything, body))
      expect(actionsOf(ready)).toEqual(['create permission.acme/api:team:auditors', ...others])
    })
  })
})

describe('at least', () => {
  test('it raises, and never lowers or revokes', async () => {
    await withWorld(async (world) => {
      await made(world, 'api', 'web', 'site')
      await given(
        world,
        put('api', 'team/auditors', 'admin'),
        put('web', 'team/auditors', 'read'),
        put('web', 'team/developers', 'admin'),
      )
      const writing = files({ '*': { 'team:auditors': 'write' } })
      const ready = await world.converge(writing)
      expect(actionsOf(ready)).toEqual([
        'create permission.acme/site:team:auditors',
        'update permission.acme/web:team:auditors',
      ])
      expect(await rolesOf(world, 'acme/api')).toEqual(['team:auditors admin', 'user:admin admin'])
      expect(await rolesOf(world, 'acme/web')).toEqual([
        'team:auditors write',
        'team:developers admin',
        'user:admin admin',
      ])
      expect(actionsOf(await world.plan(files(everything)))).toEqual([])
      expect(actionsOf(await world.plan(files({})))).toEqual([])
    })
  })

  test('of two that match the stronger counts', async () => {
    await withWorld(async (world) => {
      await made(world, 'api', 'web')
      const both = { '*': { 'team:auditors': 'read' }, 'w*': { 'team:auditors': 'admin' } }
      await world.converge(files(both))
      expect(await rolesOf(world, 'acme/api')).toContain('team:auditors read')
      expect(await rolesOf(world, 'acme/web')).toContain('team:auditors admin')
      expect(actionsOf(await world.plan(files(both)))).toEqual([])
    })
  })

  test.each([
    ['less', 'read', 'write'],
    ['the same', 'write', 'write'],
    ['more', 'admin', 'admin'],
  ])('beside a declared permission of %s', async (_, declared, role) => {
    await withWorld(async (world) => {
      const both = files(
        { '*': { 'team:developers': 'write' } },
        { repositories: { api: { permissions: { 'team:developers': declared } } } },
      )
      await world.converge(both)
      expect(await rolesOf(world, 'acme/api')).toEqual([`team:developers ${role}`])
      expect(actionsOf(await world.plan(both))).toEqual([])
    })
  })

  test('what it gives is no surplus of an exact set', async () => {
    await withWorld(async (world) => {
      await made(world, 'api')
      await given(world, put('api', 'team/auditors', 'read'), put('api', 'team/developers', 'read'))
      const exact = files(everything, { repositories: { api: { permissions: {} } } })
      const ready = await world.converge(exact)
      expect(actionsOf(ready)).toEqual([
        'delete permission.acme/api:team:developers',
        'delete permission.acme/api:user:admin',
      ])
      expect(await rolesOf(world, 'acme/api')).toEqual(['team:auditors read'])
    })
  })
})

test('a team is one request, however many repositories match', async () => {
  await withWorld(async (world) => {
    await made(world, 'a', 'b', 'c', 'd')
    await world.converge(files(everything))
    const { sent } = await world.plan(files(everything))
    expect(sent.map(({ path }) => path).filter((path) => path.includes('permissions'))).toEqual([
      '/api/v1/organization/acme/team/auditors/permissions',
    ])
  })
})

test('a team that nobody declares', () => {
  const { diagnostics } = configure(files({ '*': { 'team:nobody': 'read' } }))
  expect(lines(diagnostics)).toEqual([expect.stringContaining('QC2001')])
})

test('one that Quay refuses does not keep the others', async () => {
  let isRefused = false
  await withWorld(
    async (world) => {
      await made(world, 'api', 'web')
      const ready = await world.plan(files(everything))
      isRefused = true
      const outcomes = outcomesOf(await world.apply(ready))
      expect(outcomes).toEqual({
        'permission.acme/api:team:auditors': expect.stringContaining('failed'),
        'permission.acme/web:team:auditors': 'done',
      })
    },
    {
      faults: ({ method, target }) =>
        isRefused && method === 'PUT' && target.includes('/acme/api/') ? { status: 403 } : undefined,
    },
  )
})
