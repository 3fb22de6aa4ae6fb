import { describe, expect, test } from 'vitest'
import { Refusal } from '../../src/model/answers.ts'
import { checkRegistryUrl } from '../../src/model/emulation-hosts.ts'
import { actionsOf, configure, lines, type World, withWorld } from '../world.ts'
import { acme, answer, given, rolesOf } from './acme.ts'

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

const OPEN = null
const EMBEDDED = 'URLs with embedded credentials are not allowed'
const PRIVATE = 'The provided registry URL is not allowed'

/** util/security/ssrf.py, address by address. */
test.each<[url: string, says: string | null]>([
  [' ', 'External registry URL is required'],
  ['quay.io', "Invalid URL scheme '': only HTTP and HTTPS are allowed"],
  ['FTP://quay.io', "Invalid URL scheme 'ftp': only HTTP and HTTPS are allowed"],
  ['https://[quay.io', 'Invalid URL format'],
  ['https://me:pw@quay.io', EMBEDDED],
  ['https://:@quay.io', OPEN],
  ['https://', 'URL must include a hostname'],
  ['https:quay.io', 'URL must include a hostname'],
  ['HTTPS://Quay.io:443/a?b#c', OPEN],
  ['https://quay.invalid', "Cannot resolve hostname 'quay.invalid'"],
  ...'localhost:5000 metadata r.internal r.LOCAL 10.1.2.3 172.31.0.1 192.168.0.1:443 240.0.0.1 [::1] [fe80::1] [::ffff:8.8.8.8] [FC00:0:0:1:0:0:0:1] [2001:db8::]'
    .split(' ')
    .map((host): [string, string] => [`https://${host}`, PRIVATE]),
  ...'8.8.8.8 172.32.0.1 010.1.2.3 256.1.1.1 [2001:4860::8888] [2606:4700:1:2:3:4:5:6] internal.example.com [zz::1]'
    .split(' ')
    .map((host): [string, null] => [`https://${host}`, OPEN]),
])('Quay of "%s" as an upstream: %s', (url, says) => {
  expect(refusalOf(() => checkRegistryUrl(url))).toBe(says)
})

/** What the problem that is thrown says; null where none is. */
function refusalOf(call: () => void): string | null {
  try {
    call()
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal
    return JSON.parse(JSON.stringify(refusal.answer('').body)).detail
  }
  return null
}

const hook = {
  event: 'repo_push',
  method: 'webhook',
  config: { url: 'https://hooks.example.com/' },
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

describe('the repositories that it makes', () => {
  const found = { api: { permissions: {}, notifications: { push: hook } } }
  /** Quay's workers find what the filter names. */
  const work = async (world: World, body: object): Promise<void> => {
    await world.converge(files(body))
    world.now = new Date(world.now.getTime() + 24 * 3_600_000)
    for (const _ of ['begin', 'end']) world.emulator.tick()
    expect(await answer(world, '/repository/acme/api')).toMatchObject({
      state: 'ORG_MIRROR',
      is_public: false,
    })
  }
  const mirroredBy = (robot: string) => ({
    robots: { sync: {}, ci: {} },
    organization_mirror: { ...organization_mirror, robot, repository_filters: ['api'] },
  })

  test('keep the admin of its robot', async () => {
    await withWorld(async (world) => {
      await work(world, mirroredBy('sync'))
      const empty = { repositories: { api: { permissions: {} } } }
      expect(actionsOf(await world.plan(files({ ...mirroredBy('sync'), ...empty })))).toEqual([])
      expect(actionsOf(await world.plan(acme(empty)))).toEqual([])
      expect(await rolesOf(world, 'acme/api')).toEqual(['user:acme+sync admin'])
    })
  })

  test('take permissions and notifications, and are neither created nor changed', async () => {
    await withWorld(async (world) => {
      await work(world, mirroredBy('sync'))
      await given(world, ['PUT', '/repository/acme/api/permissions/user/mallory', { role: 'write' }])
      const text = files({ ...mirroredBy('sync'), repositories: found })
      expect(actionsOf(await world.converge(text))).toEqual([
        'create notification.acme/api#push',
        'delete permission.acme/api:user:mallory',
      ])
      expect(actionsOf(await world.plan(text))).toEqual([])
    })
  })

  test('take the admin from a robot that it does not use any more', async () => {
    await withWorld(async (world) => {
      await work(world, mirroredBy('sync'))
      const text = files({ ...mirroredBy('ci'), repositories: { api: { permissions: {} } } })
      expect(actionsOf(await world.converge(text))).toEqual([
        'update organization_mirror.acme',
        'delete permission.acme/api:robot:sync',
      ])
      expect(actionsOf(await world.plan(text))).toEqual([])
    })
  })

  test('are ordinary ones without it', async () => {
    await withWorld(async (world) => {
      await work(world, mirroredBy('sync'))
      const text = files({ organization_mirror: 'none', repositories: { api: { permissions: {} } } })
      expect(actionsOf(await world.converge(text))).toEqual([
        'delete permission.acme/api:robot:sync',
        'delete organization_mirror.acme',
      ])
      expect(actionsOf(await world.plan(text))).toEqual([])
    })
  })
})

test.each([
  ['that no file names', {}],
  ['that a file takes away', { removed: { repositories: ['api'] } }],
])('beside a live repository %s it is an error before the first write', async (_, body) => {
  await withWorld(async (world) => {
    await world.converge(acme({ repositories: { api: {} } }))
    const errors = await world.refusals(files(body))
    expect(errors.map(({ code, address, at }) => [code, address, at?.line])).toEqual([
      ['QC3008', 'organization_mirror.acme', 1],
    ])
  })
})
