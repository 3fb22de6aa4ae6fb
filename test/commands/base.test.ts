import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type ReadFlags, readFiles } from '../../src/cli/world.ts'
import { QuayctlError } from '../../src/model/errors.ts'
import { committed, git } from '../repository.ts'
import { lines, validators } from '../world.ts'
import { type Files, folder, organization, quay, quayctl, registry, writes } from './run.ts'

const main = { 'quayctl.yaml': registry('include: [orgs/*.yaml]\n') }
const files = { ...main, 'orgs/acme.yaml': organization('acme', 'robots: {ci: {}, old: {}}\n') }

/** A repository whose last commit has these files. */
function repository(before: Files = files): string {
  const cwd = folder(before)
  committed(cwd)
  return cwd
}

const load = (
  cwd: string,
  flags: ReadFlags,
  env: Readonly<Record<string, string | undefined>> = process.env,
) =>
  readFiles(
    flags,
    { cwd, env, stdin: () => Buffer.from(''), version: '0.0.0', now: () => new Date() },
    Promise.resolve(validators),
  )

/** The addresses that a base declares. */
async function declared(cwd: string, flags: ReadFlags = {}, env = process.env): Promise<readonly string[]> {
  const { base, diagnostics } = await load(cwd, { base: 'HEAD', ...flags }, env)
  expect(lines(diagnostics)).toEqual([])
  return [...(base?.declared.keys() ?? [])]
}

const refusal = async (cwd: string, flags: ReadFlags, env = process.env): Promise<string> => {
  try {
    const { diagnostics } = await load(cwd, flags, env)
    return diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n')
  } catch (error) {
    if (!(error instanceof QuayctlError)) throw error
    return [`${error.code} ${error.message}`, ...error.hints].join('\n')
  }
}

describe('a base that cannot be had', () => {
  test('of files that are in no repository', async () => {
    expect(await refusal(folder(files), { base: 'HEAD' })).toMatch(/^QC3118 .*lies in no Git repository\n/)
  })

  test('without git', async () => {
    expect(await refusal(repository(), { base: 'HEAD' }, { PATH: folder() })).toMatch(
      /^QC3118 --base needs git, and there is none\n/,
    )
  })

  test.each(['nowhere', 'HEAD~7', 'a..b', '0'.repeat(40), 'HEAD;touch_x', '$(touch_x)', '`touch_x`', '|x'])(
    'of %s, which is no commit',
    async (base) => {
      const cwd = repository()
      expect(await refusal(cwd, { base })).toBe(
        `QC3119 --base ${base}: Git has no such commit here\nfetch it, or correct the name; git log shows what there is`,
      )
      expect(readdirSync(cwd).sort()).toEqual(['.git', 'orgs', 'quayctl.yaml'])
    },
  )

  test('of a shallow clone', async () => {
    const from = repository()
    git(from, 'commit', '--quiet', '--allow-empty', '--message=after')
    const cwd = folder()
    git(cwd, 'clone', '--quiet', '--depth=1', `file://${from}`, '.')
    expect(await refusal(cwd, { base: 'HEAD~1' })).toMatch(
      /^QC3119 .*\nthis clone is shallow: .*fetch-depth: 0/,
    )
    expect(await declared(cwd)).toHaveLength(3)
  })

  test.each(['--help', '--output=x', '-', '^HEAD', 'HEAD:quayctl.yaml', ':/before', 'two words', 'a\nb'])(
    'of %j, which is no name',
    async (base) => {
      expect(await refusal(repository(), { base })).toMatch(/^QC6415 /)
    },
  )

  test('of standard input', async () => {
    const cwd = repository()
    const { code, stderr } = await quayctl(['plan', '--base', 'HEAD', '-f', '-'], {
      cwd,
      input: organization('acme'),
    })
    expect([code, stderr]).toEqual([64, expect.stringContaining('QC6416')])
  })

  test('of a file elsewhere', async () => {
    const elsewhere = join(folder({ 'x.yaml': organization('globex') }), 'x.yaml')
    const cwd = repository({ 'acme.yaml': organization('acme') })
    expect(await refusal(cwd, { base: 'HEAD', file: ['acme.yaml', elsewhere] })).toMatch(
      /^QC3118 .*x\.yaml lies outside of the Git repository/,
    )
  })

  test('of a commit whose files are gone', async () => {
    const cwd = repository()
    const hash = git(cwd, 'rev-parse', 'HEAD:orgs/acme.yaml')
    rmSync(join(cwd, '.git', 'objects', hash.slice(0, 2), hash.slice(2)))
    expect(await refusal(cwd, { base: 'HEAD' })).toMatch(/^QC3121 Git does not give the files of HEAD: /)
  })

  test.each([
    [
      'too large',
      Buffer.alloc(5 * 2 ** 20, '#'),
      /^QC3120 .*orgs\/acme\.yaml cannot be read: it has more than 4 MiB/,
    ],
    ['no text', Buffer.from([0x61, 0xff]), /^QC3120 .*orgs\/acme\.yaml cannot be read: it is not UTF-8/],
  ])('of a file that is %s', async (_, bytes, expected) => {
    const cwd = repository({ ...files, 'orgs/acme.yaml': bytes })
    writeFileSync(join(cwd, 'orgs', 'acme.yaml'), organization('acme'))
    expect(await refusal(cwd, { base: 'HEAD' })).toMatch(expected)
  })
})

describe('a base is read', () => {
  const all = ['organization.acme', 'robot.acme+ci', 'robot.acme+old']

  test('as it was, whatever the folder has now', async () => {
    const cwd = repository()
    writeFileSync(join(cwd, 'orgs', 'acme.yaml'), organization('acme', 'robots: {ci: {}}\n'))
    writeFileSync(join(cwd, 'orgs', 'more.yaml'), organization('globex'))
    expect(await declared(cwd)).toEqual(all)
    expect(await declared(join(cwd, 'orgs'))).toEqual(all)
  })

  test.each(['HEAD', 'main', 'refs/heads/main', 'v1', 'HEAD^', 'main~1', '@'])('by %s', async (base) => {
    const cwd = repository()
    git(cwd, 'tag', '--annotate', '--message=one', 'v1')
    git(cwd, 'commit', '--quiet', '--allow-empty', '--message=after')
    expect(await declared(cwd, { base })).toEqual(all)
  })

  test('through folders that are links, and not out of the tree', async () => {
    const outside = folder({ 'x.yaml': organization('globex') })
    const cwd = folder({ ...main, 'real/acme.yaml': files['orgs/acme.yaml'] })
    mkdirSync(join(cwd, 'orgs'))
    symlinkSync('../real/acme.yaml', join(cwd, 'orgs', 'acme.yaml'))
    symlinkSync(join(outside, 'x.yaml'), join(cwd, 'orgs', 'x.yaml'))
    symlinkSync('circle.yaml', join(cwd, 'orgs', 'circle.yaml'))
    symlinkSync('real', join(cwd, 'linked'))
    committed(cwd)
    expect(await declared(cwd)).toEqual(all)
    expect(await declared(cwd, { file: ['linked'] })).toEqual(all)
    const link = join(folder(), 'way')
    symlinkSync(cwd, link)
    expect(await declared(link)).toEqual(all)
  })

  test('from the repository of the files, whatever a hook is about', async () => {
    const other = repository({ 'quayctl.yaml': organization('globex') })
    const env = { ...process.env, GIT_DIR: join(other, '.git'), GIT_WORK_TREE: other }
    expect(await declared(repository(), {}, env)).toEqual(all)
  })

  test('from another worktree of it', async () => {
    const cwd = repository()
    const tree = join(folder(), 'tree')
    git(cwd, 'worktree', 'add', '--quiet', '--detach', tree)
    expect(await declared(tree)).toEqual(all)
  })
})

describe.concurrent('apply with a base', () => {
  const mirror = (version: number) =>
    `{external_reference: quay.io/acme/api, tags: [latest], sync_interval: 1d, robot: ci, username: bot, password: {from_env: QC_BOT, version: ${version}}}`
  const acme = (robots: string, version: number) => ({
    'quayctl.yaml': organization(
      'acme',
      `prune: {robots: dropped}\nrobots: ${robots}\nrepositories: {api: {mirror: ${mirror(version)}}}\n`,
    ),
  })

  test('sends what has another version, deletes what was dropped, and does both once', async ({ expect }) => {
    const server = await quay()
    const cwd = repository(acme('{ci: {}, old: {}}', 1))
    const env = { ...server.env, QC_BOT: 'first' }
    expect((await quayctl(['apply', '--yes'], { cwd, env })).code).toBe(0)
    await server.call('PUT', '/organization/acme/robots/theirs', {})
    writeFileSync(join(cwd, 'quayctl.yaml'), acme('{ci: {}}', 2)['quayctl.yaml'])
    server.seen.length = 0
    const run = (...args: readonly string[]) =>
      quayctl(['apply', '--yes', '--base', 'HEAD', ...args], { cwd, env: { ...env, QC_BOT: 'second' } })

    const held = await run()
    expect([held.code, held.stderr]).toEqual([4, expect.stringContaining('QC4103')])
    expect(writes(server.seen)).toEqual([])
    const { code, stdout } = await run('--allow', 'credential')
    expect([code, stdout]).toEqual([0, expect.stringContaining('version 1 -> 2, from env QC_BOT')])
    expect(writes(server.seen)).toEqual([
      'PUT /api/v1/repository/acme/api/mirror',
      'DELETE /api/v1/organization/acme/robots/old',
    ])

    committed(cwd)
    server.seen.length = 0
    const again = await run()
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('No changes.')])
  })
})
