import { expect, test } from 'vitest'
import { actionsOf, type World, withWorld, writesOf } from '../world.ts'
import { acme, answer, given, outcomesOf, saysOf } from './acme.ts'

const push = { event: 'repo_push', method: 'webhook', config: { url: 'https://hooks.example.com/one' } }
const files = (notifications: object, body: object = {}): string =>
  acme({ repositories: { api: { notifications } }, ...body })
const path = '/repository/acme/api/notification/'
const body = (title: string | undefined, url = 'https://hooks.example.com/theirs') => ({
  title,
  event: 'repo_push',
  method: 'webhook',
  eventConfig: {},
  config: { url },
})

interface View {
  readonly uuid: string
  readonly title: string | null
  readonly config: { readonly url?: string }
}
const listed = async (world: World): Promise<readonly View[]> =>
  (await answer<{ notifications: readonly View[] }>(world, path)).notifications

test('the new one is created before the old one is deleted', async () => {
  await withWorld(async (world) => {
    await world.converge(files({ ci: push }))
    const [old] = await listed(world)
    const changed = files({ ci: { ...push, config: { url: 'https://hooks.example.com/two' } } })
    const ready = await world.plan(changed)
    expect(actionsOf(ready)).toEqual(['update notification.acme/api#ci'])
    expect(writesOf((await world.apply(ready)).sent)).toEqual([`POST ${path}`, `DELETE ${path}${old?.uuid}`])
    expect((await listed(world)).map(({ title, config }) => [title, config.url])).toEqual([
      ['ci', 'https://hooks.example.com/two'],
    ])
    expect(actionsOf(await world.plan(changed))).toEqual([])
  })
})

test('what a change does not name goes along as Quay has it', async () => {
  await withWorld(async (world) => {
    const secret = { ...push, config: { url: { from_env: 'QC_HOOK' } } }
    await world.converge(files({ ci: secret }))
    await world.converge(files({ ci: { ...secret, event: 'repo_mirror_sync_failed' } }))
    expect((await listed(world)).map(({ config }) => config.url)).toEqual([
      'https://secret.example.com/QC_HOOK',
    ])
  })
})

test('a delete that fails leaves two, which are left alone until one is gone', async () => {
  let isCut = false
  await withWorld(
    async (world) => {
      await world.converge(files({ ci: push }))
      const changed = files({ ci: { ...push, config: { url: 'https://hooks.example.com/two' } } })
      const ready = await world.plan(changed)
      isCut = true
      expect(outcomesOf(await world.apply(ready))).toEqual({
        'notification.acme/api#ci': expect.stringContaining('Quay has two of this title'),
      })
      isCut = false
      const again = await world.plan(changed)
      expect(actionsOf(again)).toEqual([])
      expect(saysOf(again)).toEqual([
        'QC4009 notification.acme/api#ci is left alone: 2 notifications there have this title',
      ])
      const old = (await listed(world)).find(({ config }) => config.url === 'https://hooks.example.com/one')
      await given(world, ['DELETE', `${path}${old?.uuid}`])
      const last = await world.plan(changed)
      expect([actionsOf(last), saysOf(last)]).toEqual([[], []])
    },
    { faults: ({ method }) => (isCut && method === 'DELETE' ? { status: 500 } : undefined) },
  )
})

test.each([
  [
    'declared',
    { ci: push },
    {},
    ['QC4009 notification.acme/api#ci is left alone: 2 notifications there have this title'],
  ],
  [
    'removed',
    {},
    { removed: { notifications: { 'api#ci': { reason: 'a test', until: '2026-12-31' } } } },
    ['QC4009 notification.acme/api#ci is left alone: 2 notifications there have this title'],
  ],
  ['pruned', {}, { prune: { notifications: 'all' } }, []],
])('two of one title are left alone when %s', async (_, notifications, more, says) => {
  await withWorld(async (world) => {
    await world.converge(acme({ repositories: { api: {} } }))
    await given(
      world,
      ['POST', path, body('ci')],
      ['POST', path, body('ci')],
      ['POST', path, body(undefined)],
    )
    const ready = await world.plan(files(notifications, more))
    expect(actionsOf(ready)).toEqual([])
    expect(saysOf(ready).filter((text) => !text.startsWith('QC4003'))).toEqual(says)
    await world.apply(ready)
    expect(await listed(world)).toHaveLength(3)
  })
})

test('prune takes the others', async () => {
  await withWorld(async (world) => {
    await world.converge(acme({ repositories: { api: {} } }))
    await given(world, ['POST', path, body('old')], ['POST', path, body(undefined)])
    const ready = await world.converge(files({ ci: push }, { prune: { notifications: 'all' } }))
    expect(actionsOf(ready)).toEqual(['create notification.acme/api#ci', 'delete notification.acme/api#old'])
    expect((await listed(world)).map(({ title }) => title).sort()).toEqual(['ci', null])
  })
})
