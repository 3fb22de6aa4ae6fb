import { expect, test, vi } from 'vitest'
import { randomFrom } from '../../src/emulator/chance.ts'
import { faultKinds, faultsBy } from '../../src/emulator/faults.ts'
import type { Outcome } from '../../src/model/change.ts'
import { UnavailableError } from '../../src/model/errors.ts'
import { wordsOf } from '../world.ts'
import { estate } from './estate.ts'
import { actionsOf, documents, Site } from './site.ts'

vi.setConfig({ testTimeout: 240_000 })

const configuration = documents(estate(10, 5))
const RATE = 10
const percents = new Map(faultKinds.map((kind) => [kind, RATE / faultKinds.length]))

/** What one run under faults came to; null where even the plan failed. */
async function underFaults(site: Site, seed: number): Promise<ReadonlyMap<string, Outcome> | null> {
  site.faults = faultsBy(percents, randomFrom(seed))
  try {
    const session = await site.session()
    return await session.apply(await session.plan(configuration))
  } catch (error) {
    // Nothing is planned on half a state, and a second run is as good as a first.
    expect(error).toBeInstanceOf(UnavailableError)
    return null
  } finally {
    site.faults = () => undefined
  }
}

test('100 runs of 300 objects, in which one request of ten suffers, are complete after one more', async () => {
  const { server } = await new Site().session()
  const totals = { once: 0, again: 0, unplanned: 0 }
  for (let seed = 1; seed <= 100; seed += 1) {
    const site = new Site({ seed })
    const chance = randomFrom(1000 + seed)
    site.latency = () => 20 + 200 * chance()
    const outcomes = await underFaults(site, seed)
    const ended = [...(outcomes ?? [])]
    const rerun = await site.session({}, server)
    const next = await rerun.plan(configuration)
    if (!outcomes) totals.unplanned += 1
    else if (next.steps.length === 0) totals.once += 1
    else totals.again += 1
    const done = new Set(ended.flatMap(([text, { status }]) => (/done|already/.test(status) ? [text] : [])))
    expect(actionsOf(next).filter((line) => done.has(line.slice(line.indexOf(' ') + 1)))).toEqual([])
    const second = await rerun.apply(next)
    expect(
      [...second]
        .map(([text, outcome]) => `${text} ${wordsOf(outcome)}`)
        .filter((line) => !line.endsWith(' done')),
    ).toEqual([])
    expect(actionsOf(await (await site.session({}, server)).plan(configuration))).toEqual([])
  }
  console.log(totals)
})
