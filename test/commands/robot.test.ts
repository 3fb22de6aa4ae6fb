import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { afterAll, describe, expect, test } from 'vitest'
import type { EmulatorOptions } from '../../src/emulator/emulator.ts'
import type { Fault } from '../../src/emulator/request.ts'
import {
  cleanUp,
  folder,
  organization,
  type Quay,
  quay,
  quayctl,
  root,
  shipped,
  unwrapped,
  writes,
} from './run.ts'
import { hasTerminal, onTerminal } from './terminal.ts'

afterAll(cleanUp)

const files = {
  'quayctl.yaml': organization(
    'acme',
    `robots:
  ci: {federation: [{issuer: "https://gitlab.example.com", subject: "project_path:acme/api"}]}
  sync: {}
  idle: {}
teams: {devs: {role: member, members: [robot:ci]}}
default_permissions:
  - {to: robot:ci, role: read}
  - {creator: robot:ci, to: team:devs, role: write}
repositories:
  api: {permissions: {robot:ci: write}}
  ubi9:
    permissions: {robot:ci: read, robot:sync: write}
    mirror: {external_reference: quay.io/minio/mc, tags: [latest], sync_interval: 1h, robot: sync}
`,
  ),
}

/** A Quay where acme is as the files say. Robots are used where there are none. */
async function applied(options: Partial<EmulatorOptions> = {}): Promise<Quay> {
  const server = await quay(options)
  const { code } = await quayctl(['apply', '--yes'], { cwd: folder(files), env: server.env })
  expect(code).toBe(0)
  server.seen.length = 0
  return server
}

const tokenOf = async ({ call }: Quay, path = '/organization/acme/robots/ci'): Promise<string> => {
  const { token } = (await call('GET', path)) as { readonly token: string }
  return token
}
const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const schema = (name: string) =>
  new Ajv({ strict: false }).compile(json(join(root, 'schemas', `${name}.schema.json`)))
const modeOf = (path: string) => statSync(path).mode & 0o777

describe('robot credentials', () => {
  test('reads the token and writes it, for its owner only; prints none', async () => {
    const server = await applied()
    const cwd = folder()
    const token = await tokenOf(server)
    server.seen.length = 0
    const args = ['robot', 'credentials', 'robot.acme+ci', '--format', 'env', '-o', 'ci.env']
    const ran = await quayctl(args, { cwd, env: server.env })
    const host = new URL(server.url).host
    expect(ran).toEqual({
      code: 0,
      stdout: '',
      stderr: `In ci.env (mode 600), for ${host}.
  = docker run --env-file ci.env ...; in a shell . ./ci.env
robot.acme+ci has federation: https://gitlab.example.com as
  project_path:acme/api gets in without this token.
`,
    })
    expect(readFileSync(join(cwd, 'ci.env'), 'utf8')).toBe(
      `QUAY_ROBOT_REGISTRY=${host}\nQUAY_ROBOT_USERNAME=acme+ci\nQUAY_ROBOT_TOKEN=${token}\n`,
    )
    expect(modeOf(join(cwd, 'ci.env'))).toBe(0o600)
    expect([writes(server.seen), server.seen.length]).toEqual([[], 5])
  })

  test.each([['--json'], ['--format', 'json']])(
    '%s %s prints them on request, as its schema says',
    async (...as) => {
      const server = await applied()
      const args = ['robot', 'credentials', 'robot.acme+ci', 'robot.acme+sync', 'robot.acme+ci', ...as]
      const { code, stdout } = await quayctl([...args, '-o', '-'], { cwd: folder(), env: server.env })
      const valid = schema('credentials')
      expect([code, valid(JSON.parse(stdout)), valid.errors]).toEqual([0, true, null])
      expect(JSON.parse(stdout)).toMatchObject({
        'robot.acme+ci': { username: 'acme+ci', token: await tokenOf(server) },
        'robot.acme+sync': { username: 'acme+sync' },
      })
    },
  )

  test("a user's own robot", async () => {
    const server = await quay()
    await server.call('PUT', '/user/robots/builder', {})
    const args = ['robot', 'credentials', 'robot.admin+builder', '--json', '-o', '-']
    const { stdout } = await quayctl(args, { cwd: folder(), env: server.env })
    expect(JSON.parse(stdout)['robot.admin+builder'].token).toBe(
      await tokenOf(server, '/user/robots/builder'),
    )
  })

  test.each([
    ['as Quay calls itself', { SERVER_HOSTNAME: 'quay.acme.example:8443' }, [], 'quay.acme.example:8443'],
    [
      'as --server says',
      { SERVER_HOSTNAME: 'quay.acme.example' },
      ['--server', 'r.example:1'],
      'r.example:1',
    ],
    ['never as what is no host', { SERVER_HOSTNAME: 'a b\n' }, [], null],
  ])('the registry is named %s', async (_, config, more, host) => {
    const server = await applied({ config })
    const args = ['robot', 'credentials', 'robot.acme+ci', '--format', 'podman', '-o', '-', ...more]
    const { stdout } = await quayctl(args, { cwd: folder(), env: server.env })
    expect(Object.keys(JSON.parse(stdout).auths)).toEqual([host ?? new URL(server.url).host])
  })

  test.each([
    ['PLAIN', 'robot.acme+ci', 7, 'QC7403'],
    ['TESTTOKEN', 'robot.acme+nope', 64, 'QC6465 Quay has no robot.acme+nope'],
    ['TESTTOKEN', 'robot.nope+ci', 64, 'QC6465 Quay has no robot.nope+ci'],
    ['TESTTOKEN', 'robot.admin+nope', 64, 'QC6465 Quay has no robot.admin+nope'],
  ])('with %s of %s: exit code %d', async (token, address, code, says) => {
    const { env } = await applied()
    const cwd = folder()
    const ran = await quayctl(['robot', 'credentials', address, '--json', '-o', 'a.json'], {
      cwd,
      env: { ...env, QUAY_TOKEN: token },
    })
    expect([ran.code, ran.stdout, existsSync(join(cwd, 'a.json'))]).toEqual([code, '', false])
    expect(ran.stderr).toContain(says)
  })

  test('a name that is too long for Kubernetes asks for another', async () => {
    const server = await quay()
    const name = 'a'.repeat(245)
    await server.call('POST', '/organization/', { name, email: 'a@b.example' })
    await server.call('PUT', `/organization/${name}/robots/ci`, {})
    const args = ['robot', 'credentials', `robot.${name}+ci`, '--format', 'kubernetes', '-o', '-']
    const long = await quayctl(args, { cwd: folder(), env: server.env })
    expect([long.code, long.stdout]).toEqual([64, ''])
    expect(long.stderr).toContain('QC6466 --name: the default')
    const named = await quayctl([...args, '--name', 'pull'], { cwd: folder(), env: server.env })
    expect([named.code, named.stdout]).toEqual([0, expect.stringContaining('name: "pull"\n')])
  })

  test('a token that no client could send is not written', async () => {
    const faults: EmulatorOptions['faults'] = ({ method, target }) =>
      method === 'GET' && target.endsWith('/robots/ci')
        ? { status: 200, body: { name: 'acme+ci', description: '', token: 'a\nb' } }
        : undefined
    const server = await quay({ faults })
    const cwd = folder()
    const args = ['robot', 'credentials', 'robot.acme+ci', '--format', 'env', '-o', 'a.env']
    const ran = await quayctl(args, { cwd, env: server.env })
    expect([ran.code, existsSync(join(cwd, 'a.env'))]).toEqual([8, false])
    expect(ran.stderr).toContain('QC7426 Quay tells no token of robot.acme+ci that can be used')
  })
})

describe('what is wrong is said before Quay is asked', () => {
  const env = ['--format', 'env', '-o', 'x']
  const both = ['robot.acme+ci', 'robot.acme+sync']
  test.each([
    [['robot.acme+ci'], 'QC6461 nothing says in which form'],
    [['robot.acme+ci', '--format', 'env'], 'QC6461 nothing says where'],
    [
      ['acme+ci', ...env],
      'QC6470 "acme+ci" is no address that this can be asked of\n  = did you mean "robot.acme+ci"?',
    ],
    [
      ['team.acme/devs', ...env],
      'QC6470 "team.acme/devs" is no address that this can be asked of\n  = addresses look like robot.acme+ci',
    ],
    [['robot.acme+', ...env], 'QC6470'],
    [[...both, ...env], 'QC6467 --format env holds one login, and there are 2'],
    [['robot.acme+ci', ...env, '--name', 'pull'], 'QC6467 --name is for --format kubernetes'],
    [['robot.acme+ci', ...env, '--namespace', 'shop'], 'QC6467 --namespace is for --format kubernetes'],
    [
      ['robot.acme+ci', ...env, '--server', 'https://a.example'],
      'QC6468 --server https://a.example is no host',
    ],
    [['robot.acme+ci', ...env, '--server', 'a.example/b'], 'QC6468'],
    [
      ['robot.acme+ci', '--format', 'kubernetes', '-o', 'x', '--name', 'Pull'],
      'QC6466 --name Pull is no name',
    ],
    [['robot.acme+ci', '--format', 'kubernetes', '-o', 'x', '--namespace', 'a.b'], 'QC6466 --namespace a.b'],
    [['robot.acme+ci', '--format', 'docker', '-o', 'x'], 'QC6400 --format does not take "docker"'],
    [['robot.acme+ci', '--format', 'env', '-o', 'nowhere/x'], null],
    [['robot.acme+ci', '--format', 'env', '-o', 'full'], 'QC6462 --output: full is there already'],
    [['robot.acme+ci', '--format', 'env', '-o', 'link', '--force'], 'QC6462 --output: link is a link'],
    [['robot.acme+ci', '--format', 'env', '-o', 'folder', '--force'], 'QC6462 --output: folder is a folder'],
  ] as const)('%j', async (args, says) => {
    const { env: at, seen } = await quay()
    const cwd = folder({ full: 'mine', other: '' })
    mkdirSync(join(cwd, 'folder'))
    symlinkSync('other', join(cwd, 'link'))
    for (const command of ['credentials', 'rotate']) {
      const ran = await quayctl(['robot', command, ...args], { cwd, env: at })
      expect([ran.code, ran.stdout]).toEqual([64, ''])
      if (says) expect(unwrapped(ran.stderr)).toContain(says)
    }
    expect(says === null || seen.length === 0).toBe(true)
    expect(readFileSync(join(cwd, 'full'), 'utf8')).toBe('mine')
  })
})

describe('the file', () => {
  const run = (env: Quay['env'], cwd: string, ...more: readonly string[]) =>
    quayctl(['robot', 'credentials', 'robot.acme+ci', '--format', 'env', '-o', 'a', ...more], { cwd, env })

  test('--force replaces one as a whole, and takes it from others', async () => {
    const { env } = await applied()
    const cwd = folder({ a: 'mine' })
    chmodSync(join(cwd, 'a'), 0o644)
    expect((await run(env, cwd)).code).toBe(64)
    expect((await run(env, cwd, '--force')).code).toBe(0)
    expect([modeOf(join(cwd, 'a')), readFileSync(join(cwd, 'a'), 'utf8')]).toEqual([
      0o600,
      expect.stringContaining('QUAY_ROBOT_TOKEN='),
    ])
  })

  test('an empty one is free to be used', async () => {
    const { env } = await applied()
    const cwd = folder({ a: '' })
    expect((await run(env, cwd)).code).toBe(0)
    expect(modeOf(join(cwd, 'a'))).toBe(0o600)
  })
})

const rotate = (
  server: Quay,
  cwd: string,
  addresses: readonly string[] = ['robot.acme+ci'],
  more: readonly string[] = ['--yes'],
) =>
  quayctl(['robot', 'rotate', ...addresses, '--format', 'json', '-o', 'a.json', ...more], {
    cwd,
    env: server.env,
  })
const regenerates = ({ seen }: Quay) => writes(seen).filter((one) => one.endsWith('/regenerate'))

describe('robot rotate', () => {
  test('names who uses the robot, and writes the new token', async () => {
    const server = await applied()
    const cwd = folder()
    const before = await tokenOf(server)
    const { code, stdout, stderr } = await rotate(server, cwd)
    const after = await tokenOf(server)
    expect([code, after === before, regenerates(server).length]).toEqual([0, false, 1])
    expect(stderr).toBe(`robot.acme+ci
  teams                devs
  repositories         api, ubi9
  default permissions  *:robot:ci, robot:ci:team:devs
  federation           https://gitlab.example.com as project_path:acme/api (gets
                       in without the token)
`)
    expect(stdout).toBe(`Rotated robot.acme+ci: the old token works no more. Whoever has it needs the new
  one.
In a.json (mode 600), for ${new URL(server.url).host}.
`)
    expect(json(join(cwd, 'a.json'))['robot.acme+ci'].token).toBe(after)
    expect(`${stdout}${stderr}`).not.toContain(after)
  })

  test('several, with JSON of what was done, and no secret in it', async () => {
    const server = await applied()
    const cwd = folder()
    const addresses = ['robot.acme+sync', 'robot.acme+ci', 'robot.acme+idle']
    const { code, stdout, stderr } = await rotate(server, cwd, addresses, ['--yes', '--json'])
    const valid = schema('rotation')
    expect([code, valid(JSON.parse(stdout)), valid.errors]).toEqual([0, true, null])
    const { objects } = JSON.parse(stdout)
    expect(objects.map(({ address, status }: Record<string, string>) => `${status} ${address}`)).toEqual(
      addresses.map((address) => `rotated ${address}`),
    )
    expect(objects[0].uses).toContainEqual({ kind: 'mirrors', names: ['ubi9'] })
    expect(objects[1].uses).toContainEqual({ kind: 'mirrors', names: [] })
    expect(stderr).toContain('mirrors       ubi9 (Quay takes the new token itself)\n')
    expect(stderr).toContain('robot.acme+idle\n  on no team, and no permission names it\n')
    const saved = json(join(cwd, 'a.json'))
    expect(Object.keys(saved)).toEqual(addresses)
    for (const { token } of Object.values(saved) as { token: string }[])
      expect(`${stdout}${stderr}`).not.toContain(token)
  })

  test('the organization mirror that pushes by it is named', async () => {
    const server = await quay()
    await server.call('POST', '/organization/', { name: 'acme', email: 'a@b.example' })
    await server.call('PUT', '/organization/acme/robots/ci', {})
    await server.call('POST', '/organization/acme/mirror', {
      external_registry_type: 'quay',
      external_registry_url: 'https://quay.io',
      external_namespace: 'minio',
      robot_username: 'acme+ci',
      visibility: 'private',
      sync_interval: 3600,
      sync_start_date: '2026-12-01T00:00:00Z',
    })
    const { stderr } = await rotate(server, folder())
    expect(stderr).toContain('organization mirror  acme (Quay takes the new token itself)\n')
  })

  test("a user's own robot", async () => {
    const server = await quay()
    await server.call('PUT', '/user/robots/builder', {})
    const before = await tokenOf(server, '/user/robots/builder')
    const cwd = folder()
    expect((await rotate(server, cwd, ['robot.admin+builder'])).code).toBe(0)
    const after = await tokenOf(server, '/user/robots/builder')
    expect(json(join(cwd, 'a.json'))['robot.admin+builder'].token).toBe(after)
    expect(after).not.toBe(before)
  })

  test('what the token of the run is not shown is said so, and keeps nothing from being done', async () => {
    const server = await applied({
      accounts: {
        users: { admin: { superuser: true, email: 'admin@example.com' } },
        tokens: {
          TESTTOKEN: {
            user: 'admin',
            scopes: 'org:admin repo:admin repo:create super:user user:admin user:read',
          },
          NARROW: { user: 'admin', scopes: 'org:admin user:read' },
        },
      },
    })
    const narrow = { ...server, env: { ...server.env, QUAY_TOKEN: 'NARROW' } }
    const { code, stderr } = await rotate(narrow, folder(), ['robot.acme+sync'])
    expect([code, regenerates(server).length]).toEqual([0, 1])
    expect(stderr).toContain('  mirrors       not shown to this token\n')
  })

  test('on standard output the token alone', async () => {
    const server = await applied()
    const args = ['robot', 'rotate', 'robot.acme+ci', '--json', '--yes', '-o', '-']
    const refused = await quayctl([...args, '--format', 'env'], { cwd: folder(), env: server.env })
    expect([refused.code, regenerates(server)]).toEqual([64, []])
    expect(refused.stderr).toContain('QC6461 --output - and --json both print')
    const printed = args.filter((arg) => arg !== '--json')
    const ran = await quayctl([...printed, '--format', 'env'], { cwd: folder(), env: server.env })
    expect(ran.stdout).toMatch(/^QUAY_ROBOT_REGISTRY=.*\nQUAY_ROBOT_USERNAME=.*\nQUAY_ROBOT_TOKEN=.*\n$/)
    expect(ran.stdout).toContain(await tokenOf(server))
    expect(ran.stderr).toContain('Rotated robot.acme+ci')
  })

  test('where nobody can answer nothing is done', async () => {
    const server = await applied()
    const cwd = folder()
    const { code, stderr } = await rotate(server, cwd, undefined, [])
    expect([code, regenerates(server), existsSync(join(cwd, 'a.json'))]).toEqual([64, [], false])
    expect(stderr).toContain('QC6405 nobody can answer')
  })

  test('a file that cannot be made keeps the old token', async () => {
    const server = await applied()
    const args = ['robot', 'rotate', 'robot.acme+ci', '--yes', '--format', 'env', '-o', 'nowhere/a']
    const { code, stderr } = await quayctl(args, { cwd: folder(), env: server.env })
    expect([code, regenerates(server)]).toEqual([64, []])
    expect(stderr).toContain('QC6463 --output: nowhere/a cannot be written')
  })

  describe.skipIf(!hasTerminal)('on a terminal', () => {
    test.each([
      ['yes', 0],
      ['no', 4],
      ['\u0003', 130],
    ])('answered %j', async (answer, code) => {
      const server = await applied()
      const cwd = folder()
      const args = ['robot', 'rotate', 'robot.acme+ci', '--format', 'json', '-o', 'a.json']
      const { screen, ...ran } = await onTerminal(args, cwd, server.env, answer)
      expect(screen).toContain(
        '\nThe old token stops working at once, for whoever has it.\nRotate? Type yes to go on: ',
      )
      expect([ran.code, regenerates(server).length, existsSync(join(cwd, 'a.json'))]).toEqual([
        code,
        code === 0 ? 1 : 0,
        code === 0,
      ])
    })
  })
})

describe('an answer that does not come', () => {
  const lost = (fault: Fault, name = 'ci'): Partial<EmulatorOptions> => ({
    faults: ({ target }) => (target.endsWith(`${name}/regenerate`) ? fault : undefined),
  })

  test('after Quay has done it: the token is read, and not asked for again', async () => {
    const server = await applied(lost({ after: true, fault: 'reset' }))
    const cwd = folder()
    const before = await tokenOf(server)
    const { code } = await rotate(server, cwd)
    const after = await tokenOf(server)
    expect([code, regenerates(server).length, after === before]).toEqual([0, 1, false])
    expect(json(join(cwd, 'a.json'))['robot.acme+ci'].token).toBe(after)
  })

  test('before it: the old token is still good, and that is a failure', async () => {
    const server = await applied(lost({ status: 500, contentType: 'text/html', body: 'oops' }))
    const cwd = folder()
    const before = await tokenOf(server)
    const { code, stdout } = await rotate(server, cwd)
    expect([code, stdout, await tokenOf(server)]).toEqual([8, '', before])
    expect([regenerates(server).length, existsSync(join(cwd, 'a.json'))]).toEqual([1, false])
  })

  test('without the token: it is read', async () => {
    const told = { status: 200, body: { name: 'acme+ci' } }
    const server = await applied(lost({ after: true, fault: told }))
    const cwd = folder()
    expect((await rotate(server, cwd)).code).toBe(0)
    expect(json(join(cwd, 'a.json'))['robot.acme+ci'].token).toBe(await tokenOf(server))
  })

  test('while Quay may still be at it: that is not known', async () => {
    const server = await applied(lost({ status: 504, contentType: 'text/html', body: 'oops' }))
    const { code, stderr } = await rotate(server, folder())
    expect([code, regenerates(server).length]).toEqual([8, 1])
    expect(stderr).toContain('QC7425 robot.acme+ci may or may not have a new token by now')
  })

  test('after Ctrl-C: what is in flight is ended and kept, the rest left', async () => {
    let pid = 0
    const server = await applied({
      faults({ target }) {
        if (!target.endsWith('/regenerate')) return undefined
        process.kill(pid, 'SIGINT')
        return { after: true, delay: 500 }
      },
    })
    const cwd = folder()
    const both = ['robot.acme+ci', 'robot.acme+sync']
    const args = ['robot', 'rotate', ...both, '--yes', '--format', 'json', '-o', 'a.json']
    const watch = (_: string, id: number) => {
      pid = id
    }
    const ran = await shipped(args, { cwd, env: server.env, watch })
    expect([ran.code, regenerates(server).length]).toEqual([130, 1])
    expect(ran.stdout).toContain('Not rotated: robot.acme+sync.\n')
    expect(Object.keys(json(join(cwd, 'a.json')))).toEqual(['robot.acme+ci'])
  })

  test('of the second of three: the first is kept, the third not tried', async () => {
    const server = await applied(lost({ status: 403, body: { message: 'no' } }, 'sync'))
    const cwd = folder()
    const addresses = ['robot.acme+ci', 'robot.acme+sync', 'robot.acme+idle']
    const { code, stdout, stderr } = await rotate(server, cwd, addresses, ['--yes', '--json'])
    const statuses = JSON.parse(stdout).objects.map(({ status }: { status: string }) => status)
    expect([code, statuses]).toEqual([5, ['rotated', 'failed', 'skipped']])
    expect(stderr).toContain('Not rotated: robot.acme+sync, robot.acme+idle.\n')
    expect(stderr).toContain('error QC7403')
    expect(json(join(cwd, 'a.json'))).toEqual({
      'robot.acme+ci': expect.objectContaining({ token: await tokenOf(server) }),
    })
  })
})

test('a folder that is gone meanwhile: the new token is where Quay has it', async () => {
  const cwd = folder({ 'out/x': '' })
  const server = await applied({
    faults({ target }) {
      if (target.endsWith('/regenerate')) renameSync(join(cwd, 'out'), join(cwd, 'away'))
      return undefined
    },
  })
  const args = ['robot', 'rotate', 'robot.acme+ci', '--yes', '--format', 'env', '-o', 'out/a']
  const { code, stdout, stderr } = await quayctl(args, { cwd, env: server.env })
  expect([code, regenerates(server).length]).toEqual([5, 1])
  expect(stdout).not.toContain('out/a')
  expect(unwrapped(stderr)).toContain('QC6463 --output: out/a cannot be written')
  expect(stderr).toContain('The token of robot.acme+ci is a new one: quayctl robot credentials writes it.\n')
})
