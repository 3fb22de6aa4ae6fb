import { describe, expect, test } from 'vitest'
import { actionsOf, configure, lines, withWorld, writesOf } from '../world.ts'
import { acme, answer, given, outcomesOf, saysOf } from './acme.ts'

const cache = { upstream_registry: 'docker.io/library' }
const cached = (more: object = {}): string => acme({ proxy_cache: { ...cache, ...more } })
const mirror = {
  external_registry_type: 'quay',
  external_registry_url: 'https://quay.io',
  external_namespace: 'projectquay',
  robot: 'sync',
  sync_interval: '12h',
}
const mirrored = acme({ robots: { sync: {} }, organization_mirror: mirror })
const path = '/organization/acme/proxycache'

describe('what Quay cannot change', () => {
  test.each([
    ['upstream_registry', { upstream_registry: 'quay.io' }, []],
    ['expiration', { expiration: '12h' }, []],
    ['insecure', { insecure: true }, ['QC5003 proxy_cache.acme trusts any upstream']],
  ])('%s stays, until it may be replaced', async (attribute, change, besides) => {
    await withWorld(async (world) => {
      await world.converge(cached())
      const kept = await world.plan(cached(change))
      expect(actionsOf(kept)).toEqual([])
      expect(saysOf(kept)).toEqual([
        `QC4004 ${attribute} of proxy_cache.acme stays as it is: Quay cannot change it in place`,
        ...besides,
      ])
      const allowed = cached({ ...change, lifecycle: { replace: 'allow' } })
      const ready = await world.plan(allowed)
      expect(actionsOf(ready)).toEqual(['replace proxy_cache.acme'])
      expect(ready.plan.changes.map(({ impacts }) => impacts)).toEqual([['data']])
      expect(writesOf((await world.apply(ready)).sent)).toEqual([`DELETE ${path}`, `POST ${path}`])
      expect(actionsOf(await world.plan(allowed))).toEqual([])
    })
  })

  test('what no file says is put back as Quay had it', async () => {
    await withWorld(async (world) => {
      await world.converge(cached({ expiration: '12h', insecure: true }))
      await world.converge(cached({ upstream_registry: 'quay.io', lifecycle: { replace: 'allow' } }))
      expect(await answer(world, path)).toMatchObject({
        upstream_registry: 'quay.io',
        expiration_s: 43200,
        insecure: true,
      })
    })
  })

  test('a replace that ends in between says what there was', async () => {
    let isCut = false
    await withWorld(
      async (world) => {
        await world.converge(cached({ expiration: '12h' }))
        const moved = cached({ upstream_registry: 'quay.io', lifecycle: { replace: 'allow' } })
        const ready = await world.plan(moved)
        isCut = true
        expect(outcomesOf(await world.apply(ready))).toEqual({
          'proxy_cache.acme': expect.stringMatching(
            /was not created again. It had: upstream_registry docker.io\/library, expiration 12h/,
          ),
        })
        isCut = false
        await world.converge(moved)
        expect(await answer(world, path)).toMatchObject({ upstream_registry: 'quay.io' })
      },
      {
        faults: ({ method }) => (isCut && method === 'POST' ? { status: 500 } : undefined),
      },
    )
  })
})

describe('beside an organization mirror', () => {
  test('both are an error', () => {
    const both = acme({ robots: { sync: {} }, organization_mirror: mirror, proxy_cache: cache })
    expect(lines(configure(both).diagnostics)).toContainEqual(expect.stringContaining('proxy_cache'))
  })

  test('one takes the place of the other: what is in the way goes first', async () => {
    await withWorld(async (world) => {
      await world.converge(mirrored)
      const turned = acme({ robots: { sync: {} }, organization_mirror: 'none', proxy_cache: cache })
      const there = await world.converge(turned)
      expect(actionsOf(there)).toEqual(['delete organization_mirror.acme', 'create proxy_cache.acme'])
      const back = acme({ robots: { sync: {} }, organization_mirror: mirror, proxy_cache: 'none' })
      const ready = await world.plan(back)
      expect(actionsOf(ready)).toEqual(['delete proxy_cache.acme', 'create organization_mirror.acme'])
      expect(writesOf((await world.apply(ready)).sent)).toEqual([
        `DELETE ${path}`,
        'POST /organization/acme/mirror',
      ])
      expect(actionsOf(await world.plan(back))).toEqual([])
    })
  })
})

test('credentials of upstreams go along', async () => {
  await withWorld(async (world) => {
    const files = {
      'quayctl.yaml': JSON.stringify({
        apiVersion: 'quayctl/v1',
        kind: 'Registry',
        upstreams: { 'docker.io': { username: 'acme-pull', password: { from_env: 'QC_HUB' } } },
      }),
      'acme.yaml': cached(),
    }
    const ready = await world.plan(files)
    expect(JSON.stringify(ready.plan)).toContain('acme-pull')
    const { sent } = await world.apply(ready)
    expect(writesOf(sent)).toEqual(['POST /organization/', `POST ${path}`])
    expect(actionsOf(await world.plan(files))).toEqual([])
  })
})

test('none where there is none is no change', async () => {
  await withWorld(async (world) => {
    await given(world, ['POST', '/organization/', { name: 'acme', email: 'quay@acme.example' }])
    expect(actionsOf(await world.plan(acme({ proxy_cache: 'none' })))).toEqual([])
  })
})
