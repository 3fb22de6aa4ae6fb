import { describe, expect, test } from 'vitest'
import { actionsOf, isWrite, type World, withWorld, writesOf } from '../world.ts'
import { acme, answer, defaultsOf, given, membersOf, outcomesOf, rolesOf, saysOf } from './acme.ts'

const teams = (all: object, body: object = {}): string =>
  acme({ robots: { ci: {}, deploy: {} }, teams: all, ...body })

/** The organization, with teams as somebody made them: role and members. */
async function made(
  world: World,
  all: Readonly<Record<string, readonly [role: string, ...members: string[]]>>,
  token?: string,
): Promise<void> {
  await given(world, ['POST', '/organization/', { name: 'acme', email: 'quay@acme.example' }, token])
  for (const robot of ['ci', 'deploy'])
    await given(world, ['PUT', `/organization/acme/robots/${robot}`, {}, token])
  for (const [team, [role, ...members]] of Object.entries(all)) {
    await given(world, ['PUT', `/organization/acme/team/${team}`, { role }, token])
    for (const member of members)
      await given(world, ['PUT', `/organization/acme/team/${team}/members/${member}`, undefined, token])
  }
}

describe('administrators', () => {
  test.each([
    [
      'the user of the token stays on a team of role admin',
      {},
      { owners: { role: 'admin', members: ['user:mallory'] } },
      { owners: ['admin', 'mallory'] },
      ['QC4010 team.acme/owners does not list admin, the user of this run, who stays on it'],
    ],
    [
      'and goes, when the role goes with another team of admins that has them',
      { bosses: ['admin', 'admin'] },
      { owners: { role: 'member', members: [] }, bosses: { role: 'admin', members: ['user:admin'] } },
      { owners: [], bosses: ['admin'] },
      [],
    ],
    [
      'who is listed stays, and only the rule about robots has a word',
      {},
      { owners: { role: 'admin', members: ['user:admin', 'robot:ci'] } },
      { owners: ['acme+ci', 'admin'] },
      ['QC5002 robot:ci administers the organization as a member of team.acme/owners'],
    ],
  ] as const)('%s', async (_, before, after, members, says) => {
    await withWorld(async (world) => {
      await made(world, before)
      const ready = await world.converge(teams(after))
      expect(saysOf(ready)).toEqual(says)
      for (const [team, names] of Object.entries(members)) expect(await membersOf(world, team)).toEqual(names)
      expect(actionsOf(await world.plan(teams(after)))).toEqual([])
    })
  })

  test.each([
    ['lose its role', { owners: { role: 'member' } }, {}, 'keeps the role admin'],
    ['be pruned', {}, { prune: { teams: 'all' } }, 'stays'],
    [
      'be removed',
      {},
      { teams: undefined, removed: { teams: { owners: { reason: 'a test', until: '2026-12-31' } } } },
      'stays',
    ],
  ] as const)('the last team of admins cannot %s', async (_, all, body, word) => {
    await withWorld(async (world) => {
      await made(world, {})
      const ready = await world.plan(teams(all, body))
      expect(actionsOf(ready)).toEqual([])
      expect(saysOf(ready)).toEqual([expect.stringContaining(`QC4010 team.acme/owners ${word}: `)])
    })
  })

  test('the last users of it stay when the files list none', async () => {
    await withWorld(async (world) => {
      await made(world, { bosses: ['admin', 'mallory'] }, 'PLAIN')
      await given(world, ['DELETE', '/organization/acme/team/owners', undefined, 'PLAIN'])
      const files = teams({ bosses: { role: 'admin', members: ['robot:ci'] } })
      const ready = await world.converge(files)
      expect(saysOf(ready)).toEqual([
        expect.stringContaining('QC4010 user:mallory stay on team.acme/bosses'),
        expect.stringContaining('QC5002 robot:ci'),
      ])
      expect(await membersOf(world, 'bosses')).toEqual(['acme+ci', 'mallory'])
    })
  })
})

describe('members', () => {
  test('nobody is removed while somebody cannot be added', async () => {
    await withWorld(async (world) => {
      await made(world, { developers: ['member', 'mallory'] })
      const files = teams({ developers: { role: 'member', members: ['user:nobody', 'robot:ci'] } })
      const applied = await world.apply(await world.plan(files))
      expect(outcomesOf(applied)).toEqual({
        'team.acme/developers': expect.stringContaining('Quay does not know user:nobody'),
      })
      expect(await membersOf(world, 'developers')).toEqual(['acme+ci', 'mallory'])
    })
  })

  test('are read for declared teams only', async () => {
    await withWorld(async (world) => {
      await made(world, { developers: ['member', 'mallory'], other: ['member', 'mallory'] })
      const { sent } = await world.plan(teams({ developers: { role: 'member', members: ['user:mallory'] } }))
      expect(sent.map(({ path }) => path).filter((path) => path.includes('/team/'))).toEqual([
        '/api/v1/organization/acme/team/developers/members',
      ])
    })
  })
})

test.each([
  ['pruned', { prune: { teams: 'all' } }],
  ['removed', { removed: { teams: { old: { reason: 'a test', until: '2026-12-31' } } } }],
])('who was on a team that is %s loses it, and those of a team of others are not read', async (_, body) => {
  await withWorld(async (world) => {
    await made(world, { old: ['creator', 'mallory', 'acme+ci'], theirs: ['creator', 'mallory'] })
    const files = teams({ owners: { role: 'admin' } }, { ...body, external: { teams: ['theirs'] } })
    const { plan, sent } = await world.plan(files)
    expect(plan.access.map(({ source: __, ...entry }) => entry)).toEqual(
      ['robot:ci', 'user:mallory'].map((subject) => ({
        ...{ address: 'team.acme/old', subject, before: 'creator', after: null, effect: 'narrows' },
      })),
    )
    expect(plan.changes.map(({ address, consequences }) => [address, ...consequences])).toEqual([
      ['team.acme/old', expect.stringMatching(/; robot:ci, user:mallory lose them$/)],
    ])
    expect(sent.filter(({ path }) => path.includes('theirs'))).toEqual([])
  })
})

describe('previously', () => {
  const ops = async (world: World) => {
    await made(world, { ops: ['member', 'mallory', 'acme+ci'] })
    for (const repository of ['api', 'web/site'])
      await given(world, ['POST', '/repository', newRepository(repository)])
    await given(
      world,
      ['PUT', '/repository/acme/api/permissions/team/ops', { role: 'write' }],
      ['PUT', '/repository/acme/web/site/permissions/team/ops', { role: 'read' }],
      ['POST', '/organization/acme/prototypes', prototype('write')],
      [
        'POST',
        '/organization/acme/prototypes',
        { ...prototype('read'), activating_user: { name: 'acme+ci' } },
      ],
    )
  }
  const newRepository = (repository: string) => ({
    namespace: 'acme',
    repository,
    visibility: 'private',
    description: '',
    repo_kind: 'image',
  })
  const prototype = (role: string) => ({ role, delegate: { kind: 'team', name: 'ops' } })
  const renamed = teams({ developers: { role: 'member', previously: 'ops' } })

  /** Everything that the old team had. */
  async function isTakenOver(world: World): Promise<void> {
    expect(await membersOf(world, 'developers')).toEqual(['acme+ci', 'mallory'])
    expect(await rolesOf(world, 'acme/api')).toEqual(['team:developers write', 'user:admin admin'])
    expect(await rolesOf(world, 'acme/web/site')).toEqual(['team:developers read', 'user:admin admin'])
    expect([...(await defaultsOf(world))].sort()).toEqual(['*:developers write', 'acme+ci:developers read'])
    const { teams: left } = await answer<{ teams: object }>(world, '/organization/acme')
    expect(Object.keys(left).sort()).toEqual(['developers', 'owners'])
    expect(actionsOf(await world.plan(renamed))).toEqual([])
  }

  test('takes over members, permissions and default permissions, then the old team goes', async () => {
    await withWorld(async (world) => {
      await ops(world)
      const ready = await world.plan(renamed)
      expect(actionsOf(ready)).toEqual(['create team.acme/developers', 'delete team.acme/ops'])
      const applied = await world.apply(ready)
      expect([...new Set(Object.values(outcomesOf(applied)))]).toEqual(['done'])
      expect(writesOf(applied.sent).at(-1)).toBe('DELETE /organization/acme/team/ops')
      await isTakenOver(world)
    })
  })

  const said = async (world: World, body: object) =>
    (await world.plan(teams(body))).plan.access.map(
      ({ address, subject, before, after }) => `${address} ${subject} ${before} -> ${after}`,
    )

  test.each([
    ['the same role, and says nothing', { role: 'member', previously: 'ops' }, []],
    [
      'another one',
      { role: 'admin', previously: 'ops' },
      ['team.acme/developers robot:ci member -> admin', 'team.acme/developers user:mallory member -> admin'],
    ],
    [
      'what the files list instead',
      { role: 'admin', previously: 'ops', members: ['user:mallory'] },
      [
        'team.acme/developers user:mallory null -> admin',
        'team.acme/ops robot:ci member -> null',
        'team.acme/ops user:mallory member -> null',
      ],
    ],
  ] as const)('members come to %s', async (_, developers, access) => {
    await withWorld(async (world) => {
      await ops(world)
      expect(await said(world, { developers })).toEqual(access)
    })
  })

  test('members come to a team that is there', async () => {
    await withWorld(async (world) => {
      await ops(world)
      await given(world, ['PUT', '/organization/acme/team/developers', { role: 'member' }])
      expect(await said(world, { developers: { role: 'admin', previously: 'ops' } })).toEqual([
        'team.acme/developers robot:ci member -> admin',
        'team.acme/developers team:developers member -> admin',
        'team.acme/developers user:mallory member -> admin',
      ])
    })
  })

  test('is taken up where a run was cut off, whenever that was', async () => {
    const whole = await withWorld(async (world) => {
      await ops(world)
      return (await world.apply(await world.plan(renamed))).sent.filter(isWrite).length
    })
    expect(whole).toBeGreaterThan(6)
    for (let cut = 1; cut <= whole; cut++) {
      let writes = 0
      let isCut = false
      await withWorld(
        async (world) => {
          await ops(world)
          const ready = await world.plan(renamed)
          isCut = true
          await world.apply(ready)
          isCut = false
          const { teams: left } = await answer<{ teams: Record<string, object> }>(world, '/organization/acme')
          expect(left).toHaveProperty('ops')
          await world.converge(renamed)
          await isTakenOver(world)
        },
        {
          faults: ({ method }) =>
            isCut && method !== 'GET' && ++writes >= cut ? { status: 503 } : undefined,
        },
      )
    }
  })

  test('more than the old team had is kept', async () => {
    await withWorld(async (world) => {
      await ops(world)
      await given(
        world,
        ['PUT', '/organization/acme/team/developers', { role: 'member' }],
        ['PUT', '/repository/acme/web/site/permissions/team/developers', { role: 'admin' }],
      )
      const ready = await world.converge(renamed)
      expect(actionsOf(ready)).toEqual(['update team.acme/developers', 'delete team.acme/ops'])
      expect(await rolesOf(world, 'acme/web/site')).toEqual(['team:developers admin', 'user:admin admin'])
    })
  })

  /** A repository permission and a default permission of one role, for team `developers`. */
  const declared = (role: string) =>
    teams(
      { developers: { role: 'member', previously: 'ops' } },
      {
        repositories: { api: { permissions: { 'team:developers': role } } },
        default_permissions: [{ to: 'team:developers', role }],
      },
    )

  test.each([
    ['the role that the old team has', 'write', null],
    ['a lower role', 'read', null],
    ['a higher role', 'admin', null],
    ['a lower role, which is there already', 'read', 'read'],
    ['a lower role, and a still lower one is there', 'write', 'read'],
  ] as const)('where the files declare %s, that is what the new team gets', async (_, role, present) => {
    await withWorld(async (world) => {
      await ops(world)
      if (present)
        await given(
          world,
          ['PUT', '/organization/acme/team/developers', { role: 'member' }],
          ['PUT', '/repository/acme/api/permissions/team/developers', { role: present }],
          [
            'POST',
            '/organization/acme/prototypes',
            { role: present, delegate: { kind: 'team', name: 'developers' } },
          ],
        )
      await world.converge(declared(role))
      expect(await rolesOf(world, 'acme/api')).toEqual([`team:developers ${role}`])
      expect(await rolesOf(world, 'acme/web/site')).toEqual(['team:developers read', 'user:admin admin'])
      expect([...(await defaultsOf(world))].sort()).toEqual([
        `*:developers ${role}`,
        'acme+ci:developers read',
      ])
      const { teams: left } = await answer<{ teams: object }>(world, '/organization/acme')
      expect(Object.keys(left).sort()).toEqual(['developers', 'owners'])
      expect(actionsOf(await world.plan(declared(role)))).toEqual([])
    })
  })

  test('what the files do not list of an exact set, or prune, is not taken over', async () => {
    await withWorld(async (world) => {
      await ops(world)
      const files = teams(
        { developers: { role: 'member', previously: 'ops' } },
        {
          repositories: { api: { permissions: { 'robot:ci': 'read' } } },
          default_permissions: [],
          prune: { default_permissions: 'all' },
        },
      )
      await world.converge(files)
      expect(await rolesOf(world, 'acme/api')).toEqual(['user:acme+ci read'])
      expect(await defaultsOf(world)).toEqual([])
      expect(actionsOf(await world.plan(files))).toEqual([])
    })
  })

  test('a lower role that nobody declares is not raised', async () => {
    await withWorld(async (world) => {
      await ops(world)
      await given(
        world,
        ['PUT', '/organization/acme/team/developers', { role: 'member' }],
        ['PUT', '/repository/acme/api/permissions/team/developers', { role: 'read' }],
        [
          'POST',
          '/organization/acme/prototypes',
          { role: 'read', delegate: { kind: 'team', name: 'developers' } },
        ],
      )
      await world.converge(renamed)
      expect(await rolesOf(world, 'acme/api')).toEqual(['team:developers read', 'user:admin admin'])
      expect([...(await defaultsOf(world))].sort()).toEqual(['*:developers read', 'acme+ci:developers read'])
      expect(actionsOf(await world.plan(renamed))).toEqual([])
    })
  })

  test("those of a deleted user's repositories are left behind", async () => {
    await withWorld(async (world) => {
      await ops(world)
      await given(
        world,
        [
          'POST',
          '/organization/acme/prototypes',
          { ...prototype('admin'), activating_user: { name: 'mallory' } },
        ],
        ['DELETE', '/superuser/users/mallory'],
      )
      expect(await defaultsOf(world)).toHaveLength(3)
      await world.converge(renamed)
      expect([...(await defaultsOf(world))].sort()).toEqual(['*:developers write', 'acme+ci:developers read'])
      expect(actionsOf(await world.plan(renamed))).toEqual([])
    })
  })

  test('listed members count, not those of the old team', async () => {
    await withWorld(async (world) => {
      await ops(world)
      await world.converge(
        teams({ developers: { role: 'member', previously: 'ops', members: ['robot:deploy'] } }),
      )
      expect(await membersOf(world, 'developers')).toEqual(['acme+deploy'])
    })
  })
})

describe('a team of a directory', () => {
  const synced = (group: string, members: readonly string[] = ['robot:ci']) =>
    teams({ developers: { role: 'member', sync: { group_dn: group }, members } })
  const ldap = { authentication: 'LDAP' } as const
  const groupOf = async (world: World) =>
    (
      await answer<{ synced?: { config: { group_dn: string } } }>(
        world,
        '/organization/acme/team/developers/members',
      )
    ).synced?.config.group_dn

  test('its sync starts, changes and ends', async () => {
    await withWorld(async (world) => {
      await world.converge(teams({ developers: { role: 'member', members: ['robot:ci'] } }))
      await world.converge(synced('cn=one'))
      expect(await groupOf(world)).toBe('cn=one')
      const ready = await world.plan(synced('cn=two', ['robot:deploy']))
      expect(actionsOf(ready)).toEqual(['update team.acme/developers'])
      const { sent } = await world.apply(ready)
      expect(writesOf(sent)).toEqual([
        'DELETE /organization/acme/team/developers/syncing',
        'POST /organization/acme/team/developers/syncing',
        'PUT /organization/acme/team/developers/members/acme+deploy',
        'DELETE /organization/acme/team/developers/members/acme+ci',
      ])
      expect(await groupOf(world)).toBe('cn=two')
      const ended = teams({ developers: { role: 'member', sync: 'none', members: ['user:mallory'] } })
      await world.converge(ended)
      expect(await groupOf(world)).toBeUndefined()
      expect(await membersOf(world, 'developers')).toEqual(['mallory'])
      expect(actionsOf(await world.plan(ended))).toEqual([])
    }, ldap)
  })

  test('the users that the directory gives are left alone', async () => {
    await withWorld(async (world) => {
      await world.converge(teams({ developers: { role: 'member', members: ['robot:ci', 'user:mallory'] } }))
      const ready = await world.converge(synced('cn=one', ['robot:deploy']))
      expect(ready.plan.changes.map(({ consequences }) => consequences)).toEqual([
        ['its users become those of the group: others are taken off it by Quay'],
      ])
      expect(await membersOf(world, 'developers')).toEqual(['acme+deploy', 'mallory'])
      expect(actionsOf(await world.plan(synced('cn=one', ['robot:deploy'])))).toEqual([])
    }, ldap)
  })

  test('and listed users are ignored while nothing is said of the sync', async () => {
    await withWorld(async (world) => {
      await world.converge(synced('cn=one'))
      const ready = await world.plan(teams({ developers: { role: 'member', members: ['user:mallory'] } }))
      expect(saysOf(ready)).toEqual([expect.stringContaining('QC4011 the users of team.acme/developers')])
      expect(ready.plan.changes.map(({ fields }) => fields.map(({ removed }) => removed))).toEqual([
        [['robot:ci']],
      ])
    }, ldap)
  })

  test.each([
    ['Database', { group_dn: 'cn=one' }, 'this server has no groups to take users from'],
    ['OIDC', { group_dn: 'cn=one' }, 'this server (OIDC) names groups by group_name'],
    ['LDAP', { group_name: 'one' }, 'this server (LDAP) names groups by group_dn'],
  ] as const)('on a server of %s with %o', async (authentication, sync, message) => {
    await withWorld(
      async (world) => {
        const refusals = await world.refusals(teams({ developers: { role: 'member', sync } }))
        expect(refusals.map((refusal) => `${refusal.code} ${refusal.message}`)).toEqual([
          expect.stringContaining(`QC3001 ${message}`),
        ])
      },
      { authentication },
    )
  })
})
