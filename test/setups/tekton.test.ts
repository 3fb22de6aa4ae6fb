import { expect, test } from 'vitest'
import { organization } from '../commands/run.ts'
import { github } from '../forge/github.ts'
import { estate, LONG } from './estate.ts'
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
