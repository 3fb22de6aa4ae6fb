import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readServer } from '../src/cli/server.ts'
import { apply } from '../src/engine/apply.ts'
import { planConfiguration } from '../src/engine/pipeline.ts'
import { resolveSecrets } from '../src/engine/secrets.ts'
import { QuayctlError } from '../src/model/errors.ts'
import { createClient } from '../src/quay/client.ts'
import { configure, lines, planning, registry, unhurried, type World, withWorld, wordsOf } from './world.ts'

const text = readFileSync(new URL('../docs/least-privilege.md', import.meta.url), 'utf8')
const [, table = ''] = /<!-- rows -->([\s\S]*)<!-- \/rows -->/.exec(text) ?? []
const cells = (from: string): readonly (readonly string[])[] =>
  from
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    )
    .slice(2)

interface Rights {
  readonly scopes: readonly string[]
  readonly who: string
}
const rows = cells(table).map(
  ([block = '', where = '', plan = '', planner = '', change = '', changer = '']) => ({
    block,
    where,
    name: `${block}: ${where}`,
    plan: { scopes: plan.split(' '), who: planner } satisfies Rights,
    apply: { scopes: change.split(' '), who: changer } satisfies Rights,
  }),
)

/** Who stands for whom: olga is on a team of role admin, casey on one of role creator, admin is a superuser on the former, root one on none. */
const users: Readonly<Record<string, { readonly is: string; readonly lesser: readonly string[] }>> = {
  anybody: { is: 'mallory', lesser: [] },
  owner: { is: 'olga', lesser: [] },
  administrator: { is: 'olga', lesser: ['casey'] },
  superuser: { is: 'root', lesser: ['olga'] },
  'superuser and administrator': { is: 'admin', lesser: ['olga', 'root'] },
}

const organization = (body: string, name = 'acme') =>
  `apiVersion: quayctl/v1\nkind: Organization\nname: ${name}\n${body}\n`
const own = (body: string) => `apiVersion: quayctl/v1\nkind: User\nname: olga\n${body}\n`
const site = (body: string) => `apiVersion: quayctl/v1\nkind: Registry\n${body}\n`
const repository = (body: string) => `repositories: {api: {${body}}, web: {}}`
const repositories = 'repositories: {api: {}, web: {}}'

/** What there is, and what a row's token is to make of it: something new, and where that is possible something changed. */
interface Case {
  readonly parent: string | null
  readonly before: string
  readonly after: string
  readonly authentication?: 'LDAP'
}
const inOrganization = (before: string, after: string): Case => ({
  parent: 'organization',
  before: organization(before),
  after: organization(after),
})
const inUser = (before: string, after: string): Case => ({
  parent: 'namespace',
  before: own(before),
  after: own(after),
})
/** The same below a repository of an organization and of a user. */
const below = (
  block: string,
  before: string,
  after: string,
  beside = '',
): Readonly<Record<string, Case>> => ({
  [`${block}: repository of an organization`]: {
    ...inOrganization(`${beside}\n${repository(before)}`, `${beside}\n${repository(after)}`),
    parent: 'repository',
  },
  [`${block}: repository of a User`]: {
    ...inUser(`${beside}\n${repository(before)}`, `${beside}\n${repository(after)}`),
    parent: 'repository',
  },
})
const mirror = (interval: string) =>
  `mirror: {external_reference: quay.io/a/b, tags: [latest], robot: sync, sync_interval: ${interval}, sync_start_date: 2026-12-01T02:00:00Z}`
const hook = (title: string, url: string) =>
  `notifications: {${title}: {event: repo_push, method: webhook, config: {url: "https://hooks.example.com/${url}"}}}`
const warns = (url: string) =>
  `quota: {limit: 1 GiB}\nnotifications: {full: {event: quota_warning, method: webhook, config: {url: "https://hooks.example.com/${url}"}}}`
const pruned = (value: number) => `auto_prune: [{method: number_of_tags, value: ${value}}]`
const immutable = (pattern: string) => `immutability: [{tag_pattern: "${pattern}"}]`

const cases: Readonly<Record<string, Case>> = {
  'organizations: new': {
    parent: null,
    before: '',
    after: organization('email: new@example.com\nrobots: {ci: {}}', 'fresh'),
  },
  'organizations: there already': { ...inOrganization('', 'tag_expiration: 4w'), parent: null },
  'namespaces: User': { parent: null, before: '', after: own('') },
  'robots: organization': inOrganization('robots: {old: {}}', 'prune: {robots: all}\nrobots: {ci: {}}'),
  'robots: organization, replaced': inOrganization(
    `robots: {ci: {description: one}}\n${repository('permissions: {robot:ci: write}')}`,
    'robots: {ci: {description: two, lifecycle: {replace: allow}}}',
  ),
  'robots: User': inUser('robots: {old: {}}', 'prune: {robots: all}\nrobots: {ci: {}}'),
  'teams: organization': inOrganization(
    'teams: {one: {role: member, members: [user:mallory]}}',
    'teams: {one: {role: member, members: []}, two: {role: creator, members: [user:mallory]}}',
  ),
  'teams: organization, with sync': {
    ...inOrganization('', 'teams: {one: {role: member, sync: {group_dn: cn=one}}}'),
    authentication: 'LDAP',
  },
  'teams: organization, with previously': inOrganization(
    `teams: {one: {role: member}}\n${repository('permissions: {team:one: read}')}`,
    'teams: {two: {role: member, previously: one}}\nremoved: {teams: {one: {reason: renamed, until: 2026-12-31}}}',
  ),
  'default_permissions: organization': inOrganization(
    'default_permissions: [{to: user:mallory, role: read}]',
    'default_permissions: [{to: user:mallory, role: write}, {to: user:casey, role: read}]',
  ),
  'applications: organization': inOrganization(
    'applications: {one: {description: one}}',
    'applications: {one: {description: two}, two: {}}',
  ),
  'proxy_cache: organization': inOrganization(
    'proxy_cache: {upstream_registry: docker.io/library}',
    'proxy_cache: {upstream_registry: quay.io, lifecycle: {replace: allow}}',
  ),
  'organization_mirror: organization': inOrganization(
    'robots: {sync: {}}\norganization_mirror: {external_registry_type: quay, external_registry_url: "https://quay.io", external_namespace: a, robot: sync, sync_interval: 1d}',
    'robots: {sync: {}}\norganization_mirror: {external_registry_type: quay, external_registry_url: "https://quay.io", external_namespace: a, robot: sync, sync_interval: 12h}',
  ),
  'quota: organization': inOrganization('quota: {limit: 1 GiB}', 'quota: {limit: 2 GiB}'),
  'quota: Registry, of a user': {
    parent: 'user',
    before: site('users: {mallory: {quota: {limit: 1 GiB}}}'),
    after: site('users: {mallory: {quota: {limit: 2 GiB}}}'),
  },
  'repositories: organization': inOrganization(
    'repositories: {api: {}}',
    'repositories: {api: {visibility: public}, web: {}}',
  ),
  'repositories: organization, descriptions only': inOrganization(
    repositories,
    'repositories: {api: {description: one}, web: {description: two}}',
  ),
  'repositories: User': inUser(
    'repositories: {api: {}}',
    'repositories: {api: {visibility: public}, web: {}}',
  ),
  ...below('permissions', 'permissions: {}', 'permissions: {user:mallory: read, user:casey: write}'),
  'grants: organization': {
    ...inOrganization(
      `teams: {one: {role: member}}\n${repositories}`,
      'teams: {one: {role: member}}\ngrants: {"*": {team:one: read}}',
    ),
  },
  ...below('mirror', mirror('1d'), mirror('12h'), 'robots: {sync: {}}'),
  'notifications: organization': inOrganization(warns('one'), warns('two')),
  ...below('notifications', hook('one', 'one'), hook('one', 'two')),
  'auto_prune: organization': inOrganization(pruned(5), pruned(6)),
  'auto_prune: User': inUser(pruned(5), pruned(6)),
  ...below('auto_prune', pruned(5), pruned(6)),
  'immutability: organization': inOrganization(immutable('a'), immutable('b')),
  'immutability: User': inUser(immutable('a'), immutable('b')),
  ...below('immutability', immutable('a'), immutable('b')),
  'users: Registry': {
    parent: null,
    before: site('users: {zoe: {email: zoe@example.com}}'),
    after: site('users: {zoe: {email: zoe@example.org}, zac: {email: zac@example.com}}'),
  },
  'messages: Registry': {
    parent: null,
    before: site('messages: [{content: one}]'),
    after: site('messages: [{content: one}, {content: two}]'),
  },
}

/** A token's text says whose it is, and its scopes. */
const tokenOf = (user: string, scopes: readonly string[]) => `${user}=${scopes.join('+') || 'none'}`
const without = (scopes: readonly string[], lost: string) => scopes.filter((scope) => scope !== lost)
const allTokens = Object.fromEntries(
  rows
    .flatMap(({ plan, apply: change }) => [plan, change])
    .flatMap(({ scopes, who }) => {
      const { is = '', lesser = [] } = users[who] ?? {}
      return [
        ...[scopes, ...scopes.map((lost) => without(scopes, lost))].map((some) => [is, some] as const),
        ...lesser.map((user) => [user, scopes] as const),
      ]
    })
    .map(([user, scopes]) => [tokenOf(user, scopes), { user, scopes: scopes.join(' ') }]),
)

async function furnished<T>(
  { before, authentication, fullAccess = false }: Case & { readonly fullAccess?: boolean },
  use: (world: World) => Promise<T>,
): Promise<T> {
  return withWorld(
    async (world) => {
      const must = async (method: string, path: string, body?: unknown) =>
        expect((await world.call(method, path, body)).status).toBeLessThan(300)
      await must('POST', '/organization/', { name: 'acme', email: 'acme@example.com' })
      await must('PUT', '/organization/acme/team/owners/members/olga')
      await must('PUT', '/organization/acme/team/makers', { role: 'creator' })
      await must('PUT', '/organization/acme/team/makers/members/casey')
      if (before.includes('kind: User')) {
        const { outcomes } = await run(world, before, OLGA, 'apply')
        expect([...outcomes].filter(([, how]) => how !== 'done')).toEqual([])
      } else if (before) await world.converge(before)
      return use(world)
    },
    {
      features: { SUPERUSERS_FULL_ACCESS: fullAccess },
      ...(authentication && { authentication }),
      accounts: {
        users: { olga: {}, casey: {}, root: { superuser: true } },
        tokens: {
          ...allTokens,
          [OLGA]: { user: 'olga', scopes: 'user:admin org:admin repo:create repo:admin' },
        },
      },
    },
  )
}
const OLGA = 'OLGA'

/** What a token makes of a file, what it sent, and the words of what stopped it. */
async function run(world: World, file: string, token: string, mode: 'plan' | 'apply') {
  const writes: string[] = []
  const reads: string[] = []
  const client = createClient({
    url: world.url,
    version: '0.0.0',
    token,
    attempts: 1,
    trace: ({ method, path }) => (method === 'GET' ? reads.push(path) : writes.push(`${method} ${path}`)),
  })
  const nothing = { writes, reads, outcomes: new Map<string, string>(), warnings: [] }
  const stopped = (stop: string) => ({ ...nothing, stop, changes: 0 })
  try {
    const server = await readServer(world.url, client)
    const configuration = configure(file)
    expect(lines(configuration.diagnostics)).toEqual([])
    const planned = await planConfiguration(configuration, registry, client, server, {
      ...planning,
      onlyPlan: mode === 'plan',
    })
    if (planned.errors) {
      const placed = planned.errors.map(({ at }) => at?.line ?? 'nowhere')
      expect(placed).not.toContain('nowhere')
      return stopped(planned.errors.map(({ message, hint }) => `${message}\n${hint}`).join('\n'))
    }
    const changes = planned.steps.length
    const warnings = planned.plan.findings.map(
      ({ code, severity, source, message }) => `${severity} ${code} ${source?.line} ${message}`,
    )
    if (mode === 'plan') return { ...nothing, stop: null, changes, warnings }
    const all = planned.steps.map(({ change }) => change)
    const { secrets } = await resolveSecrets(all, registry, async () => ({ value: 'secret' }))
    const outcomes = await apply(
      planned.steps,
      registry,
      { ...unhurried, api: client, server, now: () => world.now },
      {
        secrets,
        live: planned.live,
        failFast: false,
        signal: new AbortController().signal,
        report: () => {},
      },
    )
    const words = new Map([...outcomes].map(([address, outcome]) => [address, wordsOf(outcome)]))
    return { ...nothing, stop: null, outcomes: words, changes }
  } catch (error) {
    if (!(error instanceof QuayctlError)) throw error
    expect(error.kind).toBe('auth')
    return stopped([error.message, ...error.hints].join('\n'))
  } finally {
    await client.close()
  }
}

const rights = rows.flatMap((row) =>
  (['plan', 'apply'] as const).map((mode) => ({ ...row, mode, ...row[mode], title: `${row.name}, ${mode}` })),
)
const caseOf = (name: string): Case => {
  const found = cases[name]
  if (!found) throw new Error(`no case for ${name}`)
  return found
}

describe('the page', () => {
  test('has a row for every case, and a case for every row', () => {
    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(cases).sort())
  })

  test('knows everybody that it names', () => {
    expect(rights.filter(({ who }) => !(who in users)).map(({ title }) => title)).toEqual([])
  })

  test('has a row for every type below every parent', () => {
    const told = new Set(rows.map(({ name, block }) => `${block} ${caseOf(name).parent}`))
    const due = [...registry.values()].flatMap(({ block, parents }) =>
      parents.length === 0
        ? [`${block} null`]
        : parents.filter((parent) => !registry.get(parent)?.patternOf).map((parent) => `${block} ${parent}`),
    )
    expect(due.filter((pair) => !told.has(pair))).toEqual([])
  })

  test('recommends tokens that reach', () => {
    const [, kinds = ''] = /## Three tokens([\s\S]*?)\n## /.exec(text) ?? []
    const [reviewer, applier, superuser] = cells(kinds).map(([, scopes = '']) => new Set(scopes.split(' ')))
    const has = (token: ReadonlySet<string> | undefined, scope: string) =>
      token?.has(scope) ||
      (scope === 'user:read' && token?.has('user:admin')) ||
      (/^repo:(read|write)$/.test(scope) && token?.has('repo:admin'))
    const lacking = (token: ReadonlySet<string> | undefined, mode: 'plan' | 'apply', who: RegExp) =>
      rights
        .filter(
          (row) => row.mode === mode && who.test(row.who) && row.scopes.some((scope) => !has(token, scope)),
        )
        .map(({ title }) => title)
    expect(lacking(reviewer, 'plan', /^(anybody|administrator)$/)).toEqual([])
    expect(lacking(applier, 'apply', /^(anybody|owner|administrator)$/)).toEqual([])
    expect(lacking(superuser, 'apply', /./)).toEqual([])
  })
})

/** Without repo:admin the first that is missed may be what it includes. */
const names = (lost: string) => (lost === 'repo:admin' ? /repo:(admin|read)/ : new RegExp(lost))

/** Who should be stopped, and what must be said then. */
const tooWeak = ({ scopes, who }: Rights) => {
  const { is = '', lesser = [] } = users[who] ?? {}
  return [
    ...scopes.map((lost) => ({ token: tokenOf(is, without(scopes, lost)), says: names(lost) })),
    ...lesser.map((user) => ({
      token: tokenOf(user, scopes),
      says: user === 'olga' ? /superuser/ : /role admin/,
    })),
  ]
}

test.each(rows)('$name', (row) =>
  furnished(caseOf(row.name), async (world) => {
    const { after } = caseOf(row.name)
    const stopped = []
    const due = []
    for (const mode of ['plan', 'apply'] as const)
      for (const { token, says } of tooWeak(row[mode])) {
        const { stop, writes } = await run(world, after, token, mode)
        due.push({ mode, token, writes: [], stop: expect.stringMatching(says) })
        stopped.push({ mode, token, writes, stop })
      }
    expect(stopped).toEqual(due)

    const token = (mode: 'plan' | 'apply') => tokenOf(users[row[mode].who]?.is ?? '', row[mode].scopes)
    expect(await run(world, after, token('plan'), 'plan')).toMatchObject({ stop: null, writes: [] })
    const { stop, outcomes, changes } = await run(world, after, token('apply'), 'apply')
    expect(stop).toBeNull()
    expect([...outcomes].filter(([, how]) => how !== 'done')).toEqual([])
    expect(changes > 0).toBe(row.name !== 'namespaces: User')
    expect((await run(world, after, token('apply'), 'apply')).changes).toBe(0)
  }),
)

const estate = (count: number) =>
  organization(
    `robots: {ci: {}}\nrepositories: {${Array.from({ length: count }, (_, i) => `r${i}: {permissions: {robot:ci: write}}`).join(', ')}}`,
    'fresh',
  )

describe('what a plan reads does not show', () => {
  test('is asked once, however much there is to write', () =>
    furnished({ parent: null, before: '', after: '' }, async (world) => {
      const [few, many] = [
        await run(world, estate(1), OLGA, 'plan'),
        await run(world, estate(40), OLGA, 'plan'),
      ]
      expect(many.reads).toEqual(few.reads)
      expect(many.reads.toSorted()).toEqual([
        '/config',
        '/discovery',
        '/organization/fresh',
        '/organization/olga/prototypes',
        '/repository/olga/r0/permissions/user/',
        '/user/',
      ])
    }))

  test('is a warning of a plan, and an error of an apply', () =>
    furnished({ parent: null, before: '', after: '' }, async (world) => {
      const token = tokenOf('olga', ['user:read', 'org:admin'])
      const { warnings } = await run(world, estate(2), token, 'plan')
      expect(warnings).toEqual([
        'warning QC3007 3 to create organization.fresh takes the scope user:admin, which the token lacks',
        'warning QC3007 5 to create repository.fresh/r0 takes the scope repo:admin, which the token lacks; changes besides that take it: 3',
      ])
      const { stop, writes } = await run(world, estate(2), token, 'apply')
      expect(writes).toEqual([])
      expect(stop).toContain('make a token with the scope user:admin')
    }))

  test('full access takes no scope but super:user', () => {
    const before = organization(repositories)
    const after = organization(
      `robots: {ci: {}}\nquota: {limit: 1 GiB, reject_at: 90}\n${repository('permissions: {robot:ci: write}, description: one')}`,
    )
    return furnished({ parent: null, before, after, fullAccess: true }, async (world) => {
      const { stop, outcomes } = await run(
        world,
        after,
        tokenOf('root', ['user:read', 'super:user']),
        'apply',
      )
      expect(stop).toBeNull()
      expect([...outcomes].filter(([, how]) => how !== 'done')).toEqual([])
    })
  })
})
