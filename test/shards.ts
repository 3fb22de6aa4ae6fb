import { mergePlans } from '../src/engine/merge.ts'
import { allParts } from '../src/engine/parts.ts'
import type { PlanOptions } from '../src/engine/pipeline.ts'
import { planText, readPlan } from '../src/engine/planfile.ts'
import { stepsOf } from '../src/engine/planfile-steps.ts'
import type { Plan } from '../src/model/plan.ts'
import { everything, type Files, isPlan, planning, registry, type World } from './world.ts'

/** The plans of all shards, each by way of its file, as one. */
export function merged(plans: readonly Plan[]): Plan {
  const saved = plans.map((plan, at) => {
    const file = `shard-${at + 1}.json`
    const read = readPlan(planText(plan), file, isPlan)
    return { file, plan: read, steps: stepsOf(read, registry, file) }
  })
  return mergePlans(allParts(saved, planning.version), registry)
}

/** One plan of so many shards, and the plan without any. */
export async function bothWays(
  world: World,
  files: Files,
  count: number,
  { selection = everything, ...options }: Partial<PlanOptions> = {},
): Promise<{ readonly whole: Plan; readonly parts: readonly Plan[]; readonly together: Plan }> {
  const plan = async (shard?: { readonly index: number; readonly count: number }) => {
    const ready = await world.plan(files, { ...options, selection: { ...selection, shard } })
    return ready.plan
  }
  const whole = await plan()
  const parts: Plan[] = []
  for (let index = 1; index <= count; index++) parts.push(await plan({ index, count }))
  return { whole, parts, together: merged(parts) }
}
