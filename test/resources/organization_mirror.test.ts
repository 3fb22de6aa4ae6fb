import { expect, test } from 'vitest'
import { actionsOf, configure, lines, withWorld } from '../world.ts'
import { acme } from './acme.ts'

const organization_mirror = {
  external_registry_type: 'quay',
  external_registry_url: 'https://quay.io',
  external_namespace: 'projectquay',
  robot: 'sync',
  sync_interval: '12h',
}
const files = (body: object): string => acme({ robots: { sync: {} }, organization_mirror, ...body })
const mirror = {
  external_reference: 'quay.io/minio/mc',
  tags: ['latest'],
  robot: 'sync',
  sync_interval: '1d',
}

test.each([
  ['a proxy cache', { proxy_cache: { upstream_registry: 'quay.io' } }, 'proxy_cache.acme'],
  ["a repository's mirror", { repositories: { api: { mirror } } }, 'mirror.acme/api'],
  ['an immutability policy', { immutability: [{ tag_pattern: 'v.*' }] }, 'immutability_policy.acme'],
  [
    'an attribute of a repository',
    { repositories: { api: { description: 'Public API' } } },
    'repository.acme/api',
  ],
])('beside %s it is an error, without any server', (_, body, address) => {
  const { diagnostics } = configure(files(body))
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  expect(lines(errors)).toEqual([expect.stringContaining(address)])
})

test.each([
  ['a repository without attributes', { repositories: { api: { permissions: {} } } }],
  [
    "a repository's immutability policy",
    { repositories: { api: { immutability: [{ tag_pattern: 'v.*' }] } } },
  ],
  ['no proxy cache', { proxy_cache: 'none' }],
  ['no mirror of a repository', { repositories: { api: { mirror: 'none' } } }],
])('beside %s it is none', (_, body) => {
  expect(lines(configure(files(body)).diagnostics)).toEqual([])
})

test('a repository must have been made by it', async () => {
  await withWorld(async (world) => {
    await world.converge(files({}))
    const declared = files({ repositories: { api: { permissions: {} } } })
    expect((await world.refusals(declared)).map(({ code, message }) => `${code} ${message}`)).toEqual([
      'QC3003 repository.acme/api is not there yet',
    ])
    expect(actionsOf(await world.plan(files({})))).toEqual([])
  })
})
