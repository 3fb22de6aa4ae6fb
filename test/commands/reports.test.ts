import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { linksOf } from '../../src/cli/links.ts'
import { cleanUp, folder, organization, quay, quayctl } from './run.ts'

afterAll(cleanUp)

/** What GitHub Actions sets for a step. */
function step(cwd: string) {
  const [summary, outputs] = [join(cwd, 'summary.md'), join(cwd, 'outputs')]
  return {
    env: { GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: outputs, GITHUB_WORKSPACE: cwd },
    summary: () => readFileSync(summary, 'utf8'),
    outputs: () => readFileSync(outputs, 'utf8'),
  }
}

const acme = organization('acme', 'repositories: {api: {visibility: public}}\n')

describe.concurrent('--report github', () => {
  test('tells a plan: summary, annotations at lines of the repository, outputs; standard output is as without', async () => {
    const cwd = folder({ 'registry/quayctl.yaml': acme })
    const server = await quay()
    const { env, summary, outputs } = step(cwd)
    const run = (...args: readonly string[]) =>
      quayctl(['plan', '--json', ...args], { cwd: join(cwd, 'registry'), env: { ...env, ...server.env } })
    const [plain, ran] = [await run(), await run('--report', 'github')]
    expect([ran.code, ran.stdout]).toEqual([0, plain.stdout])
    expect(ran.stderr).toBe(
      '::warning file=registry/quayctl.yaml,line=5,col=16,title=impact-public Everybody can read it::public: create repository.acme/api%0Aeverybody can pull its images\n',
    )
    expect(summary()).toMatch(/^## Quay plan: 2 changes, 1 thing needs attention\n/)
    const { plan_ids: ids } = JSON.parse(ran.stdout)
    expect(outputs()).toContain(`\nacme=${ids.acme}\n`)
    await run('--report', 'github')
    expect(summary().match(/^## /gm)).toHaveLength(2)

    const expected = await quayctl(
      ['apply', '--yes', '--allow', 'public', '--expect', `acme=${ids.acme}`, '--report', 'github'],
      {
        cwd: join(cwd, 'registry'),
        env: { ...env, ...server.env },
      },
    )
    expect(expected.code).toBe(0)
    expect(summary().match(/^## Quay apply: 2 of 2 done$/gm)).toHaveLength(1)
    expect(outputs()).toContain('\napplied\n')
  })

  test('tells why there is no plan', async () => {
    const cwd = folder({ 'quayctl.yaml': organization('acme', 'robotz: {}\n') })
    const { env, summary, outputs } = step(cwd)
    const { code, stderr } = await quayctl(['plan', '--report', 'github'], { cwd, env })
    expect(code).toBe(3)
    expect(stderr).toMatch(/^::error file=quayctl\.yaml,line=5,col=1,title=QC\d{4} [^:]+::/m)
    expect(summary()).toMatch(/^## Quay plan failed: 1 error\n/)
    expect(outputs()).toContain('\nfailed\n')
  })

  test('is for GitHub Actions only', async () => {
    const cwd = folder({ 'quayctl.yaml': acme })
    const { code, stderr } = await quayctl(['plan', '--report', 'github'], { cwd })
    expect(code).toBe(64)
    expect(stderr).toContain('QC6420')
    expect(stderr).toContain('GITHUB_STEP_SUMMARY')
  })

  test('has no file', async () => {
    const { code } = await quayctl(['plan', '--report', 'github=x'], {
      cwd: folder({ 'quayctl.yaml': acme }),
    })
    expect(code).toBe(64)
  })
})

describe.concurrent('validate --report', () => {
  const files = ['text=v.txt', 'markdown=v.md', 'html=v.html', 'sarif=v.sarif', 'junit=v.xml', 'json=v.json']
  const flags = files.flatMap((file) => ['--report', file])
  const texts = (cwd: string) =>
    Object.fromEntries(
      files
        .map((file) => file.split('='))
        .map(([form = '', path = '']) => [form, readFileSync(join(cwd, path), 'utf8')]),
    )

  test('tells what is wrong in every form, and then that it is right: files of ours are replaced', async () => {
    const cwd = folder({ 'quayctl.yaml': organization('acme', 'robotz: {}\n') })
    const wrong = await quayctl(['validate', ...flags], { cwd })
    expect(wrong.code).toBe(3)
    const bad = texts(cwd)
    for (const text of Object.values(bad)) expect(text).toMatch(/robotz/)
    expect(JSON.parse(bad.json ?? '')).toMatchObject({
      kind: 'quayctl.findings',
      files: 1,
      findings: [{ severity: 'error', source: { file: 'quayctl.yaml', line: 5, column: 1 } }],
    })

    const right = await quayctl(['validate', '-f', '-', ...flags], { cwd, input: acme })
    expect(right).toEqual({ code: 0, stdout: 'Valid: 2 objects in 1 file.\n', stderr: '' })
    const good = texts(cwd)
    expect(good.text).toBe('Valid: 2 objects in 1 file.\n')
    expect(good.markdown).toBe('## Quay files: valid, 2 objects in 1 file\n')
    expect(JSON.parse(good.sarif ?? '').runs[0].results).toEqual([])
    expect(good.junit).toContain('tests="1" failures="0"')
    expect(JSON.parse(good.json ?? '')).toMatchObject({ files: 1, objects: 2, findings: [] })
    expect(await quayctl(['validate', '-f', '-', ...flags], { cwd, input: acme })).toMatchObject({ code: 0 })
  })

  test('a file of somebody else stays', async () => {
    const cwd = folder({ 'quayctl.yaml': acme, 'notes.md': '## Notes\n' })
    const { code } = await quayctl(['validate', '--report', 'markdown=notes.md'], { cwd })
    expect([code, readFileSync(join(cwd, 'notes.md'), 'utf8')]).toEqual([3, '## Notes\n'])
    expect(existsSync(join(cwd, 'v.md'))).toBe(false)
  })
})

test.each([
  [{ GITHUB_WORKSPACE: '/repo' }, 'quayctl.yaml', 'sub/quayctl.yaml'],
  [{ CI_PROJECT_DIR: '/repo' }, '../a b.yaml', 'a b.yaml'],
  [{}, 'quayctl.yaml', 'quayctl.yaml'],
  [{ GITHUB_WORKSPACE: '/repo' }, '../../etc/x.yaml', null],
  [{ GITHUB_WORKSPACE: '/repo' }, 'main:quayctl.yaml', null],
])('%o calls %s %s', (env, file, name) => {
  expect(linksOf({ env, cwd: '/repo/sub' }).path(file)).toBe(name)
})
