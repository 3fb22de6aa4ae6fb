import { byText } from '../model/address.ts'
import type { Action } from '../model/change.ts'
import type { SourceText } from '../model/excerpt.ts'
import type { SavedPlan, Shard, Whole } from '../model/plan.ts'
import type { Base } from './base.ts'
import type { Expanded } from './expand.ts'
import { sourceOf } from './fields.ts'
import { type Budgets, planLimits } from './guard-budgets.ts'
import type { UsedGlob } from './idle.ts'
import { digest } from './ids.ts'
import { isComplete, type Selection, shardTest } from './select.ts'

/** Files, those of a base among their lines. */
interface Written {
  readonly expanded: Pick<Expanded, 'settings'>
  readonly sources: ReadonlyMap<string, SourceText>
}

/** What shapes a plan besides. */
interface Shaping extends Budgets {
  readonly selection: Selection
  readonly replace: readonly string[]
  readonly resend?: readonly string[]
  readonly partial: ReadonlySet<string>
  readonly base?: Base | undefined
  readonly holdBlocked?: boolean | undefined
}

/** What the plan of a shard says for the whole one. */
export function wholeOf(written: Written, options: Shaping, globs: readonly UsedGlob[]): Whole {
  const limits = planLimits(written.expanded.settings, options)
  return {
    basis: basisOf(written, options),
    complete: isComplete(options.selection),
    ...(options.holdBlocked && { hold_blocked: true }),
    limits: limits.map(({ said: _, ...limit }) => limit),
    globs: globs.map(({ at, ...use }) => ({ ...use, ...(at && { source: sourceOf({ at }) }) })),
  }
}

/** Over all that shapes a plan but Quay and the shard: the lines of all files, those of a base too, and the flags. */
function basisOf({ sources }: Written, options: Shaping): string {
  const { selection, base, replace, resend = [], partial } = options
  const { maxDeletes, maxRevokes, maxDeletePercent, minOrgAdmins, allowEmpty, holdBlocked } = options
  const { organizations, targets, excludes, changed } = selection
  const lines = [...sources].map(([file, source]) => [file, source.lines] as const)
  return `sha256:${digest([
    lines.sort(([one], [other]) => byText(one, other)),
    [organizations, targets, excludes, replace, resend, [...partial].sort(byText)],
    changed ? [changed.ref, [...changed.names].sort(byText)] : null,
    base ? [base.ref, base.commit] : null,
    [maxDeletes, maxRevokes, maxDeletePercent, minOrgAdmins].map((limit) => limit ?? null),
    [allowEmpty === true, holdBlocked === true],
  ])}`
}

/** What one of several runners applies of a plan that was judged as a whole. The id stays that of the whole. */
export function partOfPlan(plan: SavedPlan, shard: Shard): SavedPlan {
  const isHere = shardTest(shard)
  const changes = plan.changes.filter(({ organization }) => isHere(organization))
  const here = new Set(changes.map(({ address }) => address))
  const count = (action: Action) => changes.filter((change) => change.action === action).length
  return {
    ...plan,
    shard,
    plan_ids: Object.fromEntries(Object.entries(plan.plan_ids).filter(([name]) => isHere(name))),
    scope: { ...plan.scope, organizations: plan.scope.organizations.filter(isHere), complete: false },
    summary: {
      ...plan.summary,
      create: count('create'),
      update: count('update'),
      replace: count('replace'),
      delete: count('delete'),
    },
    changes,
    access: plan.access.filter(({ address }) => here.has(address)),
  }
}
