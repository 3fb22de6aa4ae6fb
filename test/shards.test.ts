import { describe, expect, test } from 'vitest'
import { baseOf } from '../src/engine/base.ts'
import { planText } from '../src/engine/planfile.ts'
import { shardOf } from '../src/engine/select.ts'
import type { Plan } from '../src/model/plan.ts'
import { bothWays, merged } from './shards.ts'
import { configure, everything, TOKEN, withWorld } from './world.ts'

const COUNT = 8
const names = Array.from({ length: 14 }, (_, at) => `team-${String.fromCodePoint(97 + at)}`)
const robots = (count: number) => Array.from({ length: count }, (_, at) => `r${at}: {}`).join(', ')
const members = 'members: [user:admin, user:mallory, user:alice]'

/** One document, of the same organization before and after. */
const organization = (name: string, body: string) =>
  `apiVersion: quayctl/v1\nkind: Organization\nname: ${name}\nemail: ${name}@x.example\n${body}`

const registry = (body: string) => `apiVersion: quayctl/v1\nkind: Registry\n${body}`

const before = [
  registry('users:\n  alice: {email: alice@x.example}\n  bob: {email: bob@x.example}\n'),
  ...names.map((name) =>
    organization(
      name,
      `robots: {${robots(12)}}
teams:
  owners: {role: admin, ${members}}
  devs: {role: creator, members: [robot:r0, user:mallory]}
default_permissions: [{to: team:devs, role: write}]
repositories:
  api: {permissions: {team:devs: admin, robot:r1: write}}
  web: {}
  mirrored:
    mirror: {external_reference: ghcr.io/acme/x, tags: [a, b], sync_interval: 1d, robot: r0, username: u, password: {from_env: QC_A, version: 1}}
`,
    ),
  ),
].join('---\n')

const template = `apiVersion: quayctl/v1
kind: OrganizationTemplate
name: standard
tag_expiration: 2w
prune: {robots: dropped, teams: all}
teams:
  owners: {role: admin, members: [user:admin]}
`

/** What each organization comes to: every third is paused, every fourth loses robots, every fifth is to go. */
const afterOf = (name: string, at: number) =>
  at % 5 === 4
    ? ''
    : organization(
        name,
        `use: [standard]
${at % 3 === 2 ? 'paused: {reason: a move, until: 2026-12-31}\n' : ''}${at % 2 === 1 ? 'prune: {robots: all}\n' : ''}robots: {${robots(at % 4 === 3 ? 2 : 12 - (at % 3))}, new: {description: made ${at}}}
${at % 2 === 0 ? 'teams: {devs: {role: member}}\n' : ''}grants: {"*": {team:owners: read}}
repositories:
  api: {permissions: {robot:r1: read}}
  mirrored:
    mirror: {external_reference: ghcr.io/acme/x, tags: [a], sync_interval: 1d, robot: r0, username: u, password: {from_env: QC_B, version: 1}}
removed:
  repositories: {web: {reason: gone, until: ${at % 2 ? '2026-12-31' : '2026-01-01'}}}
`,
      )

const head = (safety: string) =>
  registry(`safety: {${safety}}
users:
  alice: {email: alice@y.example}
  carol: {email: carol@x.example}
removed:
  organizations: {${names.flatMap((name, at) => (at % 5 === 4 ? [`${name}: {reason: x, until: 2026-12-31}`] : [])).join(', ')}}
  users: {bob: {reason: left, until: 2026-12-31}, nobody: {reason: left, until: 2026-12-31}}
`)

const after = (safety: string) =>
  [
    head(safety),
    template,
    organization('team-new', 'robots: {ci: {}}\n'),
    organization('other-new', 'robots: {ci: {}}\n'),
    ...names.map(afterOf),
  ]
    .filter((text) => text !== '')
    .join('---\n')

const wide = 'max_deletes: 500, max_revokes: 500, max_delete_percent: 100'
const narrow = 'max_deletes: 9, protect: ["user.*", "robot.*", "!robot.team-b+*", "organizatoin.x"]'
const base = () => baseOf('HEAD~1', 'c0ffee', configure(before).expanded)

/** An estate with something of everything, planned as one, and in so many shards. */
const planned = (safety: string, options = {}, count = COUNT) =>
  withWorld(async (world) => {
    await world.converge(before)
    for (const [at, name] of names.entries()) {
      await world.call('PUT', `/organization/${name}/robots/foreign${at}`, {})
      await world.call('PUT', `/organization/${name}/team/foreign`, { role: 'member' })
    }
    return bothWays(world, after(safety), count, { onlyPlan: true, ...options })
  })

const codesOf = ({ findings }: Plan) => new Set(findings.map(({ code }) => code))

describe('the plans of all shards are the one plan', () => {
  test.each([
    ['as it is', wide, {}],
    ['with a base', wide, { base: base() }],
    ['stopped', narrow, { base: base() }],
    ['stopped in part', narrow, { base: base(), holdBlocked: true }],
    ['held by its budget', 'max_deletes: 9, max_revokes: 3, max_delete_percent: 100', { holdBlocked: true }],
    ['with limits of the run', narrow, { maxDeletes: 60, maxRevokes: 2, minOrgAdmins: 3 }],
    [
      'of some organizations',
      wide,
      { selection: { ...everything, organizations: ['team-a', 'team-c', '-'] } },
    ],
    ['of some objects', wide, { selection: { ...everything, targets: ['robot.team-*', 'repository.**'] } }],
    [
      'with globs that match nothing',
      wide,
      { selection: { ...everything, excludes: ['robot.*', 'team.team-a/foreign'] } },
    ],
    [
      'of what changed',
      wide,
      {
        base: base(),
        selection: {
          ...everything,
          changed: { ref: 'HEAD~1', names: new Set(['-', 'team-b', 'team-d']), others: 12, isAll: false },
        },
      },
    ],
    ['where all replaces are allowed', wide, { replace: ['robot.*+*', 'nothing.at/all'], base: base() }],
  ])('%s', async (_, safety, options) => {
    const { whole, together, parts } = await planned(safety, options)
    expect(planText(together)).toBe(planText(whole))
    expect(parts.map(({ changes }) => changes.length).reduce((sum, one) => sum + one, 0)).toBe(
      whole.changes.length,
    )
    for (const { shard, scope } of parts) expect([shard?.count, scope.complete]).toEqual([COUNT, false])
  })

  test('of a token that may do little', async () => {
    const files = names.map((name) => organization(name, 'robots: {ci: {}}\nrepositories: {api: {}}\n'))
    const scopes = 'org:admin user:read repo:read'
    await withWorld(
      async (world) => {
        for (const name of names.slice(3))
          await world.call('POST', '/organization/', { name, email: `${name}@x.example` }, TOKEN)
        const { whole, together } = await bothWays(world, files.join('---\n'), COUNT, { onlyPlan: true })
        expect(whole.findings.map(({ message }) => message)).toContainEqual(
          expect.stringMatching(/; changes besides that take it: 2$/),
        )
        expect(planText(together)).toBe(planText(whole))
      },
      { token: 'WEAK', accounts: { tokens: { WEAK: { user: 'admin', scopes } } } },
    )
  })

  test('and of one shard', async () => {
    const { whole, together } = await planned(narrow, { base: base() }, 1)
    expect(planText(together)).toBe(planText(whole))
  })

  test('the estate has something of everything', async () => {
    const { whole } = await planned(narrow, { base: base(), holdBlocked: true })
    const { summary, safety, changes, unmanaged } = whole
    for (const [what, count] of Object.entries({ ...summary, replace: 1 }))
      expect(count, what).toBeGreaterThan(0)
    expect(new Set(safety.stops.map(({ code }) => code))).toEqual(
      new Set(['QC4101', 'QC4102', 'QC4105', 'QC4107']),
    )
    expect(new Set(changes.map(({ held }) => held))).toEqual(new Set(['paused', 'blocked', undefined]))
    expect(new Set(changes.map(({ organization }) => organization)).size).toBeGreaterThan(14)
    expect(unmanaged.length).toBeGreaterThan(3)
    expect([...codesOf(whole)]).toEqual(
      expect.arrayContaining(['QC4001', 'QC4002', 'QC4008', 'QC4013', 'QC4017', 'QC4019', 'QC4061']),
    )
    expect(
      changes.some(({ consequences }) =>
        consequences.some((text) => text.includes('begins with none of it')),
      ),
    ).toBe(true)
  })
})

describe('a shard', () => {
  test('has each organization in the same one, whatever others there are, and about as many as each other', () => {
    const counts = new Map<number, number>()
    for (let at = 0; at < 8000; at++) {
      const shard = shardOf(`organization-${at}`, COUNT)
      counts.set(shard, (counts.get(shard) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120)
    // Who counts on it: runners of two versions must agree.
    expect(['acme', 'globex', 'initech', '-'].map((name) => shardOf(name, COUNT))).toEqual([5, 8, 7, 1])
  })

  test('has its part of a budget: those of all together are the budget', async () => {
    const { parts } = await planned('max_deletes: 11, max_revokes: 3')
    const limits = parts.map(({ safety }) => safety.limits.slice(0, 2).map(({ limit }) => limit))
    expect(limits).toEqual([
      [2, 1],
      [2, 1],
      [2, 1],
      [1, 0],
      [1, 0],
      [1, 0],
      [1, 0],
      [1, 0],
    ])
    const stop = parts.flatMap(({ safety }) => safety.stops).find(({ code }) => code === 'QC4102')
    expect(stop?.message).toMatch(/the limit is \d, the part of shard \d of 8 in 11$/)
    expect(stop?.hint).toContain('quayctl plan merge')
  })
})

describe('what is no whole is refused', () => {
  const files = organization('team-a', 'robots: {ci: {}}\n')
  const shards = (text = files, count = 3, options = {}) =>
    withWorld(async (world) => (await bothWays(world, text, count, options)).parts, {
      url: 'https://quay.example',
    })
  const refusal = async (plans: readonly Plan[] | Promise<readonly Plan[]>): Promise<string> => {
    const list = await plans
    try {
      merged(list)
    } catch (error) {
      return error instanceof Error ? error.message : ''
    }
    return 'nothing'
  }

  test('a shard that is missing, or there twice', async () => {
    const [one, two, three] = await shards()
    if (!one || !two || !three) throw new Error('no shards')
    expect(await refusal([one])).toBe('of 3 shards 2, 3 are missing')
    expect(await refusal([three, one])).toBe('of 3 shards 2 is missing')
    expect(await refusal([one, two, two, three])).toBe('shard-2.json and shard-3.json are both shard 2 of 3')
    expect(await refusal([three, two, one])).toBe('nothing')
    const { shard: _, ...whole } = one
    expect(await refusal([whole, two, three])).toBe('shard-1.json is a whole plan, and no shard of one')
  })

  test('shards of different plans', async () => {
    const [, two, three] = await shards()
    const differing = async (text: string, count = 3, options = {}) => {
      const [one] = await shards(text, count, options)
      return one && two && three ? refusal([one, two, three]) : ''
    }
    const are = 'shard-1.json and shard-2.json are of different plans: they differ in '
    expect(await differing(files, 4)).toBe(`${are}how many shards there are, 4 and 3`)
    expect(await differing(files.replace('ci', 'cd'))).toBe(`${are}what the files say`)
    expect(await differing(`# a line\n${files}`)).toBe(`${are}the files or flags`)
    expect(await differing(files, 3, { maxDeletes: 9 })).toBe(`${are}the files or flags`)
    const selection = { ...everything, organizations: ['team-a'] }
    expect(await differing(files, 3, { selection })).toBe(
      `${are}what is selected, organization.team-a and (none)`,
    )
    const based = { base: baseOf('HEAD', 'c0ffee', configure(files).expanded) }
    expect(await differing(files, 3, based)).toBe(`${are}the commit of --base, c0ffee and (none)`)
  })

  test('another Quay', async () => {
    const other = await withWorld(async (world) => (await bothWays(world, files, 3)).parts, {
      url: 'https://other.example',
    })
    expect(await refusal([other[0] as Plan, ...(await shards()).slice(1)])).toContain(
      'they differ in Quay, https://other.example and https://quay.example',
    )
  })

  test('an organization in another shard than its own', async () => {
    const [one, two, three] = await shards(organization('team-a', 'robots: {ci: {}}\n'))
    const plans = [one, two, three] as Plan[]
    const own = plans.find(({ changes }) => changes.length > 0)
    const moved = plans.map((plan) =>
      plan === own ? { ...plan, shard: plans.find((p) => p !== own)?.shard } : plan,
    )
    expect(await refusal(moved as Plan[])).toMatch(
      /cannot be used: organization.team-a is not of shard \d of 3$/,
    )
  })
})
