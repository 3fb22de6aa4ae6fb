import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folder, organization, quay, quayctl, registry, shipped, writes } from './run.ts'

const slowly = (milliseconds: number, isSlow: (method: string) => boolean) =>
  quay({ faults: ({ method }) => (isSlow(method) ? { delay: milliseconds } : undefined) })

describe.concurrent('--timeout', () => {
  test.each([
    ['plan'],
    ['apply', '--yes'],
    ['export', 'acme'],
    ['doctor'],
    ['init', '--from-live', '--output', 'new'],
  ])('%s gives up reading', async (...args) => {
    const server = await slowly(60_000, () => true)
    const cwd = folder({ 'quayctl.yaml': organization('acme') })
    const { code, stdout, stderr } = await shipped([...args, '--timeout', '2s'], { cwd, env: server.env })
    expect(code).toBe(8)
    expect((stdout + stderr).replaceAll(/\s+/g, ' ')).toContain('QC7605 the time limit of 2s is over')
    expect(writes(server.seen)).toEqual([])
  })

  test('apply begins no further step; the same command goes on', async () => {
    const server = await slowly(3000, (method) => method !== 'GET')
    const cwd = folder({ 'quayctl.yaml': organization('acme', 'robots: {ci: {}, deploy: {}}\n') })
    const ran = await quayctl(['apply', '--yes', '--json', '--timeout', '2s'], { cwd, env: server.env })
    const { steps } = JSON.parse(ran.stdout)
    expect(ran.stderr).toContain('Ending the steps in flight: the time limit of 2s is over.')
    expect(ran.stderr).toContain('2 steps not begun: the time limit of 2s is over')
    expect(
      steps.map(({ status, because }: { status: string; because?: string }) => because ?? status),
    ).toEqual(['done', 'the time limit of 2s is over', 'the time limit of 2s is over'])
    expect(ran.code).toBe(5)
    const again = await quayctl(['apply', '--yes', '--timeout', '2m'], { cwd, env: server.env })
    expect(again.code).toBe(0)
  })

  test.each(['0s', '10', '5x', '501h', '-1m'])('%s is no duration', async (text) => {
    const cwd = folder({ 'quayctl.yaml': organization('acme') })
    const { code, stderr } = await quayctl(['plan', '--url', 'https://quay.invalid', `--timeout=${text}`], {
      cwd,
      env: { QUAY_TOKEN: 'TESTTOKEN' },
    })
    expect([code, stderr]).toEqual([
      64,
      expect.stringContaining(`error QC6433 --timeout ${text} is no duration`),
    ])
  })
})

test('the second signal stops at once, and names what was in flight', async () => {
  let pid = 0
  let isSecond = false
  const server = await quay({
    faults({ method }) {
      if (method === 'GET') return undefined
      process.kill(pid, 'SIGINT')
      return { delay: 60_000 }
    },
  })
  const ran = await shipped(['apply', '--yes', '-v'], {
    cwd: folder({ 'quayctl.yaml': organization('acme') }),
    env: server.env,
    watch(stderr, id) {
      pid = id
      if (isSecond || !stderr.includes('once more to stop at once')) return
      isSecond = true
      process.kill(pid, 'SIGINT')
    },
  })
  expect(ran.stderr).toContain('Stopped. Whether these are done is not known: organization.acme\n')
  expect(ran.code).toBe(130)
})

describe('the file of an earlier run', () => {
  const users = registry('users:\n  alice: {email: alice@acme.example}\n')
  const files = { 'quayctl.yaml': users, 'acme.yaml': organization('acme', 'robots: {ci: {}}\n') }
  const apply = ['apply', '-f', '.', '--yes', '--allow', 'credential']

  /** A Quay where all is done, and a file that knows nothing of it. */
  async function begun(content: object, mode = 0o600) {
    const server = await quay()
    const cwd = folder(files)
    const made = await quayctl([...apply, '--credentials-out', 'made.json'], { cwd, env: server.env })
    expect(made.code).toBe(0)
    const path = join(cwd, 'out.json')
    writeFileSync(path, JSON.stringify(content), { mode })
    const ran = await quayctl([...apply, '--credentials-out', 'out.json'], { cwd, env: server.env })
    const text = readFileSync(path, 'utf8')
    return {
      server,
      ran,
      saved: JSON.parse(text),
      made: JSON.parse(readFileSync(join(cwd, 'made.json'), 'utf8')),
    }
  }

  test('what it could not keep is read again, or set anew, and named', async () => {
    const { server, ran, saved, made } = await begun({
      'robot.acme+ci': null,
      'user.alice': null,
      'robot.x+y': null,
    })
    expect(ran.code).toBe(0)
    expect(ran.stderr).toContain(
      'In out.json now, which an earlier run made and could not keep: robot.acme+ci.\nIn out.json now, with a new secret for the one which an earlier run made and could not keep: user.alice.\n',
    )
    expect(saved['robot.acme+ci']).toEqual(made['robot.acme+ci'])
    expect(saved['user.alice']).toEqual({ username: 'alice', password: expect.stringMatching(/^\S{32}$/) })
    expect(saved['user.alice'].password).not.toBe(made['user.alice'].password)
    expect(saved['robot.x+y']).toBeNull()
    expect(writes(server.seen).at(-1)).toBe('PUT /api/v1/superuser/users/alice')
    expect(ran.stdout + ran.stderr).not.toContain(saved['user.alice'].password)
  })

  test('what it has stays', async () => {
    const { ran, saved } = await begun({ 'robot.acme+ci': { username: 'acme+ci', token: 'KEPT' } })
    expect([ran.code, saved]).toEqual([0, { 'robot.acme+ci': { username: 'acme+ci', token: 'KEPT' } }])
  })

  test.each([
    ['others may read', {}, 0o644],
    ['is not ours', ['mine'], 0o600],
    ['has a secret of what is to be made', { 'robot.acme+ci': { token: 'OTHER' } }, 0o600],
  ])('that %s is refused, and nothing is sent', async (_, content, mode) => {
    const server = await quay()
    const cwd = folder(files)
    writeFileSync(join(cwd, 'out.json'), JSON.stringify(content), { mode })
    const { code, stderr } = await quayctl([...apply, '--credentials-out', 'out.json'], {
      cwd,
      env: server.env,
    })
    expect([code, stderr]).toEqual([3, expect.stringContaining('error QC3110 --credentials-out: out.json ')])
    expect(writes(server.seen)).toEqual([])
    expect(JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8'))).toEqual(content)
  })
})

describe.concurrent('sandbox --fault', () => {
  const inside = (faults: readonly string[]) =>
    quayctl(['sandbox', ...faults, '--', process.execPath, '-e', script], {})
  const script = `(async () => { const all = []; for (let i = 0; i < 40; i++) all.push((await fetch(process.env.QUAY_URL + '/api/v1/discovery')).status); console.log(all.join()) })()`

  test('the same requests suffer the same for one seed', async () => {
    const [one, same, other] = await Promise.all(
      ['7', '7', '8'].map((seed) =>
        inside(['--fault', '503=20%', '--fault', '429=10%', '--fault-seed', seed]),
      ),
    )
    expect(one?.stderr).toBe('Of the requests 30% suffer; the same again: --fault-seed 7\n')
    expect(one?.stdout).toMatch(/503/)
    expect(one?.stdout).toMatch(/429/)
    expect(same?.stdout).toBe(one?.stdout)
    expect(other?.stdout).not.toBe(one?.stdout)
  })

  test.each([
    ['10', '--fault 10 is no rate'],
    ['50x=5%', '--fault knows no kind "50x"'],
    ['hagn=5%', '--fault knows no kind "hagn"'],
    ['101%', '--fault: 101% of the requests would suffer'],
  ])('--fault %s', async (text, says) => {
    const { code, stderr } = await inside(['--fault', text])
    expect([code, stderr]).toEqual([64, expect.stringContaining(`error QC6434 ${says}`)])
  })
})
