import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { baseOf } from '../src/engine/base.ts'
import { type Estate, estates, filesOf } from './estates.ts'
import { events, history } from './happenings.ts'
import { configure, type ReadyPlan, type World, withWorld } from './world.ts'

vi.setConfig({ testTimeout: 600_000 })

/** Each takes a world of its own, so there are few: what the base means is pure, and its table is in test/engine. */
const runs = { numRuns: 40 }
const many = { maxDeletes: 1000 }

const asBase = (estate: Estate) => baseOf('HEAD', 'c0ffee', configure(filesOf(estate)).expanded)

/** The same estate, which deletes only what a base listed. */
const dropping = (estate: Estate): Estate =>
  estate.map((document) =>
    document.prune
      ? {
          ...document,
          prune: Object.fromEntries(Object.keys(document.prune).map((block) => [block, 'dropped'])),
        }
      : document,
  )

/** An organization mirror that Quay would not make there is none of our business. */
const withoutMirrors = (estate: Estate): Estate => estate.map(({ organization_mirror: _, ...rest }) => rest)

const worlds = fc.record({ before: estates, what: events, after: estates.map(withoutMirrors) })

const plansOf = (world: World, estate: Estate, base?: Estate): Promise<ReadyPlan> =>
  world.plan(filesOf(estate), { ...many, base: base && asBase(base) })

test('where the files are the base, the base changes nothing but that all is said to have differed before', async () => {
  let changes = 0
  await fc.assert(
    fc.asyncProperty(worlds, async ({ before, what, after }) => {
      await withWorld(async (world) => {
        await history(world, before, what)
        const files = dropping(after)
        const [alone, based] = [await plansOf(world, files), await plansOf(world, files, files)]
        const { config, findings, ...rest } = based.plan
        const { config: own, findings: said, ...others } = alone.plan
        const changed = rest.changes.map(({ earlier, ...change }) => {
          expect(earlier, change.address).toBe(true)
          return change
        })
        expect({ ...rest, changes: changed }).toEqual(others)
        expect(config).toEqual({ ...own, base: 'c0ffee' })
        expect(findings).toEqual(said.filter(({ code }) => code !== 'QC4018'))
        expect(based.sent.length, 'requests').toBe(alone.sent.length)
        changes += rest.changes.length
      })
    }),
    runs,
  )
  expect(changes).toBeGreaterThan(runs.numRuns)
})

test('dropped deletes what all deletes, as far as the base listed it; nothing else but secrets depends on a base', async () => {
  const deletes = (ready: ReadyPlan) =>
    ready.plan.changes.filter(({ reason }) => reason === 'pruned').map(({ address }) => address)
  /** What is left of them may be what keeps the last administrators, and that turns on what else goes; so may the role of a team that the files declare, which never goes. */
  const due = (ready: ReadyPlan, written: ReadonlyMap<string, unknown>) =>
    new Set([
      ...deletes(ready),
      ...ready.plan.findings.flatMap(({ code, address = '' }) =>
        code === 'QC4010' && !written.has(address) ? [address] : [],
      ),
    ])
  const others = ({ plan }: ReadyPlan) =>
    plan.changes
      .filter(({ reason }) => reason !== 'pruned' && reason !== 'rotate')
      .map(({ address, action }) => `${action} ${address}`)
  let dropped = 0
  await fc.assert(
    fc.asyncProperty(worlds, async ({ before, what, after }) => {
      await withWorld(async (world) => {
        await history(world, before, what)
        const whole = await plansOf(world, after)
        const based = await plansOf(world, dropping(after), before)
        const alone = await plansOf(world, dropping(after))
        const { declared } = asBase(before)
        const listed = (addresses: Iterable<string>) =>
          [...addresses].filter((address) => declared.has(address))
        expect(listed(deletes(based))).toEqual(deletes(based))
        const written = asBase(after).declared
        expect(listed(due(based, written)).sort()).toEqual(listed(due(whole, written)).sort())
        expect(deletes(alone)).toEqual([])
        expect(others(based)).toEqual(others(alone))
        dropped += deletes(based).length
        for (const { code, address = '' } of based.plan.findings)
          if (code === 'QC4017') expect(declared.has(address), address).toBe(true)
      })
    }),
    runs,
  )
  expect(dropped).toBeGreaterThan(0)
})
