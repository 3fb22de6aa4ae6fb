import { describe, expect, test, vi } from 'vitest'
import type { EmulatedRequest } from '../src/emulator/request.ts'
import type { Patience } from '../src/engine/patience.ts'
import {
  actionsOf,
  type ReadyPlan,
  TOKEN,
  type World,
  type WorldOptions,
  withWorld,
  wordsOf,
  writesOf,
} from './world.ts'

vi.setConfig({ testTimeout: 120_000 })

const mirror = {
  external_reference: 'quay.io/minio/mc',
  tags: ['latest'],
  robot: 'sync',
  sync_interval: '1d',
  sync_start_date: '2026-11-21T02:00:00Z',
}
const organization = (body: object): string =>
  JSON.stringify({ apiVersion: 'quayctl/v1', kind: 'Organization', name: 'acme', ...body })
const robots = { sync: {} }
const files = (change: object = {}): string =>
  organization({ robots, repositories: { mc: { mirror: { ...mirror, ...change } } } })
const changed = files({ tags: ['v1'] })
const path = '/repository/acme/mc/mirror'

const statusOf = async (world: World, at = path): Promise<string> =>
  String(((await world.call('GET', at)).body as { sync_status?: string }).sync_status)
/** What outcomes say, by address. */
const wordsBy = (outcomes: Awaited<ReturnType<World['apply']>>['outcomes']) =>
  Object.fromEntries([...outcomes].map(([address, outcome]) => [address, wordsOf(outcome)]))
const errorOf = (applied: Awaited<ReturnType<World['apply']>>, address = 'mirror.acme/mc') => {
  const outcome = applied.outcomes.get(address)
  return outcome && 'error' in outcome ? outcome.error : undefined
}
const findings = ({ plan }: ReadyPlan) => plan.findings.map(({ code, message }) => `${code} ${message}`)

/** Patience in the emulated time, in which the workers take a step with every `steps`th pause; `pauses` fills with the pauses, in seconds. */
function patient(world: World, seconds: number, { steps = 1, pauses = [] as number[] } = {}): Patience {
  return {
    limit: seconds * 1000,
    async sleep(milliseconds) {
      pauses.push(milliseconds / 1000)
      world.now = new Date(world.now.getTime() + milliseconds)
      if (pauses.length % steps === 0) world.emulator.tick()
    },
  }
}

/** A mirror that Quay is synchronising. */
const syncing = (use: (world: World) => Promise<void>, options: WorldOptions = {}) =>
  withWorld(async (world) => {
    await world.converge(files())
    world.emulator.tick()
    expect(await statusOf(world)).toBe('SYNCING')
    await use(world)
  }, options)

/** One that a change by somebody else has left so for good: the time of its sync is over. */
const hanging = (use: (world: World) => Promise<void>) =>
  syncing(async (world) => {
    await world.call('PUT', path, { sync_interval: 3600 })
    world.now = new Date(world.now.getTime() + 13 * 3_600_000)
    for (const _ of [1, 2, 3]) world.emulator.tick()
    expect(await statusOf(world)).toBe('SYNCING')
    await use(world)
  })

describe('a change during a sync', () => {
  test('waits until all else is done, then for the end of the sync', () =>
    syncing(async (world) => {
      const more = organization({
        robots: { sync: {}, zoe: {} },
        repositories: { mc: { mirror: { ...mirror, tags: ['v1'] } }, zebra: {} },
      })
      const ready = await world.plan(more)
      expect(findings(ready)).toEqual(['QC4025 mirror.acme/mc is being synchronised: its change waits'])
      const pauses: number[] = []
      const told: string[] = []
      const patience = {
        ...patient(world, 600, { steps: 3, pauses }),
        begins: (steps: ReadyPlan['steps']) => told.push(...steps.map(({ change }) => change.address.text)),
      }
      const { outcomes, sent } = await world.apply(ready, { patience })
      expect(wordsBy(outcomes)).toEqual({
        'robot.acme+zoe': 'done',
        'repository.acme/zebra': 'done',
        'mirror.acme/mc': 'done',
      })
      expect(writesOf(sent).at(-1)).toBe(`PUT ${path}`)
      expect([told, pauses]).toEqual([['mirror.acme/mc'], [5, 10, 20]])
      expect(actionsOf(await world.plan(more))).toEqual([])
    }))

  test('is no longer waited for than said, and what needs it is skipped', () =>
    syncing(async (world) => {
      const moved = organization({
        prune: { robots: 'all' },
        robots: { other: {} },
        repositories: { mc: { mirror: { ...mirror, robot: 'other' } } },
      })
      const before = world.now.getTime()
      const pauses: number[] = []
      const patience = patient(world, 100, { steps: 99, pauses })
      const applied = await world.apply(await world.plan(moved), { patience })
      expect(pauses).toEqual([5, 10, 20, 40, 25])
      expect(world.now.getTime() - before).toBe(100_000)
      expect(errorOf(applied)).toMatchObject({
        code: 'QC7409',
        message: 'mirror.acme/mc is being synchronised: a change now would leave it so for good',
      })
      expect(wordsBy(applied.outcomes)['robot.acme+sync']).toBe('skipped: mirror.acme/mc is not done')
      expect(writesOf(applied.sent)).toEqual(['PUT /organization/acme/robots/other'])
      world.emulator.tick()
      await world.converge(moved)
      expect(actionsOf(await world.plan(moved))).toEqual([])
    }))

  test('does not wait without patience', () =>
    syncing(async (world) => {
      const pauses: number[] = []
      const patience = patient(world, 0, { pauses })
      const applied = await world.apply(await world.plan(changed), { patience })
      expect([errorOf(applied)?.message, pauses, writesOf(applied.sent)]).toEqual([
        'mirror.acme/mc is being synchronised: a change now would leave it so for good',
        [],
        [],
      ])
    }))

  test('ends waiting at once when interrupted', () =>
    syncing(async (world) => {
      const controller = new AbortController()
      let pauses = 0
      const patience: Patience = {
        limit: 3_600_000,
        sleep: async (_, signal) => {
          pauses++
          controller.abort()
          expect(signal.aborted).toBe(true)
        },
      }
      const { outcomes, sent } = await world.apply(await world.plan(changed), {
        patience,
        signal: controller.signal,
      })
      expect([wordsBy(outcomes), pauses, writesOf(sent)]).toEqual([
        { 'mirror.acme/mc': 'skipped: interrupted' },
        1,
        [],
      ])
    }))

  test('that begins between two attempts to write the tags waits, too', () =>
    withWorld(async (world) => {
      // An orphan rule makes Quay lose every other change of tags.
      await world.call('POST', '/organization/', { name: 'acme', email: 'a@acme.example' })
      await world.converge(organization({ robots, repositories: { mc: {} } }))
      await world.call('POST', path, {
        external_reference: 'quay.io/minio/mc',
        sync_interval: 86400,
        sync_start_date: '2026-11-21T02:00:00Z',
        root_rule: { rule_kind: 'tag_glob_csv', rule_value: ['x'] },
        skopeo_timeout_interval: 300,
        robot_username: 'acme+nobody',
      })
      await world.converge(files())
      let puts = 0
      const ready = await world.plan(changed)
      const patience = patient(world, 600)
      spy = ({ method }) => {
        if (method === 'PUT') puts++
        if (method === 'GET' && puts === 1) {
          puts++
          world.emulator.tick()
        }
      }
      const { outcomes } = await world.apply(ready, { patience })
      spy = () => {}
      expect(wordsBy(outcomes)).toEqual({ 'mirror.acme/mc': 'done' })
      expect(puts).toBeGreaterThan(2)
      expect(await statusOf(world)).not.toBe('SYNCING')
    }, watched))
})

describe('--cancel-sync', () => {
  test('cancels, writes, and lets the sync begin anew', () =>
    syncing(async (world) => {
      const { outcomes, sent } = await world.apply(await world.plan(changed), { cancelSync: true })
      expect(wordsBy(outcomes)).toEqual({ 'mirror.acme/mc': 'done' })
      expect(writesOf(sent)).toEqual([`POST ${path}/sync-cancel`, `PUT ${path}`, `POST ${path}/sync-now`])
      for (const _ of ['begin', 'end']) world.emulator.tick()
      expect(await statusOf(world)).toBe('SUCCESS')
    }))

  test.each([
    ['is taken away', organization({ robots, repositories: { mc: { mirror: 'none' } } })],
    ['is disabled', files({ enabled: false })],
  ])('leaves a mirror that %s at rest', (_, text) =>
    syncing(async (world) => {
      const { sent } = await world.apply(await world.plan(text), { cancelSync: true })
      expect(writesOf(sent).filter((write) => write.startsWith('POST'))).toEqual([`POST ${path}/sync-cancel`])
      expect(findings(await world.plan(text))).toEqual([])
      // What is declared or enabled again works again, though its last sync was cancelled.
      await world.apply(await world.plan(files({ enabled: true })))
      for (const _ of ['begin', 'end']) world.emulator.tick()
      expect(await statusOf(world)).toBe('SUCCESS')
    }),
  )

  test('up to 3.14 leaves the schedule as it is', () =>
    syncing(
      async (world) => {
        const { sent } = await world.apply(await world.plan(changed), { cancelSync: true })
        expect(writesOf(sent)).toEqual([`POST ${path}/sync-cancel`, `PUT ${path}`])
        world.emulator.tick()
        expect(await statusOf(world)).toBe('SYNCING')
      },
      { version: '3.11' },
    ))

  test('lets the sync begin anew when the change is refused, too', () =>
    syncing(async (world) => {
      const refused = files({ external_reference: 'localhost/minio/mc' })
      const applied = await world.apply(await world.plan(refused), { cancelSync: true })
      expect(errorOf(applied)?.message).toContain('not allowed')
      expect(writesOf(applied.sent)).toEqual([
        `POST ${path}/sync-cancel`,
        `PUT ${path}`,
        `POST ${path}/sync-now`,
      ])
      expect(await statusOf(world)).toBe('SYNC_NOW')
    }))

  test('writes nothing where the sync cannot be cancelled, or begins again at once', async () => {
    await syncing(async (world) => {
      fault = ({ target }) => (target.endsWith('/sync-cancel') ? { status: 502 } : undefined)
      const { sent } = await world.apply(await world.plan(changed), { cancelSync: true })
      expect(writesOf(sent)).toEqual([`POST ${path}/sync-cancel`])
      fault = ({ target }) =>
        target.endsWith('/sync-cancel') ? { status: 400, body: { detail: 'Not now' } } : undefined
      const again = await world.apply(await world.plan(changed), { cancelSync: true })
      expect(writesOf(again.sent)).not.toContain(`PUT ${path}`)
      fault = () => undefined
      expect(await statusOf(world)).toBe('SYNCING')
    }, watched)
  })

  test('is content where a worker has begun anew by itself', () =>
    syncing(async (world) => {
      fault = ({ target }) => {
        if (!target.endsWith('/sync-now')) return undefined
        return { after: true, fault: { status: 400, body: { detail: 'Not now' } } }
      }
      const applied = await world.apply(await world.plan(changed), { cancelSync: true })
      fault = () => undefined
      expect(errorOf(applied)).toBeUndefined()
      expect(await statusOf(world)).toBe('SYNC_NOW')
    }, watched))

  test('says when the sync does not begin anew, and the next run makes up for it', () =>
    syncing(async (world) => {
      fault = ({ target }) =>
        target.endsWith('/sync-now') ? { status: 400, body: { detail: 'Not now' } } : undefined
      const applied = await world.apply(await world.plan(changed), { cancelSync: true })
      fault = () => undefined
      expect(errorOf(applied)).toMatchObject({
        code: 'QC7418',
        message:
          'mirror.acme/mc is changed, and rests: Quay does not begin the sync anew that was cancelled for the change',
      })
      expect(findings(await world.plan(changed))).toEqual([
        'QC4027 mirror.acme/mc rests: its sync was cancelled, and Quay begins no other by itself',
      ])
      await world.apply(await world.plan(files()), { cancelSync: true })
      expect(await statusOf(world)).toBe('SYNC_NOW')
    }, watched))
})

describe('a mirror whose sync hangs', () => {
  const stuck = 'mirror.acme/mc hangs: its sync was to end by'

  test('is told of without a change, with the way out', () =>
    hanging(async (world) => {
      const { plan } = await world.plan(files({ sync_interval: '1h' }))
      expect(plan.findings).toMatchObject([
        {
          code: 'QC4026',
          severity: 'warning',
          message: expect.stringMatching(
            /^mirror.acme\/mc is being synchronised, and hangs: that was to end by /,
          ),
          hint: expect.stringContaining(
            'quayctl mirror cancel mirror.acme/mc, then quayctl mirror sync mirror.acme/mc',
          ),
        },
      ])
      expect(plan.status).toBe('clean')
    }))

  test('is not waited for', () =>
    hanging(async (world) => {
      const pauses: number[] = []
      const applied = await world.apply(await world.plan(changed), {
        patience: patient(world, 600, { pauses }),
      })
      expect(errorOf(applied)).toMatchObject({ code: 'QC7417', message: expect.stringContaining(stuck) })
      expect([pauses, writesOf(applied.sent)]).toEqual([[], []])
    }))

  test('comes back to life with --cancel-sync', () =>
    hanging(async (world) => {
      const { outcomes } = await world.apply(await world.plan(changed), { cancelSync: true })
      expect(wordsBy(outcomes)).toEqual({ 'mirror.acme/mc': 'done' })
      for (const _ of ['begin', 'end']) world.emulator.tick()
      expect(await statusOf(world)).toBe('SUCCESS')
    }))
})

describe('a repository whose mirror is being synchronised', () => {
  const removed = { repositories: { mc: { reason: 'moved', until: '2026-12-31' } } }
  test.each([
    ['is deleted', organization({ robots, removed }), 'DELETE /repository/acme/mc'],
    [
      'gets another state',
      organization({ robots, repositories: { mc: { state: 'read_only' } } }),
      'PUT /repository/acme/mc/changestate',
    ],
  ])('%s once that has ended', (_, text, write) =>
    syncing(async (world) => {
      const applied = await world.apply(await world.plan(text))
      expect(errorOf(applied, 'repository.acme/mc')).toMatchObject({ code: 'QC7409' })
      expect(writesOf(applied.sent)).toEqual([])
      const { sent } = await world.apply(await world.plan(text), { patience: patient(world, 60) })
      expect(writesOf(sent)).toEqual([write])
      expect(actionsOf(await world.plan(text))).toEqual([])
    }),
  )

  test('takes another description meanwhile', () =>
    syncing(async (world) => {
      const text = organization({ robots, repositories: { mc: { description: 'mc', mirror } } })
      const { outcomes } = await world.apply(await world.plan(text))
      expect(wordsBy(outcomes)).toEqual({ 'repository.acme/mc': 'done' })
    }))
})

describe('an organization mirror that is being synchronised', () => {
  const at = '/organization/acme/mirror'
  const copy = (change: object | null) =>
    organization({
      robots,
      organization_mirror:
        (change && {
          external_registry_type: 'quay',
          external_registry_url: 'https://quay.io',
          external_namespace: 'minio',
          robot: 'sync',
          sync_interval: '12h',
          sync_start_date: '2026-11-21T02:00:00Z',
          ...change,
        }) ||
        'none',
    })
  const copying = (use: (world: World) => Promise<void>) =>
    withWorld(async (world) => {
      await world.converge(copy({}))
      world.emulator.tick()
      expect(await statusOf(world, at)).toBe('SYNCING')
      await use(world)
    })

  test.each([
    ['is changed', { sync_interval: '6h' }, `PUT ${at}`],
    ['is taken away', null, `DELETE ${at}`],
  ])('%s once that has ended', (_, change, write) =>
    copying(async (world) => {
      const text = copy(change)
      const refused = await world.apply(await world.plan(text))
      expect(errorOf(refused, 'organization_mirror.acme')).toMatchObject({ code: 'QC7409' })
      const { sent } = await world.apply(await world.plan(text), { patience: patient(world, 60) })
      expect(writesOf(sent)).toEqual([write])
      expect(actionsOf(await world.plan(text))).toEqual([])
    }),
  )

  test('is cancelled, changed and begun anew with --cancel-sync', () =>
    copying(async (world) => {
      const { sent } = await world.apply(await world.plan(copy({ sync_interval: '6h' })), {
        cancelSync: true,
      })
      expect(writesOf(sent)).toEqual([`POST ${at}/sync-cancel`, `PUT ${at}`, `POST ${at}/sync-now`])
      for (const _ of ['begin', 'end']) world.emulator.tick()
      expect(await statusOf(world, at)).toBe('SUCCESS')
    }))
})

/** Looks at requests before they are handled, and may answer in the server's stead. */
let spy: (request: EmulatedRequest) => void = () => {}
let fault: NonNullable<WorldOptions['faults']> = () => undefined
const watched: WorldOptions = {
  faults(request) {
    spy(request)
    return fault(request)
  },
}

/** What a mirror is at before, and what is wanted of it. */
const states = ['due', 'asked', 'cancelled', 'hanging'] as const
const wishes = {
  same: { mirror },
  tags: { mirror: { ...mirror, tags: ['v1'] } },
  robot: { mirror: { ...mirror, robot: 'other' } },
  disabled: { mirror: { ...mirror, enabled: false } },
  none: { mirror: 'none' },
  state: { state: 'normal' },
  removed: null,
}
const all = Object.entries(wishes).flatMap(([wish, body]) =>
  states.map((state) => ({ name: `${state}-${wish}`, state, body, changes: wish !== 'same' })),
)
const mirrorOf = (name: string) => `/repository/acme/${name}/mirror`
const estate = (bodyOf: (one: (typeof all)[number]) => object | null): string => {
  const wanted = all.map((one) => [one.name, bodyOf(one)] as const)
  const gone = wanted
    .filter(([, body]) => !body)
    .map(([name]) => [name, { reason: 'x', until: '2026-12-31' }])
  return organization({
    robots: { sync: {}, other: {} },
    repositories: Object.fromEntries(wanted.filter(([, body]) => body)),
    removed: { repositories: Object.fromEntries(gone) },
  })
}
const before = estate(() => wishes.same)
const desired = estate(({ body }) => body)

/** Every mirror at what its name says; the workers begin with those that are due, asked for, or to hang. */
async function setUp(world: World): Promise<void> {
  await world.converge(before)
  for (const { name, state } of all) {
    if (state !== 'due') await world.call('POST', `${mirrorOf(name)}/sync-now`)
    if (state === 'cancelled') await world.call('POST', `${mirrorOf(name)}/sync-cancel`)
  }
  world.emulator.tick()
  for (const { name, state } of all)
    if (state === 'hanging') await world.call('PUT', mirrorOf(name), { is_enabled: true })
}

/** Fails on a write to a mirror, or to a repository below which one stands, while it is synchronised; counts the others. */
function guarded(world: World, count: { writes: number }): void {
  spy = ({ method, target }) => {
    const [, name] = /^\/api\/v1\/repository\/acme\/([^/?]+)/.exec(target) ?? []
    if (!name || method === 'GET' || /sync-(now|cancel)$/.test(target)) return
    count.writes++
    const headers = { authorization: `Bearer ${TOKEN}` }
    const look = { method: 'GET', target: `/api/v1${mirrorOf(name)}`, headers, body: '' }
    const found = world.emulator.handle(look)
    const body = typeof found === 'string' ? undefined : found.answer.body
    expect(body, `${method} ${target}`).not.toMatchObject({ sync_status: 'SYNCING' })
  }
}

describe('of mirrors in every state, with every change', () => {
  test.each([
    ['without patience', { seconds: 0, steps: 1, cancelSync: false }],
    ['with too little of it', { seconds: 20, steps: 9, cancelSync: false }],
    ['with enough', { seconds: 600, steps: 3, cancelSync: false }],
    ['that may be cancelled', { seconds: 600, steps: 1, cancelSync: true }],
  ])('nothing is sent during a sync, and none is left hanging: %s', (_, { seconds, steps, cancelSync }) =>
    withWorld(async (world) => {
      await setUp(world)
      const count = { writes: 0 }
      const pauses: number[] = []
      const ready = await world.plan(desired)
      guarded(world, count)
      const applied = await world.apply(ready, {
        cancelSync,
        patience: patient(world, seconds, { steps, pauses }),
      })
      spy = () => {}
      expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeLessThanOrEqual(seconds)
      const left = [...applied.outcomes].filter(([, { status }]) => status !== 'done')
      // What somebody else has left hanging does not end, and shows it only when its time is over.
      const mayBeLeft = cancelSync
        ? []
        : all.filter(({ state, changes }) => changes && (state === 'hanging' || seconds < 600))
      const expected = mayBeLeft.filter(({ state }) => state !== 'cancelled')
      expect(left.map(([address]) => address.replace(/^.*\//, '')).sort()).toEqual(
        expected.map(({ name }) => name).sort(),
      )
      expect(
        new Set(left.map(([address]) => errorOf(applied, address)?.message.replace(/^.* is /, ''))),
      ).toEqual(
        new Set(
          expected.length === 0
            ? []
            : [
                'being synchronised: a change now would leave it so for good',
                'being synchronised: the sync of its mirror would go on all the same, and delete or push tags',
              ],
        ),
      )
      expect(count.writes).toBeGreaterThan(all.length - expected.length - states.length - 1)
      world.now = new Date(world.now.getTime() + 13 * 3_600_000)
      for (const _ of [1, 2, 3]) world.emulator.tick()
      guarded(world, count)
      const { outcomes } = await world.apply(await world.plan(desired), { cancelSync: true })
      spy = () => {}
      expect(Object.values(wordsBy(outcomes)).filter((words) => words !== 'done')).toEqual([])
      expect(actionsOf(await world.plan(desired))).toEqual([])
      const statuses = () =>
        Promise.all(all.filter(({ changes }) => changes).map(({ name }) => statusOf(world, mirrorOf(name))))
      const [one] = [await statuses()]
      world.emulator.tick()
      const other = await statuses()
      expect(one.filter((status, i) => status === 'SYNCING' && other[i] === status)).toEqual([])
    }, watched),
  )
})
