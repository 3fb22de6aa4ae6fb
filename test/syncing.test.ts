import { describe, expect, test } from 'vitest'
import type { Screen } from '../src/cli/progress.ts'
import { Waiting } from '../src/cli/waiting.ts'
import { addressesOf } from '../src/engine/addressed.ts'
import { type Asking, askAll } from '../src/engine/syncing.ts'
import type { Address } from '../src/model/address.ts'
import type { SyncRow } from '../src/model/syncs.ts'
import { registry, unhurried, type World, type WorldOptions, withWorld } from './world.ts'

const mirror = {
  external_reference: 'quay.io/minio/mc',
  tags: ['latest'],
  robot: 'sync',
  sync_interval: '1d',
  sync_start_date: '2027-11-21T02:00:00Z',
}
const document = (body: object): string =>
  JSON.stringify({
    apiVersion: 'quayctl/v1',
    kind: 'Organization',
    name: 'acme',
    robots: { sync: {} },
    ...body,
  })
const files = (change: object = {}, names = ['mc']): string =>
  document({
    repositories: Object.fromEntries(names.map((name) => [name, { mirror: { ...mirror, ...change } }])),
  })
const whole = (change: object = {}): string =>
  document({
    organization_mirror: {
      external_registry_type: 'quay',
      external_registry_url: 'https://quay.io',
      external_namespace: 'minio',
      visibility: 'private',
      repository_filters: ['mc'],
      sync_interval: '1d',
      sync_start_date: '2027-11-21T02:00:00Z',
      robot: 'sync',
      ...change,
    },
  })
const path = '/repository/acme/mc/mirror'

const addressOf = (text: string): Address => {
  const [address] = addressesOf(text, registry)
  if (!address) throw new Error(`${text} is no address`)
  return address
}

interface How extends Partial<Pick<Asking, 'action' | 'waits'>> {
  readonly text?: string | readonly string[]
  /** Pauses until the time is over. */
  readonly patience?: number
  /** The workers take a step with every such pause; 0: there are none. */
  readonly steps?: number
  /** What somebody else does in the first pause. */
  readonly meanwhile?: () => Promise<unknown>
}

/** Asks by the emulated clock; `pauses` are in seconds. */
async function ask(world: World, { action = 'sync', waits = false, ...how }: How = {}) {
  const { text = 'mirror.acme/mc', patience = 50, steps = 1 } = how
  const from = world.sent.length
  const pauses: number[] = []
  const over = new AbortController()
  const rows = await world.session((client, server) =>
    askAll(
      [text].flat().map(addressOf),
      registry,
      { ...unhurried, api: client, server, now: () => world.now },
      {
        action,
        waits,
        signal: over.signal,
        async sleep(milliseconds) {
          pauses.push(milliseconds / 1000)
          world.now = new Date(world.now.getTime() + milliseconds)
          if (pauses.length === 1) await how.meanwhile?.()
          if (pauses.length >= patience) over.abort()
          if (steps > 0 && pauses.length % steps === 0) world.emulator.tick()
        },
      },
    ),
  )
  const asked = world.sent
    .slice(from)
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path: at }) => `${method} ${at.replace('/api/v1', '')}`)
  const reads = world.sent.slice(from).filter(({ path: at }) => at.endsWith('/mirror')).length
  return { rows, row: rows[0] as SyncRow, asked, pauses, reads }
}

const live = (use: (world: World) => Promise<void>, text = files(), options: WorldOptions = {}) =>
  withWorld(async (world) => {
    await world.converge(text)
    await use(world)
  }, options)
const said = ({ outcome, status, error, notes }: SyncRow) => [
  outcome,
  status,
  error?.code ?? notes[0] ?? null,
]

describe('a sync that is asked for', () => {
  test('is begun by a worker, and waited for with few looks', () =>
    live(async (world) => {
      const { row, asked, pauses, reads } = await ask(world, { waits: true, steps: 3 })
      expect(said(row)).toEqual(['done', 'SUCCESS', null])
      expect(asked).toEqual([`POST ${path}/sync-now`])
      expect(pauses.map(Math.round)).toEqual([1, 2, 2, 3, 5, 8])
      // One before, one for each pause, and one beside the write.
      expect(reads).toBe(7 + 1 - asked.length)
    }))

  test('and the pauses grow no longer than half a minute', () =>
    live(async (world) => {
      const { row, pauses } = await ask(world, { waits: true, steps: 0, patience: 20 })
      expect(said(row)).toEqual(['unfinished', 'SYNC_NOW', 'QC7436'])
      expect(row.error?.message).toBe('no worker of Quay has begun the sync of mirror.acme/mc yet')
      expect(Math.max(...pauses)).toBe(30)
    }))

  test('of many mirrors, which are looked at less often', () => {
    const names = Array.from({ length: 30 }, (_, index) => `m${index}`)
    return live(
      async (world) => {
        const text = names.map((name) => `mirror.acme/${name}`)
        const { rows, pauses } = await ask(world, { text, waits: true, patience: 1000 })
        expect(rows.map(({ address }) => address)).toEqual(text)
        expect(Math.min(...pauses)).toBe(6)
      },
      files({}, names),
    )
  })

  test('is not waited for unless told to', () =>
    live(async (world) => {
      const { row, pauses } = await ask(world)
      expect([said(row), pauses]).toEqual([['done', 'SYNC_NOW', null], []])
    }))

  test('that goes on already is let go on, and waited for', () =>
    live(async (world) => {
      await ask(world)
      world.emulator.tick()
      const { row, asked } = await ask(world)
      expect([said(row), asked]).toEqual([['already', 'SYNCING', null], []])
      const later = await ask(world, { waits: true })
      expect([said(later.row), later.asked]).toEqual([['done', 'SUCCESS', null], []])
    }))

  test('begins between the look and the request: Quay says 404, and it is at it', async () => {
    let world: World | undefined
    await withWorld(
      async (made) => {
        world = made
        await made.converge(files({ sync_start_date: '2026-11-21T02:00:00Z' }))
        const { row, asked } = await ask(made)
        expect(said(row)).toEqual(['done', 'SYNC_NOW', null])
        expect(asked).toEqual([`POST ${path}/sync-now`])
        expect(
          made.sent.filter(({ status, path: at }) => status === 404 && at.endsWith('/sync-now')),
        ).toHaveLength(1)
      },
      {
        faults({ target }) {
          if (target.endsWith('/sync-now')) world?.emulator.tick()
          return undefined
        },
      },
    )
  })

  test('fails where its robot may not push', () =>
    live(async (world) => {
      await world.call('PUT', '/repository/acme/mc/permissions/user/acme+sync', { role: 'read' })
      const { row } = await ask(world, { waits: true })
      expect(said(row)).toEqual(['failed', 'FAIL', 'QC7434'])
    }))

  test('is cancelled meanwhile', () =>
    live(async (world) => {
      const meanwhile = () => world.call('POST', `${path}/sync-cancel`)
      const { row } = await ask(world, { waits: true, steps: 0, meanwhile })
      expect(said(row)).toEqual(['failed', 'CANCEL', 'QC7435'])
    }))

  test('of a mirror that is off runs, and that is said', () =>
    live(
      async (world) => {
        const { row } = await ask(world, { waits: true })
        expect(said(row)).toEqual([
          'done',
          'SUCCESS',
          'it is disabled: Quay begins no other sync of it by itself',
        ])
      },
      files({ enabled: false }),
    ))

  test('that hangs is told, and begins once it is cancelled', () =>
    live(async (world) => {
      await ask(world)
      world.emulator.tick()
      await world.call('PUT', path, { sync_interval: 7200 })
      world.now = new Date(world.now.getTime() + 13 * 3_600_000)
      const { row, asked } = await ask(world)
      expect([said(row), asked]).toEqual([['failed', 'SYNCING', 'QC7417'], []])
      expect((await ask(world, { action: 'cancel' })).row.outcome).toBe('done')
      expect(said((await ask(world, { waits: true })).row)).toEqual(['done', 'SUCCESS', null])
    }))

  test('hangs while it is waited for', () =>
    live(async (world) => {
      await ask(world)
      world.emulator.tick()
      await world.call('PUT', path, { sync_interval: 7200 })
      const { row } = await ask(world, { waits: true, patience: 5000 })
      expect(said(row)).toEqual(['failed', 'SYNCING', 'QC7417'])
    }))

  test('would never begin in a repository that is no mirror any more: nothing is asked', () =>
    live(async (world) => {
      await world.call('PUT', '/repository/acme/mc/changestate', { state: 'NORMAL' })
      const { row, asked } = await ask(world)
      expect([said(row), asked]).toEqual([['failed', 'NEVER_RUN', 'QC7432'], []])
      expect(row.error?.message).toBe(
        'mirror.acme/mc would never begin: its repository is NORMAL, not MIRROR',
      )
    }))

  test.each(['mirror.acme/nothing', 'mirror.nobody/mc', 'organization_mirror.acme'])(
    'of %s, which is not there',
    (text) =>
      live(async (world) => {
        const { row, asked } = await ask(world, { text })
        expect([said(row), asked]).toEqual([['failed', null, 'QC7431'], []])
      }),
  )

  test('of a mirror without a start gets one first: Quay could not end the sync', async () => {
    let start: string | null = mirror.sync_start_date
    await withWorld(
      async (world) => {
        await world.converge(files())
        start = null
        const { row, asked } = await ask(world)
        expect(row.outcome).toBe('done')
        expect(asked).toEqual([`PUT ${path}`, `POST ${path}/sync-now`])
      },
      {
        faults: ({ target, method }) =>
          start === null && method === 'GET' && target.endsWith(path)
            ? { status: 200, body: { ...view, sync_start_date: start } }
            : undefined,
      },
    )
  })
})

/** As much as is read of a mirror. */
const view = {
  is_enabled: true,
  sync_status: 'CANCEL',
  sync_expiration_date: null,
  external_reference: 'quay.io/minio/mc',
  external_registry_username: null,
  external_registry_config: {},
  sync_interval: 86400,
  root_rule: { rule_kind: 'tag_glob_csv', rule_value: ['latest'] },
  robot_username: 'acme+sync',
}

describe('a cancel', () => {
  test.each([
    ['SYNC_NOW', 0],
    ['SYNCING', 1],
  ])('ends %s, and the mirror rests', (_, ticks) =>
    live(async (world) => {
      await ask(world)
      for (let i = 0; i < ticks; i++) world.emulator.tick()
      const { row, asked } = await ask(world, { action: 'cancel' })
      expect(said(row)).toEqual(['done', 'CANCEL', 'it rests until a sync is asked for'])
      expect(asked).toEqual([`POST ${path}/sync-cancel`])
    }),
  )

  test('of a mirror that is not at it asks nothing', () =>
    live(async (world) => {
      const { row, asked } = await ask(world, { action: 'cancel' })
      expect([said(row), asked]).toEqual([['already', 'NEVER_RUN', null], []])
    }))

  test('before Quay 3.15 leaves the schedule', () =>
    live(
      async (world) => {
        await ask(world)
        const { row } = await ask(world, { action: 'cancel' })
        expect(said(row)).toEqual(['done', 'NEVER_RUN', null])
      },
      files(),
      { version: '3.12' },
    ))
})

describe('an organization mirror', () => {
  const text = 'organization_mirror.acme'

  test('is asked at its own path, and waited for', () =>
    live(async (world) => {
      const { row, asked } = await ask(world, { text, waits: true })
      expect(said(row)).toEqual(['done', 'SUCCESS', null])
      expect(asked).toEqual(['POST /organization/acme/mirror/sync-now'])
    }, whole()))

  test('that is off would never begin', () =>
    live(
      async (world) => {
        const { row, asked } = await ask(world, { text })
        expect([said(row), asked]).toEqual([['failed', 'NEVER_RUN', 'QC7432'], []])
      },
      whole({ enabled: false }),
    ))

  test('is cancelled from any status, once', () =>
    live(async (world) => {
      const first = await ask(world, { text, action: 'cancel' })
      expect([said(first.row)[0], first.asked]).toEqual([
        'done',
        ['POST /organization/acme/mirror/sync-cancel'],
      ])
      const second = await ask(world, { text, action: 'cancel' })
      expect([said(second.row)[0], second.asked]).toEqual(['already', []])
    }, whole()))
})

describe('waiting', () => {
  const addresses = ['mirror.acme/mc', 'mirror.acme/api'].map(addressOf)
  const row = (address: string): SyncRow => ({
    address,
    outcome: 'done',
    status: null,
    notes: [],
    error: null,
  })
  const on = (columns: number | null) => {
    const written: string[] = []
    let time = 0
    const screen: Screen = { columns, write: (text) => written.push(text), now: () => time }
    const waiting = new Waiting(addresses, ({ address }) => `done ${address}`, screen)
    return { waiting, written, pass: (seconds: number) => (time += 1000 * seconds) }
  }

  test('on a terminal is one line that changes, and goes', () => {
    const { waiting, written } = on(80)
    waiting.tick()
    waiting.report(row('mirror.acme/mc'))
    waiting.end()
    expect(written.join('')).toBe(
      [
        '\rWaiting: 0 of 2 syncs over, not yet mirror.acme/mc\u001b[K',
        '\rWaiting: 1 of 2 syncs over, not yet mirror.acme/api\u001b[K',
        '\r\u001b[K',
      ].join(''),
    )
  })

  test('elsewhere is a line for each, and one now and then', () => {
    const { waiting, written, pass } = on(null)
    waiting.tick()
    waiting.report(row('mirror.acme/mc'))
    pass(29)
    waiting.tick()
    pass(1)
    waiting.tick()
    waiting.end()
    expect(written).toEqual([
      'done mirror.acme/mc\n',
      'Waiting: 1 of 2 syncs over, not yet mirror.acme/api\n',
    ])
  })
})
