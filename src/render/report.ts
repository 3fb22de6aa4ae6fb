import type { Change, Outcome } from '../model/change.ts'
import type { Plan } from '../model/plan.ts'

/** What an apply did, as data; never holds a credential. */
export function reportText(
  plan: Plan,
  changes: readonly Change[],
  outcomes: ReadonlyMap<string, Outcome>,
): string {
  const steps = changes.map(({ address, action }) => {
    const outcome = outcomes.get(address.text)
    return {
      address: address.text,
      action,
      status: outcome?.status ?? 'skipped',
      ...(outcome?.status === 'skipped' && { because: outcome.because }),
      ...(outcome && 'error' in outcome && { error: errorOf(outcome.error) }),
    }
  })
  const count = (status: Outcome['status']) => steps.filter((step) => step.status === status).length
  const report = {
    format_version: '1.0',
    kind: 'quayctl.report',
    plan_id: plan.plan_id,
    plan_ids: plan.plan_ids,
    summary: {
      done: count('done'),
      already: count('already'),
      failed: count('failed'),
      unknown: count('unknown'),
      skipped: count('skipped'),
      unchanged: plan.summary.unchanged,
    },
    steps,
  }
  return `${JSON.stringify(report, null, 2)}\n`
}

function errorOf(error: Error) {
  return { ...('code' in error && { code: String(error.code) }), message: error.message }
}
