import { expect, test } from 'vitest'
import { organization } from '../commands/run.ts'
import { github } from '../forge/github.ts'
import { estate, LONG, moved } from './estate.ts'
import { runTekton } from './pipelines.ts'

test('pull request, comment, merge, apply while another merge intervenes, drift', {
  timeout: LONG,
}, async () => {
  const fake = await github()
  const world = await estate(fake)
  const { propose, merge, applied, written, there } = world
  const where = { platform: 'github', repository: 'acme/quay' }
  const requests = ['acme', 'globex'].map((name, index) =>
    propose(7 + index, { [`organizations/${name}.yaml`]: organization(name, 'robots: {ci: {}}\n') }),
  )
  for (const { number, head } of requests) {
    const given = { ...where, 'pull-request': String(number), head }
    const reviewed = await runTekton(world, fake, 'quayctl-review', given)
    expect(reviewed.code, reviewed.stderr).toBe(0)
  }
  expect(fake.rows.map(({ on, body }) => [on, /robot\.\w+\+ci/.exec(body)?.[0]])).toEqual([
    [7, 'robot.acme+ci'],
    [8, 'robot.globex+ci'],
  ])
  const [first = '', second = ''] = requests.map((request) => merge(request))
  for (const [revision, name] of [
    [first, 'acme'],
    [second, 'globex'],
  ] as const) {
    const done = await runTekton(world, fake, 'quayctl-apply', { ...where, revision })
    expect(done.code, done.stderr).toBe(0)
    expect([written(), applied()]).toEqual([[`PUT /api/v1/organization/${name}/robots/ci`], revision])
  }
  expect((await runTekton(world, fake, 'quayctl-drift', {})).code).toBe(0)
  await there.call('DELETE', '/organization/acme/robots/ci')
  expect((await runTekton(world, fake, 'quayctl-drift', {})).code).toBe(2)
})

test('what is planned is what a merge would bring about after the target has moved; a conflict is refused', {
  timeout: LONG,
}, async () => {
  const fake = await github()
  const world = await estate(fake)
  const { request, conflicting } = await moved(world)
  const review = ({ number, head }: typeof request) =>
    runTekton(world, fake, 'quayctl-review', {
      platform: 'github',
      repository: 'acme/quay',
      'pull-request': String(number),
      head,
    })
  const done = await review(request)
  expect(done.code, done.stderr).toBe(0)
  const body = fake.rows[0]?.body ?? ''
  expect(body).toContain('robot.acme+ci')
  expect(body).not.toContain('organization.acme')
  const refused = await review(conflicting)
  expect(refused.code, refused.stderr).toBe(1)
  expect(fake.rows.at(-1)).toMatchObject({
    on: conflicting.number,
    body: expect.stringContaining('It conflicts with main: merge that into it, or rebase it'),
  })
})

test('a tarball is installed instead where a config map says so', { timeout: LONG }, async () => {
  const fake = await github()
  const world = await estate(fake)
  const url = 'https://files.example/quayctl-0.1.0.tgz'
  const done = await runTekton(world, fake, 'quayctl-drift', {}, { 'quayctl/package': url })
  expect([done.code, done.stdout], done.stderr).toEqual([
    0,
    expect.stringContaining(`npm install --global --ignore-scripts ${url}\n`),
  ])
})
