import { expect, test } from 'vitest'
import { actionsOf, type World, withWorld, writesOf } from '../world.ts'
import { acme, defaultsOf, given } from './acme.ts'

const files = (all: readonly object[], body: object = {}): string =>
  acme({ robots: { ci: {} }, teams: { developers: { role: 'member' } }, default_permissions: all, ...body })
const theirs = async (world: World, role: string) =>
  given(world, [
    'POST',
    '/organization/acme/prototypes',
    { role, delegate: { kind: 'team', name: 'developers' } },
  ])
const wanted = { to: 'team:developers', role: 'write' }

test('several for one creator and subject become one, of the role that is declared', async () => {
  await withWorld(async (world) => {
    await world.converge(files([wanted]))
    await theirs(world, 'read')
    await theirs(world, 'write')
    expect(await defaultsOf(world)).toHaveLength(3)
    const ready = await world.plan(files([wanted]))
    expect(actionsOf(ready)).toEqual(['update default_permission.acme:*:team:developers'])
    expect(ready.plan.changes.map(({ fields }) => fields.map(({ path }) => path))).toEqual([['/copies']])
    const { sent } = await world.apply(ready)
    expect(writesOf(sent).map((write) => write.split(' ')[0])).toEqual(['DELETE', 'DELETE'])
    expect(await defaultsOf(world)).toEqual(['*:developers write'])
    expect(actionsOf(await world.plan(files([wanted])))).toEqual([])
  })
})

test('and where the first has another role, that changes too', async () => {
  await withWorld(async (world) => {
    await world.converge(files([{ ...wanted, role: 'read' }]))
    await theirs(world, 'admin')
    await world.converge(files([wanted]))
    expect(await defaultsOf(world)).toEqual(['*:developers write'])
  })
})

test('all of them go when it is pruned', async () => {
  await withWorld(async (world) => {
    await world.converge(files([wanted]))
    await theirs(world, 'read')
    const ready = await world.converge(files([], { prune: { default_permissions: 'all' } }))
    expect(actionsOf(ready)).toEqual(['delete default_permission.acme:*:team:developers'])
    expect(await defaultsOf(world)).toEqual([])
  })
})

test('one for a creator is another than one for everybody', async () => {
  await withWorld(async (world) => {
    const both = files([wanted, { ...wanted, creator: 'robot:ci', role: 'read' }])
    await world.converge(both)
    expect([...(await defaultsOf(world))].sort()).toEqual(['*:developers write', 'acme+ci:developers read'])
    expect(actionsOf(await world.plan(both))).toEqual([])
  })
})
