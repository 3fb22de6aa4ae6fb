import { StaleError, UsageError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'

/** The id that a review has seen: of one organization, or of the whole plan. */
export interface Expectation {
  readonly organization: string | null
  /** As many of its digits as were given. */
  readonly id: string
}

const DIGITS = 12

/** `--expect acme=7f3c9a1e4b0d` */
export function parseExpectations(texts: readonly string[] = []): readonly Expectation[] {
  return texts.map((text) => {
    const [, organization, id = ''] = /^(?:([^=]+)=)?([0-9a-f]{12,64})$/i.exec(text) ?? []
    if (id === '')
      throw new UsageError('QC6421', `--expect ${text} is no id`, [
        'an id has 12 to 64 hexadecimal digits: --expect 7f3c9a1e4b0d is one of a plan, --expect acme=7f3c9a1e4b0d of what is planned for acme',
      ])
    return { organization: organization ?? null, id: id.toLowerCase() }
  })
}

/** Throws where a plan is not the one that was reviewed. What has no changes cannot be another change. */
export function checkExpectations(plan: Plan, expectations: readonly Expectation[]): void {
  const misses = expectations.flatMap((expected) => missOf(plan, expected))
  if (misses.length === 0) return
  throw new StaleError('QC4302', `this is not the plan that was reviewed: ${misses.join('; ')}`, [
    'look at the plan, and have it reviewed again; nothing was changed',
  ])
}

function missOf(plan: Plan, { organization, id }: Expectation): readonly string[] {
  if (plan.changes.length === 0) return []
  const words = (whose: string, is: string) => [
    `${whose} is ${is.slice(0, DIGITS)}, and ${id.slice(0, DIGITS)} was expected`,
  ]
  if (organization === null) return plan.plan_id.startsWith(id) ? [] : words('its id', plan.plan_id)
  const own = plan.plan_ids[organization]
  if (own !== undefined) return own.startsWith(id) ? [] : words(organization, own)
  // Of a shard's others, other shards say something.
  return plan.shard || plan.scope.organizations.includes(organization)
    ? []
    : [`it says nothing of ${organization}`]
}
