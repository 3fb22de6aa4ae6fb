import { expect, test } from 'vitest'
import { organization } from '../commands/run.ts'
import { TOKEN } from '../forge/fake.ts'
import { gitlab } from '../forge/gitlab.ts'
import { git } from '../repository.ts'
import { estate, LONG, moved } from './estate.ts'
import { mergedResults, mergeRequest, push, runPipeline, schedule, web } from './pipelines.ts'

/** Of the project, whose variables are stronger than those of a job: a token that is not for it is a wrong one. */
const WRONG = {
  QUAY_READ_TOKEN: 'wrong',
  QUAY_WRITE_TOKEN: 'wrong',
  QUAY_TOKEN: 'wrong',
  GITLAB_TOKEN: TOKEN,
}
const READ = { ...WRONG, QUAY_READ_TOKEN: 'TESTTOKEN' }
const WRITE = { ...WRONG, QUAY_WRITE_TOKEN: 'TESTTOKEN', GITLAB_PUSH_TOKEN: TOKEN }

const robot = (name: string) => ({ [`organizations/${name}.yaml`]: organization(name, 'robots: {ci: {}}\n') })

test('merge request, comment, merge, apply while another merge intervenes, drift', {
  timeout: LONG,
}, async () => {
  const fake = await gitlab()
  const world = await estate(fake)
  const { propose, merge, applied, written, origin, there } = world
  const base = git(origin, 'rev-parse', 'main')
  const requests = [propose(7, robot('acme')), propose(8, robot('globex'))]
  for (const request of requests) {
    const { files, plan, ...others } = await runPipeline(world, fake, mergeRequest(request, base), READ)
    expect([files?.code, plan?.code, others], plan?.stderr).toEqual([0, 0, {}])
  }
  expect(fake.rows.map(({ on, body }) => [on, /robot\.\w+\+ci/.exec(body)?.[0]])).toEqual([
    [7, 'robot.acme+ci'],
    [8, 'robot.globex+ci'],
  ])
  expect(written()).toEqual([])
  const [first = '', second = ''] = requests.map((request) => merge(request))
  for (const [commit, name] of [
    [first, 'acme'],
    [second, 'globex'],
  ] as const) {
    const { apply, ...others } = await runPipeline(world, fake, push(commit), WRITE)
    expect([apply?.code, others], apply?.stderr).toEqual([0, {}])
    expect([written(), applied()]).toEqual([[`PUT /api/v1/organization/${name}/robots/ci`], commit])
  }
  const clean = await runPipeline(world, fake, schedule(second), READ)
  expect([Object.keys(clean), clean.drift?.code], clean.drift?.stderr).toEqual([['drift'], 0])
  await there.call('DELETE', '/organization/acme/robots/ci')
  written()
  const found = await runPipeline(world, fake, schedule(second), READ)
  expect([found.drift?.code, written()], found.drift?.stderr).toEqual([2, []])
  const id = /^Plan ([0-9a-f]{12})/m.exec(found.drift?.stdout ?? '')?.[1] ?? ''
  const byHand = (ID: string) => runPipeline(world, fake, web(second, { ORGANIZATION: 'acme', ID }), WRITE)
  const wrong = await byHand('f'.repeat(12))
  expect([Object.keys(wrong), wrong['by-hand']?.code, written()]).toEqual([['by-hand'], 6, []])
  const right = await byHand(id)
  expect([right['by-hand']?.code, written().length], right['by-hand']?.stderr).toEqual([0, 1])
})

test('a fork is checked and compared without a secret, and never planned', { timeout: LONG }, async () => {
  const fake = await gitlab()
  const world = await estate(fake)
  const base = git(world.origin, 'rev-parse', 'main')
  const asked = world.there.seen.length
  const ran = await runPipeline(world, fake, mergeRequest(world.propose(7, robot('acme')), base, '99'))
  expect([Object.keys(ran), ran.files?.code], ran.files?.stderr).toEqual([['files'], 0])
  expect(ran.files?.stdout).toContain('robot.acme+ci')
  expect([world.there.seen.length, fake.seen]).toEqual([asked, []])
})

test('a plan that cannot be made says so on the merge request', { timeout: LONG }, async () => {
  const fake = await gitlab()
  const world = await estate(fake)
  const request = world.propose(7, {
    'organizations/acme.yaml': organization('acme', 'robots: {ci: {colour: red}}\n'),
  })
  const base = git(world.origin, 'rev-parse', 'main')
  const { plan, files } = await runPipeline(world, fake, mergeRequest(request, base), READ)
  expect([files?.code, plan?.code], plan?.stderr).toEqual([3, 3])
  expect(fake.rows.map(({ body }) => body)).toEqual([expect.stringContaining('colour')])
})

test('what mends a broken main is checked and planned', { timeout: LONG }, async () => {
  const fake = await gitlab()
  const world = await estate(fake)
  const globex = (body = '') => ({ 'organizations/globex.yaml': organization('globex', body) })
  const broken = world.merge(world.propose(7, globex('colour: red\n')))
  const request = world.propose(8, { ...robot('acme'), ...globex() })
  const { plan, files } = await runPipeline(world, fake, mergeRequest(request, broken), READ)
  expect([files?.code, plan?.code], plan?.stderr).toEqual([0, 0])
  const [body = ''] = fake.rows.map((row) => row.body)
  for (const part of ['robot.acme+ci', 'so all organizations are planned']) expect(body).toContain(part)
})

test.each([
  ['merge request', false],
  ['merged results', true],
])(
  'a pipeline of a %s plans what a merge would bring about, after the target has moved',
  {
    timeout: LONG,
  },
  async (_, isMerged) => {
    const fake = await gitlab()
    const world = await estate(fake)
    const { request, base, target } = await moved(world)
    const event = isMerged ? mergedResults(request, base, target) : mergeRequest(request, base)
    const { files, plan } = await runPipeline(world, fake, event, READ)
    expect([files?.code, plan?.code], plan?.stderr).toEqual([0, 0])
    const [body = ''] = fake.rows.map((row) => row.body)
    for (const text of [files?.stdout, body]) {
      expect(text).toContain('robot.acme+ci')
      expect(text).not.toContain('organization.acme')
    }
    expect(body).not.toContain('Outdated')
    const applied = await runPipeline(world, fake, push(world.merge(request)), WRITE)
    expect(applied.apply?.code, applied.apply?.stderr).toBe(0)
  },
)

test('what conflicts with its target is refused, and the comment says so', { timeout: LONG }, async () => {
  const fake = await gitlab()
  const world = await estate(fake)
  const { conflicting, base } = await moved(world)
  const { plan } = await runPipeline(world, fake, mergeRequest(conflicting, base), READ)
  expect([plan?.code, fake.rows.length], plan?.stderr).toEqual([1, 1])
  for (const text of [plan?.stdout, fake.rows[0]?.body]) {
    expect(text).toContain('Merge conflict in organizations/acme.yaml')
    expect(text).toContain('It conflicts with main: merge that into it, or rebase it, and push again.')
  }
})

test('a tarball is installed instead where a variable says so', { timeout: LONG }, async () => {
  const fake = await gitlab()
  const world = await estate(fake)
  const base = git(world.origin, 'rev-parse', 'main')
  const url = 'https://files.example/quayctl-0.1.0.tgz'
  const event = mergeRequest(world.propose(7, robot('acme')), base)
  const { files } = await runPipeline(world, fake, event, { QUAYCTL_PACKAGE: url })
  expect(files?.stdout).toContain(`npm install --global --ignore-scripts ${url}\n`)
})
