import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { baseOf } from '../src/engine/base.ts'
import { changedSince, sayingsOf } from '../src/engine/changed.ts'
import { compareRevisions } from '../src/engine/revisions.ts'
import type { Plan, PlannedChange, PlannedField } from '../src/model/plan.ts'
import type { Unknown } from '../src/model/revisions.ts'
import { type Estate, estates, filesOf } from './estates.ts'
import { configure, everything, registry, type World, withWorld } from './world.ts'

vi.setConfig({ testTimeout: 600_000 })

const runs = { numRuns: 300 }
const few = { numRuns: 60 }

const organization = (body: object) => ({
  apiVersion: 'quayctl/v1',
  kind: 'Organization',
  name: 'acme',
  ...body,
})

/** A block that becomes whole, from which one goes that the base names, and one that only Quay knows. */
const whole: [Estate, Estate] = [
  [organization({ teams: { one: { role: 'creator' }, two: { role: 'creator', members: [] } } })],
  [
    organization({
      prune: { teams: 'all' },
      teams: { one: { role: 'admin', members: ['user:admin'] }, three: { role: 'admin' } },
    }),
  ],
]
const many = { maxDeletes: 1000 }

const baseOn = (estate: Estate) => {
  const { expanded } = configure(filesOf(estate))
  return { expanded, base: baseOf('HEAD', 'c0ffee', expanded) }
}

/** What a change of files means, without any Quay. */
const diffOf = (before: Estate, after: Estate): Promise<Plan> =>
  compareRevisions(baseOn(before), configure(filesOf(after)), registry, {
    selection: everything,
    today: '2026-11-21',
    version: '0.0.0',
    partial: new Set(),
    names: { base: { name: 'HEAD', commit: 'c0ffee' }, head: { name: null } },
  })

/** The plan of the second for a Quay that the first have made; null where Quay refuses one of them. */
async function planOf(world: World, before: Estate, after: Estate): Promise<Plan | null> {
  const [first, second] = [filesOf(before), filesOf(after)]
  if ((await world.refusals(first)).length > 0) return null
  const { outcomes } = await world.apply(await world.plan(first, many))
  if ([...outcomes.values()].some(({ status }) => status !== 'done' && status !== 'already')) return null
  if ((await world.refusals(second)).length > 0) return null
  return (await world.plan(second, { ...many, base: baseOn(before).base })).plan
}

test('a diff of two states of files is the plan of the second for a Quay that the first have made, but for what it says only Quay knows', async () => {
  const counts = { compared: 0, certain: 0, open: 0 }
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(estates, estates, async (before, after) => {
      await withWorld(async (world) => {
        const plan = await planOf(world, before, after)
        if (!plan) return
        const diff = await diffOf(before, after)
        counts.compared++
        for (const { about } of diff.diff?.unknown ?? []) seen.add(about)
        const [planned, told] = [plan, diff].map(byAddress)
        for (const address of new Set([...(planned?.keys() ?? []), ...(told?.keys() ?? [])])) {
          const isCertain = compare(address, planned?.get(address), told?.get(address), diff)
          counts[isCertain ? 'certain' : 'open']++
          if (isCertain) compareAccess(told?.get(address), plan, diff)
        }
        expect(leftBy(diff)).toEqual(leftBy(plan))
      })
    }),
    { ...runs, examples: [whole] },
  )
  expect(counts.compared).toBeGreaterThan(runs.numRuns * 0.9)
  expect(counts.open).toBeLessThan(counts.certain / 3)
  // `times` is rare among them.
  expect([...seen].filter((about) => about !== 'times').sort()).toEqual([
    'administrators',
    'grants',
    'present',
    'removed',
    'stakes',
    'unlisted',
    'values',
  ])
})

test('an organization in which anything changes is one that has changed', async () => {
  const counts = { changed: 0, others: 0 }
  await fc.assert(
    fc.asyncProperty(estates, estates, fc.nat(2), async (before, others, kept) => {
      const names = new Set(before.slice(0, kept).map(({ name }) => name))
      const after = [...before.slice(0, kept), ...others.filter(({ name }) => !names.has(name))]
      const changed = changedBy(before, after)
      for (const { organization } of (await diffOf(before, after)).changes)
        expect(changed.names).toContain(organization)
      counts.changed += changed.names.size
      counts.others += changed.others
    }),
    few,
  )
  expect(Math.min(counts.changed, counts.others)).toBeGreaterThan(few.numRuns / 3)
})

test('files that say the same differ in nothing, and leave nothing open', async () => {
  await fc.assert(
    fc.asyncProperty(estates, async (estate) => {
      const same = [...estate].reverse()
      const { changes, diff } = await diffOf(estate, same)
      expect([changes, diff?.unknown, changedBy(estate, same).names.size]).toEqual([[], [], 0])
    }),
    few,
  )
})

const changedBy = (before: Estate, after: Estate) => changedSince('HEAD', saidBy(after), saidBy(before))

const saidBy = (estate: Estate) => sayingsOf(configure(filesOf(estate)).expanded, registry)

const byAddress = ({ changes }: Plan) => new Map(changes.map((change) => [change.address, change]))

/** What is no longer listed, and stays. */
const leftBy = ({ findings }: Plan): readonly string[] =>
  findings.flatMap(({ code, message }) => (code === 'QC4017' ? [message] : [])).sort()

const shown = ({ source: _, ...field }: PlannedField): string => JSON.stringify(field)

/** Fails unless a change is the same in both, as far as the diff does not leave it open; false where it leaves it open. */
function compare(
  address: string,
  real: PlannedChange | undefined,
  said: PlannedChange | undefined,
  { diff }: Plan,
): boolean {
  const words = `${address}\nplan ${JSON.stringify(real, null, 1)}\ndiff ${JSON.stringify(said, null, 1)}`
  const isOpen = (...kinds: readonly Unknown['about'][]) =>
    (diff?.unknown ?? []).some(
      ({ about, addresses }) =>
        kinds.includes(about) &&
        addresses.some((entry) => entry === address || (entry.endsWith('**') && isBelow(entry, address))),
    )
  if (isOpen('administrators', 'present')) return false
  if (!said) {
    expect(real?.action === 'delete' ? isOpen('unlisted', 'removed') : isOpen('values', 'times'), words).toBe(
      true,
    )
    return false
  }
  if (!real) {
    expect(said.perhaps, words).toBe(true)
    return false
  }
  expect(said.action, words).toBe(real.action)
  const open = new Set(said.fields.filter(({ unknown }) => unknown).map(({ path }) => path))
  const isTime = ({ path }: PlannedField) => path === '/sync_start_date' && isOpen('times')
  const certain = ({ fields }: PlannedChange) =>
    fields.filter((field) => !open.has(field.path) && !isTime(field)).map(shown)
  expect(certain(said), words).toEqual(certain(real))
  if (isOpen('stakes', 'values')) return false
  expect(said.impacts, words).toEqual(real.impacts)
  // Of what goes the files tell more than a plan reads of it: who was on a team.
  const cut = (text: string, index: number) =>
    said.action === 'delete' ? text.slice(0, real.consequences[index]?.length) : text
  expect(said.consequences.map(cut), words).toEqual(real.consequences)
  return true
}

/** Who gains and who loses; of what goes the files tell more, again. */
function compareAccess(said: PlannedChange | undefined, plan: Plan, diff: Plan): void {
  const of = ({ access }: Plan) =>
    access.flatMap(({ source: _, ...entry }) =>
      entry.address === said?.address ? [JSON.stringify(entry)] : [],
    )
  if (said?.action === 'delete') expect(of(diff)).toEqual(expect.arrayContaining([...of(plan)]))
  else expect(of(diff)).toEqual(of(plan))
}

const isBelow = (glob: string, address: string): boolean => address.startsWith(glob.slice(0, -2))
