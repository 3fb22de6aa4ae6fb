import { describe, expect, test } from 'vitest'
import { allowedBy, heldToReviews, type Reviewed, seenIn } from '../src/engine/reviewed.ts'
import type { Plan } from '../src/model/plan.ts'
import { renderPlan } from '../src/render/plan.ts'
import { uncolored } from '../src/render/style.ts'
import { folder, quay, quayctl, unwrapped, writes } from './commands/run.ts'
import { registry, worldAt } from './world.ts'

const organization = (name: string, rest: object = {}) =>
  JSON.stringify({
    apiVersion: 'quayctl/v1',
    kind: 'Organization',
    name,
    email: `q@${name}.example`,
    ...rest,
  })
const robots = (...names: readonly string[]) => ({
  robots: Object.fromEntries(names.map((name) => [name, {}])),
})
const review = (plan: Plan, allow: Reviewed['allow'] = []): Reviewed => ({
  request: 'acme/quay#7',
  seen: seenIn(plan),
  allow,
})
const heldIn = ({ plan }: { readonly plan: Plan }) =>
  plan.changes
    .filter(({ held }) => held === 'unreviewed' || held === 'unallowed')
    .map(({ address }) => address)

/** Two organizations that are there, and what is planned for files of them. */
async function begun() {
  const { emulator, url } = await quay()
  const world = worldAt(emulator, url)
  await world.converge({ 'a.yaml': organization('acme'), 'g.yaml': organization('globex') })
  const plan = (acme: object, globex: object = {}) =>
    world.plan({ 'a.yaml': organization('acme', acme), 'g.yaml': organization('globex', globex) })
  return { world, plan }
}

describe('an organization goes on', () => {
  test('as it was seen, also when others have more', async () => {
    const { plan } = await begun()
    const seen = await plan(robots('aa', 'bb'))
    const now = await plan(robots('aa', 'bb'), robots('cc'))
    const held = heldToReviews(now, [review(seen.plan)], [], registry)
    expect(heldIn(held)).toEqual(['robot.globex+cc'])
    expect(held.plan.findings[0]).toMatchObject({
      code: 'QC4306',
      organization: 'globex',
      message: 'globex waits: no review has seen this: robot.globex+cc',
    })
    expect(held.steps.map(({ change, held: hold }) => [change.address.text, hold?.as])).toEqual([
      ['robot.acme+aa', undefined],
      ['robot.acme+bb', undefined],
      ['robot.globex+cc', 'unreviewed'],
    ])
  })

  test('when a part of it is done, and when two reviews have seen a part each', async () => {
    const { plan } = await begun()
    const reviews = [review((await plan(robots('aa', 'bb'))).plan), review((await plan(robots('cc'))).plan)]
    for (const acme of [robots('bb'), robots('aa', 'bb', 'cc'), {}])
      expect(heldIn(heldToReviews(await plan(acme), reviews, [], registry))).toEqual([])
  })
})

describe('an organization waits as a whole', () => {
  test('when one of its changes was not seen, or would find something else in Quay', async () => {
    const { world, plan } = await begun()
    const seen = review((await plan({ ...robots('aa'), email: 'new@acme.example' })).plan)
    const more = await plan({ ...robots('aa', 'bb'), email: 'new@acme.example' })
    expect(heldIn(heldToReviews(more, [seen], [], registry))).toHaveLength(3)
    await world.converge({ 'a.yaml': organization('acme', { email: 'other@acme.example' }) })
    const moved = await plan({ ...robots('aa'), email: 'new@acme.example' })
    expect(heldIn(heldToReviews(moved, [seen], [], registry))).toEqual(['organization.acme', 'robot.acme+aa'])
  })

  test('of a large plan when anything differs, since only the whole was seen', async () => {
    const { plan } = await begun()
    const names = Array.from({ length: 1500 }, (_, index) => `r${index}`)
    const large = await plan(robots(...names), robots('cc'))
    const seen = review(large.plan)
    expect(seen.seen).toHaveLength(2)
    expect(heldIn(heldToReviews(large, [seen], [], registry))).toEqual([])
    const less = await plan(robots(...names.slice(1)), robots('cc'))
    expect(heldIn(heldToReviews(less, [seen], [], registry))).toHaveLength(1499)
  })

  test('when nobody allows what it costs: a review allows what it has seen, and no more', async () => {
    const { plan } = await begun()
    const open = { repositories: { web: { visibility: 'public' } } }
    const both = await plan(open, open)
    const ours = review((await plan(open)).plan, ['public'])
    const theirs = review((await plan({}, open)).plan)
    const allowances = allowedBy(both.plan, [ours, theirs])
    const held = heldToReviews(both, [ours, theirs], allowances, registry)
    expect(heldIn(held)).toEqual(['repository.globex/web'])
    // It was reviewed, and nothing says that it was not.
    expect(renderPlan(held.plan, uncolored)).toContain('Not allowed, and not applied: globex (1 change).')
    expect(renderPlan(held.plan, uncolored)).not.toMatch(/review/)
    expect(held.plan.findings[0]).toMatchObject({
      code: 'QC4307',
      hint: 'if that is meant, label the request quayctl:allow-public, and run this again',
    })
    expect(held.plan.safety.confirm).toEqual(both.plan.safety.confirm)
    const flag = [...allowances, { impact: 'public', glob: 'repository.globex/**' } as const]
    expect(heldIn(heldToReviews(both, [ours, theirs], flag, registry))).toEqual([])
  })
})

describe('--reviewed', () => {
  test.each([
    ['is not there', null, /there is no such file$/m],
    ['is no JSON', 'acme=7f3c9a1e4b0d', /it is no JSON$/m],
    [
      'is of another form',
      '[{"request": "acme/quay#7", "seen": "all", "allow": []}]',
      /0\/seen is not a list/,
    ],
    [
      'allows what is no impact',
      '[{"request": "x", "seen": [], "allow": ["all"]}]',
      /0\/allow\/0 is not access/,
    ],
  ])('a file that %s is an error before anything is sent', async (_, text, why) => {
    const { env, seen } = await quay()
    const cwd = folder({
      'quayctl.yaml': organization('acme'),
      ...(text !== null && { 'reviewed.json': text }),
    })
    const ran = await quayctl(['apply', '--yes', '--reviewed', 'reviewed.json'], { cwd, env })
    expect([ran.code, writes(seen)], ran.stderr).toEqual([3, []])
    expect(unwrapped(ran.stderr)).toMatch(/^error QC3127/m)
    expect(unwrapped(ran.stderr)).toMatch(why)
  })

  test('nothing was reviewed, so nothing is done, and the exit code says so', async () => {
    const { env, seen } = await quay()
    const cwd = folder({ 'quayctl.yaml': organization('acme'), 'reviewed.json': '[]' })
    const ran = await quayctl(['apply', '--yes', '--reviewed', 'reviewed.json'], { cwd, env })
    expect([ran.code, writes(seen)], ran.stderr).toEqual([6, []])
    expect(ran.stdout).toContain('QC4306')
  })

  test('of a comment it stands alone', async () => {
    for (const more of [['plan.json'], ['--outdated'], ['--dry-run']]) {
      const { code, stderr } = await quayctl(['comment', '--reviewed', 'HEAD', ...more])
      expect([code, stderr.includes('QC6450')]).toEqual([64, true])
    }
  })
})

test('--organization - is what is in no organization', async () => {
  const { env, url } = await quay()
  const text = `apiVersion: quayctl/v1\nkind: Registry\nurl: ${url}\nmessages: [{severity: info, media_type: text/plain, content: Hello}]\n`
  const cwd = folder({ 'quayctl.yaml': `${text}---\n${organization('acme')}` })
  const ran = await quayctl(['plan', '--json', '--organization', '-'], { cwd, env })
  expect(ran.code, ran.stderr).toBe(0)
  expect(Object.keys(JSON.parse(ran.stdout).plan_ids)).toEqual(['-'])
})
