import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { push, registry, type World, withWorld } from './world.ts'

const text = readFileSync(new URL('../docs/requests.md', import.meta.url), 'utf8')
const [, table = ''] = /<!-- rows -->([\s\S]*)<!-- \/rows -->/.exec(text) ?? []
const rows = table
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map((line) => {
    const [, block = '', requests = '', each = ''] = line
      .replaceAll('`', '')
      .split('|')
      .map((cell) => cell.trim())
    return { block, requests: Number(requests), name: `${block}: ${each}` }
  })
const fixed = Number(/\| every run \| (\d+) \|/.exec(text)?.[1])

type Documents = readonly string[]
const document = (kind: string, name: string, body: string) =>
  `apiVersion: quayctl/v1\nkind: ${kind}\n${name && `name: ${name}\n`}${body}\n`
const organization = (name: string, ...blocks: readonly string[]) =>
  document('Organization', name, blocks.join('\n'))
const own = (...blocks: readonly string[]) => document('User', 'admin', blocks.join('\n'))
const site = (...blocks: readonly string[]) => document('Registry', '', blocks.join('\n'))

/** `count` entries of a map, by name. */
const entries = (block: string, count: number, name: string, value: (index: number) => string) =>
  `${block}: {${Array.from({ length: count }, (_, i) => `${name}${i}: {${value(i)}}`).join(', ')}}`
const users = (count: number, body = '') => entries('users', count, 'user', () => body)
const repositories = (count: number, body = '') => entries('repositories', count, 'r', () => body)
const teams = (count: number, body = '') =>
  entries('teams', count, 't', () => `role: member${body && `, ${body}`}`)
const robots = (count: number, body = '') => entries('robots', count, 'bot', () => body)
const grants = (count: number) =>
  `grants: {"*": {${Array.from({ length: count }, (_, i) => `"team:t${i}": read`).join(', ')}}}`

const hook = 'event: repo_push, method: webhook, config: {url: "https://hooks.example.com/"}'
const warning = 'event: quota_warning, method: webhook, config: {url: "https://hooks.example.com/"}'
const blocks = {
  members: 'members: [user:mallory]',
  metadata: 'unstructured_metadata: {a: 1}',
  federation: 'federation: [{issuer: "https://sts.example.com", subject: ci}]',
  prototypes: 'default_permissions: [{to: user:mallory, role: read}]',
  applications: 'applications: {grafana: {}}',
  cache: 'proxy_cache: {upstream_registry: docker.io/library}',
  copy: 'organization_mirror: {external_registry_type: quay, external_registry_url: "https://quay.io", external_namespace: a, robot: bot0, sync_interval: 1d}',
  quota: 'quota: {limit: 1 GiB}',
  permissions: 'permissions: {user:mallory: read}',
  mirror:
    'mirror: {external_reference: quay.io/a/b, tags: [latest], robot: bot0, sync_interval: 1d, sync_start_date: 2026-12-01T02:00:00Z}',
  notifications: `notifications: {push: {${hook}}}`,
  warnings: `notifications: {full: {${warning}}}`,
  prune: 'auto_prune: [{method: number_of_tags, value: 5}]',
  immutability: 'immutability: [{tag_pattern: "v.*"}]',
  messages: 'messages: [{content: one}]',
}

/** Documents with `n` of what a row counts, without the block and with it. */
interface Case {
  readonly without: (n: number) => Documents
  readonly with: (n: number) => Documents
  /** How many there can be, where that is not as many as one likes. */
  readonly counts?: readonly number[]
  /** The rows whose requests come along. */
  readonly along?: readonly string[]
}
const everywhere = (block: string, prefix = 'full', beside: readonly string[] = []): Case => {
  const all = (n: number, ...more: readonly string[]) =>
    Array.from({ length: n }, (_, i) => organization(`${prefix}${i}`, ...beside, ...more))
  return { without: (n) => all(n), with: (n) => all(n, block) }
}
const inOrganization = (
  without: (n: number) => readonly string[],
  changed: (n: number) => readonly string[],
): Case => ({
  without: (n) => [organization('full0', ...without(n))],
  with: (n) => [organization('full0', ...changed(n))],
})
const inRepositories = (block: string, beside: readonly string[] = []): Case =>
  inOrganization(
    (n) => [...beside, repositories(n)],
    (n) => [...beside, repositories(n, block)],
  )
const inUser = (...body: readonly string[]): Case => ({
  without: () => [own()],
  with: () => [own(...body)],
  counts: [1],
})

const cases: Readonly<Record<string, Case>> = {
  'organizations: organization': { ...everywhere(''), without: () => [] },
  'namespaces: document of kind User': { without: () => [], with: () => [own()], counts: [1] },
  'robots: organization': everywhere(robots(2)),
  'robots: document of kind User': inUser(robots(2)),
  'robots: robot that declares unstructured_metadata': inOrganization(
    (n) => [robots(n)],
    (n) => [robots(n, blocks.metadata)],
  ),
  'robots: robot that declares federation': inOrganization(
    (n) => [robots(n)],
    (n) => [robots(n, blocks.federation)],
  ),
  'teams: organization': everywhere(teams(2)),
  'teams: team that declares members': inOrganization(
    (n) => [teams(n)],
    (n) => [teams(n, blocks.members)],
  ),
  'teams: team that declares sync': inOrganization(
    (n) => [teams(n)],
    (n) => [teams(n, 'sync: none')],
  ),
  'default_permissions: organization': everywhere(blocks.prototypes),
  'applications: organization': everywhere(blocks.applications),
  'proxy_cache: organization': everywhere(blocks.cache, 'cache'),
  'organization_mirror: organization': everywhere(blocks.copy, 'copy', [robots(1)]),
  'quota: organization': everywhere(blocks.quota),
  'quota: user': { without: (n) => [site(users(n))], with: (n) => [site(users(n, blocks.quota))] },
  'repositories: 100 repositories that the organization has': {
    without: (n) => [organization(n === 1 ? 'full0' : 'big')],
    with: (n) => [organization(n === 1 ? 'full0' : 'big', repositories(1))],
  },
  'repositories: document of kind User, by 100 repositories': inUser(repositories(2)),
  'permissions: repository of an organization': inRepositories(blocks.permissions),
  'permissions: repository of a User': {
    ...inUser(repositories(1, blocks.permissions)),
    without: () => [own(repositories(1))],
  },
  'grants: team that they name': {
    without: (n) => [organization('granted0', teams(n), repositories(1))],
    with: (n) => [organization('granted0', teams(n), repositories(1), grants(n))],
  },
  'grants: 100 repositories that the organization has': {
    ...everywhere(grants(1), 'granted', [teams(1)]),
    along: ['grants: team that they name'],
  },
  'mirror: repository': {
    without: (n) => [organization('mirrored', robots(1), repositories(n))],
    with: (n) => [organization('mirrored', robots(1), repositories(n, blocks.mirror))],
  },
  'notifications: organization': everywhere(blocks.warnings),
  'notifications: repository': inRepositories(blocks.notifications),
  'auto_prune: organization': everywhere(blocks.prune),
  'auto_prune: document of kind User': inUser(blocks.prune),
  'auto_prune: repository': inRepositories(blocks.prune),
  'immutability: organization': everywhere(blocks.immutability),
  'immutability: document of kind User': inUser(blocks.immutability),
  'immutability: repository': inRepositories(blocks.immutability),
  'users: user, up to 3': {
    without: () => [],
    with: (n) => [site(users(n))],
    counts: [1, 2, 3],
  },
  'users: Registry of more users': { without: () => [], with: () => [site(users(5))], counts: [1] },
  'messages: Registry': { without: () => [], with: () => [site(blocks.messages)], counts: [1] },
}

const caseOf = (name: string): Case => {
  const found = cases[name]
  if (!found) throw new Error(`no case for ${name}`)
  return found
}

const below = [blocks.permissions, blocks.notifications, blocks.prune, blocks.immutability].join(', ')
const inFull = [
  robots(2, `${blocks.metadata}, ${blocks.federation}`),
  teams(2, blocks.members),
  blocks.prototypes,
  blocks.applications,
  blocks.quota,
  blocks.warnings,
  blocks.prune,
  blocks.immutability,
  repositories(2, below),
]
/** Everything that any row declares, at once. */
const estate: Documents = [
  ...['full0', 'full1'].map((name) => organization(name, ...inFull)),
  ...['granted0', 'granted1'].map((name) => organization(name, teams(2), repositories(2), grants(2))),
  ...['cache0', 'cache1'].map((name) => organization(name, blocks.cache)),
  ...['copy0', 'copy1'].map((name) => organization(name, robots(1), blocks.copy)),
  organization('mirrored', robots(1), repositories(2, blocks.mirror)),
  organization(
    'big',
    entries('repositories', 150, 'r', () => ''),
  ),
  own(robots(2), blocks.prune, blocks.immutability, repositories(2, below)),
  site(users(5, blocks.quota), blocks.messages),
]

const furnished = (use: (world: World) => Promise<void>) =>
  withWorld(async (world) => {
    await world.converge(estate.join('---\n'))
    await use(world)
  })

/** The requests of a plan that finds nothing to do. */
async function asked(world: World, documents: Documents): Promise<readonly string[]> {
  const { plan, sent } = await world.plan(documents.join('---\n'))
  expect(plan.changes.map(({ address }) => address)).toEqual([])
  expect(new Set(sent.map(({ method }) => method))).toEqual(new Set(['GET']))
  return sent.map(({ path }) => path)
}

describe('the page', () => {
  test('has a row for every case, and a case for every row', () => {
    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(cases).sort())
  })

  test('has every block', () => {
    const told = new Set(rows.map(({ block }) => block))
    expect([...registry.values()].map(({ block }) => block).filter((block) => !told.has(block))).toEqual([])
  })
})

test('every row, in a Quay that has all of them', { timeout: 120_000 }, () =>
  furnished(async (world) => {
    const found = []
    const due = []
    for (const { name, requests } of rows) {
      const { without, with: having, counts = [1, 2], along = [] } = caseOf(name)
      const more = rows.filter((row) => along.includes(row.name)).reduce((sum, row) => sum + row.requests, 0)
      for (const n of counts) {
        const before = without(n).length > 0 ? (await asked(world, without(n))).length : fixed
        const after = await asked(world, having(n))
        found.push({ name, n, requests: after.length - before })
        due.push({ name, n, requests: n * (requests + more) })
      }
    }
    expect(found).toEqual(due)
  }),
)

const removal = '{reason: moved, until: 2026-12-31}'
const moved = (upstream: string) =>
  `proxy_cache: {upstream_registry: ${upstream}, lifecycle: {replace: allow}}`
const cached = `proxy_cache: {upstream_registry: docker.io}`
const gone = (block: string, name: string) => `removed: {${block}: {${name}: ${removal}}}`

/** Changes by their rows: what is there, what is asked for, of so many what, and the requests that only it causes. */
const changes: Readonly<
  Record<string, readonly { before: string; after: string; tags?: number; path: RegExp; count: number }[]>
> = {
  'mirror created, enabled, with another upstream or fewer tags: 100 tags, up to 1000': [
    [repositories(1), repositories(1, blocks.mirror)],
    [
      repositories(1, blocks.mirror.replace('mirror: {', 'mirror: {enabled: false, ')),
      repositories(1, blocks.mirror.replace('mirror: {', 'mirror: {enabled: true, ')),
    ],
    [repositories(1, blocks.mirror), repositories(1, blocks.mirror.replace('a/b', 'a/c'))],
    [repositories(1, blocks.mirror), repositories(1, blocks.mirror.replace('[latest]', '[other]'))],
  ].flatMap(([before = '', after = '']) =>
    [0, 1, 150].map((tags) => ({
      before: organization('acme', robots(1), before),
      after: organization('acme', robots(1), after),
      tags,
      path: /\/tag\/$/,
      count: Math.ceil(tags / 100),
    })),
  ),
  'repositories removed: 100 tags, up to 1000': [0, 100, 2000].map((tags) => ({
    before: organization('acme', repositories(1)),
    after: organization('acme', gone('repositories', 'r0')),
    tags,
    path: /\/tag\/$/,
    count: Math.min(10, tags / 100),
  })),
  'repositories made public: 100 tags, up to 1000': [0, 200].map((tags) => ({
    before: organization('acme', repositories(1, 'visibility: private')),
    after: organization('acme', repositories(1, 'visibility: public')),
    tags,
    path: /\/tag\/$/,
    count: tags / 100,
  })),
  'robots deleted or replaced: organization': [
    'robots: {}\nprune: {robots: all}',
    robots(3, 'description: new, lifecycle: {replace: allow}'),
  ].map((after) => ({
    before: organization('acme', robots(3)),
    after: organization('acme', after),
    path: /\/robots\?permissions=true/,
    count: 1,
  })),
  'organizations removed: organization, for its robots': [
    {
      before: organization('acme', robots(3)),
      after: site(gone('organizations', 'acme')),
      path: /\/organization\/acme\/robots\?/,
      count: 1,
    },
  ],
  'organizations removed: 100 repositories that the organization has': [1, 150].map((n) => ({
    before: organization('acme', repositories(n)),
    after: site(gone('organizations', 'acme')),
    path: /\/repository\?namespace=acme/,
    count: Math.ceil(n / 100),
  })),
  'proxy_cache deleted, or moved to another upstream: 100 repositories that the organization has': [
    [cached, 'proxy_cache: none', 1],
    [cached, moved('quay.io'), 1],
    [cached, `${moved('docker.io').replace('lifecycle', 'insecure: true, lifecycle')}`, 0],
  ].map(([before, after, count]) => ({
    before: organization('acme', String(before)),
    after: organization('acme', String(after)),
    path: /\/repository\?namespace=acme/,
    count: Number(count),
  })),
  'quota created with reject_at: organization': [
    {
      before: organization('acme'),
      after: organization('acme', 'quota: {limit: 1 GiB, reject_at: 80}'),
      path: /\/repository|\/quota/,
      count: 0,
    },
  ],
}

const [, stakes = ''] = /<!-- changes -->([\s\S]*)<!-- \/changes -->/.exec(text) ?? []
const told = stakes
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map((line) => line.replaceAll('`', '').split(' | '))
  .map(([change = '', , each = '']) => `${change.replace(/^\| /, '')}: ${each.replace(/ \|$/, '')}`)

test('the rows of changes are those that are counted', () => {
  expect([...told].sort()).toEqual(Object.keys(changes).sort())
})

test.each(Object.entries(changes))('%s', async (_, cases) => {
  for (const { before, after, tags = 0, path, count } of cases)
    await withWorld(async (world) => {
      await world.converge(before)
      if (tags > 0) push(world, 'acme/r0', ...Array.from({ length: tags }, (_, i) => `t${i}`))
      const { sent, plan } = await world.plan(after, { allowEmpty: true })
      expect(plan.changes).not.toEqual([])
      const asked = sent.filter((one) =>
        path.test(`${one.path}?${one.query}`.replace(/\?$|(?<=\/tag\/)\?.*$/, '')),
      )
      expect(asked.length, after).toBe(count)
    })
})

test('what is not declared is not read', () =>
  furnished(async (world) => {
    const paths = (await asked(world, [organization('full0')])).map((path) => path.replace('/api/v1', ''))
    expect([...paths].sort()).toEqual(['/config', '/discovery', '/organization/full0', '/user/'])
    expect(paths).toHaveLength(fixed + 1)
  }))

/** Of each block that can be pruned, all that there is, in an organization. */
const wholes: Readonly<Record<string, string>> = {
  robots: robots(1),
  teams: 'teams: {owners: {role: admin}, t0: {role: member}}',
  default_permissions: blocks.prototypes,
  applications: blocks.applications,
  notifications: blocks.warnings,
}

test('a prune costs what declaring does, and a look at each team of administrators', () =>
  withWorld(async (world) => {
    await world.converge(organization('acme', blocks.quota, ...Object.values(wholes)))
    const prunable = [...registry.values()].filter(
      ({ prunable, parents }) => prunable && parents.includes('organization'),
    )
    expect(prunable.map(({ block }) => block).sort()).toEqual(Object.keys(wholes).sort())
    for (const { block } of prunable) {
      const declared = await asked(world, [organization('acme', wholes[block] ?? '')])
      const pruned = await asked(world, [organization('acme', wholes[block] ?? '', `prune: {${block}: all}`)])
      expect(pruned.length - declared.length, block).toBe(block === 'teams' ? 1 : 0)
    }
  }))
