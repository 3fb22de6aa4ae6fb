import { expect, test } from 'vitest'
import { type World, withWorld } from './world.ts'

const organization = (mirror: object | null): string =>
  JSON.stringify({
    apiVersion: 'quayctl/v1',
    kind: 'Organization',
    name: 'acme',
    robots: { sync: {} },
    repositories: { mc: mirror ? { mirror } : {} },
  })

const mirror = {
  external_reference: 'quay.io/minio/mc',
  tags: ['1.*', 'latest'],
  robot: 'sync',
  sync_interval: '1d',
}

/** Somebody pushes a tag. */
function push({ emulator }: World): void {
  const row = emulator.ground.repositories.get('acme/mc')
  if (row) row.lastModified = 1_763_760_000
}

const impactsOf = async (world: World, files: string): Promise<readonly string[]> => {
  const { plan } = await world.plan(files)
  return plan.changes.flatMap(({ address, action, impacts }) =>
    impacts.map((impact) => `${impact} ${action} ${address}`),
  )
}

test('a mirror on a repository with tags can delete them, and one without has none to lose', async () => {
  await withWorld(async (world) => {
    await world.converge(organization(null))
    expect(await impactsOf(world, organization(mirror))).toEqual([])
    push(world)
    expect(await impactsOf(world, organization(mirror))).toEqual(['data create mirror.acme/mc'])
  })
})

test.each([
  ['fewer tags', { tags: ['latest'] }, ['data update mirror.acme/mc']],
  ['another upstream', { external_reference: 'quay.io/minio/minio' }, ['data update mirror.acme/mc']],
  ['more tags', { tags: ['1.*', '2.*', 'latest'] }, []],
  ['another interval', { sync_interval: '2d' }, []],
])('a mirror that gets %s', async (_, change, impacts) => {
  await withWorld(async (world) => {
    await world.converge(organization(mirror))
    expect(await impactsOf(world, organization({ ...mirror, ...change }))).toEqual([])
    push(world)
    expect(await impactsOf(world, organization({ ...mirror, ...change }))).toEqual(impacts)
  })
})

test('a mirror that is enabled', async () => {
  await withWorld(async (world) => {
    await world.converge(organization({ ...mirror, enabled: false }))
    push(world)
    expect(await impactsOf(world, organization({ ...mirror, enabled: true }))).toEqual([
      'data update mirror.acme/mc',
    ])
  })
})
