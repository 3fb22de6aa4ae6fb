import { expect, test } from 'vitest'
import { type World, withWorld } from './world.ts'

interface Size {
  readonly organizations: number
  readonly robots: number
  readonly repositories: number
  readonly mirrors: number
  readonly seed: number
}
type Counts = Readonly<Record<string, number>> & { readonly objects: number }
interface Estates {
  estate(
    size: Size,
    kind: 'full' | 'lean',
  ): {
    readonly files: Readonly<Record<string, string>>
    readonly counts: Counts
  }
  mostRequests(counts: Counts): number
  fewestRequests(counts: Counts): number
}

/** What `npm run bench` measures, in small: it holds seconds, and this how many requests there are. */
const { estate, mostRequests, fewestRequests }: Estates = await import(
  new URL('../bench/estate.mjs', import.meta.url).href
)

const size = (organizations: number): Size => ({
  organizations,
  robots: 2 * organizations,
  repositories: 240,
  mirrors: 30,
  seed: 20,
})

/** Plans of everything that a Quay of so many organizations holds, and of what lists tell of it. */
const converged = (organizations: number, use: (full: Plan, lean: Plan) => void): Promise<void> =>
  withWorld(async (world) => {
    const full = estate(size(organizations), 'full')
    await world.converge(full.files)
    return use(await planOf(world, full), await planOf(world, estate(size(organizations), 'lean')))
  })

interface Plan {
  readonly changes: number
  readonly unchanged: number
  readonly requests: number
  readonly counts: Counts
}

async function planOf(world: World, { files, counts }: ReturnType<Estates['estate']>): Promise<Plan> {
  const { plan, sent } = await world.plan(files)
  return {
    changes: plan.changes.length,
    unchanged: plan.summary.unchanged,
    requests: sent.length,
    counts,
  }
}

test('a plan that finds nothing to do asks no more than is promised', async () => {
  const leanest: number[] = []
  for (const organizations of [6, 24])
    await converged(organizations, (full, lean) => {
      for (const { changes, unchanged, counts } of [full, lean])
        expect({ changes, unchanged }).toEqual({ changes: 0, unchanged: counts.objects })
      expect(full.requests).toBeLessThanOrEqual(mostRequests(full.counts))
      expect(lean.requests).toBeLessThanOrEqual(fewestRequests(lean.counts))
      leanest.push(lean.requests)
    })
  // A superuser pays nothing for an organization of which lists tell all.
  expect(new Set(leanest).size).toBe(1)
})
