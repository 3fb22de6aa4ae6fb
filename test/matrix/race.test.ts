import { describe, expect, test, vi } from 'vitest'
import type { Outcome } from '../../src/model/change.ts'
import { registry, TOKEN, wordsOf } from '../world.ts'
import { actionsOf, documents, isFull, lineOf, type Prepared, type Request, Site } from './site.ts'

vi.setConfig({ testTimeout: 600_000 })

const head = { apiVersion: 'quayctl/v1', kind: 'Organization', name: 'acme' }
const slack = { event: 'repo_push', method: 'slack', config: { url: { from_env: 'QC_SLACK' } } }

const before = documents(
  JSON.stringify({
    ...head,
    email: 'old@acme.example',
    quota: { limit: '10 GiB' },
    robots: { ci: {}, old: {} },
    teams: { developers: { role: 'member', members: ['robot:ci'] }, auditors: { role: 'member' } },
    default_permissions: [{ to: 'team:developers', role: 'read' }],
    applications: { dashboards: { description: 'old' } },
    repositories: {
      api: { description: 'old', permissions: { 'robot:ci': 'read' } },
      web: { auto_prune: [{ method: 'number_of_tags', value: 5 }] },
      legacy: {},
    },
  }),
)
/** What is created, updated and deleted: something of most types. */
const after = documents(
  JSON.stringify({
    ...head,
    email: 'new@acme.example',
    prune: { robots: 'all' },
    quota: { limit: '20 GiB' },
    robots: { ci: {}, deploy: { description: 'Deploys' } },
    teams: {
      developers: { role: 'creator', members: ['robot:ci', 'robot:deploy'] },
      auditors: { role: 'member', description: 'Look' },
    },
    default_permissions: [
      { to: 'team:developers', role: 'write' },
      { to: 'team:auditors', role: 'read' },
    ],
    applications: { dashboards: { description: 'new' } },
    repositories: {
      api: {
        description: 'new',
        permissions: { 'robot:ci': 'write', 'team:developers': 'read' },
        notifications: { pushes: slack },
      },
      web: { auto_prune: [{ method: 'number_of_tags', value: 9 }] },
      fresh: { description: 'Fresh' },
    },
    removed: { repositories: { legacy: { reason: 'archived', until: '2026-12-31' } } },
  }),
)

type Call = readonly [method: string, path: string, body?: unknown]

/** What somebody else does meanwhile, and to which objects of the plan; to none where nobody has declared it. */
const acts: Readonly<Record<string, { readonly to: readonly string[]; readonly calls: readonly Call[] }>> = {
  'changes the organization': {
    to: ['organization.acme'],
    calls: [['PUT', '/organization/acme', { email: 'third@acme.example' }]],
  },
  'changes a team': {
    to: ['team.acme/developers'],
    calls: [['PUT', '/organization/acme/team/developers', { role: 'admin', description: '' }]],
  },
  'changes a repository': {
    to: ['repository.acme/api'],
    calls: [['PUT', '/repository/acme/api', { description: 'third' }]],
  },
  'changes a permission': {
    to: ['permission.acme/api:robot:ci'],
    calls: [['PUT', '/repository/acme/api/permissions/user/acme+ci', { role: 'admin' }]],
  },
  'deletes a repository': {
    to: [
      'repository.acme/api',
      'permission.acme/api:robot:ci',
      'permission.acme/api:team:developers',
      'notification.acme/api#pushes',
    ],
    calls: [['DELETE', '/repository/acme/api']],
  },
  'deletes a team': { to: ['team.acme/auditors'], calls: [['DELETE', '/organization/acme/team/auditors']] },
  'deletes what is to go': {
    to: ['robot.acme+old', 'repository.acme/legacy'],
    calls: [
      ['DELETE', '/organization/acme/robots/old'],
      ['DELETE', '/repository/acme/legacy'],
    ],
  },
  'creates what is to be created': {
    to: ['robot.acme+deploy', 'repository.acme/fresh'],
    calls: [
      ['PUT', '/organization/acme/robots/deploy', { description: 'third' }],
      [
        'POST',
        '/repository',
        { namespace: 'acme', repository: 'fresh', visibility: 'private', description: 'third' },
      ],
    ],
  },
  'creates another default permission': {
    to: ['default_permission.acme:*:team:auditors'],
    calls: [
      [
        'POST',
        '/organization/acme/prototypes',
        { role: 'admin', delegate: { name: 'auditors', kind: 'team' } },
      ],
    ],
  },
  'creates what nobody declared': {
    to: [],
    calls: [
      ['PUT', '/organization/acme/robots/stranger', { description: 'third' }],
      ['PUT', '/organization/acme/team/strangers', { role: 'member' }],
      [
        'POST',
        '/repository',
        { namespace: 'acme', repository: 'stranger', visibility: 'private', description: 'third' },
      ],
    ],
  },
}

const requestOf = ([method, path, body]: Call): Request => ({
  method,
  target: `/api/v1${path}`,
  headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
  body: body === undefined ? '' : JSON.stringify(body),
})

/** The same Quay once more, with what was there before. */
const writes: Request[] = []
const first = new Site()
first.heard = (request) => {
  if (request.method !== 'GET') writes.push(request)
}
await first.converge(before)
const { server } = await first.session()
const newSite = (): Site => {
  const site = new Site()
  for (const request of writes) site.send(request)
  return site
}
const prepared: Prepared = await (await newSite().session({}, server)).plan(after)

interface Raced {
  readonly outcomes: ReadonlyMap<string, Outcome>
  readonly lines: readonly string[]
  /** Before which request a step sees all that has happened: who comes while it is read back comes too late. */
  lastSeen(address: string): number
  readonly site: Site
}

/** Applies the plan, while somebody else acts right before one of its requests. */
async function raced(calls: readonly Call[], index: number, recheck: boolean): Promise<Raced> {
  const site = newSite()
  const session = await site.session({}, server)
  const lines: string[] = []
  const [begins, ends] = [new Map<string, number>(), new Map<string, number>()]
  const independent = new Set(
    prepared.steps.flatMap(({ change: { address } }) =>
      registry.get(address.type)?.independent ? [address.text] : [],
    ),
  )
  site.heard = (request) => {
    lines.push(lineOf(request))
    if (lines.length - 1 !== index) return
    const { heard } = site
    site.heard = () => {}
    for (const call of calls) site.send(requestOf(call))
    site.heard = heard
  }
  const outcomes = await session.apply(prepared, {
    begin: ({ change }) => begins.set(change.address.text, lines.length),
    report: ({ change }) => ends.set(change.address.text, lines.length),
    ...(recheck && { recheck: { user: server.user } }),
  })
  site.heard = () => {}
  const lastSeen = (text: string): number =>
    // Of steps side by side nobody can say whose write is whose.
    independent.has(text) ? (begins.get(text) ?? -1) : lastWrite(lines, ends.get(text) ?? 0) + 1
  return { outcomes, lines, lastSeen, site }
}

/** The last write before a request. */
const lastWrite = (lines: readonly string[], end: number): number =>
  lines.slice(0, end).findLastIndex((line) => !line.startsWith('GET '))

/** What belongs to nobody's files, as it is told, but for what chance made. */
const strangers = (site: Site): readonly string[] =>
  ['/organization/acme/robots/stranger', '/repository/acme/stranger', '/organization/acme'].map((path) => {
    const outcome = site.emulator.handle(requestOf(['GET', path]))
    const text = typeof outcome === 'string' ? outcome : JSON.stringify(outcome.answer.body)
    return path === '/organization/acme'
      ? String(text.includes('"strangers"'))
      : text.replaceAll(/"(status_)?token":"[^"]*"/g, '')
  })

const writesIn = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !line.startsWith('GET ')).map((line) => line.replace(/[0-9a-f-]{36}/, 'UUID'))

describe.each([
  ['a plan that was saved', true],
  ['a plan of this moment', false],
])('%s', async (_, recheck) => {
  const calm = await raced([], -1, recheck)

  test('is carried out where nobody comes between', () => {
    expect([...calm.outcomes.values()].map(({ status }) => status)).toEqual(prepared.steps.map(() => 'done'))
  })

  test.each(Object.keys(acts))('somebody %s before any of its requests', async (name) => {
    const { to, calls } = acts[name] ?? { to: [], calls: [] }
    const offset = Object.keys(acts).indexOf(name) % 3
    const statuses = new Set<string>()
    for (const index of calm.lines.keys()) {
      if (!isFull && index % 3 !== offset) continue
      const { outcomes, lines, lastSeen, site } = await raced(calls, index, recheck)
      const words = `at ${calm.lines[index]}: ${[...outcomes].map(([text, one]) => `${text} ${wordsOf(one)}`).join('; ')}`

      // Nothing is written but what the plan says.
      const extra = writesIn(lines).filter((line) => !writesIn(calm.lines).includes(line))
      expect(extra, words).toEqual([])
      if (to.length === 0) expect(strangers(site), words).toEqual(strangersAlone(calls))

      // What had not ended by then is as it shall be, or is named.
      const session = await site.session({}, server)
      const next = await session.plan(after)
      const open = new Set(next.steps.map(({ change }) => change.address.text))
      for (const [text, outcome] of outcomes) {
        if (to.includes(text)) statuses.add(outcome.status)
        if (index > lastSeen(text)) continue
        if (outcome.status !== 'done' && outcome.status !== 'already') continue
        expect(open.has(text), `${text}, ${words}`).toBe(false)
      }

      // Files win in the end.
      const second = await session.apply(next)
      expect(
        [...second.values()].map(wordsOf).filter((end) => end !== 'done' && end !== 'already'),
        words,
      ).toEqual([])
      expect(actionsOf(await (await site.session({}, server)).plan(after)), words).toEqual([])
    }
    // Somebody who comes early enough is noticed, where the plan is an old one.
    if (recheck && to.length > 0 && !/^deletes what is/.test(name)) expect([...statuses]).toContain('stale')
  })
})

/** What strangers are where nobody else is about. */
function strangersAlone(calls: readonly Call[]): readonly string[] {
  const site = newSite()
  for (const call of calls) site.send(requestOf(call))
  return strangers(site)
}
