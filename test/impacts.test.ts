import { describe, expect, test } from 'vitest'
import { tagMatches } from '../src/model/tags.ts'
import { push, type World, withWorld } from './world.ts'

const organization = (body: object): string =>
  JSON.stringify({ apiVersion: 'quayctl/v1', kind: 'Organization', name: 'acme', ...body })

const mirror = {
  external_reference: 'quay.io/minio/mc',
  tags: ['1.*', 'latest'],
  robot: 'sync',
  sync_interval: '1d',
}
const mirrored = (attributes: object | null): string =>
  organization({ robots: { sync: {} }, repositories: { mc: attributes ? { mirror: attributes } : {} } })

/** `impact action address`, then what the plan says of it, for each change. */
async function saidOf(world: World, files: string): Promise<readonly string[]> {
  const { plan } = await world.plan(files)
  return plan.changes.flatMap(({ address, action, impacts, consequences }) => [
    `${[...impacts, action, address].join(' ')}`,
    ...consequences,
  ])
}

describe('a mirror on a repository', () => {
  test('without tags has none to lose, and nobody is asked for them', () =>
    withWorld(async (world) => {
      await world.converge(mirrored(null))
      expect(await saidOf(world, mirrored(mirror))).toEqual(['create mirror.acme/mc'])
      const { sent } = await world.plan(mirrored(mirror))
      expect(sent.filter(({ path }) => path.includes('/tag/'))).toEqual([])
    }))

  const numbers = Array.from({ length: 12 }, (_, i) => `0.${i}`)
  test.each([
    [
      'tags that no glob matches',
      ['0.9', '1.0', 'latest'],
      [
        'data create mirror.acme/mc',
        '1 tag that does not match is deleted at the next sync: 0.9',
        'of 2 tags that match, the next sync keeps those that quay.io/minio/mc has',
      ],
    ],
    [
      'many of them',
      numbers,
      [
        'data create mirror.acme/mc',
        '12 tags that do not match are deleted at the next sync: 0.0, 0.1, 0.10, 0.11, 0.2 and 7 more',
      ],
    ],
    [
      'tags that all match',
      ['1.0', 'latest'],
      ['create mirror.acme/mc', 'of 2 tags that match, the next sync keeps those that quay.io/minio/mc has'],
    ],
  ])('with %s', (_, names, said) =>
    withWorld(async (world) => {
      await world.converge(mirrored(null))
      push(world, 'acme/mc', ...names)
      expect(await saidOf(world, mirrored(mirror))).toEqual(said)
    }),
  )

  // 1.0 matches and 0.9 never did: whatever can delete tags counts by those that match no glob of the new ones.
  test.each([
    [
      'gets fewer tags',
      { tags: ['latest'] },
      ['2 tags that no longer match are deleted at the next sync: 0.9, 1.0'],
    ],
    ['gets fewer globs that match as much', { tags: ['1.0', '0.*', 'latest'] }, []],
    [
      'gets another upstream',
      { external_reference: 'quay.io/minio/minio' },
      [
        '1 tag that no longer matches is deleted at the next sync: 0.9',
        'of 2 tags that match, the next sync keeps those that quay.io/minio/minio has',
      ],
    ],
    ['gets more tags', { tags: ['1.*', '2.*', 'latest'] }, []],
    ['gets another interval', { sync_interval: '2d' }, []],
  ])('%s', (_, change, consequences) =>
    withWorld(async (world) => {
      await world.converge(mirrored(mirror))
      const files = mirrored({ ...mirror, ...change })
      expect(await saidOf(world, files)).toEqual(['update mirror.acme/mc'])
      push(world, 'acme/mc', '0.9', '1.0', 'latest')
      const data = consequences.length > 0 ? 'data ' : ''
      expect(await saidOf(world, files)).toEqual([`${data}update mirror.acme/mc`, ...consequences])
    }),
  )

  test.each([
    [
      'keeps its user name and gets an upstream of another host',
      { username: 'bob', external_reference: 'registry.example.com/minio/mc' },
      [
        'credential update mirror.acme/mc',
        'registry.example.com is shown the user name and password of quay.io: "username: none" takes them away, another pair replaces them',
      ],
    ],
    [
      'keeps its user name and its host',
      { username: 'bob', external_reference: 'quay.io/minio/minio' },
      ['update mirror.acme/mc'],
    ],
    [
      'gets another user name with its upstream',
      { username: 'ann', external_reference: 'registry.example.com/minio/mc' },
      ['update mirror.acme/mc'],
    ],
  ])('%s', (_, change, said) =>
    withWorld(async (world) => {
      await world.converge(mirrored({ ...mirror, username: 'bob' }))
      expect(await saidOf(world, mirrored({ ...mirror, ...change }))).toEqual(said)
    }),
  )

  test('is enabled', () =>
    withWorld(async (world) => {
      await world.converge(mirrored({ ...mirror, enabled: false }))
      const files = mirrored({ ...mirror, enabled: true })
      push(world, 'acme/mc', '1.0')
      expect(await saidOf(world, files)).toEqual(['update mirror.acme/mc'])
      push(world, 'acme/mc', '0.9')
      expect(await saidOf(world, files)).toEqual([
        'data update mirror.acme/mc',
        '1 tag that no longer matches is deleted at the next sync: 0.9',
      ])
    }))

  test('has dead tags, which are lost already', () =>
    withWorld(async (world) => {
      await world.converge(mirrored(null))
      push(world, 'acme/mc', '0.9', '1.0')
      const tag = world.emulator.ground.repositories.get('acme/mc')?.tags?.get('0.9')
      if (tag) tag.end = tag.start
      expect((await saidOf(world, mirrored(mirror)))[0]).toBe('create mirror.acme/mc')
    }))

  const thousand = (prefix: string) => Array.from({ length: 1001 }, (_, i) => `${prefix}${i}`)
  test.each([
    [
      'match no glob',
      thousand('0.'),
      /^at least 1000 tags that do not match are deleted at the next sync: 0\.0, .* and at least 995 more$/,
    ],
    [
      'match all, as far as they are read',
      thousand('1.'),
      /^tags may be deleted at the next sync: there are more than were read, all of which match$/,
    ],
  ])('has more tags than are read, which %s', (_, names, words) =>
    withWorld(async (world) => {
      await world.converge(mirrored(null))
      push(world, 'acme/mc', ...names)
      const { plan, sent } = await world.plan(mirrored(mirror))
      expect(plan.changes.map(({ impacts, consequences }) => [impacts, consequences[0]])).toEqual([
        [['data'], expect.stringMatching(words)],
      ])
      const pages = sent.filter(({ path }) => path.endsWith('/mc/tag/')).map(({ query }) => query)
      expect(pages).toEqual(
        Array.from({ length: 10 }, (_, i) => `onlyActiveTags=true&limit=100&page=${i + 1}`),
      )
    }),
  )

  test.each([403, 404])('has tags that Quay does not show, with %d: any may go', async (status) => {
    await withWorld(
      async (world) => {
        await world.converge(mirrored(null))
        push(world, 'acme/mc', '1.0')
        expect(await saidOf(world, mirrored(mirror))).toEqual([
          'data create mirror.acme/mc',
          'live tags of acme/mc that do not match are deleted at the next sync; how many is not known: they were not read',
        ])
      },
      {
        faults: ({ target }) =>
          target.includes('/tag/') ? { status, body: { error_type: 'not_found' } } : undefined,
      },
    )
  })

  test('has tags, and Quay does not answer: there is no plan on half of what is there', () =>
    withWorld(
      async (world) => {
        await world.converge(mirrored(null))
        push(world, 'acme/mc', '1.0')
        await expect(world.plan(mirrored(mirror))).rejects.toThrow(/502/)
      },
      { faults: ({ target }) => (target.includes('/tag/') ? { status: 502, body: {} } : undefined) },
    ))
})

describe('a repository', () => {
  const only = (body: object | null, removed?: object) =>
    organization({
      repositories: body ? { api: body } : {},
      ...(removed && { removed: { repositories: removed } }),
    })
  const gone = only(null, { api: { reason: 'moved', until: '2026-12-31' } })

  test.each([
    [[], 'its images are deleted with it; it has no tags'],
    [['1.0'], 'its images are deleted with it, 1 tag: 1.0'],
    [['1.0', '1.1'], 'its images are deleted with it, 2 tags: 1.0, 1.1'],
  ])('that goes with the tags %j', (tags, words) =>
    withWorld(async (world) => {
      await world.converge(only({}))
      push(world, 'acme/api', ...tags)
      expect(await saidOf(world, gone)).toEqual(['data delete repository.acme/api', words])
    }),
  )

  test('that becomes public shows its tags', () =>
    withWorld(async (world) => {
      await world.converge(only({ visibility: 'private' }))
      push(world, 'acme/api', '1.0', '1.1')
      expect(await saidOf(world, only({ visibility: 'public' }))).toEqual([
        'public update repository.acme/api',
        'everybody can pull its images, 2 tags: 1.0, 1.1',
      ])
      const { plan } = await world.plan(only({ visibility: 'public' }))
      expect(plan.access).toMatchObject([
        { subject: 'everybody', before: null, after: 'read', effect: 'broadens' },
      ])
      const { sent } = await world.plan(only({ visibility: 'private', description: 'x' }))
      expect(sent.filter(({ path }) => path.includes('/tag/'))).toEqual([])
    }))

  test('that becomes private takes access from everybody, which counts as no revoke', () =>
    withWorld(async (world) => {
      await world.converge(only({ visibility: 'public' }))
      const { plan } = await world.plan(only({ visibility: 'private' }))
      expect(plan.access).toMatchObject([{ subject: 'everybody', before: 'read', effect: 'narrows' }])
      expect(plan.safety.limits.find(({ name }) => name === 'max_revokes')?.value).toBe(0)
    }))

  const removal = { reason: 'moved', until: '2026-12-31' }
  const renamed = 'begins with none of it: Quay renames nothing'
  test.each([
    [
      'one goes and one comes',
      { old: {} },
      { new: { description: 'other' } },
      [`repository.acme/new ${renamed}`],
    ],
    [
      'of several, by what is equal',
      { a: { description: 'A' }, b: { description: 'B' } },
      { x: { description: 'B' }, y: { description: 'A' } },
      [`repository.acme/y ${renamed}`, `repository.acme/x ${renamed}`],
    ],
    ['but not by guess', { a: {}, b: {} }, { x: {}, y: {} }, []],
  ])('is not renamed: %s', (_, before, after, words) =>
    withWorld(async (world) => {
      await world.converge(organization({ repositories: before }))
      const repositories = Object.fromEntries(Object.keys(before).map((name) => [name, removal]))
      const said = await saidOf(world, organization({ repositories: after, removed: { repositories } }))
      expect(said.filter((text) => text.includes('renames'))).toEqual(words)
    }),
  )
})

test('a team that goes beside a new one is told the way to rename it', () =>
  withWorld(async (world) => {
    const teams = (name: string) =>
      organization({
        prune: { teams: 'all' },
        teams: { owners: { role: 'admin' }, [name]: { role: 'member' } },
      })
    await world.converge(teams('devs'))
    expect((await saidOf(world, teams('developers'))).at(-1)).toBe(
      'team.acme/developers begins with none of it: to take it over, write "previously: devs" there',
    )
  }))

test('an organization that goes takes what stands in it along', () =>
  withWorld(async (world) => {
    const body = {
      robots: { ci: {}, cd: {} },
      repositories: { api: {}, web: {} },
      teams: { devs: { role: 'member' } },
    }
    const registry = (removed: object) =>
      JSON.stringify({ apiVersion: 'quayctl/v1', kind: 'Registry', removed })
    const removed = registry({ organizations: { acme: { reason: 'moved', until: '2026-12-31' } } })
    await world.converge(organization(body))
    expect(await saidOf(world, removed)).toEqual([
      'data delete organization.acme',
      'deleted with it: 2 repositories with all images: api, web',
      'deleted with it: 2 robots and 2 teams',
    ])
  }))

describe('a robot', () => {
  const team = { devs: { role: 'member', members: ['robot:ci'] } }
  const repositories = Object.fromEntries(
    ['api', 'db', 'web'].map((name) => [name, { permissions: { 'robot:ci': 'write' } }]),
  )
  const before = organization({ robots: { ci: { description: 'old' } }, teams: team, repositories })

  test('that is replaced says what it has, which it is given again', () =>
    withWorld(async (world) => {
      await world.converge(before)
      const robots = { ci: { description: 'new', lifecycle: { replace: 'allow' } } }
      expect(await saidOf(world, organization({ robots }))).toEqual([
        'credential replace robot.acme+ci',
        'clients that use its token stop working',
        'it is given again its permissions on 3 repositories: api, db, web; its place on 1 team: devs',
      ])
    }))

  test('that goes loses it; all that go cost one request', () =>
    withWorld(async (world) => {
      await world.converge(before)
      await world.call('PUT', '/organization/acme/robots/cd', { description: '' })
      const { plan, sent } = await world.plan(organization({ prune: { robots: 'all' }, robots: {} }), {
        allowEmpty: true,
      })
      expect(plan.changes.map(({ address, consequences }) => [address, ...consequences])).toEqual([
        ['robot.acme+cd', 'clients that use its token stop working'],
        [
          'robot.acme+ci',
          'clients that use its token stop working',
          'it loses its permissions on 3 repositories: api, db, web; its place on 1 team: devs',
        ],
      ])
      expect(sent.filter(({ query }) => query.includes('permissions=true'))).toHaveLength(1)
    }))
})

describe('a quota', () => {
  const limited = (quota: object | null) =>
    organization({ repositories: { api: {} }, ...(quota && { quota }) })
  const words = 'pushes above 1.6 GiB are rejected; 3 GiB are in use'

  test.each([
    ['that is new', null, { limit: '2 GiB', reject_at: 80 }, ['data create quota.acme', words]],
    [
      'that is lowered',
      { limit: '9 GiB', reject_at: 80 },
      { limit: '2 GiB' },
      ['data update quota.acme', words],
    ],
    [
      'that rejects earlier',
      { limit: '2 GiB', reject_at: 'none' },
      { limit: '2 GiB', reject_at: 80 },
      ['data update quota.acme', words],
    ],
    ['above what is in use', null, { limit: '9 GiB', reject_at: 80 }, ['create quota.acme']],
    ['that rejects nothing', null, { limit: '2 GiB', warn_at: 80 }, ['create quota.acme']],
  ])('%s', (_, before, after, said) =>
    withWorld(async (world) => {
      await world.converge(limited(before))
      push(world, 'acme/api', '1.0', '1.1', '1.2')
      expect(await saidOf(world, limited(after))).toEqual(said)
    }),
  )
})

test('a proxy cache that goes leaves what it has cached', () =>
  withWorld(async (world) => {
    const cache = (proxy_cache: object | string) => organization({ proxy_cache })
    await world.converge(cache({ upstream_registry: 'quay.io' }))
    const [, ...words] = await saidOf(world, cache('none'))
    expect(words[0]).toBe(
      'clients that pull images of quay.io through it get only those that are cached by then: none so far',
    )
    await world.call('POST', '/repository', {
      namespace: 'acme',
      repository: 'minio/mc',
      visibility: 'private',
      description: '',
    })
    expect((await saidOf(world, cache('none')))[1]).toBe(
      'clients that pull images of quay.io through it get only those that are cached by then, of 1 repository: minio/mc',
    )
    const other = { upstream_registry: 'docker.io', lifecycle: { replace: 'allow' } }
    expect((await saidOf(world, cache(other)))[1]).toBe(
      'clients get images of docker.io through it, and of quay.io only those that are cached by then, of 1 repository: minio/mc',
    )
  }))

describe('a glob over tags, as in Python', () => {
  // What Python 3.11's fnmatch.fnmatchcase answers.
  test.each([
    ['*', '', true],
    ['v*.1', 'v1.1.1', true],
    ['v?', 'v', false],
    ['V*', 'v1', false],
    ['1.*', '1', false],
    ['[0-9].*', '9.x', true],
    ['[!0-9]*', '9', false],
    ['[!0-9]*', 'x9', true],
    ['[]a]', ']', true],
    ['[!]a]', ']', false],
    ['[z-a]', 'z', false],
    ['[!z-a]', 'z', true],
    ['[a-c-e]', '-', true],
    ['[a-c-e]', 'd', false],
    ['[a-', '[a-', true],
    ['[--a]', 'A', true],
    ['a]', 'a]', true],
    ['[^a]', '^', true],
    ['{a,b}', 'a', false],
    ['a.b', 'axb', false],
    ['\\*', '\\x', true],
    ['**a**', 'bab', true],
  ])('%s and %s', (glob, tag, matches) => {
    expect(tagMatches(glob, tag)).toBe(matches)
  })

  test('with many stars does not take for ever', () => {
    expect(tagMatches(`${'*a'.repeat(60)}*b`, 'a'.repeat(128))).toBe(false)
  })
})
