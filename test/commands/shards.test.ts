import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { shardOf } from '../../src/engine/select.ts'
import type { SavedPlan } from '../../src/model/plan.ts'
import { worldAt } from '../world.ts'
import { folder, organization, quay, quayctl, registry, writes } from './run.ts'

const COUNT = 3
const names = ['acme', 'globex', 'hooli', 'initech', 'umbrella']
const shardsOf = (...of: readonly string[]) => new Set(of.map((name) => shardOf(name, COUNT)))
const estate = (robots: readonly string[], more = '') =>
  [
    registry(more),
    ...names.map((name) =>
      organization(
        name,
        `prune: {robots: all}\nrobots: {keep: {}, ${robots.map((robot) => `${robot}: {}`).join(', ')}}\n`,
      ),
    ),
  ].join('---\n')
const before = estate(['old', 'ci'])
const after = estate(['ci', 'new'])

/** A Quay that is as files say, other files, and the saved plans of all shards. */
async function sharded(was: string, files: string, ...flags: readonly string[]) {
  const server = await quay()
  await worldAt(server.emulator, server.url).converge({ 'quayctl.yaml': was })
  const cwd = folder({ 'quayctl.yaml': files })
  const run = (...args: readonly string[]) => quayctl(args, { cwd, env: server.env })
  const paths = Array.from({ length: COUNT }, (_, at) => `shard-${at + 1}.json`)
  const codes: (number | null)[] = []
  for (const [at, path] of paths.entries())
    codes.push((await run('plan', '--shard', `${at + 1}/${COUNT}`, '--out', path, ...flags)).code)
  server.seen.length = 0
  const read = (path: string): SavedPlan => JSON.parse(readFileSync(join(cwd, path), 'utf8'))
  return { server, cwd, run, paths, codes, read }
}

/** A plan but for what differs from run to run. */
const without = ({ run: _, ...plan }: SavedPlan) => JSON.stringify(plan)

test('shards are planned apart, merged, reviewed and applied as one plan', async () => {
  const { server, run, paths, read, codes } = await sharded(before, after)
  expect(codes.includes(0) || codes.includes(4)).toBe(true)
  const merged = await run(
    'plan',
    'merge',
    ...paths,
    '--out',
    'plan.json',
    '--report',
    'json=report.json',
    '--detailed-exitcode',
  )
  expect(merged.code, merged.stderr).toBe(2)
  expect(server.seen).toEqual([])
  const plain = await run('plan', '--out', 'whole.json')
  expect(merged.stdout).toBe(plain.stdout)
  expect(without(read('plan.json'))).toBe(without(read('whole.json')))
  expect(read('report.json')).toEqual(read('plan.json'))
  const runs = paths.map((path) => read(path).run)
  expect(read('plan.json').run).toMatchObject({
    requests: runs.reduce((sum, one) => sum + (one?.requests ?? 0), 0),
    kinds: expect.arrayContaining([{ request: 'GET /user/', count: COUNT, for: expect.any(Array) }]),
    started_at: runs[0]?.started_at,
    ended_at: runs.at(-1)?.ended_at,
  })
  const printed = await run('plan', 'merge', ...paths, '--json')
  expect(printed.stdout).toBe((await run('plan', '--json')).stdout)
  const said = await run(
    'comment',
    'plan.json',
    '--dry-run',
    '--platform',
    'github',
    '--repository',
    'acme/quay',
    '--pull-request',
    '7',
  )
  expect(said.stdout).toContain('Quay plan: 10 changes')
  server.seen.length = 0
  const applied = await run('apply', 'plan.json', '--yes', '--allow', 'credential')
  expect([applied.code, writes(server.seen).length], applied.stderr).toEqual([0, 10])
})

test('several runners apply a merged plan, each the organizations of its shard', async () => {
  const { server, run, paths, read } = await sharded(before, after)
  await run('plan', 'merge', ...paths, '--out', 'plan.json')
  const id = read('plan.json').plan_id
  for (const [at] of paths.entries()) {
    server.seen.length = 0
    const shard = `${at + 1}/${COUNT}`
    const report = `report-${at}.json`
    const flags = ['--yes', '--allow', 'credential', '--expect', id, '--report', `json=${report}`]
    const done = await run('apply', 'plan.json', '--shard', shard, ...flags)
    const own = names.filter((name) => shardOf(name, COUNT) === at + 1)
    expect([done.code, done.stdout], done.stderr).toEqual([
      0,
      expect.stringContaining(`, shard ${at + 1} of ${COUNT}`),
    ])
    expect(new Set(writes(server.seen).map((line) => line.split('/')[4]))).toEqual(new Set(own))
    expect(read(report)).toMatchObject({ plan_id: id, shard: { index: at + 1, count: COUNT } })
  }
  expect((await run('plan', '--detailed-exitcode')).code).toBe(0)
  const again = await run('apply', 'shard-1.json', '--shard', '1/3', '--yes')
  expect([again.code, again.stderr]).toEqual([64, expect.stringContaining('shard-1.json is a shard already')])
})

test('a guard looks at the whole, and at its part where a shard is applied by itself', async () => {
  const limited = `safety: {max_deletes: ${names.length}}\n`
  const { run, paths } = await sharded(before, estate(['ci', 'new'], limited))
  const merged = await run('plan', 'merge', ...paths, '--out', 'plan.json')
  expect([merged.code, merged.stdout], merged.stderr).toEqual([
    0,
    expect.stringContaining('Deletes 5 of 5 allowed.'),
  ])
  const tight = await sharded(before, estate(['ci', 'new'], 'safety: {max_deletes: 4}\n'))
  const stopped = await tight.run('plan', 'merge', ...tight.paths, '--out', 'plan.json')
  expect([stopped.code, stopped.stdout]).toEqual([
    4,
    expect.stringContaining('5 objects would be deleted or replaced; the limit is 4'),
  ])
  expect((await tight.run('apply', 'plan.json', '--yes', '--allow', 'credential')).code).toBe(4)
  const alone = await sharded(before, estate(['ci', 'new'], 'safety: {max_deletes: 1}\n'))
  const full = Math.max(...shardsOf(...names.filter((name) => shardOf(name, COUNT) > 1)))
  const own = await alone.run('apply', '--shard', `${full}/${COUNT}`, '--yes', '--allow', 'credential')
  expect([own.code, own.stdout.replace(/\s+/g, ' ')]).toEqual([
    4,
    expect.stringContaining(`the limit is 0, the part of shard ${full} of ${COUNT} in 1`),
  ])
  expect(alone.server.seen.filter(({ method }) => method !== 'GET')).toEqual([])
  const said = await alone.run(
    'apply',
    '--shard',
    `${full}/${COUNT}`,
    '--yes',
    '--allow',
    'credential',
    '--max-deletes',
    '9',
  )
  expect(said.code, said.stderr).toBe(0)
})

describe('a shard', () => {
  test('that has nothing is an empty plan, whatever else narrows it', async () => {
    const { run, server } = await sharded(before, after)
    const [home] = shardsOf('acme')
    for (let index = 1; index <= COUNT; index++) {
      server.seen.length = 0
      const { code, stdout } = await run(
        'plan',
        '--organization',
        'acme',
        '--shard',
        `${index}/${COUNT}`,
        '--detailed-exitcode',
      )
      expect([code, stdout.includes('robot.acme+new')]).toEqual(index === home ? [2, true] : [0, false])
      expect(server.seen.some(({ path }) => path.includes('/organization/acme'))).toBe(index === home)
    }
  })

  test('reads nothing of others', async () => {
    const { run, server } = await sharded(before, after)
    const { stderr } = await run('plan', '--shard', '2/3')
    const read = new Set(
      server.seen.flatMap(({ path }) => /^\/api\/v1\/organization\/(\w+)/.exec(path)?.[1] ?? []),
    )
    expect(read, stderr).toEqual(new Set(names.filter((name) => shardOf(name, COUNT) === 2)))
  })

  test.each([
    ['0/8', 'of 8 there are 1/8 to 8/8'],
    ['9/8', 'of 8 there are 1/8 to 8/8'],
    ['1/0', 'write I/N'],
    ['a/b', 'write I/N'],
    ['1', 'write I/N'],
    ['-1/8', 'write I/N'],
    ['1.5/8', 'write I/N'],
  ])('is not %s', async (text, words) => {
    const { code, stderr } = await quayctl(['plan', `--shard=${text}`])
    expect([code, stderr]).toEqual([
      64,
      expect.stringContaining(`QC6426 --shard ${text} is no part of a plan`),
    ])
    expect(stderr).toContain(words)
  })
})

describe('merge refuses', () => {
  test('what is missing, double, changed or no plan; and writes nothing', async () => {
    const { run, paths, cwd } = await sharded(before, after)
    const [one = '', two = '', three = ''] = paths
    const refused = async (...args: readonly string[]) => {
      const { code, stderr } = await run('plan', 'merge', ...args, '--out', 'plan.json')
      expect(() => readFileSync(join(cwd, 'plan.json'))).toThrow()
      return `${code} ${stderr.replace(/\s+/g, ' ')}`
    }
    expect(await refused(one, three)).toContain('3 error QC3128 of 3 shards 2 is missing')
    expect(await refused(one, two, two, three)).toContain(
      'shard-2.json and shard-2.json are both shard 2 of 3',
    )
    expect(await refused(one, two, 'none.json')).toContain('3 error QC3122 the plan none.json cannot be read')
    expect(await refused(one, two, 'quayctl.yaml')).toContain('3 error QC3124 quayctl.yaml cannot be used')
    const text = readFileSync(join(cwd, three), 'utf8')
    writeFileSync(join(cwd, three), text.replace('"count": 3', '"count": 2'))
    expect(await refused(one, two, three)).toContain(
      '6 error QC4304 shard-3.json was changed since it was made',
    )
    expect(await refused()).toContain('64 error QC6400 plan merge needs PLAN')
  })

  test('to write over what it reads', async () => {
    const { run, paths } = await sharded(before, after)
    const { code, stderr } = await run('plan', 'merge', ...paths, '--out', 'shard-1.json')
    expect([code, stderr]).toEqual([64, expect.stringContaining('QC6420')])
  })
})
