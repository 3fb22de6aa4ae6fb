import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readServer } from '../src/cli/server.ts'
import { planConfiguration } from '../src/engine/pipeline.ts'
import { planText } from '../src/engine/planfile.ts'
import type { Server } from '../src/model/server.ts'
import { createClient } from '../src/quay/client.ts'
import type { Connection } from '../src/quay/connection.ts'
import { kindOf } from '../src/quay/stats.ts'
import { configure, planning, registry, TOKEN, type World, withWorld } from './world.ts'

interface Size {
  readonly organizations: number
  readonly repositories: number
  readonly mirrors?: number
  /** More lines of each organization. */
  readonly more?: string
}

/** Organizations of which only what a list of everything can tell is declared. */
const lean = ({ organizations, repositories, mirrors = 0, more = '' }: Size, prefix = 'org') =>
  Array.from({ length: organizations }, (_, i) =>
    [
      'apiVersion: quayctl/v1',
      'kind: Organization',
      `name: ${prefix}${i}`,
      `email: ${prefix}${i}@example.com`,
      `quota: {limit: ${i + 1} GiB}`,
      ...(mirrors > 0 ? ['robots: {sync: {}}'] : []),
      'repositories:',
      ...Array.from({ length: repositories }, (_, r) => `  r${r}: {description: number ${r}}`),
      ...Array.from(
        { length: mirrors },
        (_, m) =>
          `  m${m}: {mirror: {external_reference: quay.io/a/b, tags: [latest], robot: sync, sync_interval: 1d}}`,
      ),
      more,
      '',
    ].join('\n'),
  ).join('---\n')

const withoutRobots = (text: string) =>
  text.replaceAll(/robots: \{.*\}\n/g, '').replaceAll('robot: sync, ', '')
const kindsOf = (paths: readonly { readonly path: string }[]) => {
  const counts: Record<string, number> = {}
  for (const { path } of paths) {
    const kind = kindOf(path.replace('/api/v1', ''))
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}

const WIDE = /\?public=true|^\/api\/v1\/superuser\/organizations\/$/

/** The same Quay, less what the pattern names: that is answered with a status. */
const without = (connection: Connection, pattern: RegExp, status: number): Connection => ({
  ...connection,
  exchange: async (message) =>
    pattern.test(message.path)
      ? { status, headers: {}, text: '{"message": "no", "error_type": "insufficient_scope"}' }
      : connection.exchange(message),
})

/** A plan and the paths it asked for, over another connection, or as another user. */
async function planOver(
  { connection, url, now }: World,
  text: string,
  change: (connection: Connection) => Connection = (same) => same,
  as = TOKEN,
  see: (server: Server) => Server = (same) => same,
) {
  if (!connection) throw new Error('a world in memory')
  const paths: { path: string }[] = []
  const told: Connection = {
    ...connection,
    exchange: (message) => {
      paths.push({ path: message.path.replace(/\?(?!public).*/, '') })
      return change(connection).exchange(message)
    },
  }
  const client = createClient({ url, connection: told, version: '0.0.0', token: as, attempts: 1 })
  const server = see(await readServer(url, client.because('what the server is')))
  const options = { ...planning, today: now.toISOString().slice(0, 10), now }
  const planned = await planConfiguration(configure(text), registry, client, server, options)
  if (planned.errors) throw new Error(planned.errors.map(({ message }) => message).join('\n'))
  return { text: planText(planned.plan), plan: planned.plan, kinds: kindsOf(paths), stats: client.stats() }
}

const big = { organizations: 6, repositories: 30, mirrors: 2 }

describe('many organizations', () => {
  test.each([5, 10])('%i of them take no request each, where only lists of everything are needed', (count) =>
    withWorld(async (world) => {
      await world.converge(lean({ ...big, organizations: count }))
      const { plan, kinds } = await planOver(world, lean({ ...big, organizations: count }))
      expect(plan.changes).toEqual([])
      // Robots are declared, so mirrors can name them.
      expect(kinds).toEqual({
        '/discovery': 1,
        '/config': 1,
        '/user/': 1,
        '/superuser/organizations/': 1,
        '/organization/*/robots': count,
        '/repository': Math.ceil((count * 32) / 100),
        '/repository/*/mirror': count * 2,
      })
    }),
  )

  test('say what each list was for', () =>
    withWorld(async (world) => {
      await world.converge(lean(big))
      const { stats } = await planOver(world, lean(big))
      expect(stats.kinds.map(({ request, for: reasons }) => [request, ...reasons])).toEqual([
        ['GET /repository/*/mirror', 'mirror'],
        ['GET /organization/*/robots', 'robot'],
        ['GET /repository', 'repository'],
        ['GET /config', 'what the server is'],
        ['GET /discovery', 'what the server is'],
        ['GET /superuser/organizations/', 'organization'],
        ['GET /user/', 'what the server is'],
      ])
    }))

  test('up to three are read one by one: others may have far more', () =>
    withWorld(async (world) => {
      const three = lean({ organizations: 3, repositories: 2 })
      await world.converge(three)
      const { kinds } = await planOver(world, three)
      expect(kinds).toMatchObject({ '/organization/*': 3, '/repository': 3 })
    }))

  test('a list that turns out longer is given up, at twice the requests at most', () =>
    withWorld(async (world) => {
      await world.converge(lean({ organizations: 2, repositories: 700 }, 'other'))
      const few = lean({ organizations: 5, repositories: 1 })
      await world.converge(few)
      const { plan, kinds } = await planOver(world, few)
      expect(plan.changes).toEqual([])
      expect(kinds['/repository']).toBe(2 * 5)
    }))

  test.each([
    [75, 8],
    // Nothing could be gained.
    [85, 10],
  ])('a list as long as expected is read to its end: 10 organizations of %i take %i', (repositories, count) =>
    withWorld(async (world) => {
      const ten = lean({ organizations: 10, repositories })
      await world.converge(ten)
      const { kinds } = await planOver(world, ten)
      expect(kinds['/repository']).toBe(count)
    }),
  )

  test.each([403, 404, 500])('a list that is answered with %i is no reason to fail', (status) =>
    withWorld(async (world) => {
      await world.converge(lean(big))
      const wide = await planOver(world, lean(big))
      const narrow = await planOver(world, lean(big), (same) => without(same, WIDE, status))
      expect(narrow.text).toBe(wide.text)
      expect(narrow.kinds).toMatchObject({ '/organization/*': 6 })
    }),
  )

  test('what is to change is read as its administrators see it', () =>
    withWorld(async (world) => {
      await world.converge(lean(big))
      const changed = lean(big).replace('org3@example.com', 'new@example.com')
      const { plan, kinds } = await planOver(world, changed)
      expect(plan.changes.map(({ address, action }) => [address, action])).toEqual([
        ['organization.org3', 'update'],
      ])
      expect(kinds['/organization/*']).toBe(1)
    }))

  test('those that are not there are known by the list', () =>
    withWorld(async (world) => {
      const { plan, kinds } = await planOver(world, lean(big))
      expect(plan.changes.filter(({ address }) => address.startsWith('organization.'))).toHaveLength(6)
      expect(kinds['/organization/*']).toBeUndefined()
      expect(kinds['/repository']).toBeUndefined()
    }))
})

describe('nothing is hidden by a list of everything', () => {
  const accounts = {
    users: { founder: {} },
    tokens: {
      FOUNDER: { user: 'founder', scopes: 'org:admin repo:admin repo:create repo:read user:admin' },
    },
  }
  const estate = withoutRobots(lean({ organizations: 5, repositories: 3 })).replaceAll(/quota: .*\n/g, '')

  /** Organizations of somebody else, who has put nobody on a team. */
  const founded = (use: (world: World) => Promise<void>) =>
    withWorld(
      async (world) => {
        for (let i = 0; i < 5; i++) {
          const body = { name: `org${i}`, email: `org${i}@example.com` }
          await world.call('POST', '/organization/', body, 'FOUNDER')
          for (let r = 0; r < 3; r++)
            await world.call(
              'POST',
              '/repository',
              {
                namespace: `org${i}`,
                repository: `r${r}`,
                visibility: 'private',
                description: `number ${r}`,
              },
              'FOUNDER',
            )
        }
        await use(world)
      },
      { accounts },
    )

  test('a superuser sees all of them', () =>
    founded(async (world) => {
      const { plan, kinds } = await planOver(world, estate)
      expect(plan.changes).toEqual([])
      expect(kinds).toMatchObject({ '/superuser/organizations/': 1, '/repository': 1 })
      expect(kinds['/organization/*']).toBeUndefined()
    }))

  test('where a declared one is not shown, its organization is read by itself', () =>
    founded(async (world) => {
      // As a Quay that hides from superusers what is not theirs.
      const hiding = (connection: Connection): Connection => ({
        ...connection,
        async exchange(message) {
          const answer = await connection.exchange(message)
          if (!message.path.includes('public=true')) return answer
          const body = JSON.parse(answer.text) as { repositories: { namespace: string }[] }
          const repositories = body.repositories.filter(({ namespace }) => namespace !== 'org2')
          return { ...answer, text: JSON.stringify({ ...body, repositories }) }
        },
      })
      const { plan, kinds } = await planOver(world, estate, hiding)
      expect(plan.changes).toEqual([])
      expect(kinds['/repository']).toBe(2)
    }))

  test('where a pattern may match what is not declared, it proves nothing of what is not ours', () =>
    founded(async (world) => {
      const granted = estate.replaceAll(
        'repositories:',
        'teams: {devs: {role: member}}\ngrants: {"*": {team:devs: read}}\nrepositories:',
      )
      const { kinds } = await planOver(world, granted)
      expect(kinds['/repository']).toBe(1 + 5)
    }))

  test('administrators see all of their own', () =>
    founded(async (world) => {
      const { plan, kinds } = await planOver(world, estate, undefined, 'FOUNDER')
      expect(plan.changes).toEqual([])
      expect(kinds).toMatchObject({ '/organization/*': 5, '/repository': 1 })
    }))

  test('others read each organization, as no list surely shows all of it', () =>
    founded(async (world) => {
      const member = (server: Server): Server => ({ ...server, administers: () => false })
      const { kinds } = await planOver(world, estate, undefined, 'FOUNDER', member)
      expect(kinds['/repository']).toBe(5)
    }))
})

test('whichever way is taken, the plan is the same', { timeout: 60_000 }, () =>
  fc.assert(
    fc.asyncProperty(
      fc.record({
        live: fc.record({
          organizations: fc.integer({ min: 0, max: 8 }),
          repositories: fc.integer({ min: 1, max: 15 }),
          mirrors: fc.integer({ min: 0, max: 3 }),
        }),
        written: fc.record({
          organizations: fc.integer({ min: 4, max: 8 }),
          repositories: fc.integer({ min: 1, max: 15 }),
          mirrors: fc.integer({ min: 0, max: 3 }),
          more: fc.constantFrom(
            '',
            'tag_expiration: 1w',
            'teams: {devs: {role: member}}\ngrants: {"r*": {team:devs: read}}',
            'default_permissions: []',
          ),
        }),
        quotas: fc.boolean(),
      }),
      ({ live, written, quotas }) =>
        withWorld(
          async (world) => {
            if (live.organizations > 0) await world.converge(lean(live))
            const text = quotas ? lean(written) : lean(written).replaceAll(/quota: .*\n/g, '')
            const wide = await planOver(world, text)
            const narrow = await planOver(world, text, (same) => without(same, WIDE, 403))
            expect(wide.text).toBe(narrow.text)
          },
          { url: 'https://quay.example.com' },
        ),
    ),
    { numRuns: 25 },
  ),
)

test.each([
  ['/organization/acme', '/organization/*'],
  ['/organization/acme/robots/ci/federation?x=y', '/organization/*/robots/*/federation'],
  ['/organization/mirror/quota/1/limit/2', '/organization/*/quota/*/limit/*'],
  ['/superuser/organizations/', '/superuser/organizations/'],
  ['/superuser/users/alice', '/superuser/users/*'],
  ['/user/robots/ci', '/user/robots/*'],
  ['/repository?public=true', '/repository'],
  ['/repository/acme/team/api/mirror', '/repository/*/mirror'],
  ['/repository/acme/api/mirror/sync-now', '/repository/*/mirror/sync-now'],
  ['/repository/acme/api/permissions/user/', '/repository/*/permissions/user/'],
  ['/repository/acme/api/permissions/team/devs', '/repository/*/permissions/team/*'],
  ['/repository/acme/api/notification/1-2', '/repository/*/notification/*'],
  ['/repository/acme/tag/a', '/repository/*'],
  ['/message/1', '/message/*'],
  ['/discovery', '/discovery'],
])('%s is %s', (path, kind) => expect(kindOf(path)).toBe(kind))
