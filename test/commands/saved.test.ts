import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
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

/** A server to which files were applied, and others that are planned for it and saved as plan.json. */
async function planned(before: string, after: string, flags: readonly string[] = []) {
  const server = await quay()
  const first = await at(here(before), server)('apply', '--yes', '--allow', 'public')
  expect(first.code, first.stderr).toBe(0)
  const cwd = here(after)
  const run = at(cwd, server)
  const plan = await run('plan', '--out', 'plan.json', ...flags)
  server.seen.length = 0
  return { server, cwd, run, plan, file: join(cwd, 'plan.json') }
}

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const valid = (name: string, document: unknown): void => {
  const ajv = new Ajv({ allErrors: true, strict: false })
  expect(ajv.validate(json(join(root, 'schemas', `${name}.schema.json`)), document), ajv.errorsText()).toBe(
    true,
  )
}
const gets = (server: Quay) => server.seen.filter(({ method }) => method === 'GET').length

describe.concurrent('plan --out', () => {
  test('saves what --json prints, and when and by whom it was made; apply does just that', async () => {
    const { server, cwd, plan, file } = await planned(both, changed)
    expect([plan.code, plan.stderr]).toEqual([0, 'Saved plan.json. Next: quayctl apply plan.json\n'])
    const run = at(cwd, server, {
      CI: 'true',
      GITHUB_ACTOR: 'alice',
      GITHUB_SHA: '3d91f0a',
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_REPOSITORY: 'acme/quay',
      GITHUB_RUN_ID: '7',
    })
    const again = await run('plan', '--json', '--out', 'plan.json', '--report', 'json=other.json')
    const { run: made, ...saved } = json(file)
    expect(saved).toEqual(JSON.parse(again.stdout))
    expect(json(join(cwd, 'other.json'))).toEqual({ ...saved, run: made })
    expect(made).toMatchObject({
      by: 'alice',
      commit: '3d91f0a',
      url: 'https://github.example/acme/quay/actions/runs/7',
      methods: { GET: made.requests },
    })
    expect(Date.parse(made.ended_at)).toBeGreaterThanOrEqual(Date.parse(made.started_at))
    valid('plan', json(file))

    // Files that have changed meanwhile change nothing.
    writeFileSync(join(cwd, 'quayctl.yaml'), both)
    const { code, stdout, stderr } = await run('apply', 'plan.json', '--yes')
    expect([code, stderr]).toEqual([
      0,
      ' 1/2 done    update  quota.acme\n 2/2 done    update  repository.globex/web\n',
    ])
    expect(stdout.startsWith(plan.stdout)).toBe(true)
    expect(stdout).toMatch(/\nApplied [0-9a-f]{12}: 2 of 2 done and read back, \d+ requests\.\n$/)
    expect(writes(server.seen)).toHaveLength(2)

    // A second time there is nothing left to do, and what is printed by --json can be applied, too.
    server.seen.length = 0
    writeFileSync(join(cwd, 'printed.json'), again.stdout)
    const second = await run('apply', 'printed.json', '--yes')
    expect([second.code, second.stderr]).toEqual([
      0,
      ' 1/2 already update  quota.acme\n 2/2 already update  repository.globex/web\n',
    ])
    expect(writes(server.seen)).toEqual([])
  })

  test('says when there is nothing to apply', async () => {
    const { plan, run } = await planned(both, both)
    expect(plan.stderr).toBe('Saved plan.json. There is nothing to apply.\n')
    const { code, stdout } = await run('apply', 'plan.json')
    expect([code, stdout]).toEqual([0, expect.stringContaining('\nNo changes. ')])
  })

  test('takes the place of another plan, and of no other file', async () => {
    const { cwd, run } = await planned(both, changed)
    expect((await run('plan', '--out', 'plan.json')).code).toBe(0)
    for (const [path, why] of [
      ['quayctl.yaml', 'quayctl.yaml is there, and is no plan or report that could be replaced'],
      ['no/folder.json', 'no/folder.json cannot be written: '],
    ] as const) {
      const { code, stderr } = await run('plan', '--out', path)
      expect([code, unwrapped(stderr)]).toEqual([3, expect.stringContaining(`error QC3123 --out: ${why}`)])
    }
    expect(readFileSync(join(cwd, 'quayctl.yaml'), 'utf8')).toBe(changed)
  })
})

describe.concurrent('a saved plan that a guard stops', () => {
  const head = `${registry('safety: {max_deletes: 0}\n')}---\n`
  const after = `${head}${acme().replace('ci: {description: Pushes}', 'sync: {}')}prune: {robots: all}\n---\n${globex('description: The shop')}`

  test('is not applied; what it holds is held', async () => {
    const { server, plan, run } = await planned(both, after)
    expect([plan.code, plan.stderr]).toEqual([4, 'Saved plan.json. It is stopped, and cannot be applied.\n'])
    const stopped = await run('apply', 'plan.json', '--yes', '--allow', 'credential')
    expect([stopped.code, stopped.stderr, writes(server.seen)]).toEqual([
      4,
      'Stopped: nothing was changed.\n',
      [],
    ])
    const held = await run('plan', '--out', 'plan.json', '--hold-blocked')
    expect(held.stderr).toBe('Saved plan.json. Next: quayctl apply plan.json\n')
    const { code, stdout, stderr } = await run('apply', 'plan.json', '--yes')
    expect(stderr).toBe(' 1/1 done    update  repository.globex/web\n')
    expect(stdout).toContain('\nHeld, and not applied: acme (2 changes).\n')
    expect([code, writes(server.seen)]).toEqual([4, ['PUT /api/v1/repository/globex/web']])
  })

  test('is confirmed as any other', async () => {
    const { server, run } = await planned(both, `${acme()}---\n${globex('visibility: public')}`)
    const refused = await run('apply', 'plan.json', '--yes')
    expect([refused.code, refused.stderr]).toEqual([
      4,
      expect.stringContaining('QC4103 --yes does not cover public'),
    ])
    const silent = await run('apply', 'plan.json')
    expect([silent.code, silent.stderr, writes(server.seen)]).toEqual([
      64,
      expect.stringContaining('QC6405'),
      [],
    ])
    expect((await run('apply', 'plan.json', '--yes', '--allow', 'public')).code).toBe(0)
  })
})

describe.concurrent('what has moved since', () => {
  test('is named and not written, with what needs it; the others go on; exit code 6', async () => {
    const { server, cwd, run } = await planned(
      both,
      `${acme('2 GiB', '  sync: {}\n')}---\n${globex('description: The shop')}`,
    )
    const { quotas } = (await server.call('GET', '/organization/acme')) as {
      quotas: readonly { id: number }[]
    }
    await server.call('PUT', `/organization/acme/quota/${quotas[0]?.id}`, { limit_bytes: 120 * 2 ** 20 })
    server.seen.length = 0
    const { code, stdout, stderr } = await run('apply', 'plan.json', '--yes', '--report', 'json=report.json')
    expect(stdout).toContain(
      '\nStale: quota.acme  quayctl.yaml:5:8\n  QC4301 quota.acme is not as the plan saw it: limit was 1 GiB, is now 120 MiB\n  = it was not written: plan again\n',
    )
    expect(stdout).toMatch(
      /\nPartly applied [0-9a-f]{12}: 2 done, 1 stale, \d+ requests\.\nWhat somebody else has changed was not written: plan again, and look at it\.\n$/,
    )
    expect(stderr).toContain(' stale   update  quota.acme\n')
    expect([code, writes(server.seen)]).toEqual([
      6,
      ['PUT /api/v1/organization/acme/robots/sync', 'PUT /api/v1/repository/globex/web'],
    ])
    const report = json(join(cwd, 'report.json'))
    valid('report', report)
    expect([report.exit_code, report.summary]).toMatchObject([6, { done: 2, stale: 1 }])
    const again = await run('plan', '--out', 'plan.json')
    expect(again.stdout).toContain('limit  120 MiB -> 2 GiB')
    expect((await run('apply', 'plan.json', '--yes')).code).toBe(0)
  })

  test('an object that is there, or gone, by now: and all below it', async () => {
    const { server, run } = await planned(globex(), `${acme('2 GiB')}---\n${globex('description: The shop')}`)
    await server.call('POST', '/organization/', { name: 'acme', email: 'else@acme.example' })
    await server.call('DELETE', '/repository/globex/web')
    server.seen.length = 0
    const { code, stdout, stderr } = await run('apply', 'plan.json', '--yes')
    expect(stdout).toContain('QC4301 organization.acme is not as the plan saw it: it is there by now\n')
    expect(stdout).toContain('QC4301 repository.globex/web is not as the plan saw it: it is gone\n')
    expect(stderr).toContain(' skipped create  quota.acme  organization.acme is not done\n')
    expect([code, writes(server.seen)]).toEqual([6, []])
  })
})

describe.concurrent('a plan that does not fit', () => {
  test('is for another server: neither is sent anything', async () => {
    const { server, run } = await planned(both, changed)
    const other = await quay()
    for (const [args, env] of [
      [['--url', other.url], {}],
      [[], { QUAY_URL: other.url }],
      [[], { QUAYCTL_SANDBOX: '1' }],
    ] as const) {
      const { code, stdout, stderr } = await at(folder(), server, env)(
        'apply',
        join(run.name, '..', 'plan.json'),
        ...args,
      )
      expect([code, stdout]).toEqual([6, ''])
      expect(unwrapped(stderr)).toMatch(/^error QC4303 \S+ is a plan for http\S+; this is http/)
    }
    expect([server.seen, other.seen]).toEqual([[], []])
  })
})
