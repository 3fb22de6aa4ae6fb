import { chmodSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { checkExpectations, parseExpectations } from '../../src/cli/expect.ts'
import { writeOutput } from '../../src/cli/outputs.ts'
import { parseReports } from '../../src/cli/reports.ts'
import { planText } from '../../src/engine/planfile.ts'
import { UsageError } from '../../src/model/errors.ts'
import { savedLine } from '../../src/render/plan.ts'
import { worldAt } from '../world.ts'
import {
  folder,
  organization,
  type Quay,
  quay,
  quayctl,
  type RunOptions,
  registry,
  root,
  unwrapped,
  writes,
} from './run.ts'

const HOOK = 'https://hooks.example.com/hunter3'
const acme = (limit = '1 GiB', more = '') =>
  organization('acme', `quota: {limit: ${limit}}\nrobots:\n  ci: {description: Pushes}\n${more}`)
const globex = (more = '') => organization('globex', `repositories:\n  web: {${more}}\n`)
const both = `${acme()}---\n${globex()}`
/** acme gets another quota, globex a description. */
const changed = `${acme('2 GiB')}---\n${globex('description: The shop')}`

const here = (text: string, more: Readonly<Record<string, string>> = {}) =>
  folder({ 'quayctl.yaml': text, ...more })

/** quayctl in a folder, for a server. */
const at =
  (cwd: string, server: Quay, env: RunOptions['env'] = {}) =>
  (...args: readonly string[]) =>
    quayctl(args, { cwd, env: { ...server.env, ...env } })

/** A server to which files were applied, and others whose plan for it is saved as plan.json. */
async function planned(before: string, after: string) {
  const server = await quay()
  const world = worldAt(server.emulator, server.url)
  await world.converge({ 'quayctl.yaml': before })
  const { plan } = await world.plan({ 'quayctl.yaml': after })
  const cwd = here(after, { 'plan.json': planText(plan) })
  server.seen.length = 0
  return { server, plan, cwd, run: at(cwd, server), file: join(cwd, 'plan.json') }
}

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const valid = (name: string, document: unknown): void => {
  const ajv = new Ajv({ allErrors: true, strict: false })
  expect(ajv.validate(json(join(root, 'schemas', `${name}.schema.json`)), document), ajv.errorsText()).toBe(
    true,
  )
}

/** Organizations are written side by side. */
const inAnyOrder = (progress: string) =>
  progress
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().slice(1))
    .sort()

test('a plan goes from file to file: saved, applied, and applied again', async () => {
  const { server, cwd, file } = await planned(both, changed)
  const run = at(cwd, server, {
    CI: 'true',
    GITHUB_ACTOR: 'alice',
    GITHUB_SHA: '3d91f0a',
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_REPOSITORY: 'acme/quay',
    GITHUB_RUN_ID: '7',
  })
  const { code, stdout, stderr } = await run(
    'plan',
    '--json',
    '--out',
    'plan.json',
    '--report',
    'json=other.json',
  )
  expect([code, stderr]).toEqual([0, 'Saved plan.json. Next: quayctl apply plan.json\n'])
  const { run: made, ...saved } = json(file)
  expect(saved).toEqual(JSON.parse(stdout))
  expect(json(join(cwd, 'other.json'))).toEqual({ ...saved, run: made })
  expect(made).toMatchObject({
    by: 'alice',
    commit: '3d91f0a',
    url: 'https://github.example/acme/quay/actions/runs/7',
    methods: { GET: made.requests },
  })
  expect(Date.parse(made.ended_at)).toBeGreaterThanOrEqual(Date.parse(made.started_at))
  valid('plan', json(file))

  // What the files say by now changes nothing.
  writeFileSync(join(cwd, 'quayctl.yaml'), both)
  const done = await run('apply', 'plan.json', '--yes')
  expect([done.code, inAnyOrder(done.stderr)]).toEqual([
    0,
    ['/2 done    update  quota.acme', '/2 done    update  repository.globex/web'],
  ])
  expect(done.stdout).toMatch(/\nApplied [0-9a-f]{12}: 2 of 2 done and read back, \d+ requests\.\n$/)
  expect(writes(server.seen)).toHaveLength(2)

  // What --json prints can be applied, too; by now there is nothing left to do.
  server.seen.length = 0
  writeFileSync(join(cwd, 'printed.json'), stdout)
  const again = await run('apply', 'printed.json', '--yes')
  expect([again.code, inAnyOrder(again.stderr)]).toEqual([
    0,
    ['/2 already update  quota.acme', '/2 already update  repository.globex/web'],
  ])
  expect(again.stdout).toMatch(/\nNothing to do for [0-9a-f]{12}: 2 of 2 were so already, \d+ requests\.\n$/)
  expect(writes(server.seen)).toEqual([])
})

describe.concurrent('--out', () => {
  test('takes the place of another plan, and of no other file', async () => {
    const { cwd, run, file } = await planned(both, changed)
    const text = readFileSync(file, 'utf8')
    writeOutput(file, `${text}\n`, '--out')
    expect(readFileSync(file, 'utf8')).toBe(`${text}\n`)
    for (const [path, why] of [
      ['quayctl.yaml', 'quayctl.yaml is there, and is no plan or report that could be replaced'],
      ['no/folder.json', 'no/folder.json cannot be written: '],
    ] as const) {
      const { code, stderr } = await run('plan', '--out', path)
      expect([code, unwrapped(stderr)]).toEqual([3, expect.stringContaining(`error QC3123 --out: ${why}`)])
    }
    expect(readFileSync(join(cwd, 'quayctl.yaml'), 'utf8')).toBe(changed)
  })

  test('says what comes next', async () => {
    const { plan } = await planned(both, changed)
    const clean = { ...plan, status: 'clean' as const, changes: [] }
    const held = plan.changes.map((change) => ({ ...change, held: 'blocked' as const }))
    expect(savedLine('a b.json', plan)).toBe("Saved a b.json. Next: quayctl apply 'a b.json'")
    expect(savedLine('p.json', clean)).toBe('Saved p.json. There is nothing to apply.')
    expect(savedLine('p.json', { ...plan, status: 'blocked' })).toBe(
      'Saved p.json. It is stopped, and cannot be applied.',
    )
    const rest = plan.changes.slice(1)
    const some = { ...plan, status: 'blocked' as const, changes: [...held.slice(0, 1), ...rest] }
    expect(rest).not.toEqual([])
    expect(savedLine('p.json', some)).toBe('Saved p.json. Next: quayctl apply p.json')
    expect(savedLine('p.json', { ...some, changes: held })).toBe(
      'Saved p.json. It is stopped, and cannot be applied.',
    )
  })
})

describe.concurrent('a saved plan that a guard stops', () => {
  const head = `${registry('safety: {max_deletes: 0}\n')}---\n`
  const after = `${head}${acme().replace('ci: {description: Pushes}', 'sync: {}')}prune: {robots: all}\n---\n${globex('description: The shop')}`

  test('is not applied; what it holds is held', async () => {
    const { server, run } = await planned(both, after)
    const stopped = await run('apply', 'plan.json', '--yes', '--allow', 'credential')
    expect([stopped.code, stopped.stderr, writes(server.seen)]).toEqual([
      4,
      'Stopped: nothing was changed.\n',
      [],
    ])
    const held = await run('plan', '--out', 'plan.json', '--hold-blocked')
    expect(held.code).toBe(4)
    const { code, stdout, stderr } = await run('apply', 'plan.json', '--yes')
    expect(stderr).toBe(' 1/1 done    update  repository.globex/web\n')
    expect(stdout).toContain('\nHeld, and not applied: acme (2 changes).\n')
    expect([code, writes(server.seen)]).toEqual([4, ['PUT /api/v1/repository/globex/web']])
  })
})

describe.concurrent('what has moved since', () => {
  test('is named and not written; the others go on; exit code 6', async () => {
    const after = `${acme('2 GiB', '  sync: {}\n')}---\n${globex('description: The shop')}`
    const { server, cwd, run } = await planned(both, after)
    const { quotas } = (await server.call('GET', '/organization/acme')) as {
      quotas: readonly { id: number }[]
    }
    await server.call('PUT', `/organization/acme/quota/${quotas[0]?.id}`, { limit_bytes: 120 * 2 ** 20 })
    server.seen.length = 0
    const { code, stdout, stderr } = await run('apply', 'plan.json', '--yes', '--report', 'json=report.json')
    expect(stdout).toContain(
      '\nStale: quota.acme  quayctl.yaml:5:1\n  QC4301 quota.acme is not as the plan saw it: limit was 1 GiB, is now 120 MiB\n  = it was not written: plan again\n',
    )
    expect(stdout).toMatch(
      /\nPartly applied [0-9a-f]{12}: 2 done, 1 stale, \d+ requests\.\nWhat somebody else has changed was not written: plan again, and look at it\.\n$/,
    )
    expect(stderr).toContain(' stale   update  quota.acme\n')
    expect([code, [...writes(server.seen)].sort()]).toEqual([
      6,
      ['PUT /api/v1/organization/acme/robots/sync', 'PUT /api/v1/repository/globex/web'],
    ])
    const report = json(join(cwd, 'report.json'))
    valid('report', report)
    expect([report.exit_code, report.summary]).toMatchObject([6, { done: 2, stale: 1 }])
  })
})

describe.concurrent('a plan that does not fit', () => {
  test('is for another server: neither is sent anything', async () => {
    const { server, file } = await planned(both, changed)
    const other = await quay()
    for (const [args, env, is, hint] of [
      [['--url', other.url], {}, `${other.url}, no sandbox`, 'make a plan for this server'],
      [[], { QUAYCTL_SANDBOX: '1' }, `${server.url}, a sandbox`, 'a sandbox is what QUAY_URL and'],
    ] as const) {
      const { code, stdout, stderr } = await at(folder(), server, env)('apply', file, ...args)
      expect([code, stdout]).toEqual([6, ''])
      expect(unwrapped(stderr)).toContain(
        ` is a plan for ${server.url}, no sandbox; this is ${is}\n  = ${hint}`,
      )
    }
    expect([server.seen, other.seen]).toEqual([[], []])
  })

  test('was edited, is none, is not there or is far too large', async () => {
    const { server, cwd, file, run } = await planned(both, changed)
    const text = readFileSync(file, 'utf8')
    writeFileSync(join(cwd, 'edited.json'), text.replace('"limit": 2147483648', '"limit": 1'))
    writeFileSync(join(cwd, 'large.json'), '')
    truncateSync(join(cwd, 'large.json'), 2 ** 28 + 1)
    for (const [name, exit, says] of [
      ['edited.json', 6, 'QC4304 edited.json was changed since it was made: nothing of it is applied'],
      ['quayctl.yaml', 3, 'QC3124 quayctl.yaml cannot be used: it is no plan of quayctl'],
      ['large.json', 3, 'QC3122 the plan large.json cannot be read: it has more than 256 MiB'],
      ['none.json', 3, 'QC3122 the plan none.json cannot be read: it is not there'],
    ] as const) {
      const { code, stdout, stderr } = await run('apply', name, '--yes')
      expect([code, stdout, unwrapped(stderr)]).toEqual([exit, '', expect.stringContaining(`error ${says}`)])
    }
    expect(server.seen).toEqual([])
  })

  test('is not made another one by flags', async () => {
    const args = ['--hold-blocked', '--organization', 'acme', '--max-deletes', '3']
    const { code, stderr } = await quayctl(['apply', 'plan.json', ...args])
    const names = '--organization --max-deletes --hold-blocked'
    expect([code, unwrapped(stderr)]).toEqual([
      64,
      `error QC6419 plan.json is a plan already: ${names} would make another one\n  = plan with it: quayctl plan ${names} ... --out plan.json\n`,
    ])
  })

  test('is of a token that can do what this one cannot', async () => {
    const own = 'apiVersion: quayctl/v1\nkind: User\nname: admin\nrobots: {bot: {}}\n'
    const { server, file } = await planned(both, `${changed}---\n${own}`)
    const { code, stderr } = await at(folder(), server, { QUAY_TOKEN: 'PLAIN' })('apply', file, '--yes')
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('error QC3004 the namespace of user admin cannot be managed by mallory'),
    ])
    expect(writes(server.seen)).toEqual([])
  })
})

describe.concurrent('--expect', () => {
  test('goes on with what was reviewed only', async () => {
    const { server, plan, cwd, run } = await planned(both, changed)
    const { plan_id, plan_ids } = plan
    const refused = await run('apply', 'plan.json', '--yes', '--expect', 'globex=0123456789ab')
    expect([refused.code, unwrapped(refused.stderr), writes(server.seen)]).toEqual([
      6,
      `error QC4302 this is not the plan that was reviewed: globex is ${plan_ids.globex?.slice(0, 12)}, and 0123456789ab was expected\n  = look at the plan, and have it reviewed again; nothing was changed\n`,
      [],
    ])
    // From files; what another organization has changed meanwhile makes no review stale.
    writeFileSync(join(cwd, 'quayctl.yaml'), changed.replace('The shop', 'Another shop'))
    const own = ['--expect', `acme=${plan_ids.acme?.slice(0, 12).toUpperCase()}`]
    expect((await run('apply', '--yes', ...own, '--expect', plan_id)).code).toBe(6)
    const done = await run('apply', '--yes', ...own)
    expect([done.code, writes(server.seen).length]).toEqual([0, 2])
  })

  test('takes ids of the plan and of its parts; what has no changes can be no other change', async () => {
    const { plan } = await planned(both, changed)
    const { plan_id, plan_ids } = plan
    const misses = (...texts: readonly string[]) => {
      try {
        checkExpectations(plan, parseExpectations(texts))
        return null
      } catch (error) {
        return error instanceof Error ? error.message.replace(/^[^:]*: /, '') : error
      }
    }
    expect(misses(plan_id, plan_id.slice(0, 12), `acme=${plan_ids.acme}`, `globex=${plan_ids.globex}`)).toBe(
      null,
    )
    expect(misses('0123456789ab')).toBe(`its id is ${plan_id.slice(0, 12)}, and 0123456789ab was expected`)
    expect(misses('initech=0123456789ab')).toBe('it says nothing of initech')
    const [acmes = plan] = [
      { ...plan, changes: plan.changes.slice(0, 1), plan_ids: { acme: plan_ids.acme ?? '' } },
    ]
    expect(() => checkExpectations(acmes, parseExpectations(['globex=0123456789ab']))).not.toThrow()
    expect(() =>
      checkExpectations({ ...plan, changes: [] }, parseExpectations(['0123456789ab'])),
    ).not.toThrow()
  })

  test.each(['acme', 'acme=7f3c', '7f3c9a1e4b0', 'x'.repeat(12), '=7f3c9a1e4b0d'])('%s is no id', (text) => {
    expect(() => parseExpectations([text])).toThrow(UsageError)
  })
})

test('secrets are not in a saved plan: references are read when it is applied, texts come from the files again', async () => {
  const hooked = acme(
    '1 GiB',
    `repositories:\n  api:\n    notifications:\n      hook: {event: repo_push, method: webhook, config: {url: "${HOOK}"}}\n      other: {event: repo_push, method: slack, config: {url: {from_env: QC_SLACK}}}\n`,
  )
  const { server, cwd, run, file } = await planned(acme(), hooked)
  expect(readFileSync(file, 'utf8')).not.toContain('hunter3')
  const missing = await run('apply', 'plan.json', '--yes')
  expect([missing.code, missing.stderr]).toEqual([
    3,
    expect.stringContaining('error QC1303 the variable QC_SLACK is not set'),
  ])
  const secrets = { QC_SLACK: 'https://hooks.slack.com/services/a/b/hunter4' }
  for (const other of [folder(), here(hooked.replace('hunter3', 'else'))]) {
    const { code, stderr } = await at(other, server, secrets)('apply', file, '--yes')
    expect([code, unwrapped(stderr)]).toEqual([
      6,
      expect.stringContaining(
        'error QC4305 the plan does not show config.url of notification.acme/api#hook, and the files do not say it as they did then\n',
      ),
    ])
  }
  expect(writes(server.seen)).toEqual([])
  const ran = await at(cwd, server, secrets)('apply', 'plan.json', '--yes', '--report', 'json=report.json')
  expect(ran.code, ran.stderr).toBe(0)
  const { notifications } = (await server.call('GET', '/repository/acme/api/notification/')) as {
    notifications: readonly { title: string; config: { url: string } }[]
  }
  expect(notifications.map(({ title, config }) => [title, config.url]).sort()).toEqual([
    ['hook', HOOK],
    ['other', secrets.QC_SLACK],
  ])
  const said = ran.stdout + ran.stderr + readFileSync(join(cwd, 'report.json'), 'utf8')
  expect(said).not.toMatch(/hunter[34]|TESTTOKEN/)
})

describe.concurrent('--report', () => {
  test('is the record of an apply: who, when, each step, and how it ended; begun before the first write', async () => {
    const cwd = here(acme())
    let early: unknown
    const server = await quay({
      faults({ method }) {
        if (method !== 'GET' && !early) early = json(join(cwd, 'report.json'))
        return undefined
      },
    })
    const { code, stdout } = await at(cwd, server)('apply', '--yes', '--json', '--report', 'json=report.json')
    valid('report', early)
    expect(early).toMatchObject({
      exit_code: null,
      summary: { skipped: 3 },
      steps: [{ because: 'not begun yet' }, {}, {}],
    })
    const report = json(join(cwd, 'report.json'))
    valid('report', report)
    const untimed = ({ run: _, ...rest }: Record<string, unknown>) => rest
    expect(untimed(JSON.parse(stdout))).toEqual(untimed(report))
    expect(report).toMatchObject({
      kind: 'quayctl.report',
      server: { url: server.url, user: 'admin' },
      plan_ids: { acme: expect.stringMatching(/^[0-9a-f]{64}$/) },
      exit_code: 0,
      steps: [
        {
          address: 'organization.acme',
          organization: 'acme',
          action: 'create',
          ended_at: expect.any(String),
        },
        { address: 'quota.acme', status: 'done' },
        { address: 'robot.acme+ci', status: 'done' },
      ],
      run: { methods: { POST: 2, PUT: 1 } },
    })
    expect(report.run.requests).toBe(report.run.methods.GET + 3)
    expect(code).toBe(0)
  })

  test('is there too where nothing was done, with the reason; without it nothing is done', async () => {
    const { server, cwd, run } = await planned(both, `${acme()}---\n${globex('visibility: public')}`)
    const refused = await run('apply', 'plan.json', '--yes', '--report', 'json=report.json')
    const report = json(join(cwd, 'report.json'))
    valid('report', report)
    expect([refused.code, report]).toMatchObject([
      4,
      {
        exit_code: 4,
        error: { code: 'QC4103' },
        summary: { skipped: 1 },
        steps: [{ status: 'skipped', because: 'not begun' }],
      },
    ])
    const flags = ['--yes', '--allow', 'public', '--report', 'json=no/such/folder.json']
    const nowhere = await run('apply', 'plan.json', ...flags)
    expect([nowhere.code, unwrapped(nowhere.stderr)]).toEqual([
      3,
      expect.stringContaining('error QC3123 --report: no/such/folder.json cannot be written: '),
    ])
    expect(writes(server.seen)).toEqual([])
  })

  test.each([
    ['xml=a.xml', '--report knows no format "xml"'],
    ['json', '--report json names no file'],
    ['json=', '--report json= names no file'],
  ])('%s is none', (text, says) => {
    expect(() => parseReports([text])).toThrow(says)
  })

  test.each([
    [1, 'done'],
    [2, 'skipped'],
  ])('is whole after %i Ctrl-C', async (times, first) => {
    let pid = 0
    const server = await quay({
      faults({ method }) {
        if (method === 'GET') return undefined
        for (let time = 0; time < times; time++) setTimeout(() => process.kill(pid, 'SIGINT'), 300 * time)
        return { delay: 2000 }
      },
    })
    const cwd = here(acme())
    const ran = await quayctl(['apply', '--yes', '-v', '--report', 'json=report.json'], {
      cwd,
      env: server.env,
      watch: (_, id) => {
        pid = id
      },
    })
    const report = json(join(cwd, 'report.json'))
    valid('report', report)
    expect([ran.code, report.exit_code]).toEqual([130, 130])
    expect(report.steps.map(({ status }: { status: string }) => status)).toEqual([
      first,
      'skipped',
      'skipped',
    ])
  })
})

test('a secret file that no field of a plan shows is read beside the line that says it', async () => {
  const server = await quay()
  const cached = (expiration: string) =>
    organization(
      'acme',
      `proxy_cache: {upstream_registry: docker.io/library, expiration: ${expiration}, lifecycle: {replace: allow}}\n`,
    )
  const cwd = here(
    registry(
      'include: [organizations/*.yaml]\nupstreams: {docker.io: {username: acme, password: {from_file: secrets/hub}}}\n',
    ),
    { 'organizations/acme.yaml': cached('1d'), 'secrets/hub': 'hunter5' },
  )
  const run = at(cwd, server)
  expect((await run('apply', '--yes')).code).toBe(0)
  writeFileSync(join(cwd, 'organizations', 'acme.yaml'), cached('2d'))
  expect((await run('plan', '--out', 'plan.json')).code).toBe(0)
  const ran = await run('apply', 'plan.json', '--yes', '--allow', 'data,credential')
  expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('1 of 1 done and read back')])
})

test('a saved plan that was cut off goes on with its file of credentials, and sets what was lost anew', async () => {
  const users = registry('users: {alice: {email: alice@acme.example}}\n')
  const { server, cwd, run } = await planned(registry(), users)
  await server.call('POST', '/superuser/users/', { username: 'alice', email: 'alice@acme.example' })
  const made = join(cwd, 'made.json')
  writeFileSync(made, '{"user.alice": null}\n')
  chmodSync(made, 0o600)
  const ran = await run(
    'apply',
    'plan.json',
    '--yes',
    '--allow',
    'credential',
    '--credentials-out',
    'made.json',
  )
  expect([ran.code, ran.stderr]).toEqual([
    0,
    expect.stringContaining('In made.json now, with a new secret for the one which an earlier run made'),
  ])
  expect(json(made)).toEqual({ 'user.alice': { username: 'alice', password: expect.any(String) } })
})

test('a report takes the place of no plan that is being applied', async () => {
  const { run, file } = await planned(both, changed)
  const before = readFileSync(file, 'utf8')
  const { code, stderr } = await run('apply', 'plan.json', '--yes', '--report', 'json=./plan.json')
  expect([code, stderr]).toEqual([64, expect.stringContaining('QC6420 plan.json is named for two things')])
  expect(readFileSync(file, 'utf8')).toBe(before)
})
