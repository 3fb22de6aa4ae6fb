import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { committed } from '../repository.ts'
import { folder, organization, type Quay, quay, quayctl, root, writes } from './run.ts'

const golden = join(root, 'test', 'golden')
const scenarios = readdirSync(golden).filter((name) => existsSync(join(golden, name, 'plan.txt')))
const secrets = { QC_REDHAT: 'hunter3' }
const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')

/** A Quay in the state that a scenario begins with. */
async function prepared(text: string): Promise<Quay> {
  const server = await quay({ now: () => new Date('2026-11-21T10:00:00Z') })
  if (text === '') return server
  const cwd = folder({ 'quayctl.yaml': text })
  const allow = ['--allow', 'data,public,credential']
  const { code, stderr } = await quayctl(['apply', '--yes', ...allow], {
    cwd,
    env: { ...secrets, ...server.env },
  })
  if (code !== 0) throw new Error(stderr)
  server.seen.length = 0
  return server
}

/** A scenario without files is about the example of its name; what its `base.yaml` says was committed before. */
const filesOf = (place: string): string => {
  const [text, base] = [read(join(place, 'quayctl.yaml')), read(join(place, 'base.yaml'))]
  if (text === '') return join(root, 'examples', basename(place))
  const cwd = folder({ 'quayctl.yaml': base || text })
  if (base !== '') committed(cwd)
  writeFileSync(join(cwd, 'quayctl.yaml'), text)
  return cwd
}

const flagsOf = (place: string, { url }: Quay): readonly string[] => [
  '--url',
  url,
  ...read(join(place, 'flags')).split(/\s+/).filter(Boolean),
]

/** Without what differs from run to run. */
const settled = (text: string, { url }: Quay): string =>
  text.replaceAll(url, 'http://quay.test').replace(/^Plan [0-9a-f]{12}/, 'Plan 0123456789ab')

describe.concurrent('the plan of', () => {
  test.for(scenarios)('%s', async (name, { expect }) => {
    const place = join(golden, name)
    const server = await prepared(read(join(place, 'before.yaml')))
    const flags = flagsOf(place, server)
    const cwd = filesOf(place)
    const { code, stdout, stderr } = await quayctl(['plan', ...flags], { cwd, env: server.env })
    await expect(`${settled(stdout, server)}exit ${code}\n`).toMatchFileSnapshot(join(place, 'plan.txt'))
    expect(stderr).toBe('')
    expect(writes(server.seen)).toEqual([])
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    expect(stdout).toMatch(/^[\n -~]*$/)

    const json = () => quayctl(['plan', '--json', ...flags], { cwd, env: { ...secrets, ...server.env } })
    const [one, two] = await Promise.all([json(), json()])
    expect(two).toEqual(one)
    expect([one.code, one.stderr]).toEqual([code, ''])
    const ajv = new Ajv({ allErrors: true, strict: false })
    const schema = JSON.parse(read(join(root, 'schemas', 'plan.schema.json')))
    expect(ajv.validate(schema, JSON.parse(one.stdout)), ajv.errorsText()).toBe(true)
    expect(stdout + one.stdout).not.toMatch(/hunter3|TESTTOKEN/)
  })
})

describe.concurrent('how a plan is printed', () => {
  const cwd = () => folder({ 'quayctl.yaml': organization('acme') })
  const painted = '\u001b['

  test.each([
    ['color is for terminals', {}, [], false],
    ['FORCE_COLOR', { FORCE_COLOR: '1' }, [], true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, [], false],
    ['NO_COLOR wins', { FORCE_COLOR: '1', NO_COLOR: '1' }, [], false],
    ['TERM=dumb', { FORCE_COLOR: '1', TERM: 'dumb' }, [], false],
    ['--no-color wins', { FORCE_COLOR: '1' }, ['--no-color'], false],
  ] as const)('%s', async (_, env, args, colored) => {
    const server = await quay()
    const { stdout } = await quayctl(['plan', ...args], { cwd: cwd(), env: { ...server.env, ...env } })
    expect(stdout.includes(painted)).toBe(colored)
    const bare = stdout.replace(/\p{Cc}\[[\d;]*m/gu, '')
    expect(bare).toContain(' + create  organization.acme                    quayctl.yaml:3\n')
  })

  test('errors are colored by the same rules', async () => {
    const here = folder({ 'quayctl.yaml': organization('acme', 'x: 1\n') })
    const run = async (env: Readonly<Record<string, string>>) =>
      (await quayctl(['validate'], { cwd: here, env })).stderr.includes(painted)
    expect(await Promise.all([run({}), run({ FORCE_COLOR: '1' }), run({ NO_COLOR: '1' })])).toEqual([
      false,
      true,
      false,
    ])
  })

  test('-v and --stats go to standard error', async () => {
    const server = await quay()
    const plain = await quayctl(['plan'], { cwd: cwd(), env: server.env })
    const ran = await quayctl(['plan', '-v', '--stats'], { cwd: cwd(), env: server.env })
    expect(ran.stdout).toBe(plain.stdout)
    expect(ran.stderr).toMatch(/^GET \/\S+ 200 \d+ ms\n/)
    expect(ran.stderr).toMatch(/\n\d+ requests, 0 repetitions\n( +\d+ {2}\S.*\n)+$/)
    expect(ran.stderr).not.toContain('TESTTOKEN')
  })

  test('--detailed-exitcode', async () => {
    const server = await quay()
    const run = (...args: readonly string[]) => quayctl(['plan', ...args], { cwd: cwd(), env: server.env })
    expect((await run('--detailed-exitcode')).code).toBe(2)
    expect((await run()).code).toBe(0)
  })
})
