import { describe, expect, test, vi } from 'vitest'
import type { Exchange } from '../src/emulator/emulator.ts'
import type { Outcome } from '../src/model/change.ts'
import type { QuayctlError } from '../src/model/errors.ts'
import { applied, type Fault, type Faults, lineOf, type Suffer, withFaults } from './suffering.ts'
import { type World, withWorld, wordsOf } from './world.ts'

/** Many small worlds; a slow machine is no failure. */
vi.setConfig({ testTimeout: 120_000 })

const robot = 'robot.acme+ci'

const organization = (description: string): string =>
  JSON.stringify({
    apiVersion: 'quayctl/v1',
    kind: 'Organization',
    name: 'acme',
    robots: { ci: { description, lifecycle: { replace: 'allow' } } },
    repositories: { api: {}, web: {} },
  })

const identities = [{ issuer: 'https://issuer.example', subject: 'ci' }]
/** What the robot is given, no file declares it; and how an error names it. */
const given: readonly (readonly [string, string, string, unknown])[] = [
  ['team devs', 'PUT', '/organization/acme/team/devs/members/acme+ci', undefined],
  ['team ops', 'PUT', '/organization/acme/team/ops/members/acme+ci', undefined],
  ['write on acme/api', 'PUT', '/repository/acme/api/permissions/user/acme+ci', { role: 'write' }],
  ['read on acme/web', 'PUT', '/repository/acme/web/permissions/user/acme+ci', { role: 'read' }],
  [
    'default permission read of acme+ci',
    'POST',
    '/organization/acme/prototypes',
    { role: 'read', delegate: { name: 'acme+ci', kind: 'user' } },
  ],
  [
    'default permission write of devs on what acme+ci creates',
    'POST',
    '/organization/acme/prototypes',
    { role: 'write', delegate: { name: 'devs', kind: 'team' }, activating_user: { name: 'acme+ci' } },
  ],
  [
    'federation with https://issuer.example as ci',
    'POST',
    '/organization/acme/robots/ci/federation',
    identities,
  ],
]
const metadata = { owner: 'payments' }
const undeclared = `unstructured_metadata ${JSON.stringify(metadata)}`

/** A robot that has something of everything. */
async function furnish(world: World): Promise<void> {
  await world.call('DELETE', '/organization/acme/robots/ci')
  const body = { description: 'old', unstructured_metadata: metadata }
  expect((await world.call('PUT', '/organization/acme/robots/ci', body)).status).toBe(201)
  for (const team of ['devs', 'ops'])
    await world.call('PUT', `/organization/acme/team/${team}`, { role: 'member' })
  for (const [words, method, path, content] of given)
    expect([words, (await world.call(method, path, content)).status]).toEqual([words, 200])
}

/** What of it the robot has now, how often. */
async function possessions(world: World): Promise<readonly string[]> {
  const { ground } = world.emulator
  const organizationRow = ground.organizations.get('acme')
  const teams = [...(organizationRow?.teams.values() ?? [])].filter(({ members }) => members.has('acme+ci'))
  const grants = [...ground.repositories.values()].flatMap((row) => {
    const role = row.userGrants.get('acme+ci')
    return role ? [`${role} on acme/${row.name}`] : []
  })
  const { prototypes } = (await world.call('GET', '/organization/acme/prototypes')).body as {
    prototypes: { role: string; delegate: { name: string }; activating_user: { name: string } | null }[]
  }
  const federation = await world.call('GET', '/organization/acme/robots/ci/federation')
  return [
    ...teams.map(({ name }) => `team ${name}`),
    ...grants,
    ...prototypes.map(
      ({ role, delegate, activating_user: creator }) =>
        `default permission ${role} of ${delegate.name}${creator ? ` on what ${creator.name} creates` : ''}`,
    ),
    ...(String(federation.body).includes('issuer.example')
      ? ['federation with https://issuer.example as ci']
      : []),
  ]
}

const everything = given.map(([words]) => words).sort()
const tokenOf = (world: World) => world.emulator.ground.robots.get('acme+ci')?.token
const credentialOf = (outcome: Outcome | undefined) =>
  outcome && 'credential' in outcome ? outcome.credential : undefined

interface Replaced {
  readonly outcome: Outcome
  readonly words: string
  readonly calls: readonly string[]
}

/** Replaces a furnished robot under faults, and checks what holds however it ends: nothing is lost in silence. */
async function replaced(world: World, suffer: Suffer, faults: Faults, attempts = 1): Promise<Replaced> {
  await furnish(world)
  const before = tokenOf(world)
  const ready = await world.plan(organization('new'))
  expect(ready.plan.changes.map(({ action, address }) => `${action} ${address}`)).toEqual([
    `replace ${robot}`,
  ])
  const calls: string[] = []
  const watched: Faults = (request) => {
    calls.push(lineOf(request))
    return faults(request)
  }
  const outcomes = await applied(world, ready, suffer, watched, attempts)
  const outcome = outcomes.get(robot)
  if (!outcome) throw new Error('no outcome')
  const words = wordsOf(outcome)
  const has = await possessions(world)
  const now = tokenOf(world)
  expect([...new Set(has)]).toEqual([...has])
  for (const one of everything) if (!has.includes(one)) expect(words).toContain(one)
  if (!now) expect(words).toContain(undeclared)
  if (outcome.status === 'done') {
    expect(world.emulator.ground.robots.get('acme+ci')).toMatchObject({ description: 'new', metadata })
    expect([...has].sort()).toEqual(everything)
  }
  if (now && now !== before && !words.includes('may not have been created again'))
    expect(credentialOf(outcome)).toEqual({ username: 'acme+ci', token: now })
  else expect(credentialOf(outcome)).toBeUndefined()
  expect(words).not.toContain(String(now))
  return { outcome, words, calls }
}

const refusal = { status: 500, body: { message: 'no' } }
const troubles: Readonly<Record<string, Fault>> = {
  'a 500': refusal,
  'a 500 after it was done': { after: true, fault: refusal },
  'a reset': 'reset',
  'a lost answer': { after: true, fault: 'reset' },
}
/** Which calls suffer, from the one on that it begins with. */
const spans: Readonly<Record<string, (index: number, start: number, same: boolean) => boolean>> = {
  once: (index, start) => index === start,
  'whenever it is made from then on': (index, start, same) => index >= start && same,
  'and at all after it': (index, start) => index >= start,
}

const calls = [
  'GET /organization/acme/robots/ci',
  'GET /organization/acme/robots/ci/permissions',
  'GET /organization/acme/robots?permissions=true&token=false',
  'GET /organization/acme/prototypes',
  'GET /organization/acme/robots/ci/federation',
  'GET /organization/acme/mirror',
  'DELETE /organization/acme/robots/ci',
  'PUT /organization/acme/robots/ci',
  'PUT /organization/acme/team/devs/members/acme%2Bci',
  'PUT /organization/acme/team/ops/members/acme%2Bci',
  'PUT /repository/acme/api/permissions/user/acme%2Bci',
  'PUT /repository/acme/web/permissions/user/acme%2Bci',
  'POST /organization/acme/prototypes',
  'POST /organization/acme/prototypes',
  'POST /organization/acme/robots/ci/federation',
  'GET /organization/acme/robots/ci',
]

/** How a replace ends for a fault at each of its calls, in order. */
async function atEachCall(trouble: Fault, span: string, attempts = 1): Promise<readonly string[]> {
  return withFaults(
    async (world, suffer) => {
      await world.converge(organization('old'))
      const ends: string[] = []
      for (const start of calls.keys()) {
        let index = -1
        let line = ''
        const { outcome } = await replaced(
          world,
          suffer,
          (request) => {
            index += 1
            if (index === start) line = lineOf(request)
            return spans[span]?.(index, start, line === lineOf(request)) ? trouble : undefined
          },
          attempts,
        )
        expect(line).toBe(calls[start])
        ends.push(outcome.status)
      }
      return ends
    },
    { network: true },
  )
}

const of = (count: number, status: Outcome['status']): readonly string[] => Array(count).fill(status)

describe('a replace of a robot', () => {
  test('puts back what it had, declared or not', async () => {
    await withFaults(async (world, suffer) => {
      await world.converge(organization('old'))
      const { outcome, calls: made } = await replaced(world, suffer, () => undefined)
      expect([outcome.status, made]).toEqual(['done', calls])
    })
  })

  // Before the delete nothing is lost; a create that fails is not repeated, what is put back is tried twice; the last call is the check.
  const kept = [...of(6, 'failed'), ...of(9, 'done'), 'unknown']
  const ends: readonly (readonly [string, string, readonly string[]])[] = [
    ['a 500', 'once', [...of(8, 'failed'), ...of(7, 'done'), 'unknown']],
    ['a 500 after it was done', 'once', kept],
    ['a reset', 'once', [...of(8, 'failed'), ...of(7, 'done'), 'unknown']],
    ['a lost answer', 'once', kept],
    ['a 500', 'whenever it is made from then on', [...of(15, 'failed'), 'unknown']],
    ['a 500 after it was done', 'whenever it is made from then on', kept],
    ['a reset', 'whenever it is made from then on', [...of(15, 'failed'), 'unknown']],
    ['a lost answer', 'whenever it is made from then on', kept],
    ...Object.keys(troubles).map(
      (trouble) => [trouble, 'and at all after it', [...of(15, 'failed'), 'unknown']] as const,
    ),
  ]
  test.each(ends)('with %s at any call, %s', async (trouble, span, expected) => {
    expect(await atEachCall(troubles[trouble], span)).toEqual(expected)
  })

  test.each(Object.keys(troubles))('with %s at any call, by a client that repeats it', async (trouble) => {
    const ended = await atEachCall(troubles[trouble], 'once', 3)
    // A plain 500 of a write is not repeated; of a read it is.
    const lost = trouble === 'a 500' ? ['failed', 'failed'] : ['done', 'done']
    expect(ended).toEqual([...of(6, 'done'), ...lost, ...of(8, 'done')])
  })

  test('names all that it had and the undeclared attributes, when it cannot be created again', async () => {
    await withFaults(async (world, suffer) => {
      await world.converge(organization('old'))
      const { words, outcome } = await replaced(world, suffer, ({ method, target }) =>
        method === 'PUT' && target.endsWith('/robots/ci') ? refusal : undefined,
      )
      const [metadataFirst, ...rest] = [undeclared, ...given.map(([name]) => name)]
      expect(words).toBe(
        `failed: ${robot} is deleted and was not created again. It had: ${[metadataFirst, ...rest].join(', ')}`,
      )
      expect(outcome).toMatchObject({
        error: {
          code: 'QC7412',
          hints: [
            expect.stringContaining('PUT /organization/acme/robots/ci -> 500'),
            'give it back by hand, unless a file declares it: the next plan does not know of it',
          ],
        },
      })
    })
  })

  test('goes on past what fails, and names just that', async () => {
    await withFaults(async (world, suffer) => {
      await world.converge(organization('old'))
      const { words } = await replaced(world, suffer, ({ method, target }) =>
        method !== 'GET' && /team\/devs|acme\/api/.test(target) ? refusal : undefined,
      )
      expect(words).toBe(
        `failed: ${robot} was deleted and created again, and did not get back: team devs, write on acme/api`,
      )
    })
  })

  test('looks again after the second try, whose answer may be lost too', async () => {
    await withFaults(async (world, suffer) => {
      await world.converge(organization('old'))
      let tries = 0
      const { outcome } = await replaced(world, suffer, ({ method, target }) => {
        if (method !== 'POST' || !target.endsWith('/federation')) return undefined
        tries += 1
        return tries === 1 ? refusal : { after: true, fault: 'reset' }
      })
      expect([outcome.status, tries]).toEqual(['done', 2])
    })
  })

  test('tries no more after three in a row without an answer, and names the rest all the same', async () => {
    await withFaults(async (world, suffer) => {
      await world.converge(organization('old'))
      const { words, calls: made } = await replaced(world, suffer, ({ method, target }) =>
        method !== 'GET' && !target.endsWith('/robots/ci') ? 'reset' : undefined,
      )
      expect(words).toContain(`did not get back: ${given.map(([name]) => name).join(', ')}`)
      const puts = made.filter((line) => !line.startsWith('GET') && !line.endsWith('/robots/ci'))
      expect(puts).toEqual([...calls.slice(8, 11), ...calls.slice(8, 11)])
    })
  })
})

describe('a robot that is gone before it is', () => {
  test.each(['deleted', 'replaced'])('%s is no failure', async (what) => {
    await withFaults(async (world, suffer) => {
      await world.converge(organization('old'))
      const prune = JSON.stringify({
        apiVersion: 'quayctl/v1',
        kind: 'Organization',
        name: 'acme',
        robots: {},
        prune: { robots: 'all' },
      })
      const ready = await world.plan(what === 'deleted' ? prune : organization('new'))
      await world.call('DELETE', '/organization/acme/robots/ci')
      const outcome = (await applied(world, ready, suffer, () => undefined)).get(robot)
      expect(outcome?.status).toBe('done')
      expect(credentialOf(outcome)?.token).toBe(tokenOf(world))
    })
  })
})

describe('a robot of an organization mirror', () => {
  const empty = (robots: object, more: object = {}): string =>
    JSON.stringify({ apiVersion: 'quayctl/v1', kind: 'Organization', name: 'acme', robots, ...more })
  const sync = (description: string) => ({ description, lifecycle: { replace: 'allow' } })
  const mirror = {
    external_registry_type: 'harbor',
    external_registry_url: 'https://harbor.example.com',
    external_namespace: 'library',
    robot_username: 'acme+sync',
    visibility: 'private',
    sync_interval: 3600,
    sync_start_date: '2026-11-20T10:00:00Z',
  }
  const path = '/organization/acme/mirror'
  const asked = (sent: readonly Exchange[]) => sent.filter((exchange) => exchange.path.endsWith(path)).length

  test('is not deleted, for the mirror would go with it; another one is', async () => {
    await withWorld(async (world) => {
      await world.converge(empty({ sync: sync('one'), old: {}, older: {} }))
      expect((await world.call('POST', path, mirror)).status).toBe(201)
      const { outcomes, sent } = await world.apply(await world.plan(empty({}, { prune: { robots: 'all' } })))
      const refused = outcomes.get('robot.acme+sync')
      expect(refused).toMatchObject({ status: 'failed', error: { code: 'QC7411' } })
      expect(outcomes.get('robot.acme+old')?.status).toBe('done')
      expect(outcomes.get('robot.acme+older')?.status).toBe('done')
      expect(asked(sent)).toBe(1)
      expect([...world.emulator.ground.robots.keys()]).toEqual(['acme+sync'])
      expect((await world.call('GET', path)).status).toBe(200)
    })
  })

  test('is not replaced', async () => {
    await withWorld(async (world) => {
      await world.converge(empty({ sync: sync('one') }))
      expect((await world.call('POST', path, mirror)).status).toBe(201)
      const token = world.emulator.ground.robots.get('acme+sync')?.token
      const { outcomes, sent } = await world.apply(await world.plan(empty({ sync: sync('two') })))
      const outcome = outcomes.get('robot.acme+sync')
      expect(outcome && 'error' in outcome ? (outcome.error as QuayctlError).message : '').toBe(
        'robot acme+sync is not deleted: the organization mirror of acme uses it, and Quay would delete that mirror with it',
      )
      expect(sent.filter(({ method }) => method !== 'GET')).toEqual([])
      expect(world.emulator.ground.robots.get('acme+sync')?.token).toBe(token)
    })
  })

  test('on a server without such mirrors nobody asks for one', async () => {
    await withWorld(
      async (world) => {
        await world.converge(empty({ old: {} }))
        const { outcomes, sent } = await world.apply(
          await world.plan(empty({}, { prune: { robots: 'all' } })),
        )
        expect(outcomes.get('robot.acme+old')?.status).toBe('done')
        expect(asked(sent)).toBe(0)
      },
      { features: { ORG_MIRROR: false } },
    )
  })
})
