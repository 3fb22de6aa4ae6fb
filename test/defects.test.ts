import { describe, expect, test } from 'vitest'
import { AuthError, type QuayctlError } from '../src/model/errors.ts'
import {
  type Applied,
  actionsOf,
  configure,
  isWrite,
  lines,
  TOKEN,
  type World,
  withWorld,
  wordsOf,
  writesOf,
} from './world.ts'

const organization = (rest: object, name = 'acme'): string =>
  JSON.stringify({ apiVersion: 'quayctl/v1', kind: 'Organization', name, ...rest })

const attributes = {
  external_reference: 'quay.io/minio/mc',
  tags: ['latest'],
  robot: 'sync',
  sync_interval: '1d',
  sync_start_date: '2026-11-20T10:00:00Z',
}
const mirrored = (more: object = {}): string =>
  organization({ robots: { sync: {} }, repositories: { mc: { mirror: { ...attributes, ...more } } } })
const unmirrored = organization({ robots: { sync: {} }, repositories: { mc: {} } })

const rule = (...tags: string[]) => ({ root_rule: { rule_kind: 'tag_glob_csv', rule_value: tags } })
const rawMirror = {
  external_reference: 'quay.io/minio/mc',
  sync_interval: 86400,
  sync_start_date: '2026-11-20T10:00:00Z',
  skopeo_timeout_interval: 300,
  ...rule('old'),
}
const mirrorPath = '/repository/acme/mc/mirror'

const outcomesOf = ({ outcomes }: Applied): Readonly<Record<string, string>> =>
  Object.fromEntries([...outcomes].map(([address, outcome]) => [address, wordsOf(outcome)]))

const errorOf = ({ outcomes }: Applied, address: string): QuayctlError | undefined => {
  const outcome = outcomes.get(address)
  return outcome && 'error' in outcome ? (outcome.error as QuayctlError) : undefined
}

const settled = async (world: World, files: string) => actionsOf(await world.plan(files))

const thrown = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  )

describe('a mirror', () => {
  test('without proxies in Quay loses the first one of a PUT, and gets it by the next', async () => {
    await withWorld(async (world) => {
      await world.converge(unmirrored)
      const made = await world.call('POST', mirrorPath, { ...rawMirror, robot_username: 'acme+sync' })
      expect(made.status).toBe(201)
      const files = mirrored({ tags: ['old'], proxy: { http_proxy: 'http://proxy:3128' } })
      const ready = await world.plan(files)
      expect(ready.plan.changes.map(({ fields }) => fields.map(({ path }) => path))).toEqual([
        ['/proxy/http_proxy'],
      ])
      const applied = await world.apply(ready)
      expect(outcomesOf(applied)).toEqual({ 'mirror.acme/mc': 'done' })
      expect(writesOf(applied.sent)).toEqual([`PUT ${mirrorPath}`, `PUT ${mirrorPath}`])
      expect(await settled(world, files)).toEqual([])
    })
  })

  test('of ours is created with all proxies in store, so that none is lost later', async () => {
    await withWorld(async (world) => {
      await world.converge(mirrored())
      const ready = await world.plan(mirrored({ proxy: { http_proxy: 'http://proxy:3128' } }))
      expect(writesOf((await world.apply(ready)).sent)).toEqual([`PUT ${mirrorPath}`])
    })
  })

  test.each([
    ['one', 1],
    ['two', 2],
    ['three', 3],
  ])('with %s orphan rules is put right by repetition', async (_, orphans) => {
    await withWorld(async (world) => {
      await world.converge(unmirrored)
      await plantOrphans(world, orphans)
      const ready = await world.plan(mirrored())
      expect(actionsOf(ready)).toEqual(['update mirror.acme/mc'])
      const applied = await world.apply(ready)
      expect(outcomesOf(applied)).toEqual({ 'mirror.acme/mc': 'done' })
      expect(writesOf(applied.sent)).toHaveLength(orphans + 1)
      expect(await settled(world, mirrored())).toEqual([])
    })
  })

  test('with twelve orphan rules is given up after ten rounds, and the defect is named', async () => {
    await withWorld(async (world) => {
      await world.converge(unmirrored)
      await plantOrphans(world, 12)
      const applied = await world.apply(await world.plan(mirrored()))
      const error = errorOf(applied, 'mirror.acme/mc')
      expect(error).toMatchObject({
        code: 'QC7800',
        message: 'Quay accepted mirror.acme/mc and did not keep tags [latest]',
      })
      expect(error?.hints.join()).toContain('orphan rules')
      expect(writesOf(applied.sent)).toHaveLength(10)
    })
  })

  test('is not created for a robot that is gone: that would plant an orphan rule', async () => {
    await withWorld(async (world) => {
      await world.converge(unmirrored)
      const ready = await world.plan(mirrored())
      await world.call('DELETE', '/organization/acme/robots/sync')
      const applied = await world.apply(ready)
      expect(writesOf(applied.sent)).toEqual([])
      expect(errorOf(applied, 'mirror.acme/mc')?.message).toBe(
        'mirror.acme/mc is not created: robot acme+sync is not there',
      )
      const later = await world.apply(await world.plan(mirrored()))
      expect(outcomesOf(later)).toEqual({ 'robot.acme+sync': 'done', 'mirror.acme/mc': 'done' })
      const retagged = await world.apply(await world.plan(mirrored({ tags: ['v1'] })))
      expect(writesOf(retagged.sent)).toEqual([`PUT ${mirrorPath}`])
    })
  })

  test('without robot_username is a crash of Quay: ours always names it', async () => {
    await withWorld(async (world) => {
      await world.converge(unmirrored)
      expect((await world.call('POST', mirrorPath, rawMirror)).status).toBe(500)
    })
    await withWorld(async (world) => {
      const { sent } = await world.apply(await world.plan(mirrored()))
      expect(sent.filter(isWrite).map(({ status }) => status)).not.toContain(500)
    })
  })

  test('whose start Quay moved, with microseconds, plans nothing and still takes another change', async () => {
    await withWorld(async (world) => {
      await world.converge(mirrored())
      world.emulator.tick()
      world.emulator.tick()
      const { body } = await world.call('GET', mirrorPath)
      expect(body).toMatchObject({
        sync_status: 'SUCCESS',
        sync_start_date: expect.stringMatching(/\.\d{6}Z$/),
      })
      expect(await settled(world, mirrored())).toEqual([])
      await world.converge(mirrored({ tags: ['latest', '1.*'] }))
      expect(await settled(world, mirrored({ tags: ['latest', '1.*'] }))).toEqual([])
    })
  })

  test('that is being synchronised is left alone: a change would leave it so for good', async () => {
    await withWorld(async (world) => {
      await world.converge(mirrored())
      world.emulator.tick()
      const ready = await world.plan(mirrored({ tags: ['v1'] }))
      const applied = await world.apply(ready)
      expect(writesOf(applied.sent)).toEqual([])
      expect(errorOf(applied, 'mirror.acme/mc')?.code).toBe('QC7409')
      const gone = await world.apply(
        await world.plan(mirrored().replace(JSON.stringify(attributes), '"none"')),
      )
      expect(writesOf(gone.sent)).toEqual([])
      expect(errorOf(gone, 'mirror.acme/mc')?.code).toBe('QC7409')
      world.emulator.tick()
      await world.converge(mirrored({ tags: ['v1'] }))
    })
  })

  test('that is taken away goes dormant, and comes back with nothing of the old one', async () => {
    const old = {
      username: 'bot',
      password: { from_env: 'QC_ONE' },
      architectures: ['arm64'],
      proxy: { https_proxy: 'http://old:3128', no_proxy: 'old' },
    }
    await withWorld(async (world) => {
      await world.converge(mirrored(old))
      const files = organization({ robots: { sync: {} }, repositories: { mc: { mirror: 'none' } } })
      const gone = await world.apply(await world.plan(files))
      expect(writesOf(gone.sent)).toEqual([`PUT ${mirrorPath}`, 'PUT /repository/acme/mc/changestate'])
      expect(await settled(world, files)).toEqual([])
      const back = await world.apply(await world.plan(mirrored({ proxy: { http_proxy: 'http://new:3128' } })))
      expect(writesOf(back.sent)).toEqual([`PUT ${mirrorPath}`, 'PUT /repository/acme/mc/changestate'])
      expect((await world.call('GET', mirrorPath)).body).toMatchObject({
        external_registry_username: null,
        architecture_filter: [],
        external_registry_config: {
          proxy: { http_proxy: 'http://new:3128', https_proxy: null, no_proxy: null },
        },
      })
    })
  })
})

async function plantOrphans(world: World, count: number): Promise<void> {
  for (let i = 0; i < count; i++) expect((await world.call('POST', mirrorPath, rawMirror)).status).toBe(500)
  const { status } = await world.call('POST', mirrorPath, { ...rawMirror, robot_username: 'acme+sync' })
  expect(status).toBe(201)
}

describe('a server without mirrors', () => {
  test.each([
    ['mirror', mirrored(), 'this server has no mirror: FEATURE_REPO_MIRROR is off'],
    [
      'state',
      organization({ repositories: { mc: { state: 'read_only' } } }),
      'this server has no state for a repository: FEATURE_REPO_MIRROR is off',
    ],
  ])('is told so at the line of a %s, before anything is read', async (_, files, message) => {
    await withWorld(
      async (world) => {
        expect(await world.refusals(files)).toMatchObject([{ code: 'QC3001', message }])
        expect(actionsOf(await world.converge(unmirrored))).toHaveLength(3)
      },
      { features: { REPO_MIRROR: false } },
    )
  })
})

describe('a quota', () => {
  test.each(['0', '0 B', '"0"'])(
    'of %s is refused: Quay takes it, answers 200 and keeps the old one',
    (limit) => {
      const files = `apiVersion: quayctl/v1\nkind: Organization\nname: acme\nquota:\n  limit: ${limit}\n`
      expect(lines(configure(files).diagnostics)).toEqual([
        expect.stringContaining('QC1004 5:10 unexpected value'),
      ])
    },
  )

  test('that warns above its reject would never reject: a finding at the line', async () => {
    const files = organization({ quota: { limit: '1 GiB', warn_at: [70, 90], reject_at: 80 } })
    await withWorld(async (world) => {
      const { plan } = await world.plan(files)
      expect(plan.findings.map(({ code, message, source }) => [code, message, source?.line])).toEqual([
        ['QC4005', expect.stringContaining('the warning at 90% switches the reject at 80% off'), 1],
      ])
    })
  })

  test('whose thresholds this server lets nobody write is refused before the first write', async () => {
    const features = { SUPERUSERS_FULL_ACCESS: false }
    await withWorld(
      async (world) => {
        const refused = await world.refusals(organization({ quota: { limit: '1 GiB', warn_at: 70 } }))
        expect(refused.map(({ code }) => code)).toEqual(['QC3002'])
        await world.converge(organization({ quota: { limit: '1 GiB' } }))
        await world.converge(organization({ quota: { limit: '2 GiB' } }))
        expect(await settled(world, organization({ quota: { limit: '2 GiB' } }))).toEqual([])
        await world.converge(organization({ quota: 'none' }))
      },
      { features },
    )
  })

  test('with limits that no file has loses them, and keeps the declared ones', async () => {
    const files = organization({ quota: { limit: '1 GiB', warn_at: 70 } })
    await withWorld(async (world) => {
      await world.converge(files)
      const limits = /"id":(\d+)/.exec(JSON.stringify((await world.call('GET', '/organization/acme')).body))
      const path = `/organization/acme/quota/${limits?.[1]}/limit`
      for (const type of ['Warning', 'Reject'])
        expect((await world.call('POST', path, { type, threshold_percent: 80 })).status).toBe(201)
      const ready = await world.converge(files)
      expect(ready.plan.changes[0]?.fields).toMatchObject([
        { path: '/warn_at', added: [], removed: ['80%'], kept: ['70%'] },
      ])
      expect(await settled(world, files)).toEqual([])
    })
  })
})

describe('a robot', () => {
  test('of another organization that Quay lists for a name with _ is neither seen nor pruned', async () => {
    await withWorld(async (world) => {
      await world.converge(organization({ robots: { theirs: {} } }, 'a-b'))
      await world.converge(organization({ robots: { own: {} } }, 'a_b'))
      const { body } = await world.call('GET', '/organization/a_b/robots?token=false')
      expect(JSON.stringify(body)).toContain('a-b+theirs')
      const ready = await world.plan(organization({ robots: {}, prune: { robots: 'all' } }, 'a_b'))
      expect(actionsOf(ready)).toEqual(['delete robot.a_b+own'])
      await world.apply(ready)
      expect([...world.emulator.ground.robots.keys()]).toEqual(['a-b+theirs'])
    })
  })

  test('that a mirror uses is not deleted: a clear failure, and nothing else of the plan suffers', async () => {
    await withWorld(async (world) => {
      await world.converge(mirrored())
      const files = organization({ email: 'new@example.com', robots: {}, prune: { robots: 'all' } })
      const applied = await world.apply(await world.plan(files))
      expect(outcomesOf(applied)).toEqual({
        'organization.acme': 'done',
        'robot.acme+sync': expect.stringMatching(/^failed: .*Robot is being used by a mirror/),
      })
    })
  })

  test('that a mirror uses is not replaced, though allowed', async () => {
    await withWorld(async (world) => {
      await world.converge(mirrored())
      const files = mirrored().replace('"sync":{}', '"sync":{"description":"new"}')
      const { plan } = await world.plan(files, { replace: ['robot.acme+sync'] })
      expect(plan.changes).toEqual([])
      expect(plan.findings).toMatchObject([
        { code: 'QC4004', hint: expect.stringContaining('mirror.acme/mc uses it') },
      ])
    })
  })

  test('that a mirror is changed away from goes after the mirror', async () => {
    await withWorld(async (world) => {
      await world.converge(mirrored())
      const files = organization({
        robots: { other: {} },
        prune: { robots: 'all' },
        repositories: { mc: { mirror: { ...attributes, robot: 'other' } } },
      })
      const ready = await world.converge(files)
      expect(actionsOf(ready)).toEqual([
        'create robot.acme+other',
        'update mirror.acme/mc',
        'delete robot.acme+sync',
      ])
      expect(await settled(world, files)).toEqual([])
    })
  })
})

describe('an organization', () => {
  test('whose name waits for the garbage collector fails with Quay’s own words, and can be created after it', async () => {
    const files = organization({ robots: { ci: {} } })
    const removed = JSON.stringify({
      apiVersion: 'quayctl/v1',
      kind: 'Registry',
      removed: { organizations: { acme: { reason: 'a test', until: '2026-12-31' } } },
    })
    await withWorld(async (world) => {
      await world.converge(files)
      await world.converge(removed)
      expect((await world.plan(removed)).plan.findings.map(({ code }) => code)).toEqual(['QC4002'])
      expect(outcomesOf(await world.apply(await world.plan(files)))).toEqual({
        'organization.acme': expect.stringMatching(/^failed: .*Username is not available/),
        'robot.acme+ci': 'skipped: organization.acme is not done',
      })
      world.emulator.collectGarbage()
      await world.converge(files)
    })
  })

  test('that the token only half sees is an error, not a difference', async () => {
    await withWorld(
      async (world) => {
        await world.call('POST', '/organization/', { name: 'acme', email: 'a@example.com' }, TOKEN)
        const error = await thrown(world.plan(organization({ tag_expiration: '1d' })))
        expect(error).toBeInstanceOf(AuthError)
        expect(error).toMatchObject({
          code: 'QC7403',
          message: expect.stringContaining('no administrator of organization acme'),
        })
      },
      { token: 'PLAIN' },
    )
  })
})

describe('a dead token', () => {
  test('is told apart from an empty Quay before anything is planned', async () => {
    await withWorld(async (world) => {
      await world.converge(organization({}))
      expect(await world.call('PUT', '/organization/acme', { email: 'x@example.com' }, 'DEAD')).toEqual({
        status: 403,
        body: expect.anything(),
      })
      expect(await world.call('GET', '/organization/acme', undefined, 'DEAD')).toMatchObject({
        status: 200,
        body: { name: 'acme', is_admin: false },
      })
    })
    await withWorld(
      async (world) => {
        const error = await thrown(world.plan(organization({})))
        expect(error).toBeInstanceOf(AuthError)
        expect(error).toMatchObject({ code: 'QC7401' })
      },
      { token: 'DEAD' },
    )
  })

  test('that dies in the middle of an apply fails every step with the same words', async () => {
    await withWorld(async (world) => {
      const ready = await world.plan(organization({ robots: { ci: {} } }))
      const admin = world.emulator.ground.accounts.get('admin')
      if (admin) admin.enabled = false
      const applied = await world.apply(ready)
      expect(errorOf(applied, 'organization.acme')).toBeInstanceOf(AuthError)
      expect(errorOf(applied, 'organization.acme')).toMatchObject({ code: 'QC7401' })
      expect([...applied.outcomes.values()].map(({ status }) => status)).toEqual(['failed', 'skipped'])
    })
  })
})

describe('a list', () => {
  test('that starts over is an error, not a loop', async () => {
    const page = Array.from({ length: 100 }, (_, i) => ({
      namespace: 'acme',
      name: `r${i}`,
      description: '',
      is_public: false,
      state: 'NORMAL',
    }))
    let asked = 0
    await withWorld(
      async (world) => {
        const files = organization({ repositories: { mc: {} } })
        await world.converge(organization({}))
        const error = await thrown(world.plan(files))
        expect(error).toMatchObject({
          code: 'QC7612',
          message: expect.stringContaining('the list repeats a page'),
        })
        expect(asked).toBe(2)
      },
      {
        faults: ({ target }) => {
          if (!target.startsWith('/api/v1/repository?')) return undefined
          asked++
          return { status: 200, body: { repositories: page, next_page: `page ${asked}` } }
        },
      },
    )
  })
})

describe('a delete', () => {
  /** Any other path below a repository that Quay does not know deletes a nested repository. */
  const documented = [
    /^DELETE \/organization\/[^/]+$/,
    /^DELETE \/organization\/[^/]+\/robots\/[^/]+$/,
    /^DELETE \/organization\/[^/]+\/quota\/\d+(\/limit\/\d+)?$/,
    /^DELETE \/repository\/acme\/(web|team\/app)$/,
  ]

  test('is sent to documented paths only', async () => {
    await withWorld(async (world) => {
      const full = organization({
        robots: { sync: {}, old: { description: 'one' } },
        quota: { limit: '1 GiB', warn_at: 70 },
        repositories: { web: {}, 'team/app': {}, mc: { mirror: attributes } },
      })
      await world.converge(full)
      const removal = { reason: 'a test', until: '2026-12-31' }
      const less = organization({
        robots: { sync: {}, old: { description: 'two', lifecycle: { replace: 'allow' } } },
        quota: { limit: '1 GiB', warn_at: 80 },
        repositories: { mc: { mirror: 'none' } },
        removed: { repositories: { web: removal, 'team/app': removal } },
      })
      const empty = organization({ quota: 'none', robots: { sync: {} }, prune: { robots: 'all' } })
      const deletes: string[] = []
      for (const files of [less, empty]) {
        const { sent, outcomes } = await world.apply(await world.plan(files))
        expect([...outcomes.values()].map(({ status }) => status)).toEqual([...outcomes].map(() => 'done'))
        deletes.push(...writesOf(sent).filter((line) => line.startsWith('DELETE')))
      }
      expect(deletes).toHaveLength(6)
      for (const line of deletes)
        expect(
          documented.some((pattern) => pattern.test(line)),
          line,
        ).toBe(true)
    })
  })

  test('that Quay answers with 204 and does not do is reported', async () => {
    await withWorld(
      async (world) => {
        await world.converge(organization({ robots: { ci: {} } }))
        const applied = await world.apply(
          await world.plan(organization({ robots: {}, prune: { robots: 'all' } })),
        )
        expect(errorOf(applied, 'robot.acme+ci')).toMatchObject({
          code: 'QC7800',
          message: 'Quay answered that robot.acme+ci is deleted, and it is still there',
        })
      },
      { faults: ({ method }) => (method === 'DELETE' ? { status: 204 } : undefined) },
    )
  })
})

describe('a lost answer', () => {
  test.each(['PUT', 'POST'])('to a %s that was done is found out by reading back', async (lost) => {
    const files = organization({ robots: { ci: {} } })
    await withWorld(
      async (world) => {
        const { outcomes } = await world.apply(await world.plan(files))
        expect([...outcomes.values()].map(({ status }) => status)).toEqual(['done', 'done'])
        expect(await settled(world, files)).toEqual([])
      },
      { faults: ({ method }) => (method === lost ? { after: true, fault: 'reset' } : undefined) },
    )
  })

  test('to one that was not done is a failure', async () => {
    const files = organization({})
    await withWorld(
      async (world) => {
        const { outcomes } = await world.apply(await world.plan(files))
        expect([...outcomes.values()].map(({ status }) => status)).toEqual(['failed'])
      },
      { faults: ({ method }) => (method === 'POST' ? 'reset' : undefined) },
    )
  })
})
