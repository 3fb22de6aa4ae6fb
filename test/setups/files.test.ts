import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { execute, folder, organization, quay, registry, root } from '../commands/run.ts'
import { committed, git } from '../repository.ts'
import { runAction, type Workflow, workflow } from './actions.ts'
import { machine, version } from './estate.ts'

const examples = join(root, 'examples', 'ci')
const workflows = readdirSync(join(examples, 'github')).filter((name) => name.endsWith('.yml'))
const setups = readdirSync(examples, { recursive: true })
  .map(String)
  .filter((name) => /\.ya?ml$/.test(name))
  .map((name) => join('examples', 'ci', name))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

test('each folder says in its README what is to be done', () => {
  const folders = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  expect(folders.map(({ name }) => name)).toEqual(['github', 'gitlab', 'pre-commit', 'tekton'])
  for (const { name } of folders) expect(read(join('examples', 'ci', name, 'README.md'))).toMatch(/^# /)
})

test.each([...setups, 'action.yml'])('%s installs this version', (path) => {
  const versions = [...read(path).matchAll(/quayctl@([\d.]+)|(?:default|value): (\d+\.\d+\.\d+)$/gm)].map(
    ([, installed, usual]) => installed ?? usual,
  )
  if (!path.includes('pipeline.yaml')) expect(versions.length).toBeGreaterThan(0)
  expect(versions.filter((one) => one !== version)).toEqual([])
})

describe.each(workflows)('%s', (name) => {
  const text = read(join('examples', 'ci', 'github', name))
  const { jobs } = workflow(name.replace('.yml', ''))

  test('pins what it uses by the hash of a commit, and says its version', () => {
    const used = text.match(/uses: .*/g) ?? []
    expect(used.length).toBeGreaterThan(0)
    expect(used.filter((line) => !/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual(
      [],
    )
  })

  test('grants nothing to the whole of it, and each job what it needs and a time', () => {
    expect(parse(text).permissions).toEqual({})
    expect(text).not.toContain('pull_request_target')
    for (const job of Object.values(jobs))
      expect(job).toMatchObject({ permissions: expect.any(Object), 'timeout-minutes': expect.any(Number) })
  })

  test('has no expression in a script', () => {
    const scripts = Object.values(jobs).flatMap(({ steps }) => steps.map(({ run = '' }) => run))
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([])
  })
})

/** Programs that check workflows, where somebody has installed them. */
const checkers = [
  [
    'actionlint',
    (files: readonly string[]) => ['-no-color', ...files.filter((file) => file !== 'action.yml')],
  ],
  ['zizmor', (files: readonly string[]) => ['--offline', '--no-progress', '--min-severity=medium', ...files]],
] as const
const isThere = async (program: string) => (await execute('sh', ['-c', `command -v ${program}`])).code === 0
const there = new Map(await Promise.all(checkers.map(async ([name]) => [name, await isThere(name)] as const)))

describe.each(checkers)('%s', (name, args) => {
  test.skipIf(!there.get(name))('finds nothing', async () => {
    const files = [...workflows.map((file) => join('examples', 'ci', 'github', file)), 'action.yml']
    const { code, stdout, stderr } = await execute(name, args(files))
    expect(code, stdout + stderr).toBe(0)
  })
})

describe('action.yml', () => {
  test('runs one command, and hands on what it tells', async () => {
    const { env, url } = await quay()
    const cwd = folder({ 'quayctl.yaml': registry(`url: ${url}\n`), 'acme.yaml': organization('acme') })
    const ran = await runAction({ command: 'plan', args: '-f\nacme.yaml\n\n--report\ngithub\n' }, cwd, env)
    expect(ran.code, ran.said).toBe(0)
    expect(ran.outputs).toMatchObject({
      status: 'changes',
      changes: '1',
      'plan-id': expect.stringMatching(/^[0-9a-f]{64}$/),
      expect: expect.stringMatching(/^acme=[0-9a-f]{64}$/),
    })
  })

  test('its example is whole: the steps before it are those of the set-ups, and it plans', async () => {
    const [, example = ''] = /\n## The action\n[\s\S]*?```yaml\n([\s\S]*?)```/.exec(read('docs/ci.md')) ?? []
    const { plan }: Workflow['jobs'] = parse(example).jobs
    const [checkout, node, step] = plan?.steps ?? []
    expect([checkout, node]).toEqual(workflow('review').jobs.plan?.steps.slice(0, 2))
    const { env, url } = await quay()
    expect(Object.keys(plan?.env ?? {})).toEqual(Object.keys(env))
    const cwd = folder({ 'quayctl.yaml': registry(`url: ${url}\ninclude: [acme.yaml]\n`) })
    writeFileSync(join(cwd, 'acme.yaml'), organization('acme'))
    git(cwd, 'update-ref', 'refs/remotes/origin/quayctl/applied', committed(cwd))
    const { command = '', args = '' } = step?.with ?? {}
    const ran = await runAction({ command: String(command), args: String(args) }, cwd, { ...env })
    expect([ran.code, ran.outputs.status], ran.said).toEqual([0, 'changes'])
  })

  test('no shell reads its inputs', async () => {
    const cwd = folder({ 'quayctl.yaml': organization('acme') })
    const args = '-f\n$(touch broken)\n`touch broken`\n; touch broken'
    const ran = await runAction({ command: 'validate', args }, cwd, {})
    expect(ran.code, ran.said).not.toBe(0)
    expect(readdirSync(cwd)).toEqual(['quayctl.yaml'])
  })
})

describe('pre-commit', () => {
  const [own] = parse(read('.pre-commit-hooks.yaml'))
  const [{ hooks }] = parse(read('examples/ci/pre-commit/.pre-commit-config.yaml')).repos

  test('both hooks are one', () => {
    expect(hooks).toEqual([
      { ...own, description: undefined, additional_dependencies: [`quayctl@${version}`] },
    ])
  })

  test('it stops what is wrong, with the names of no files', async () => {
    const cwd = folder({ 'quayctl.yaml': organization('acme') })
    const run = async () => execute('bash', ['-c', own.entry], { cwd, env: await machine() })
    expect((await run()).code).toBe(0)
    writeFileSync(join(cwd, 'quayctl.yaml'), organization('acme', 'colour: red\n'))
    expect((await run()).code).toBe(3)
    expect(own.pass_filenames).toBe(false)
  })
})
