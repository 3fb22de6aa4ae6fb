import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Plan } from '../../src/model/plan.ts'
import { committed, git } from '../repository.ts'
import { isPlan } from '../world.ts'
import { cleanUp, execute, type Files, folder, organization, quay, quayctl, registry, root } from './run.ts'

afterAll(cleanUp)

const main = { 'quayctl.yaml': registry('include: [orgs/*.yaml]\nsecrets: [QC_*]\n') }
const acme = (body: string): Files => ({ ...main, 'orgs/acme.yaml': organization('acme', body) })
const before = acme('robots: {ci: {}, old: {}}\n')
const after = acme('robots: {ci: {}, new: {}}\n')

/** A repository whose last commit has these files. */
function repository(files: Files = before): string {
  const cwd = folder(files)
  committed(cwd)
  return cwd
}

function write(cwd: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(cwd, name, '..'), { recursive: true })
    writeFileSync(join(cwd, name), text)
  }
}

/** `action address` of the changes that it prints as JSON. */
async function changes(cwd: string, ...args: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await quayctl(['diff', '--json', ...args], { cwd })
  expect([code, stderr]).toEqual([0, ''])
  const plan: Plan = JSON.parse(stdout)
  expect(isPlan(plan), JSON.stringify(isPlan.errors)).toBe(true)
  return plan.changes.map(({ action, address }) => `${action} ${address}`)
}

describe('what is compared', () => {
  test('a commit and the working tree', async () => {
    const cwd = repository()
    write(cwd, after)
    expect(await changes(cwd, 'HEAD')).toEqual(['create robot.acme+new'])
    expect(await changes(join(cwd, 'orgs'), 'main')).toEqual(['create robot.acme+new'])
  })

  test('two commits, whatever the working tree is like', async () => {
    const cwd = repository()
    write(cwd, after)
    committed(cwd)
    write(cwd, { 'quayctl.yaml': 'broken: [' })
    rmSync(join(cwd, 'orgs'), { recursive: true })
    expect(await changes(cwd, 'HEAD~1', 'HEAD')).toEqual(['create robot.acme+new'])
    expect(await changes(cwd, 'HEAD', 'HEAD~1')).toEqual(['create robot.acme+old'])
    expect(await changes(cwd, 'HEAD', 'HEAD')).toEqual([])
    expect(await changes(cwd, '-f', 'orgs/acme.yaml', '--', 'HEAD~1', 'HEAD')).toEqual([
      'create robot.acme+new',
    ])
  })

  test('two folders, or files, which need no Git', async () => {
    const below = (name: string, files: Files) =>
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`${name}/${path}`, text]))
    const cwd = folder({ ...below('a', before), ...below('b', after) })
    const env = { PATH: folder() }
    const { code, stdout } = await quayctl(['diff', './a', './b'], { cwd, env })
    expect([code, stdout]).toEqual([0, expect.stringContaining('Diff ./a to ./b\n')])
    expect(stdout).toContain('b/orgs/acme.yaml:5')
    expect(await changes(join(cwd, 'a'), '../b', '.')).toEqual(['create robot.acme+old'])
    expect(await changes(cwd, './a/orgs/acme.yaml', join(cwd, 'b', 'orgs'))).toEqual([
      'create robot.acme+new',
    ])
  })

  test('a commit and a folder', async () => {
    const cwd = repository()
    const other = folder(after)
    expect(await changes(cwd, 'HEAD', other)).toEqual(['create robot.acme+new'])
  })

  test('one organization, which either side may have', async () => {
    const globex = { 'orgs/globex.yaml': organization('globex', 'robots: {ci: {}}\n') }
    const cwd = repository({ ...before, ...globex })
    write(cwd, after)
    rmSync(join(cwd, 'orgs', 'globex.yaml'))
    expect(await changes(cwd, 'HEAD', '--organization', 'acme')).toEqual(['create robot.acme+new'])
    const gone = await quayctl(['diff', 'HEAD', '--organization', 'globex'], { cwd })
    expect([gone.code, gone.stdout]).toEqual([
      0,
      expect.stringContaining('organization.globex is no longer listed and stays in Quay'),
    ])
    expect((await quayctl(['diff', 'HEAD', '--organization', 'glob'], { cwd })).code).toBe(64)
  })

  test('another registry of the same files', async () => {
    const overlay = (text: string) => ({ 'registries/staging.yaml': registry(text) })
    const cwd = repository({ ...acme('repositories: {api: {visibility: private}}\n'), ...overlay('') })
    write(cwd, overlay('overrides: {repository: {visibility: public}}\n'))
    expect(await changes(cwd, 'HEAD')).toEqual([])
    expect(await changes(cwd, 'HEAD', '--registry', 'staging')).toEqual(['update repository.acme/api'])
  })
})

test('a move to another file is no change; what is dropped without prune stays, and is told', async () => {
  const cwd = repository()
  rmSync(join(cwd, 'orgs', 'acme.yaml'))
  write(cwd, { 'orgs/all/acme.yaml': '', 'orgs/moved.yaml': organization('acme', 'robots: {ci: {}}\n') })
  const { stdout } = await quayctl(['diff', 'HEAD'], { cwd })
  expect(stdout).toContain('robot.acme+old is no longer listed and stays in Quay')
  expect(stdout).toContain('No changes.')
})

test('exit codes for scripts', async () => {
  const cwd = repository()
  const run = async () => (await quayctl(['diff', 'HEAD', '--detailed-exitcode'], { cwd })).code
  expect(await run()).toBe(0)
  write(cwd, after)
  expect(await run()).toBe(2)
})

/** Runs it without any variable, where nothing of the network or of the sandbox can be loaded. */
function loading(args: readonly string[], cwd: string) {
  const hook = `export async function resolve(name, context, next) {
    if (/emulator|sandbox/.test(name)) throw new Error('loads ' + name)
    return next(name, context)
  }
  export async function load(url, context, next) {
    const loaded = await next(url, context)
    // undici's parser of HTTP, in whichever file of the bundle.
    if (String(loaded.source).includes('llhttp')) throw new Error('loads ' + url)
    return loaded
  }`
  const start = `import { register } from 'node:module'
    process.argv.splice(1, 0, 'quayctl')
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}))
    await import(${JSON.stringify(join(root, 'bin', 'run.js'))})`
  const node = [process.execPath, '--input-type=module', '--eval', start, ...args]
  return execute('env', ['-i', `PATH=${process.env.PATH}`, ...node], { cwd })
}

test('it needs no variable, and loads neither the network nor the sandbox', async () => {
  const cwd = repository(
    acme(
      'robots: {ci: {}}\nrepositories: {api: {mirror: {external_reference: quay.io/x/y, tags: [a], sync_interval: 1d, robot: ci, username: u, password: {from_env: QC_NOT_SET, version: 1}}}}\n',
    ),
  )
  const text = readFileSync(join(cwd, 'orgs', 'acme.yaml'), 'utf8')
  writeFileSync(join(cwd, 'orgs', 'acme.yaml'), text.replace('version: 1', 'version: 2'))
  const { code, stdout, stderr } = await loading(['diff', 'HEAD'], cwd)
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toContain('password  (secret) version 1 -> 2, from env QC_NOT_SET')
  const plan = await loading(['plan', '--url', 'http://127.0.0.1:9', '--token-file', 'quayctl.yaml'], cwd)
  expect(plan.stderr, 'one that needs the network').toContain('loads ')
})

describe('a diff that cannot be had', () => {
  test.each([
    [['nowhere'], 3, 'QC3119 nowhere: Git has no such commit here'],
    [['orgs'], 3, '= what lies there is ./orgs'],
    [['./nowhere'], 3, 'QC1009 there is no file ./nowhere'],
    [['HEAD:quayctl.yaml'], 64, 'QC6415 HEAD:quayctl.yaml: that is no name of a commit'],
    [['./orgs', '-f', 'orgs'], 64, 'QC6460'],
    [['HEAD', '-f', '-'], 64, 'QC6416 diff with -f -'],
    [[], 64, 'QC6400 diff needs BASE: what the files were'],
    [['HEAD', 'HEAD', 'HEAD'], 64, 'QC6400 diff does not take "HEAD"'],
    [['HEAD', '--base', 'HEAD'], 64, 'QC6400 diff has no flag --base'],
  ] as const)('%j', async (args, expected, says) => {
    const { code, stdout, stderr } = await quayctl(['diff', ...args], { cwd: repository() })
    expect([code, stdout]).toEqual([expected, ''])
    expect(stderr.replace(/\n +/g, ' ')).toContain(says)
  })

  test('of files that are wrong, before or after', async () => {
    const cwd = repository(acme('robtos: {}\n'))
    const wrong = await quayctl(['diff', 'HEAD', 'HEAD'], { cwd })
    expect([wrong.code, wrong.stderr]).toEqual([
      3,
      expect.stringContaining('orgs/acme.yaml:5:1 error QC1002'),
    ])
    write(cwd, after)
    const past = await quayctl(['diff', 'HEAD'], { cwd })
    expect([past.code, past.stderr]).toEqual([
      3,
      expect.stringContaining('QC3120 the files at HEAD are not right'),
    ])
    expect(past.stderr).toContain('HEAD:orgs/acme.yaml:5:1 error QC1002')
  })

  test('without Git', async () => {
    const { code, stderr } = await quayctl(['diff', 'HEAD'], { cwd: folder(before), env: { PATH: folder() } })
    expect([code, stderr]).toEqual([3, expect.stringContaining('QC3118 diff needs git, and there is none')])
  })
})

test('no apply takes one', async () => {
  const cwd = repository()
  write(cwd, after)
  const { stdout } = await quayctl(['diff', 'HEAD', '--json'], { cwd })
  writeFileSync(join(cwd, 'plan.json'), stdout)
  const { code, stderr } = await quayctl(['apply', 'plan.json', '--yes'], { cwd, env: { QUAY_TOKEN: 'x' } })
  expect([code, stderr]).toEqual([3, expect.stringContaining('it is a diff of files')])
  expect(git(cwd, 'status', '--short')).not.toBe('')
})

describe('--report', () => {
  test('says the same in other forms, with what only Quay knows; a second run replaces them', async () => {
    const cwd = folder({ 'quayctl.yaml': organization('acme') })
    committed(cwd)
    writeFileSync(
      join(cwd, 'quayctl.yaml'),
      organization(
        'acme',
        'prune: {robots: all}\nrobots: {ci: {}}\nrepositories: {web: {visibility: public}}\n',
      ),
    )
    const paths = [
      'text=d.txt',
      'markdown=d.md',
      'html=d.html',
      'junit=d.xml',
      'sarif=d.sarif',
      'json=d.json',
    ]
    const reports = paths.flatMap((path) => ['--report', path])
    for (const _ of ['first', 'second']) {
      const { code, stderr } = await quayctl(['diff', 'HEAD', ...reports], { cwd })
      expect([code, stderr]).toEqual([0, ''])
    }
    const read = (name: string) => readFileSync(join(cwd, name), 'utf8')
    expect(read('d.md')).toMatch(/^## Quay diff: 2 changes/)
    expect(read('d.md')).not.toContain('quayctl apply')
    expect(read('d.html')).not.toContain('quayctl apply')
    for (const name of ['d.txt', 'd.md', 'd.html', 'd.xml', 'd.json']) expect(read(name)).toContain('acme+ci')
    for (const name of ['d.txt', 'd.md', 'd.html']) expect(read(name)).toContain('Only Quay knows')
  })
})

describe('a Registry document that holds plans to something else', () => {
  const gone = 'removed:\n  organizations:\n    legacy: {reason: "moved", until: 2099-12-31}\n'
  const legacy = { 'orgs/legacy.yaml': organization('legacy') }
  const held = (safety: string, more = '') => ({
    'quayctl.yaml': registry(`include: [orgs/*.yaml]\nsafety: {${safety}}\n${more}`),
  })

  test('is said, and what was protected until now is named with what happens to it', async () => {
    const cwd = repository({ ...held('max_deletes: 5, protect: ["organization.legacy"]'), ...legacy })
    rmSync(join(cwd, 'orgs'), { recursive: true })
    write(cwd, held('max_deletes: 50', gone))
    const { code, stdout } = await quayctl(['diff', 'HEAD'], { cwd })
    expect(code).toBe(0)
    for (const line of [
      'safety.max_deletes was 5 at HEAD, is now 50',
      'safety.protect had "organization.legacy" at HEAD, not now',
      'organization.legacy was protected by "organization.legacy" at HEAD, and would be deleted',
    ])
      expect(stdout.replace(/\s+/g, ' ')).toContain(line)
  })

  test.each([['--base'], ['--changed-since']])('plan %s says it too', async (flag) => {
    const server = await quay()
    const cwd = repository({ ...held('protect: ["organization.legacy"]'), ...legacy })
    expect((await quayctl(['apply', '--yes'], { cwd, env: server.env })).code).toBe(0)
    rmSync(join(cwd, 'orgs'), { recursive: true })
    write(cwd, held('max_deletes: 5', gone))
    const { stdout } = await quayctl(['plan', flag, 'HEAD', '--json'], { cwd, env: server.env })
    const plan: Plan = JSON.parse(stdout)
    expect(plan.findings.filter(({ code }) => /QC406[12]/.test(code))).toMatchObject([
      { code: 'QC4062', severity: 'warning', address: 'organization.legacy' },
      { code: 'QC4061', severity: 'warning', source: { file: 'quayctl.yaml' } },
    ])
    expect([plan.status, plan.safety.stops]).toEqual(['changes', []])
  })

  test('a plan with both says what moved since the commit whose changes count, whatever the base said', async () => {
    const server = await quay()
    const cwd = repository(held('max_deletes: 5'))
    write(cwd, held('protect: ["organization.legacy"]'))
    committed(cwd)
    write(cwd, held('max_deletes: 500'))
    const args = ['plan', '--base', 'HEAD~1', '--changed-since', 'HEAD', '--json']
    const { stdout } = await quayctl(args, { cwd, env: server.env })
    const plan: Plan = JSON.parse(stdout)
    expect(plan.findings.filter(({ code }) => code === 'QC4061').map(({ message }) => message)).toEqual([
      'safety.protect had "organization.legacy" at HEAD, not now',
      'safety.max_deletes was 5 at HEAD, is now 500',
    ])
  })
})
