import { expect, test } from 'vitest'
import type { EmulatorOptions } from '../../src/emulator/emulator.ts'
import { problemsOf } from '../schemas.ts'
import {
  type Files,
  folder,
  organization,
  type Quay,
  quay,
  quayctl,
  shipped,
  unwrapped,
  writes,
} from './run.ts'

const names = ['api', 'mc', 'web']
const files: Files = {
  'quayctl.yaml': organization(
    'acme',
    `robots: {sync: {}}
repositories:
${names
  .map(
    (name) =>
      `  ${name}: {mirror: {external_reference: quay.io/minio/mc, tags: [latest], robot: sync, sync_interval: 1d, sync_start_date: 2099-01-01T02:00:00Z}}`,
  )
  .join('\n')}
`,
  ),
}

/** A Quay that has the mirrors of the files; its workers take a step with each look at one that is waited for. */
async function mirroring(options: Partial<EmulatorOptions> = {}): Promise<Quay> {
  let works: (() => void) | undefined
  const server = await quay({
    observe(exchange) {
      server.seen.push(exchange)
      if (exchange.method === 'GET' && exchange.path.endsWith('/mirror')) works?.()
    },
    ...options,
  })
  const { code } = await quayctl(['apply', '--yes'], { cwd: folder(files), env: server.env })
  expect(code).toBe(0)
  server.seen.length = 0
  works = () => server.emulator.tick()
  return server
}
const run = (server: Quay, ...args: readonly string[]) =>
  quayctl(['mirror', ...args], { cwd: folder(files), env: server.env })
const path = (name: string) => `/api/v1/repository/acme/${name}/mirror`

test('a sync is asked for without any file', async () => {
  const server = await mirroring()
  const { code, stdout, stderr } = await quayctl(['mirror', 'sync', 'mirror.acme/mc'], {
    cwd: folder(),
    env: server.env,
  })
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toBe(' asked      mirror.acme/mc\n\n1 sync: 1 asked.\n')
  expect(writes(server.seen)).toEqual([`POST ${path('mc')}/sync-now`])
})

test('of all that a glob finds in the files, and waited for: a line for each on standard error', async () => {
  const server = await mirroring()
  const { code, stdout, stderr } = await run(server, 'sync', 'mirror.acme/*', 'mirror.acme/mc', '--wait')
  expect([code, writes(server.seen).toSorted()]).toEqual([
    0,
    names.map((name) => `POST ${path(name)}/sync-now`),
  ])
  expect(stdout).toBe(
    `${names.map((name) => ` synced     mirror.acme/${name}`).join('\n')}\n\n3 syncs: 3 synced.\n`,
  )
  expect(stderr.split('\n').sort()).toEqual(['', ...names.map((name) => ` synced     mirror.acme/${name}`)])
})

test('some fail: with 5, and as JSON', async () => {
  const server = await mirroring()
  await server.call('PUT', '/repository/acme/mc/permissions/user/acme+sync', { role: 'read' })
  const args = ['sync', 'mirror.acme/api', 'mirror.acme/mc', 'mirror.acme/nothing', '--wait', '--json']
  const { code, stdout } = await run(server, ...args)
  const document = JSON.parse(stdout)
  expect([code, problemsOf(document)]).toEqual([5, []])
  expect(document.summary).toEqual({ done: 1, already: 0, failed: 2, unfinished: 0, exit_code: 5 })
  const rows = document.mirrors.map(({ address, status, error }: Row) => [address, status, error?.code])
  expect(rows).toEqual([
    ['mirror.acme/api', 'SUCCESS', undefined],
    ['mirror.acme/mc', 'FAIL', 'QC7434'],
    ['mirror.acme/nothing', null, 'QC7431'],
  ])
})
interface Row {
  readonly address: string
  readonly status: string | null
  readonly error?: { readonly code: string }
}

test('the time is over before a worker comes', async () => {
  const server = await mirroring({ observe: () => {} })
  const { code, stdout } = await run(server, 'sync', 'mirror.acme/mc', '--wait', '--timeout', '1s')
  expect([code, stdout]).toEqual([
    5,
    ` going on   mirror.acme/mc
            QC7436 no worker of Quay has begun the sync of mirror.acme/mc yet
            = it goes on without quayctl; --timeout says how long to wait for it

1 sync: 1 going on.
`,
  ])
})

test('Ctrl-C ends the waiting only', async () => {
  const server = await mirroring({ observe: () => {} })
  let isKilled = false
  const { code, stderr, stdout } = await shipped(['mirror', 'sync', 'mirror.acme/*', '--wait', '-v'], {
    cwd: folder(files),
    env: server.env,
    watch(said, pid) {
      if (isKilled || said.split('sync-now').length <= names.length) return
      isKilled = true
      process.kill(pid, 'SIGINT')
    },
  })
  expect([code, stdout]).toEqual([130, ''])
  expect(stderr).toContain('Interrupted: what was asked of Quay goes on.\n')
})

test('a cancel, of one that is at it and of one that is not', async () => {
  const server = await mirroring({ observe: () => {} })
  await server.call('POST', '/repository/acme/mc/mirror/sync-now')
  const { code, stdout } = await run(server, 'cancel', 'mirror.acme/mc', 'mirror.acme/api')
  expect([code, stdout]).toEqual([
    0,
    ` cancelled  mirror.acme/mc
            it rests until a sync is asked for
 idle       mirror.acme/api

2 syncs: 1 cancelled, 1 idle.
`,
  ])
  const { stdout: text } = await run(server, 'cancel', 'mirror.acme/mc', '--json')
  const document = JSON.parse(text)
  expect(problemsOf(document)).toEqual([])
  expect(document.mirrors[0]).toMatchObject({ outcome: 'already', status: 'CANCEL' })
})

test.each([
  [['sync'], 64, 'QC6400'],
  [['sync', 'mirror.acme/mk'], 5, 'QC7431 mirror.acme/mk is not there'],
  [['sync', 'robot.acme+sync'], 64, 'QC6470 "robot.acme+sync" is no address that this can be asked of'],
  [['sync', 'acme'], 64, 'did you mean "organization_mirror.acme"?'],
  [['sync', 'acme+ci'], 64, '= addresses look like mirror.acme/api or organization_mirror.acme'],
  [['sync', 'miror.acme/mc'], 64, 'QC6470 "miror.acme/mc"'],
  [['sync', 'mirror.*'], 64, 'QC6471 "mirror.*" matches nothing that the files declare'],
  [['sync', 'mirror.acme/mc', '--timeout', '1d'], 64, 'QC6433'],
  [['cancel', 'mirror.acme/mc', '--token-file', 'none'], 3, 'QC3109'],
])('%j', async (args, exit, says) => {
  const server = await mirroring()
  const { code, stdout, stderr } = await run(server, ...args)
  expect(code).toBe(exit)
  expect(unwrapped(`${stdout}${stderr}`).replace(/\n +/g, ' ')).toContain(says)
  expect(writes(server.seen)).toEqual([])
})

test.each([
  ['of a token that may not', { QUAY_TOKEN: 'PLAIN' }, 7],
  ['of a token that is dead', { QUAY_TOKEN: 'DEAD' }, 7],
])('%s', async (_, env, exit) => {
  const server = await mirroring()
  const { code } = await quayctl(['mirror', 'sync', 'mirror.acme/mc'], {
    cwd: folder(files),
    env: { ...server.env, ...env },
  })
  expect([code, writes(server.seen)]).toEqual([exit, []])
})

test('a Quay without mirrors is said to be one, with 3', async () => {
  const server = await quay({ features: { REPO_MIRROR: false } })
  const { code, stdout } = await run(server, 'sync', 'mirror.acme/mc')
  expect([code, stdout]).toEqual([
    3,
    expect.stringContaining('QC7437 this Quay has no mirror: FEATURE_REPO_MIRROR is off'),
  ])
})

test('a disabled mirror is left out of a glob, and asked for by its name', async () => {
  const { env, call } = await quay()
  const here = folder({
    'quayctl.yaml': organization(
      'acme',
      `robots: {sync: {}}\nrepositories:\n${['on', 'off'].map((name) => `  ${name}: {mirror: {external_reference: quay.io/minio/mc, tags: [latest], robot: sync, sync_interval: 24h, enabled: ${name === 'on'}}}\n`).join('')}`,
    ),
  })
  const run = (...args: readonly string[]) => quayctl(args, { cwd: here, env })
  expect((await run('apply', '--yes', '--allow', 'data')).code).toBe(0)
  const status = async (name: string) => {
    const mirror = await call('GET', `/repository/acme/${name}/mirror`)
    return mirror && typeof mirror === 'object' && 'sync_status' in mirror ? mirror.sync_status : null
  }
  const { code, stderr } = await run('mirror', 'sync', 'mirror.acme/*')
  expect(code).toBe(0)
  expect(stderr).toContain('mirror.acme/off is left out: the files say enabled: false.')
  expect([await status('on'), await status('off')]).toEqual(['SYNC_NOW', 'NEVER_RUN'])
  expect((await run('mirror', 'sync', 'mirror.acme/off')).code).toBe(0)
  expect(await status('off')).toBe('SYNC_NOW')
})
