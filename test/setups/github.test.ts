import { expect, test } from 'vitest'
import { organization, quayctl, registry } from '../commands/run.ts'
import { github } from '../forge/github.ts'
import { byHand, bySchedule, type Event, ofPull, ofPush, runJob, type Texts } from './actions.ts'
import { estate, LONG, type Request } from './estate.ts'

const READ = { QUAY_READ_TOKEN: 'TESTTOKEN' }
const WRITE = { QUAY_TOKEN: 'TESTTOKEN' }

/** An estate whose requests are reviewed and applied by the set-up of GitHub. */
async function begun(trouble?: (path: string) => boolean) {
  const fake = await github()
  const world = await estate(fake, trouble)
  const run = (name: string, event: Event, secrets?: Texts, vars?: Texts) =>
    runJob(world, fake, name, event, secrets, vars)
  const comments = (number: number) => fake.rows.filter(({ on }) => on === number).map(({ body }) => body)
  return {
    ...world,
    fake,
    run,
    comments,
    async review(request: Request) {
      const done = await run('review/plan', ofPull(request), READ)
      expect([done?.code, comments(request.number).length], done?.said).toEqual([0, 1])
      return comments(request.number)[0] ?? ''
    },
    apply: (sha: string) => run('apply/reviewed', ofPush(sha), WRITE),
    drift: (sha: string) => run('drift/drift', bySchedule(sha), READ),
  }
}

test('pull request, comment, merge, apply while another merge intervenes, drift', {
  timeout: LONG,
}, async () => {
  const { propose, merge, review, apply, drift, applied, written, comments, run, there } = await begun()
  const ours = propose(7, { 'organizations/acme.yaml': organization('acme', 'robots: {ci: {}}\n') })
  const theirs = propose(8, {
    'organizations/globex.yaml': organization('globex', 'teams: {web: {role: member}}\n'),
  })
  const files = await run('review/files', ofPull(ours))
  expect(files?.code, files?.said).toBe(0)
  expect(files?.summary).toContain('robot.acme+ci')
  const text = await review(ours)
  expect(text).toContain('robot.acme+ci')
  expect(text).not.toContain('globex')
  await review(theirs)
  expect(comments(8)[0]).toContain('team.globex/web')
  expect(written()).toEqual([])

  const first = merge(ours)
  const second = merge(theirs)
  const one = await apply(first)
  expect(one?.code, one?.said).toBe(0)
  expect(written()).toEqual(['PUT /api/v1/organization/acme/robots/ci'])
  expect(applied()).toBe(first)
  const other = await apply(second)
  expect(other?.code, other?.said).toBe(0)
  expect(written()).toEqual(['PUT /api/v1/organization/globex/team/web'])
  expect(applied()).toBe(second)

  const clean = await drift(second)
  expect(clean?.code, clean?.said).toBe(0)
  await there.call('DELETE', '/organization/acme/robots/ci')
  written()
  const found = await drift(second)
  expect(found?.code, found?.said).toBe(2)
  expect(found?.summary).toContain('robot.acme+ci')
  expect(written()).toEqual([])
})

const robot = (name: string, key = 'ci') => ({
  [`organizations/${name}.yaml`]: organization(name, `robots: {${key}: {}}\n`),
})

test('of several merges GitHub lets only the newest wait: its run applies them all', {
  timeout: LONG,
}, async () => {
  const { propose, merge, review, apply, applied, written } = await begun()
  const requests = [propose(7, robot('acme')), propose(8, robot('globex'))]
  for (const request of requests) await review(request)
  const [, last = ''] = requests.map((request) => merge(request))
  const done = await apply(last)
  expect(done?.code, done?.said).toBe(0)
  expect(written()).toHaveLength(2)
  expect(applied()).toBe(last)
  const again = await apply(last)
  expect([again?.code, written()], again?.said).toEqual([0, []])
})

test('what has moved since its review waits, and nothing else does; it is applied by hand', {
  timeout: LONG,
}, async () => {
  const { propose, merge, review, apply, applied, written, run, there, checkout } = await begun()
  const before = applied()
  const requests = [propose(7, robot('acme')), propose(8, robot('globex'))]
  for (const request of requests) await review(request)
  const [, last = ''] = requests.map((request) => merge(request))
  await there.call('PUT', '/organization/acme', { email: 'mallory@example.com' })
  written()
  const done = await apply(last)
  expect(done?.code, done?.said).toBe(6)
  expect(done?.said).toContain('QC4306')
  expect(written()).toEqual(['PUT /api/v1/organization/globex/robots/ci'])
  expect(applied()).toBe(before)
  const shown = await quayctl(['plan', '--json', '--base', 'HEAD', '--organization', 'acme'], {
    cwd: checkout(last),
    env: there.env,
  })
  const id = JSON.parse(shown.stdout).plan_id
  const inputs = { organization: 'acme', id: 'f'.repeat(12), allow: '' }
  const wrong = await run('apply/by-hand', byHand(last, inputs), WRITE)
  expect([wrong?.code, written()], wrong?.said).toEqual([6, []])
  const right = await run('apply/by-hand', byHand(last, { ...inputs, id }), WRITE)
  expect([right?.code, written().length], right?.said).toEqual([0, 2])
  const again = await apply(last)
  expect([again?.code, applied()], again?.said).toEqual([0, last])
})

test('a label of its request allows what a change may cost, also after the merge, and of that request alone', {
  timeout: LONG,
}, async () => {
  const { propose, merge, review, apply, applied, written, label } = await begun()
  const open = (name: string) => ({
    [`organizations/${name}.yaml`]: organization(name, 'repositories: {web: {visibility: public}}\n'),
  })
  const ours = propose(7, open('acme'))
  const theirs = propose(8, open('globex'))
  expect(await review(ours)).toContain('An apply waits for the label `quayctl:allow-public` on this request.')
  await review(theirs)
  merge(ours, ['bug', 'quayctl:allow-public'])
  const last = merge(theirs)
  const done = await apply(last)
  expect(done?.code, done?.said).toBe(6)
  expect(done?.said).toContain('label the request quayctl:allow-public')
  expect(written()).toEqual(['POST /api/v1/repository'])
  expect(applied()).not.toBe(last)
  label(theirs, ['quayctl:allow-public'])
  const again = await apply(last)
  expect([again?.code, written(), applied()], again?.said).toEqual([0, ['POST /api/v1/repository'], last])
})

test('a run that failed in the middle is continued by the next one, or by itself', {
  timeout: LONG,
}, async () => {
  let broken = true
  const { propose, merge, review, apply, applied, written } = await begun(
    (path) => broken && path.endsWith('/robots/two'),
  )
  const ours = propose(7, {
    'organizations/acme.yaml': organization('acme', 'robots: {one: {}, two: {}}\n'),
  })
  await review(ours)
  const sha = merge(ours)
  const before = applied()
  const failed = await apply(sha)
  expect([failed?.code, written()], failed?.said).toEqual([5, ['PUT /api/v1/organization/acme/robots/one']])
  expect(applied()).toBe(before)
  broken = false
  const theirs = propose(8, robot('globex'))
  await review(theirs)
  const last = merge(theirs)
  const done = await apply(last)
  expect([done?.code, applied()], done?.said).toEqual([0, last])
  expect([...written()].sort()).toEqual([
    'PUT /api/v1/organization/acme/robots/two',
    'PUT /api/v1/organization/globex/robots/ci',
  ])
})

test('what nobody has seen in a comment waits', { timeout: LONG }, async () => {
  const { propose, merge, review, apply, written } = await begun()
  const ours = propose(7, robot('acme'))
  await review(ours)
  // Pushed after the review, and merged before its plan was shown.
  const done = await apply(merge(propose(7, robot('acme', 'backdoor'))))
  expect([done?.code, written()], done?.said).toEqual([6, []])
  expect(done?.said).toContain('acme/quay#7: no comment shows a plan of its last commit')
})

test('a fork is checked and compared without a secret, and never planned', { timeout: LONG }, async () => {
  const { propose, run, fake, there } = await begun()
  const request = propose(7, robot('acme'))
  const event = ofPull(request, 'mallory/quay')
  const asked = there.seen.length
  const files = await run('review/files', event)
  expect([files?.code, files?.summary.includes('robot.acme+ci')], files?.said).toEqual([0, true])
  expect(await run('review/plan', event)).toBe(null)
  expect([there.seen.length, fake.seen]).toEqual([asked, []])
})

test('a plan that cannot be made says so on the pull request, and so do files that are wrong', {
  timeout: LONG,
}, async () => {
  const { propose, run, comments } = await begun()
  const request = propose(7, {
    'organizations/acme.yaml': organization('acme', 'robots: {ci: {colour: red}}\n'),
  })
  const files = await run('review/files', ofPull(request))
  expect(files?.code, files?.said).toBe(3)
  const plan = await run('review/plan', ofPull(request), READ)
  expect(plan?.code, plan?.said).toBe(3)
  expect(comments(7)).toEqual([expect.stringContaining('colour')])
})

test('what mends a broken main is checked, planned and applied', { timeout: LONG }, async () => {
  const { propose, merge, run, review, apply, applied, written } = await begun()
  const before = applied()
  const wrong = propose(7, { 'organizations/globex.yaml': organization('globex', 'colour: red\n') })
  const broken = await apply(merge(wrong))
  expect([broken?.code, applied()], broken?.said).toEqual([3, before])

  const mends = propose(8, { ...robot('acme'), 'organizations/globex.yaml': organization('globex') })
  const files = await run('review/files', ofPull(mends))
  expect(files?.code, files?.said).toBe(0)
  const text = await review(mends)
  for (const part of ['robot.acme+ci', 'so all organizations are planned']) expect(text).toContain(part)
  const last = merge(mends)
  const done = await apply(last)
  expect([done?.code, written(), applied()], done?.said).toEqual([
    0,
    ['PUT /api/v1/organization/acme/robots/ci'],
    last,
  ])
})

test('each thing is said once at its line, and whether files are wrong or right', {
  timeout: LONG,
}, async () => {
  const { propose, run } = await begun()
  const lines = (done: Awaited<ReturnType<typeof run>>) =>
    (done?.said ?? '').split('\n').filter((line) => /^::(error|warning|notice) /.test(line))
  const text = organization(
    'acme',
    'robots: {ci: {description: "password: hunter2hunter2"}}\nrepositories: {web: {visibility: public}}\n',
  )
  const right = propose(7, { 'organizations/acme.yaml': text })
  const done = [await run('review/files', ofPull(right)), await run('review/plan', ofPull(right), READ)]
  const said = done.flatMap(lines)
  expect(said.map((line) => /QC\d+|impact-\w+/.exec(line)?.[0])).toEqual(['QC5006', 'impact-public'])
  const wrong = propose(8, { 'organizations/acme.yaml': `${text}colour: red\n` })
  const files = lines(await run('review/files', ofPull(wrong)))
  expect(files.map((line) => /QC\d+/.exec(line)?.[0])).toEqual(['QC1002', 'QC5006'])
})

test('what looks like a plan among the files is not commented', { timeout: LONG }, async () => {
  const { propose, run, comments, fake, review } = await begun()
  const forged = { 'plan.json': '{"kind": "quayctl.plan"}', 'plan.md': '## Quay plan: no changes\n' }
  const request = propose(7, { ...robot('acme'), ...forged })
  fake.trouble = ({ method }) => (method === 'GET' ? { status: 404 } : undefined)
  const broken = await run('review/plan', ofPull(request), READ)
  expect(broken?.code, broken?.said).toBe(7)
  expect(broken?.said).not.toContain('comment "$RUNNER_TEMP/plan.json"')
  fake.trouble = () => undefined
  expect(comments(7)).toEqual([])
  expect(await review(request)).toContain('robot.acme+ci')
})

test('a guard is lifted by the files of the change that it stops, or of a later one, and by no label', {
  timeout: LONG,
}, async () => {
  const { propose, merge, review, apply, applied, written, run, comments, there } = await begun()
  const files = (most: number, robots: string) => ({
    'quayctl.yaml': registry(
      `url: ${there.url}\ninclude: [organizations/*.yaml]\nsafety: {max_deletes: ${most}}\n`,
    ),
    'organizations/acme.yaml': organization('acme', `prune: {robots: all}\nrobots: ${robots}\n`),
  })
  const labels = ['data', 'credential', 'public'].map((impact) => `quayctl:allow-${impact}`)
  const begins = propose(7, files(0, '{one: {}, two: {}, three: {}}'))
  await review(begins)
  const first = await apply(merge(begins))
  expect(first?.code, first?.said).toBe(0)

  const stopped = await run('review/plan', ofPull(propose(8, files(0, '{one: {}, two: {}}'))), READ)
  expect(stopped?.code, stopped?.said).toBe(4)
  expect(comments(8)[0]).toContain('**It is stopped.**')
  const itself = propose(8, files(1, '{one: {}, two: {}}'))
  expect(await review(itself)).not.toContain('**It is stopped.**')
  written()
  const lifted = await apply(merge(itself, labels))
  expect([lifted?.code, written()], lifted?.said).toEqual([
    0,
    ['DELETE /api/v1/organization/acme/robots/three'],
  ])

  const merged = propose(9, files(0, '{one: {}}'))
  await run('review/plan', ofPull(merged), READ)
  const before = applied()
  const held = await apply(merge(merged, labels))
  expect([held?.code, written(), applied()], held?.said).toEqual([4, [], before])
  const last = merge(propose(10, files(1, '{one: {}}')))
  const later = await apply(last)
  expect([later?.code, applied()], later?.said).toEqual([0, last])
  expect(written()).toEqual(['DELETE /api/v1/organization/acme/robots/two'])
})

test('a change of nothing but what is safe is seen, at its line and in the comment', {
  timeout: LONG,
}, async () => {
  const { propose, merge, review, apply, applied, written, run, comments, there } = await begun()
  const main = (safety: string) => ({
    'quayctl.yaml': registry(`url: ${there.url}\ninclude: [organizations/*.yaml]\nsafety: ${safety}\n`),
  })
  const lines = (said = '') => said.split('\n').filter((line) => /^::\w+ .*QC4061/.test(line))
  const stricter = propose(7, main('{protect: ["organization.*"]}'))
  const quiet = await run('review/plan', ofPull(stricter), READ)
  expect(quiet?.said).toContain('No changes and no warnings, so')
  expect(comments(7)).toEqual([])
  merge(stricter)

  const lifting = propose(8, main('{max_deletes: 500}'))
  const files = await run('review/files', ofPull(lifting))
  expect(lines(files?.said)).toEqual([
    expect.stringMatching(/^::warning file=quayctl.yaml,.*protect had/),
    expect.stringMatching(/^::warning file=quayctl.yaml,.*max_deletes was/),
  ])
  const text = await review(lifting)
  expect(text).toContain('No changes at ')
  expect(text).toContain('safety.protect had')
  expect(text).toContain('safety.max\\_deletes was 5 at HEAD^1')
  const last = merge(lifting)
  const done = await apply(last)
  expect([done?.code, written(), applied()], done?.said).toEqual([0, [], last])
})

test('a tarball is installed instead where a variable says so', { timeout: LONG }, async () => {
  const { propose, run } = await begun()
  const vars = { QUAYCTL_PACKAGE: 'https://files.example/quayctl-0.1.0.tgz' }
  const done = await run('review/files', ofPull(propose(7, robot('acme'))), {}, vars)
  expect([done?.code, done?.said], done?.said).toEqual([
    0,
    expect.stringContaining(`npm install --global --ignore-scripts ${vars.QUAYCTL_PACKAGE}\n`),
  ])
})
