import { mergePlans } from '../engine/merge.ts'
import { mergeRuns } from '../engine/merge-runs.ts'
import { allParts } from '../engine/parts.ts'
import { readPlan } from '../engine/planfile.ts'
import { stepsOf } from '../engine/planfile-steps.ts'
import type { Plan, Run } from '../model/plan.ts'
import { planFileText } from './outputs.ts'
import { loadPlanValidator } from './validators.ts'
import { registry } from './world.ts'

/** The plan that the saved plans of all shards come to. `version`: of this quayctl. */
export async function mergeSaved(
  paths: readonly string[],
  version: string,
): Promise<{ readonly plan: Plan; readonly run: Run | undefined }> {
  const validator = await loadPlanValidator()
  const saved = paths.map((file) => {
    const plan = readPlan(planFileText(file), file, validator)
    return { file, plan, steps: stepsOf(plan, registry, file) }
  })
  const parts = allParts(saved, version)
  const runs = parts.flatMap(({ plan }) => plan.run ?? [])
  return { plan: mergePlans(parts, registry), run: mergeRuns(runs) }
}
