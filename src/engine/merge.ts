import { byText } from '../model/address.ts'
import { tallied } from '../model/diagnostics.ts'
import type { Finding, Limit, Plan, PlannedAccess, PlannedChange, Stop } from '../model/plan.ts'
import type { Registry } from '../model/resource.ts'
import { grouped } from './expand.ts'
import { PLAN_CODES, planBudgets } from './guard-budgets.ts'
import { going, hold, stoppedOnes } from './holds.ts'
import { idleGlobs } from './idle.ts'
import { idsOf, planId } from './ids.ts'
import { summed } from './merge-runs.ts'
import type { Part } from './parts.ts'
import type { Step } from './plan.ts'
import { addedUp, finding, sortedFindings } from './plan-parts.ts'
import { renames } from './renames.ts'

/** A change of a shard, with its step. */
interface Row {
  readonly planned: PlannedChange
  readonly step: Step
}

/** The plan that all shards come to: what a plan without --shard would be. */
export function mergePlans(parts: readonly [Part, ...Part[]], registry: Registry): Plan {
  const [{ plan: first, whole }] = parts
  const { run: _, shard: __, siblings: ___, ...same } = first
  const plans = parts.map(({ plan }) => plan)
  const rows = rowsOf(parts)
  const access = grouped(
    plans.flatMap((plan) => plan.access),
    ({ address }) => address,
  )
  const steps = rows.map(({ step }) => step)
  const guarded = guardAll(parts, steps, access, registry)
  const stopped = whole.hold_blocked ? stoppedOnes(guarded.stops, going(steps), registry) : new Map()
  const held = hold(steps, stopped, registry)
  const renamed = renames(
    steps.filter(({ change }) => !change.address.parent),
    registry,
  )
  const changes = rows.map(({ planned: { held: _, ...planned } }, at) => {
    const [as, said] = [held[at]?.held?.as, renamed.get(planned.address)]
    return {
      ...planned,
      consequences: said ? [...planned.consequences, said] : planned.consequences,
      ...(as && { held: as }),
    }
  })
  const ids = idsOf(changes, first.server.url)
  const pulled = new Set(plans.flatMap(({ scope }) => scope.pulled_in))
  const siblings = Object.assign({}, ...plans.map((plan) => plan.siblings))
  return {
    ...same,
    plan_id: planId(ids),
    plan_ids: ids,
    scope: {
      ...first.scope,
      organizations: plans.flatMap(({ scope }) => scope.organizations).sort(byText),
      complete: whole.complete,
      pulled_in: changes.map(({ address }) => address).filter((address) => pulled.has(address)),
    },
    status: guarded.stops.length > 0 ? 'blocked' : changes.length > 0 ? 'changes' : 'clean',
    summary: summed(plans.map(({ summary }) => summary)),
    changes,
    access: changes.flatMap(({ address }) => access.get(address) ?? []),
    findings: findingsOf(parts, registry),
    safety: {
      blocked: guarded.stops.length > 0,
      ...guarded,
      confirm: [...new Set(going(held).flatMap(({ impacts }) => impacts))].sort(byText),
    },
    unmanaged: addedUp(plans.flatMap(({ unmanaged }) => unmanaged)),
    ...(Object.keys(siblings).length > 0 && { siblings }),
  }
}

/** What all shards change, organization by organization; nothing held by a guard of its shard. */
const rowsOf = (parts: readonly Part[]): readonly Row[] =>
  parts
    .flatMap(({ plan, steps }) =>
      steps.map(({ held, ...step }, at) => ({
        planned: plan.changes[at] as PlannedChange,
        step: held && held.as !== 'blocked' ? { ...step, held } : step,
      })),
    )
    .sort((one, other) => byText(one.planned.organization, other.planned.organization))

/** Guards of one organization have said what they say; those of a whole plan count anew. */
function guardAll(
  parts: readonly [Part, ...Part[]],
  steps: readonly Step[],
  access: ReadonlyMap<string, readonly PlannedAccess[]>,
  registry: Registry,
): { readonly stops: readonly Stop[]; readonly limits: readonly Limit[] } {
  const all = parts.map(({ plan }) => plan.safety)
  const counted = going(steps).map(({ change }) => ({
    change,
    access: access.get(change.address.text) ?? [],
  }))
  const whole = planBudgets(counted, parts[0].whole.limits, registry)
  const ofPlan = new Set<string>(Object.values(PLAN_CODES))
  const places = new Map(steps.map(({ change }, at) => [change.address.text, at]))
  const placeOf = ({ addresses: [first = ''] }: Stop) => places.get(first) ?? 0
  const own = all.flatMap(({ stops }) => stops).filter(({ code }) => !ofPlan.has(code))
  return {
    stops: [...whole.stops, ...own.sort((a, b) => placeOf(a) - placeOf(b))].sort((a, b) =>
      byText(a.code, b.code),
    ),
    limits: [
      ...whole.limits,
      ...worst(
        all.flatMap(({ limits }) => limits),
        'max_delete_percent',
        Math.max,
      ),
      ...worst(
        all.flatMap(({ limits }) => limits),
        'min_org_admins',
        Math.min,
      ),
    ],
  }
}

/** Of the organizations of all shards the one that is nearest to a limit, or furthest beyond it. */
function worst(
  limits: readonly Limit[],
  name: string,
  pick: (...values: number[]) => number,
): readonly Limit[] {
  const own = limits.filter((limit) => limit.name === name)
  const [first] = own
  if (!first) return []
  return [{ ...first, value: pick(...own.map(({ value }) => value)), ok: own.every(({ ok }) => ok) }]
}

function findingsOf(parts: readonly [Part, ...Part[]], registry: Registry): readonly Finding[] {
  const all = parts.flatMap(({ plan }) => plan.findings)
  const globs = parts[0].whole.globs.map(({ text, from, source }, at) => ({
    text,
    from,
    at: source ? { ...source, length: 1 } : null,
    matches: parts.some(({ whole }) => whole.globs[at]?.matches),
    crosses: parts.some(({ whole }) => whole.globs[at]?.crosses),
  }))
  return sortedFindings([
    ...all.filter(({ tally }) => !tally),
    ...added(all.filter(({ tally }) => tally)),
    ...idleGlobs(globs, registry).map(finding),
  ])
}

/** What several shards say of objects that are alike is said once. */
function added(findings: readonly Finding[]): readonly Finding[] {
  const alike = grouped(findings, ({ tally }) => tally?.key ?? '')
  return [...alike.values()].flatMap((list) => {
    const [first] = [...list].sort((one, other) => byText(nameOf(one), nameOf(other)))
    if (!first?.tally) return []
    const { tally, ...said } = first
    if (tally.unless !== undefined && alike.has(tally.unless)) return []
    const others = list.reduce((sum, one) => sum + 1 + (one.tally?.others ?? 0), -1)
    return [{ ...said, message: tallied({ ...tally, others }) }]
  })
}

const nameOf = ({ tally }: Finding): string => tally?.organization ?? ''
