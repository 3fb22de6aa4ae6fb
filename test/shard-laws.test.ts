import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { baseOf } from '../src/engine/base.ts'
import { planText } from '../src/engine/planfile.ts'
import { type Estate, estates, filesOf } from './estates.ts'
import { events, history } from './happenings.ts'
import { bothWays } from './shards.ts'
import { configure, everything, withWorld } from './world.ts'

vi.setConfig({ testTimeout: 600_000 })

const runs = { numRuns: 60 }

/** With as many organizations more that are like the first ones. */
const manifold = (estate: Estate, copies: number): Estate =>
  estate.flatMap((document) =>
    document.kind === 'Organization'
      ? [
          document,
          ...Array.from({ length: copies }, (_, at) => ({ ...document, name: `${document.name}${at}` })),
        ]
      : [document],
  )

const cases = fc.record({
  before: fc.tuple(estates, fc.nat(3)).map(([estate, copies]) => manifold(estate, copies)),
  what: events,
  after: fc
    .tuple(estates, fc.nat(5))
    .map(([estate, copies]) => manifold(estate, copies))
    .map((estate) => estate.map(({ organization_mirror: _, ...rest }) => rest)),
  count: fc.constantFrom(1, 2, 3, 8),
  based: fc.boolean(),
  holdBlocked: fc.boolean(),
  maxDeletes: fc.constantFrom(undefined, 0, 3, 1000),
  replace: fc.constantFrom([], ['**'], ['repository.*']),
  maxRevokes: fc.constantFrom(undefined, 0),
  minOrgAdmins: fc.constantFrom(undefined, 2),
  selection: fc.constantFrom(
    everything,
    everything,
    { ...everything, organizations: ['one', 'one0', '-'] },
    { ...everything, targets: ['repository.**'] },
    { ...everything, excludes: ['team.**'] },
  ),
})

test('the plans of all shards come to the plan that there is without any, whatever it is', async () => {
  const seen = { changes: 0, stopped: 0, findings: 0, shards: 0 }
  await fc.assert(
    fc.asyncProperty(cases, async ({ before, what, after, count, based, ...options }) => {
      await withWorld(async (world) => {
        await history(world, before, what)
        const files = filesOf(after)
        if ((await world.refusals(files)).length > 0) return
        const base = based ? baseOf('HEAD', 'c0ffee', configure(filesOf(before)).expanded) : undefined
        const { whole, parts, together } = await bothWays(world, files, count, { ...options, base })
        expect(planText(together)).toBe(planText(whole))
        seen.changes += whole.changes.length
        seen.stopped += whole.safety.stops.length
        seen.findings += whole.findings.length
        seen.shards += parts.filter(({ changes }) => changes.length > 0).length
      })
    }),
    runs,
  )
  // Few runs at random come to what a guard stops.
  for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(runs.numRuns / 6)
})
