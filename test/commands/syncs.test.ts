import { expect, test } from 'vitest'
import { folder, organization, type Quay, quay, quayctl, unwrapped, writes } from './run.ts'

const files = (tags: string): string =>
  organization(
    'acme',
    `robots: {sync: {}, zoe: {}}
repositories:
  mc: {mirror: {external_reference: quay.io/minio/mc, tags: ${tags}, robot: sync, sync_interval: 1d, sync_start_date: 2020-01-01T02:00:00Z}}
`,
  )
const apply = (server: Quay, tags: string, ...args: readonly string[]) =>
  quayctl(['apply', '--yes', ...args], { cwd: folder({ 'quayctl.yaml': files(tags) }), env: server.env })

/** A server that has the mirror, and is synchronising it. */
async function syncing(): Promise<Quay> {
  const server = await quay()
  await server.call('POST', '/organization/', { name: 'acme', email: 'quay@acme.example' })
  for (const name of ['sync', 'zoe']) await server.call('PUT', `/organization/acme/robots/${name}`, {})
  const repository = { namespace: 'acme', repository: 'mc', visibility: 'private', description: '' }
  await server.call('POST', '/repository', repository)
  await server.call('POST', '/repository/acme/mc/mirror', {
    external_reference: 'quay.io/minio/mc',
    sync_interval: 86400,
    sync_start_date: '2020-01-01T02:00:00Z',
    root_rule: { rule_kind: 'tag_glob_csv', rule_value: ['latest'] },
    skopeo_timeout_interval: 300,
    robot_username: 'acme+sync',
  })
  server.emulator.tick()
  server.seen.length = 0
  return server
}

test('apply waits for a sync as long as it may, and says for what', async () => {
  const server = await syncing()
  const { code, stdout, stderr } = await apply(server, '[v1]', '--sync-wait', '1s')
  expect(stdout).toContain('QC4025')
  expect(stderr).toContain('Waiting for syncs to end, 1s at most: mirror.acme/mc\n')
  expect(unwrapped(stdout)).toContain('QC7409 mirror.acme/mc is being synchronised')
  expect([code, writes(server.seen)]).toEqual([5, []])
})

test('Ctrl-C ends the waiting', async () => {
  const server = await syncing()
  const { code, stdout } = await quayctl(['apply', '--yes', '--sync-wait', '1h'], {
    cwd: folder({ 'quayctl.yaml': files('[v1]') }),
    env: server.env,
    watch(stderr, pid) {
      if (stderr.endsWith('mirror.acme/mc\n')) process.kill(pid, 'SIGINT')
    },
  })
  expect(stdout).toContain('0 done, 1 skipped')
  expect([code, writes(server.seen)]).toEqual([130, []])
})

test('--cancel-sync does not wait', async () => {
  const server = await syncing()
  const { code } = await apply(server, '[v1]', '--cancel-sync')
  const path = '/api/v1/repository/acme/mc/mirror'
  expect([code, writes(server.seen)]).toEqual([
    0,
    [`POST ${path}/sync-cancel`, `PUT ${path}`, `POST ${path}/sync-now`],
  ])
})

test('--sync-wait takes a duration', async () => {
  const server = await quay()
  const { code, stderr } = await apply(server, '[v1]', '--sync-wait', '10m')
  expect(stderr).toContain('QC6425 --sync-wait "10m" is no duration')
  expect([code, writes(server.seen)]).toEqual([64, []])
})
