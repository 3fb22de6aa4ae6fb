import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { seenBy } from '../src/engine/ids.ts'
import { plannedFields } from '../src/engine/fields.ts'
import { canonicalJson } from '../src/model/canonical.ts'
import { estates, filesOf } from './estates.ts'
import { events, history } from './happenings.ts'
import { isPlan, reloaded, registry, withWorld, wordsOf } from './world.ts'

vi.setConfig({ testTimeout: 240_000 })
const many = { maxDeletes: 1000 }

test('try', async () => {
  const words = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(estates, events, estates, fc.boolean(), async (before, what, after, replacing) => {
      await withWorld(async (world) => {
        await history(world, before, what)
        let ready
        try { ready = await world.plan(filesOf(after), { ...many, replace: replacing ? ['**'] : [] }) } catch { return }
        reloaded(ready.plan, filesOf(after)).forEach(({ change }, i) => {
          const type = registry.get(change.address.type)
          if (type) expect(plannedFields(change, type)).toEqual(ready.plan.changes[i]?.fields)
        })
        const { outcomes } = await world.applySaved(ready, filesOf(after))
        for (const [address, outcome] of outcomes) {
          if (outcome.status !== 'done') {
            const step = ready.steps.find(({ change }) => change.address.text === address)
            console.log(step?.change.action, address, wordsOf(outcome).slice(0, 300))
          }
        }
      })
    }),
    { numRuns: Number(process.env.RUNS ?? 20), seed: Number(process.env.SEED ?? 1), endOnFailure: true },
  )
})
