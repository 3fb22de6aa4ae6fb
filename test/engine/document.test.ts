import { describe, expect, test } from 'vitest'
import { configDigest, digestOf, idsOf, planId } from '../../src/engine/ids.ts'
import type { PlanContext, Step } from '../../src/engine/plan.ts'
import type { Plan, PlannedChange } from '../../src/model/plan.ts'
import { configure, type Files } from '../world.ts'
import { address, live, type Options, plan, server } from './pure.ts'

const organization = (body: string, name = 'acme') =>
  `apiVersion: quayctl/v1\nkind: Organization\nname: ${name}\n${body}`

const files = {
  'acme.yaml': organization(`email: new@acme.example
proxy_cache:
  upstream_registry: docker.io
  expiration: 2d
  lifecycle: {replace: allow}
prune: {robots: all}
robots: {ci: {}, kept: {description: new}}
teams:
  owners: {role: admin, members: [user:admin]}
  devs: {role: member}
repositories: {api: {permissions: {robot:ci: read}}}
removed: {repositories: {gone: {reason: x, until: 2026-12-31}}}
`),
  'quayctl.yaml': `apiVersion: quayctl/v1
kind: Registry
upstreams:
  docker.io: {username: bot, password: {from_env: QC_BOT}}
`,
}
const old = live(address('robot', 'acme', 'old'), { description: 'Old' })
const state = [
  live(address('organization', 'acme'), { email: 'old@acme.example', invoice_email: false }, { avatar: 1 }),
  live(address('proxy_cache', 'acme'), { upstream_registry: 'docker.io', expiration: 86400 }),
  old,
  live(address('robot', 'acme', 'kept'), { description: 'old' }),
  live(address('team', 'acme', 'owners'), { role: 'admin', members: ['user:admin'] }),
  live(address('team', 'acme', 'other'), { role: 'member', members: [] }),
]
const whole = () => plan(files, state).document()

const empty = organization('robots: {}\n')
const acme = live(address('organization', 'acme'))
const clean = (options: Options = {}, more: Partial<PlanContext> = {}) =>
  plan(empty, [acme], options).document(more)

describe('a change', () => {
  const source = (line: number, column: number, file = 'acme.yaml') => ({ file, line, column })
  const common = { organization: 'acme', impacts: [], consequences: [] }
  const changes: readonly { readonly address: string; readonly [key: string]: unknown }[] = [
    {
      ...common,
      address: 'organization.acme',
      chain: [['organization', 'acme']],
      action: 'update',
      reason: 'config',
      source: source(3, 7),
      fields: [
        { path: '/email', before: 'old@acme.example', after: 'new@acme.example', source: source(4, 8) },
      ],
      depends_on: [],
      live_digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      desired: { email: 'new@acme.example' },
      declared: { email: 'new@acme.example' },
      live: { email: 'old@acme.example' },
      remote: { avatar: 1 },
    },
    {
      ...common,
      address: 'permission.acme/api:robot:ci',
      chain: [
        ['organization', 'acme'],
        ['repository', 'api'],
        ['permission', 'robot:ci'],
      ],
      action: 'create',
      reason: 'config',
      impacts: ['access'],
      source: source(14, 36),
      fields: [{ path: '/role', before: null, after: 'read', source: source(14, 46) }],
      depends_on: ['repository.acme/api', 'robot.acme+ci'],
      live_digest: null,
      desired: { role: 'read' },
    },
    {
      ...common,
      address: 'repository.acme/api',
      chain: [
        ['organization', 'acme'],
        ['repository', 'api'],
      ],
      action: 'create',
      reason: 'config',
      source: source(14, 16),
      fields: [
        { path: '/visibility', before: null, after: 'private', fallback: true },
        { path: '/description', before: null, after: '', fallback: true },
      ],
      depends_on: [],
      live_digest: null,
      desired: { visibility: 'private', description: '' },
      exact: { permission: ['robot:ci'] },
    },
    {
      ...common,
      address: 'proxy_cache.acme',
      chain: [
        ['organization', 'acme'],
        ['proxy_cache', ''],
      ],
      action: 'replace',
      reason: 'immutable-field',
      impacts: ['data'],
      source: source(5, 1),
      fields: [
        {
          path: '/expiration',
          before: '1d',
          after: '2d',
          raw_before: 86400,
          raw_after: 172800,
          forces_replace: true,
          source: source(7, 15),
        },
      ],
      depends_on: [],
      live_digest: digestOf({ upstream_registry: 'docker.io', expiration: 86400 }, acme),
      consequences: ['until it is created again, clients get only images that are cached'],
      desired: {
        upstream_registry: 'docker.io',
        expiration: 172800,
        username: 'bot',
        password: { from_env: 'QC_BOT' },
      },
      live: { upstream_registry: 'docker.io', expiration: 86400 },
      secret_files: { password: 'quayctl.yaml' },
    },
    {
      ...common,
      address: 'robot.acme+ci',
      chain: [
        ['organization', 'acme'],
        ['robot', 'ci'],
      ],
      action: 'create',
      reason: 'config',
      source: source(10, 10),
      fields: [],
      depends_on: [],
      live_digest: null,
      desired: {},
    },
    {
      ...common,
      address: 'robot.acme+old',
      chain: [
        ['organization', 'acme'],
        ['robot', 'old'],
      ],
      action: 'delete',
      reason: 'pruned',
      impacts: ['credential'],
      source: source(9, 17),
      fields: [],
      depends_on: [],
      live_digest: digestOf({ description: 'Old' }, old),
      consequences: [
        'clients that use its token stop working',
        'robot.acme+ci begins with none of it: Quay renames nothing',
      ],
      live: { description: 'Old' },
    },
  ]
  test.each(changes)('of $address', (expected) => {
    const change = whole().changes.find(({ address: text }) => text === expected.address)
    expect(change).toStrictEqual(expected)
  })

  test('has the ids of what it comes to', () => {
    const { changes: all, plan_ids, plan_id } = whole()
    const ids = idsOf(all, server.url)
    expect([plan_ids, plan_id]).toEqual([ids, planId(ids)])
    expect(Object.keys(ids)).toEqual(['acme'])
    expect(clean().plan_ids).toEqual({})
  })
})

describe('the document of a plan', () => {
  test('says what it is, and has nothing of what there is none of', () => {
    expect(clean()).toStrictEqual({
      format_version: '1.0',
      kind: 'quayctl.plan',
      plan_id: planId({}),
      plan_ids: {},
      tool: { name: 'quayctl', version: '0.0.0' },
      server: { url: 'https://quay.example', user: 'admin' },
      config: { digest: configDigest(configure(empty).expanded.desired), files: 1 },
      scope: { select: [], exclude: [], organizations: ['acme'], complete: true, pulled_in: [] },
      status: 'clean',
      summary: { create: 0, update: 0, replace: 0, delete: 0, unchanged: 1, unmanaged: 0 },
      changes: [],
      access: [],
      findings: [],
      safety: {
        blocked: false,
        limits: [
          { name: 'max_deletes', value: 0, limit: 5, ok: true },
          { name: 'max_revokes', value: 0, limit: 25, ok: true },
        ],
        stops: [],
        confirm: [],
      },
      drift: [],
      unmanaged: [],
    })
  })

  test('counts what it holds', () => {
    const { status, summary, unmanaged, safety } = whole()
    expect([status, summary]).toEqual([
      'changes',
      { create: 4, update: 1, replace: 1, delete: 1, unchanged: 2, unmanaged: 1 },
    ])
    expect(unmanaged).toEqual([{ organization: 'acme', type: 'team', count: 1 }])
    expect(safety.confirm).toEqual(['access', 'credential', 'data'])
  })

  test('has the blocks whose objects depend on each other', () => {
    expect(whole().siblings).toEqual({
      'team organization.acme': {
        owners: { role: 'admin', members: ['user:admin'] },
        other: { role: 'member', members: [] },
        devs: { role: 'member' },
      },
    })
  })

  test('has its findings by place, each with its line', () => {
    const at = { file: 'acme.yaml' }
    expect(whole().findings).toStrictEqual([
      {
        code: 'QC4004',
        severity: 'warning',
        message: 'description of robot.acme+kept stays as it is: Quay cannot change it in place',
        address: 'robot.acme+kept',
        source: { ...at, line: 10, column: 38 },
        hint: 'to delete and create it again: --replace \'robot.acme+kept\', or "lifecycle: {replace: allow}" on it',
      },
      {
        code: 'QC4002',
        severity: 'note',
        message: 'repository.acme/gone is already gone: delete this line',
        address: 'repository.acme/gone',
        source: { ...at, line: 15, column: 26 },
      },
    ])
  })

  test('has findings with what stands under their place, and the line of their template', () => {
    const at = { file: 'acme.yaml', line: 4, column: 1, length: 1 }
    const said = { code: 'QC4000', severity: 'note', message: 'x', at } as const
    const { findings } = plan(empty, [acme]).document({}, undefined, [
      { ...said, label: 'here', via: [{ ...at, line: 7 }] },
      { ...said, via: [] },
    ])
    const source = { file: 'acme.yaml', line: 4, column: 1 }
    const about = { code: 'QC4000', severity: 'note', message: 'x' }
    expect(findings).toStrictEqual([
      { ...about, source: { ...source, via: 'acme.yaml:7' }, label: 'here' },
      { ...about, source },
    ])
  })

  test.each<[string, Options, Partial<PlanContext>, (document: Plan) => unknown, unknown]>([
    [
      'who is asked, where Quay says so',
      {},
      { server: { ...server, version: '3.12', user: null }, sandbox: true },
      (document) => document.server,
      { url: 'https://quay.example', quay_version: '3.12', sandbox: true },
    ],
    [
      'by what',
      {},
      { version: '1.2.3', files: 7 },
      ({ tool, config }) => [tool.version, config.files],
      ['1.2.3', 7],
    ],
    ['and the base', { base: empty }, {}, ({ config }) => config.base, 'c0ffee'],
    [
      'what it was narrowed to',
      { selection: { organizations: ['acme'], targets: ['robot.acme+ci'], excludes: ['quota.**'] } },
      {},
      ({ scope }) => [scope.select, scope.exclude, scope.complete],
      [['organization.acme', 'robot.acme+ci'], ['quota.**'], false],
    ],
    [
      'that an organization alone is not all',
      { selection: { organizations: ['acme'] } },
      {},
      ({ scope }) => scope.complete,
      false,
    ],
    [
      'nor all but something',
      { selection: { excludes: ['quota.**'] } },
      {},
      ({ scope }) => scope.complete,
      false,
    ],
    ['nor a target', { selection: { targets: ['**'] } }, {}, ({ scope }) => scope.complete, false],
    [
      'of what not all files were loaded',
      { partial: ['globex', 'acme'] },
      {},
      ({ scope }) => scope.partial,
      ['acme', 'globex'],
    ],
  ])('says %s', (_, options, more, pick, expected) => {
    expect(pick(clean(options, more))).toStrictEqual(expected)
  })

  test('says who gains and who loses access, by name, each with its line', () => {
    const there = [
      acme,
      live(address('team', 'acme', 'devs'), { role: 'member', members: ['user:bob', 'user:ann'] }),
    ]
    const text = organization(`robots: {ci: {}}
teams: {devs: {role: member, members: [user:zoe]}}
repositories: {api: {permissions: {robot:ci: read}}}
`)
    const made = plan(text, there)
    const { access } = made.document()
    expect(access).toMatchObject([
      {
        address: 'permission.acme/api:robot:ci',
        subject: 'robot:ci',
        effect: 'broadens',
        source: { line: 6 },
      },
      { address: 'team.acme/devs', subject: 'user:ann', effect: 'narrows', source: { line: 5 } },
      { address: 'team.acme/devs', subject: 'user:bob', effect: 'narrows', source: { line: 5 } },
      { address: 'team.acme/devs', subject: 'user:zoe', effect: 'broadens', source: { line: 5 } },
    ])
    const wait = (all: readonly Step[]) =>
      all.map((step) => ({ ...step, held: { as: 'paused', because: 'x' } as const }))
    expect(made.document({}, wait).access).toEqual([])
  })

  test('names organizations in order, and nothing that belongs to none', () => {
    const all: Files = {
      'z.yaml': organization('', 'zeta'),
      'a.yaml': organization('', 'alpha'),
      'quayctl.yaml':
        'apiVersion: quayctl/v1\nkind: Registry\nmessages: [{content: Hello, severity: info}]\n',
    }
    const { scope, changes } = plan(all, []).document()
    expect(scope.organizations).toEqual(['alpha', 'zeta'])
    expect(changes.map(({ organization: name }) => name).sort()).toEqual(['-', 'alpha', 'zeta'])
  })

  test('names what a target needs besides', () => {
    const { scope } = plan(organization('robots: {ci: {}}\n'), [], {
      selection: { targets: ['robot.acme+ci'] },
    }).document()
    expect(scope.pulled_in).toEqual(['organization.acme'])
  })

  test('is blocked by a stop, which it holds', () => {
    const { status, safety } = plan(files, state, { budgets: { maxDeletes: 0 } }).document()
    expect([status, safety.blocked, safety.stops.map(({ code }) => code)]).toEqual([
      'blocked',
      true,
      ['QC4102'],
    ])
  })

  test('asks nobody about what waits, and says why it does', () => {
    const wait = (all: readonly Step[]) =>
      all.map((step) => ({ ...step, held: { as: 'paused', because: 'x' } as const }))
    const { changes, safety } = plan(files, state).document({}, wait)
    expect(changes.map(({ held }) => held)).toEqual(changes.map(() => 'paused'))
    expect(safety.confirm).toEqual([])
  })
})

describe('a change has beside it', () => {
  const only = (text: string, objects: typeof state, options: Options = {}): PlannedChange | undefined =>
    plan(text, objects, options).document().changes[0]

  test('that it takes something away', () => {
    const body = 'teams: {devs: {role: member, members: []}}\n'
    const team = live(address('team', 'acme', 'devs'), { role: 'member', members: ['user:bob'] })
    expect(only(organization(body), [acme, team])).toMatchObject({
      action: 'update',
      narrows: true,
      impacts: ['access'],
    })
  })

  test('its impacts by name', () => {
    const all = (steps: readonly Step[]): readonly Step[] =>
      steps.map((step) => ({ ...step, impacts: ['public', 'data', 'access'] }))
    const [change] = plan(organization('robots: {ci: {}}\n'), [acme]).document({}, all).changes
    expect(change?.impacts).toEqual(['access', 'data', 'public'])
  })

  test('the pattern that asks for it, and the name that it matched', () => {
    const made = plan(organization('teams: {devs: {role: member}}\n'), [acme])
    const stamp = (all: readonly Step[]): readonly Step[] =>
      all.map((step) => {
        const { desired } = step.change
        return { ...step, change: { ...step.change, desired: desired && { ...desired, atLeast: 'grant.x' } } }
      })
    expect(made.document({}, stamp).changes[0]?.pattern).toEqual({ address: 'grant.x', name: 'acme' })
    const root = plan(organization(''), []).document({}, stamp)
    expect(root.changes[0]?.pattern).toEqual({ address: 'grant.x', name: '' })
  })

  test('no line where it has none', () => {
    const made = plan(organization('teams: {devs: {role: member}}\n'), [acme])
    const bare = (all: readonly Step[]): readonly Step[] =>
      all.map((step) => ({ ...step, change: { ...step.change, at: null } }))
    expect(made.document({}, bare).changes[0]?.source).toBeNull()
  })

  test('the line that brought its template in', () => {
    const text = `${organization('use: [t]\n')}---\napiVersion: quayctl/v1\nkind: OrganizationTemplate\nname: t\nrobots: {ci: {}}\n`
    const [change] = plan(text, [acme]).document().changes
    expect(change?.source).toEqual({ file: 'quay.yaml', line: 9, column: 10, via: 'quay.yaml:4' })
  })

  test('no file of a secret that stands in its own', () => {
    const text = organization(
      'proxy_cache: {upstream_registry: docker.io, expiration: 2d, username: bot, password: {from_env: QC_BOT}, lifecycle: {replace: allow}}\n',
    )
    const cache = live(address('proxy_cache', 'acme'), { upstream_registry: 'docker.io', expiration: 86400 })
    expect(only(text, [acme, cache])).not.toHaveProperty('secret_files')
    expect(only(files['acme.yaml'], [acme, cache])).not.toHaveProperty('secret_files')
  })

  test('no file of a secret that a field shows', () => {
    const all = { ...files, 'acme.yaml': organization('proxy_cache: {upstream_registry: docker.io}\n') }
    const [change] = plan(all, [acme]).document().changes
    expect(change?.fields.map(({ path }) => path)).toContain('/password')
    expect(change).not.toHaveProperty('secret_files')
  })
})
