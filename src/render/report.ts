import type { Change, Outcome } from '../model/change.ts'
import type { Plan, Run } from '../model/plan.ts'
import type { ReviewedStep } from '../model/review.ts'

/** An apply, as far as it went. */
export interface Applied {
  readonly plan: Plan
  /** Whose token it was. */
  readonly user: string | null
  readonly changes: readonly Change[]
  readonly outcomes: ReadonlyMap<string, Outcome>
  /** When each step ended. */
  readonly times: ReadonlyMap<string, string>
  readonly run: Run
  /** Null while it goes on. */
  readonly exit: number | null
  /** Why it ended before a step, or between two. */
  readonly error?: Error
}

/** What came of each step; what has not begun counts as skipped. */
export function reviewedSteps({
  plan,
  changes,
  outcomes,
  times,
  exit,
}: Pick<Applied, 'plan' | 'changes' | 'outcomes' | 'times' | 'exit'>): readonly ReviewedStep[] {
  const organizations = new Map(plan.changes.map(({ address, organization }) => [address, organization]))
  return changes.map(({ address, action }) => {
    const outcome = outcomes.get(address.text)
    const ended = times.get(address.text)
    return {
      address: address.text,
      organization: organizations.get(address.text) ?? '-',
      action,
      status: outcome?.status ?? 'skipped',
      ...(!outcome && { because: exit === null ? 'not begun yet' : 'not begun' }),
      ...(outcome?.status === 'skipped' && { because: outcome.because }),
      ...(outcome && 'error' in outcome && { error: errorOf(outcome.error) }),
      ...(ended !== undefined && { ended_at: ended }),
    }
  })
}

/** What an apply did, as data: the record of who did what, when, and what came of it; never holds a credential. */
export function reportText(applied: Applied): string {
  const { plan, user, run, exit, error } = applied
  const steps = reviewedSteps(applied)
  const count = (status: Outcome['status']) => steps.filter((step) => step.status === status).length
  const report = {
    format_version: '1.0',
    kind: 'quayctl.report',
    tool: plan.tool,
    server: { ...plan.server, ...(user !== null && { user }) },
    plan_id: plan.plan_id,
    plan_ids: plan.plan_ids,
    ...(plan.shard && { shard: { index: plan.shard.index, count: plan.shard.count } }),
    exit_code: exit,
    ...(error && { error: errorOf(error) }),
    summary: {
      done: count('done'),
      already: count('already'),
      failed: count('failed'),
      stale: count('stale'),
      unknown: count('unknown'),
      skipped: count('skipped'),
      unchanged: plan.summary.unchanged,
    },
    steps,
    run,
  }
  return `${JSON.stringify(report, null, 2)}\n`
}

function errorOf(error: Error) {
  return { ...('code' in error && { code: String(error.code) }), message: error.message }
}
