import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { folder, headsOf, organization, quay, quayctl, registry, root, writes } from './run.ts'
import { hasTerminal, onTerminal } from './terminal.ts'

const SECRET = 'hunter3'
const first = organization(
  'acme',
  `quota: {limit: 1 GiB}
robots:
  ci: {description: Pushes}
  sync: {}
repositories:
  api: {description: API}
  web: {}
  ubi9:
    mirror:
      external_reference: registry.redhat.io/ubi9
      tags: [latest]
      sync_interval: 12h
      robot: sync
      username: bob
      password: {from_env: QC_REDHAT}
`,
)
const here = (text = first, more: Readonly<Record<string, string>> = {}) =>
  folder({ 'quayctl.yaml': text, ...more })
const apply = (cwd: string, env: Readonly<Record<string, string | undefined>>, ...args: readonly string[]) =>
  quayctl(['apply', ...args], { cwd, env: { QC_REDHAT: SECRET, ...env } })
/** A server where the first files are applied already. */
async function applied() {
  const server = await quay()
  const { code, stderr } = await apply(here(), server.env, '--yes')
  expect([
    code,
    stderr
      .split('\n')
      .filter((line) => !line.includes(' done '))
      .join(''),
  ]).toEqual([0, ''])
  server.seen.length = 0
  return server
}
const schema = (name: string): object =>
  JSON.parse(readFileSync(join(root, 'schemas', `${name}.schema.json`), 'utf8'))
const valid = (name: string, text: string): void => {
  const ajv = new Ajv({ allErrors: true, strict: false })
  expect(ajv.validate(schema(name), JSON.parse(text)), ajv.errorsText()).toBe(true)
}

describe.concurrent('apply', () => {
  test('shows, writes, reads back; then there is nothing to do', async () => {
    const server = await quay()
    const cwd = here()
    const { code, stdout, stderr } = await apply(cwd, server.env, '--yes')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Plan [0-9a-f]{12}\n/)
    expect(stdout).toMatch(
      /\nPlan: 8 create\.\n(.*\n)*Applied [0-9a-f]{12}: 8 of 8 done and read back, \d+ requests\.\n$/,
    )
    expect(stderr).toMatch(/^ 1\/8 done {4}create {2}organization\.acme\n/)
    expect(stdout + stderr).not.toContain(SECRET)
    const again = await apply(cwd, server.env)
    expect([again.code, again.stderr]).toEqual([0, ''])
    expect(again.stdout).toContain('\nNo changes. 8 objects match.\n')
    const json = await apply(cwd, server.env, '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: 'quayctl.report', steps: [] })
    const detailed = await quayctl(['plan', '--detailed-exitcode'], { cwd, env: server.env })
    expect(detailed.code).toBe(0)
  })

  test('--json prints a report that its schema describes, and nothing else', async () => {
    const server = await quay()
    const { code, stdout, stderr } = await apply(here(), server.env, '--yes', '--json', '--stats', '-v')
    expect(code).toBe(0)
    valid('report', stdout)
    expect(JSON.parse(stdout).summary).toMatchObject({ done: 8, failed: 0 })
    expect(stderr).toMatch(/\n\d+ requests, 0 repetitions\n/)
    expect(stderr).toMatch(/GET \/user\/ 200 \d+ ms\n/)
    expect(stdout + stderr).not.toContain(SECRET)
    expect(stdout + stderr).not.toContain('TESTTOKEN')
  })

  test('a secret that is missing, empty or not a file: nothing is sent', async () => {
    const server = await quay()
    const cwd = here(first.replace('username: bob', 'username: {from_file: user.txt}'), { 'user.txt': '\n' })
    for (const QC_REDHAT of [undefined, '']) {
      const { code, stderr } = await apply(cwd, { ...server.env, QC_REDHAT }, '--yes')
      expect(headsOf(stderr)).toEqual([
        'quayctl.yaml:18:17 error QC1303 the file user.txt is empty',
        `quayctl.yaml:19:17 error QC1303 the variable QC_REDHAT is ${QC_REDHAT === undefined ? 'not set' : 'empty'}`,
      ])
      expect(code).toBe(3)
    }
    expect(writes(server.seen)).toEqual([])
  })

  test('without a terminal and without --yes it is a usage error', async () => {
    const server = await quay()
    const { code, stdout, stderr } = await apply(here(), server.env)
    expect(stdout).toContain('Plan: 8 create.')
    expect(stderr).toBe('error QC6405 nobody can answer: standard input is no terminal\n  = pass --yes\n')
    expect([code, writes(server.seen)]).toEqual([64, []])
  })

  test('--yes does not cover what may cost something', async () => {
    const server = await applied()
    const cwd = here(first.replace('web: {}', 'web: {visibility: public}').replace('12h', '6h'))
    const refused = await apply(cwd, server.env, '--yes')
    expect(refused.stderr).toBe(
      'error QC4103 --yes does not cover public: repository.acme/web\n  = if that is meant: --allow public:repository.acme/web\n  = nothing was changed\n',
    )
    const other = await apply(cwd, server.env, '--yes', '--allow', 'data,public:repository.acme/api')
    expect([refused.code, other.code, writes(server.seen)]).toEqual([4, 4, []])
    const allowed = await apply(cwd, server.env, '--yes', '--allow', 'public:repository.acme/*')
    expect(allowed.code).toBe(0)
    const unknown = await apply(cwd, server.env, '--yes', '--allow', 'everything')
    expect([unknown.code, unknown.stderr]).toEqual([
      64,
      'error QC6404 --allow knows no impact "everything"\n  = impacts: access, credential, data, public\n',
    ])
  })

  test('what is protected, and what is too much, is not deleted', async () => {
    const server = await applied()
    const safety = registry('safety: {max_deletes: 0, protect: ["repository.acme/w*"]}\n')
    const removed = 'removed: {repositories: {web: {reason: gone, until: 2999-12-31}}}\n'
    const cwd = here(`${safety}---\n${first.replace('  web: {}\n', '')}${removed}`)
    const { code, stdout, stderr } = await apply(cwd, server.env, '--yes', '--allow', 'data')
    expect(stdout).toContain(
      '\n ! stopped    QC4101  quayctl.yaml:3\n     repository.acme/web is protected by "repository.acme/w*"',
    )
    expect(stdout).toContain(
      '\n ! stopped    QC4102  quayctl.yaml:3\n     1 object would be deleted or replaced; the limit is 0',
    )
    expect([code, stderr, writes(server.seen)]).toEqual([4, 'Stopped: nothing was changed.\n', []])
    const plan = await quayctl(['plan', '--max-deletes', '1'], { cwd, env: server.env })
    expect(plan.stdout).not.toContain('QC4102')
    expect(plan.code).toBe(4)
    const json = await apply(cwd, server.env, '--json')
    valid('plan', json.stdout)
    expect(json.code).toBe(4)
  })

  test('a step that fails: others go on, what needs it is skipped, and a second run finishes', async () => {
    let broken = true
    const server = await quay({
      faults: ({ method, target }) =>
        broken && method === 'PUT' && target.endsWith('/robots/sync')
          ? { status: 400, body: { message: 'No more robots\u001b[2J' } }
          : undefined,
    })
    const cwd = here()
    const { code, stdout, stderr } = await apply(cwd, server.env, '--yes')
    expect(code).toBe(5)
    expect(stderr).toContain('failed  create  robot.acme+sync\n')
    expect(stderr).toContain('skipped create  mirror.acme/ubi9  robot.acme+sync is not done\n')
    expect(stdout).toContain(
      'Failed: robot.acme+sync  quayctl.yaml:8:3\n  QC7400 PUT /organization/acme/robots/sync -> 400: Quay refused the request.\n  Quay says: No more robots',
    )
    expect(stdout).toMatch(
      /\nPartly applied [0-9a-f]{12}: 6 done, 1 failed, 1 skipped, \d+ requests\.\nSee to what failed, then run the same command: what is done is recognized\.\n$/,
    )
    expect(stdout + stderr).not.toContain('\u001b')
    const json = await apply(cwd, server.env, '--yes', '--json', '--allow', 'data')
    valid('report', json.stdout)
    expect([json.code, JSON.parse(json.stdout).summary]).toMatchObject([5, { failed: 1, skipped: 1 }])
    const fast = await apply(here(first.replaceAll('acme', 'zeta')), server.env, '--yes', '--fail-fast')
    expect(fast.stdout).toContain('1 failed')
    expect(fast.stdout).toContain('skipped')
    broken = false
    const again = await apply(cwd, server.env, '--yes', '--allow', 'data')
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('Plan: 2 create.')])
  })

  test('a lost answer is read back', async () => {
    const server = await quay({
      faults: ({ method, target }) =>
        method === 'POST' && target.endsWith('/organization/') ? { after: true, fault: 'reset' } : undefined,
    })
    const { code, stderr } = await apply(here(), server.env, '--yes')
    expect(stderr).toContain(' 1/8 done    create  organization.acme\n')
    expect(code).toBe(0)
  })

  test('a write that nobody can read back is unknown', async () => {
    let lost = false
    const server = await quay({
      faults({ method, target }) {
        if (method === 'PUT' && target.endsWith('/robots/ci')) lost = true
        return lost && target.endsWith('/robots/ci') ? { status: 501, body: { message: 'no' } } : undefined
      },
    })
    const { code, stdout } = await apply(here(), server.env, '--yes')
    expect(stdout).toContain('Unknown: robot.acme+ci  quayctl.yaml:7:3\n')
    expect(stdout).toContain('It may or may not be done, and could not be read back.')
    expect(code).toBe(5)
  })

  test('a refusal of a single write is no reason to stop the rest', async () => {
    const server = await quay({
      faults: ({ method, target }) =>
        method !== 'GET' && target.includes('/quota')
          ? { status: 403, body: { message: 'Forbidden' } }
          : undefined,
    })
    const { code, stdout } = await apply(here(), server.env, '--yes')
    expect(stdout).toContain('QC7403')
    expect(stdout).toContain('7 done, 1 failed')
    expect(code).toBe(5)
  })
})

describe.concurrent('--credentials-out', () => {
  test('a new file that only its owner reads holds tokens that work', async () => {
    const server = await quay()
    const cwd = here()
    const { code, stdout, stderr } = await apply(cwd, server.env, '--yes', '--credentials-out', 'out.json')
    const saved = JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8'))
    const tokens = [...server.emulator.ground.robots].map(([name, { token }]) => [
      `robot.${name}`,
      { username: name, token },
    ])
    expect(saved).toEqual(Object.fromEntries(tokens))
    expect(tokens).toHaveLength(2)
    expect(statSync(join(cwd, 'out.json')).mode & 0o777).toBe(0o600)
    expect(stderr).toContain('\nCredentials: 2 in out.json (mode 600).\n')
    for (const [, credential] of tokens)
      expect(stdout + stderr).not.toContain(typeof credential === 'object' ? credential.token : '-')
    expect(code).toBe(0)
  })

  test('a file that is there, or cannot be made: nothing is sent', async () => {
    const server = await quay()
    const cwd = here(first, { 'old.json': 'mine' })
    for (const path of ['old.json', 'no/such/folder.json']) {
      const { code, stderr } = await apply(cwd, server.env, '--yes', '--credentials-out', path)
      expect([code, stderr]).toEqual([
        3,
        expect.stringContaining(`error QC3110 --credentials-out: ${path} cannot be made`),
      ])
    }
    expect(readFileSync(join(cwd, 'old.json'), 'utf8')).toBe('mine')
    expect(writes(server.seen)).toEqual([])
  })

  test('a run that is killed leaves a whole file with all that was made until then', async () => {
    const server = await quay({
      faults: ({ method, target }) =>
        method === 'PUT' && target.endsWith('/robots/last') ? { delay: 600_000 } : undefined,
    })
    const names = Array.from({ length: 20 }, (_, index) => `r${index}`)
    const cwd = here(
      organization('acme', `robots: {${[...names, 'last'].map((name) => `${name}: {}`).join(', ')}}\n`),
    )
    let killed = false
    const ran = await quayctl(['apply', '--yes', '--credentials-out', 'out.json'], {
      cwd,
      env: server.env,
      watch(stderr, pid) {
        if (killed || stderr.split(' create  robot.').length <= names.length) return
        killed = true
        process.kill(pid, 'SIGKILL')
      },
    })
    expect([killed, ran.code]).toEqual([true, null])
    const saved = JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8'))
    const made = names.map((name) => [
      `robot.acme+${name}`,
      { username: `acme+${name}`, token: server.emulator.ground.robots.get(`acme+${name}`)?.token },
    ])
    // What was being made stands there, so that the next run sees to it.
    expect(saved).toEqual({ ...Object.fromEntries(made), 'robot.acme+last': null })
    expect(statSync(join(cwd, 'out.json')).mode & 0o777).toBe(0o600)
    expect(readdirSync(cwd).sort()).toEqual(['out.json', 'quayctl.yaml'])
  })

  test('a lost answer and a step that fails lose no token', async () => {
    let lost = false
    const server = await quay({
      faults({ method, target }) {
        if (method === 'PUT' && target.endsWith('/robots/ci') && !lost) {
          lost = true
          return { after: true, fault: 'truncate' }
        }
        if (method === 'PUT' && target.endsWith('/robots/sync'))
          return { status: 201, body: { name: 'acme+sync', token: 'ONLYHERE' } }
        return undefined
      },
    })
    const cwd = here()
    const { code, stdout, stderr } = await apply(
      cwd,
      server.env,
      '--yes',
      '--json',
      '--credentials-out',
      'out.json',
    )
    const token = server.emulator.ground.robots.get('acme+ci')?.token ?? ''
    expect(JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8'))).toEqual({
      'robot.acme+ci': { username: 'acme+ci', token },
      'robot.acme+sync': { username: 'acme+sync', token: 'ONLYHERE' },
    })
    expect(stderr).toContain('failed  create  robot.acme+sync\n')
    expect([code, token]).toEqual([5, expect.stringMatching(/^[A-Z0-9]{64}$/)])
    for (const secret of [token, 'ONLYHERE']) expect(stdout + stderr).not.toContain(secret)
  })

  test('the end says which robots there may be without a token in the file', async () => {
    let lost = false
    const server = await quay({
      faults({ method, target }) {
        if (method === 'PUT' && target.endsWith('/robots/ci')) lost = true
        return lost && target.endsWith('/robots/ci') ? { status: 501, body: { message: 'no' } } : undefined
      },
    })
    const { code, stderr } = await apply(here(), server.env, '--yes', '--credentials-out', 'out.json')
    expect(stderr).toContain(
      '\nCredentials: 1 in out.json (mode 600).\nNot in out.json: robot.acme+ci. Run the same command again: it sees to that.\n',
    )
    expect(code).toBe(5)
  })

  test('a file that cannot be written any more stops no step, and is no success', async () => {
    const cwd = here()
    const path = join(cwd, 'out.json')
    const server = await quay({
      faults({ method, target }) {
        if (method === 'PUT' && target.endsWith('/robots/ci')) {
          rmSync(path)
          mkdirSync(join(path, 'full'), { recursive: true })
        }
        return undefined
      },
    })
    const { code, stdout, stderr } = await apply(cwd, server.env, '--yes', '--credentials-out', 'out.json')
    expect(stdout).toContain('8 of 8 done and read back')
    expect(stderr).toMatch(/\nCredentials: out\.json could not be written \(\S.*\)\.\n/)
    expect(stderr).toMatch(
      /\nNot in out\.json: robot\.acme\+(ci|sync), robot\.acme\+(ci|sync)\. Run the same/,
    )
    expect(readdirSync(cwd).sort()).toEqual(['out.json', 'quayctl.yaml'])
    expect(code).toBe(5)
  })

  test('a run that stops before the first write leaves no file', async () => {
    const server = await quay()
    const cwd = here()
    const { code } = await apply(
      cwd,
      { ...server.env, QC_REDHAT: undefined },
      '--yes',
      '--credentials-out',
      'out.json',
    )
    expect([code, existsSync(join(cwd, 'out.json'))]).toEqual([3, false])
  })
})

describe.concurrent('a signal', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends the steps in flight and prints the summary', async (signal, code) => {
    let writing: () => void = () => {}
    const begun = new Promise<void>((resolve) => {
      writing = resolve
    })
    const server = await quay({
      faults({ method }) {
        if (method === 'GET') return undefined
        writing()
        return { delay: 1500 }
      },
    })
    let pid = 0
    const running = quayctl(['apply', '--yes', '-v'], {
      cwd: here(),
      env: { QC_REDHAT: SECRET, ...server.env },
      watch: (_, id) => {
        pid = id
      },
    })
    await begun
    process.kill(pid, signal)
    const ran = await running
    expect(ran.stderr).toContain('\nEnding the steps in flight; once more to stop at once.\n')
    expect(ran.stderr).toContain(' 1/8 done    create  organization.acme\n')
    expect(ran.stderr).toMatch(/\n7 steps not begun: interrupted\n/)
    expect(ran.stderr).not.toContain('skipped')
    expect(ran.stdout).toMatch(/\nPartly applied [0-9a-f]{12}: 1 done, 7 skipped, /)
    expect(writes(server.seen)).toEqual(['POST /api/v1/organization/'])
    expect(ran.code).toBe(code)
  })

  test('that comes after the last write takes nothing away', async () => {
    let pid = 0
    let written = false
    const server = await quay({
      faults({ method }) {
        if (method !== 'GET') written = true
        else if (written) {
          process.kill(pid, 'SIGINT')
          written = false
          return { delay: 500 }
        }
        return undefined
      },
    })
    const ran = await quayctl(['apply', '--yes', '-v'], {
      cwd: here(organization('acme')),
      env: server.env,
      watch: (_, id) => {
        pid = id
      },
    })
    expect(ran.stderr).toContain('Ending the steps in flight')
    expect(ran.stderr).not.toContain('not begun')
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('1 of 1 done and read back')])
  })
})

describe.skipIf(!hasTerminal).concurrent('the question on a terminal', () => {
  test.each([
    ['yes', 0],
    ['Y', 0],
    ['no', 4],
    ['', 4],
    ['acme', 4],
  ])('answered "%s"', async (answer, code) => {
    const server = await quay()
    const ran = await onTerminal(['apply'], here(), { QC_REDHAT: SECRET, ...server.env }, answer)
    expect(ran.screen).toContain('Apply this? Type yes to go on: ')
    expect(ran.screen).toContain(code === 0 ? 'Applied ' : 'error QC4104 declined: nothing was changed\n')
    expect(ran.screen).toContain('\u001b[1;34m + create \u001b[0m')
    expect([ran.code, writes(server.seen).length > 0]).toEqual([code, code === 0])
  })

  test.each([
    ['C', '\u0003', 130, 'Interrupted: nothing was changed.\n'],
    ['D', '\u0004', 4, 'error QC4104 declined: nothing was changed\n'],
  ])('Ctrl-%s', async (_, key, code, says) => {
    const server = await quay()
    const ran = await onTerminal(['apply'], here(), { QC_REDHAT: SECRET, ...server.env }, key)
    expect(ran.screen.split('go on: ')[1]).toBe(`\n${says}`)
    expect([ran.code, writes(server.seen)]).toEqual([code, []])
  })

  test('what somebody changes while it waits for the answer is not written', async () => {
    let reads = Number.NEGATIVE_INFINITY
    const server = await quay({
      faults({ method, target }) {
        if (method !== 'GET' || target !== '/api/v1/organization/acme' || ++reads !== 2) return undefined
        const body = JSON.stringify({ description: 'Changed by another' })
        const headers = { authorization: 'Bearer TESTTOKEN', 'content-type': 'application/json' }
        server.emulator.handle({ method: 'PUT', target: '/api/v1/repository/acme/api', headers, body })
        return undefined
      },
    })
    expect((await apply(here(), server.env, '--yes')).code).toBe(0)
    reads = 0
    server.seen.length = 0
    const after = here(first.replace('description: API', 'description: The API').replace('1 GiB', '2 GiB'))
    const ran = await onTerminal(['apply', '--no-color'], after, { QC_REDHAT: SECRET, ...server.env }, 'yes')
    expect(ran.screen).toContain(
      'QC4301 repository.acme/api is not as the plan saw it: description was API, is\n  now Changed by another\n',
    )
    expect(ran.code).toBe(6)
  })

  test('names of many organizations are wrapped above a short prompt', async () => {
    const server = await quay()
    const names = Array.from({ length: 8 }, (_, index) => `organization-${index}-of-many`)
    const files = (visibility: string) =>
      here(
        names
          .map((name) => organization(name, `repositories: {web: {visibility: ${visibility}}}\n`))
          .join('---\n'),
      )
    expect((await apply(files('private'), server.env, '--yes')).code).toBe(0)
    const ran = await onTerminal(
      ['apply', '--no-color'],
      files('public'),
      { QC_REDHAT: SECRET, ...server.env },
      [...names].reverse().join(' '),
    )
    const asked = ran.screen.slice(ran.screen.indexOf('\nThis has impact'), ran.screen.indexOf('go on: '))
    expect(asked).toBe(`
This has impact on: public. Organizations: organization-0-of-many
  organization-1-of-many organization-2-of-many organization-3-of-many
  organization-4-of-many organization-5-of-many organization-6-of-many
  organization-7-of-many
Type the names of these 8 organizations to `)
    expect(ran.code).toBe(0)
    expect((await apply(files('private'), server.env, '--yes')).code).toBe(0)
    const yes = await apply(files('public'), server.env, '--yes')
    expect([yes.code, yes.stderr]).toEqual([
      4,
      `error QC4103 --yes does not cover public: repository.organization-0-of-many/web,
  repository.organization-1-of-many/web, repository.organization-2-of-many/web
  and 5 more
  = if that is meant: --allow public
  = nothing was changed
`,
    ])
  })

  test.each([
    ['acme', 0],
    ['yes', 4],
  ])('where something may be lost it wants the name of the organization: "%s"', async (answer, code) => {
    const server = await applied()
    const ran = await onTerminal(
      ['apply', '--no-color'],
      here(first.replace('web: {}', 'web: {visibility: public}')),
      { QC_REDHAT: SECRET, ...server.env },
      answer,
    )
    expect(ran.screen).toContain(
      '\nThis has impact on: public. Organization: acme\nType the name of the organization to go on: ',
    )
    expect(ran.screen).not.toContain('\u001b[1;34m')
    expect([ran.code, writes(server.seen).length]).toEqual([code, code === 0 ? 1 : 0])
  })
})

test('robots that share a default permission are replaced one after the other: it is put back once', async () => {
  const there = await quay()
  const robots = (words: string) =>
    organization(
      'acme',
      `robots: {aa: {description: ${words}}, bb: {description: ${words}}, cc: {description: ${words}}}\n`,
    )
  const shared =
    'default_permissions: [{creator: robot:aa, to: robot:bb, role: read}, {creator: robot:bb, to: robot:cc, role: write}]\n'
  const cwd = folder({ 'quay.yaml': robots('old') + shared })
  const apply = (...more: readonly string[]) =>
    quayctl(['apply', '--yes', '-f', 'quay.yaml', '--max-deletes', '9', ...more], { cwd, env: there.env })
  expect(await apply()).toMatchObject({ code: 0 })
  writeFileSync(join(cwd, 'quay.yaml'), robots('new'))
  expect((await apply('--replace', 'robot.**', '--allow', 'credential')).code).toBe(0)
  const { prototypes } = (await there.call('GET', '/organization/acme/prototypes')) as {
    prototypes: unknown[]
  }
  expect(prototypes).toHaveLength(2)
})
