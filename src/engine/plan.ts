import type { Access } from '../model/access.ts'
import { byText } from '../model/address.ts'
import type { Change, Impact, Live } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import type { Held, Plan, PlannedAccess, PlannedChange, Source, Whole } from '../model/plan.ts'
import { type Registry, schemaOf } from '../model/resource.ts'
import type { Attributes, Schema } from '../model/schema.ts'
import { repeatable } from '../model/secrets.ts'
import type { Server } from '../model/server.ts'
import type { Base } from './base.ts'
import type { Diff } from './diff.ts'
import { earlierIn } from './earlier.ts'
import type { Expanded } from './expand.ts'
import { plannedFields, sourceOf } from './fields.ts'
import type { Guarded } from './guard-budgets.ts'
import { configDigest, idsOf, liveDigest, planId, seenBy } from './ids.ts'
import { dependencies, order } from './order.ts'
import { countUnmanaged, finding, type Parts, partsOf, sortedFindings } from './plan-parts.ts'
import { concealed, masked } from './planfile-values.ts'
import { renames } from './renames.ts'
import { referencesIn } from './secrets.ts'
import { isComplete, NO_ORGANIZATION, organizationOf, type Selected, type Selection } from './select.ts'
import { blockOf } from './siblings.ts'
import { judge, type Weighed } from './weigh.ts'

/** A change as it will be applied: judged, and in order. */
export interface Step {
  readonly change: Change
  readonly impacts: readonly Impact[]
  readonly consequences: readonly string[]
  readonly narrows: boolean
  readonly access: readonly Access[]
  readonly dependsOn: readonly string[]
  /** It is planned and shown, and not applied. */
  readonly held?: Hold
}

/** Why a step waits. */
export interface Hold {
  readonly as: Held
  /** In words, for a report. */
  readonly because: string
}

export interface PlanContext {
  readonly expanded: Expanded
  readonly selection: Selection
  readonly selected: Selected
  readonly live: ReadonlyMap<string, Live>
  readonly registry: Registry
  readonly server: Server
  readonly sandbox: boolean
  readonly version: string
  readonly files: number
  readonly guarded: Guarded
  readonly partial: ReadonlySet<string>
  readonly base?: Base | undefined
  /** Of a shard: what it says for all of them. */
  readonly whole?: Whole | undefined
}

/** Changes in order, with what each means. */
export function makeSteps(
  changes: readonly Change[],
  live: ReadonlyMap<string, Live>,
  registry: Registry,
  weighed: Weighed = new Map(),
  { inShard = false } = {},
): readonly Step[] {
  const judged = changes.map((change) => ({ change, ...judge(change, live, registry, weighed) }))
  const needed = dependencies(changes, registry)
  // What goes and comes at the root may do so in two shards.
  const renamed = renames(inShard ? judged.filter(({ change }) => change.address.parent) : judged, registry)
  return order(judged, registry).map(({ change, impacts, consequences, narrows, access }) => {
    const { text } = change.address
    const said = renamed.get(text)
    return {
      change,
      impacts,
      consequences: said ? [...consequences, said] : consequences,
      narrows,
      access,
      dependsOn: needed.get(text) ?? [],
    }
  })
}

/** The plan as plain data. */
export function makePlan(
  steps: readonly Step[],
  { unchanged, unmanaged }: Diff,
  findings: readonly Diagnostic[],
  context: PlanContext,
): Plan {
  const { expanded, selection, selected, registry, server, whole } = context
  const all = steps.map(({ change }) => change)
  const earlier = context.base ? earlierIn(all, context.base) : () => ({})
  const known: Parts = new Map()
  const changes = steps.map((step) => ({
    ...plannedChange(step, registry, known),
    ...removalOf(step.change, expanded),
    ...earlier(step.change),
  }))
  const ids = idsOf(changes, server.url)
  const siblings = siblingsOf(steps, registry)
  const { stops, limits } = context.guarded
  const awaited = steps.filter(({ held }) => !held)
  const count = (action: Change['action']) => steps.filter(({ change }) => change.action === action).length
  const organizations = [...new Set(selected.desired.map(({ address }) => organizationOf(address, registry)))]
    .filter((name) => name !== NO_ORGANIZATION)
    .sort(byText)
  return {
    format_version: '1.0',
    kind: 'quayctl.plan',
    plan_id: planId(ids),
    plan_ids: ids,
    tool: { name: 'quayctl', version: context.version },
    server: {
      url: server.url,
      ...(server.version && { quay_version: server.version }),
      ...(server.user && { user: server.user }),
      ...(context.sandbox && { sandbox: true as const }),
    },
    config: {
      digest: configDigest(expanded.desired),
      files: context.files,
      ...(context.base && { base: context.base.commit }),
    },
    scope: {
      select: [...selection.organizations.map((name) => `organization.${name}`), ...selection.targets],
      exclude: selection.excludes,
      ...(context.partial.size > 0 && { partial: [...context.partial].sort(byText) }),
      organizations,
      complete: isComplete(selection) && !selection.shard,
      pulled_in: changes.map(({ address }) => address).filter((address) => selected.pulledIn.has(address)),
    },
    status: stops.length > 0 ? 'blocked' : steps.length > 0 ? 'changes' : 'clean',
    summary: {
      create: count('create'),
      update: count('update'),
      replace: count('replace'),
      delete: count('delete'),
      unchanged,
      unmanaged: unmanaged.length,
    },
    changes,
    access: steps.filter(({ held }) => held?.as !== 'paused').flatMap(plannedAccess),
    findings: sortedFindings(
      findings.map(({ tally, ...one }) => finding({ ...one, ...(tally && whole && { tally }) })),
    ),
    safety: {
      blocked: stops.length > 0,
      limits,
      stops,
      confirm: [...new Set(awaited.flatMap(({ impacts }) => impacts))].sort(byText),
    },
    drift: [],
    unmanaged: countUnmanaged(unmanaged, registry),
    ...(Object.keys(siblings).length > 0 && { siblings }),
    ...(selection.shard && { shard: { ...selection.shard, ...(whole && { whole }) } }),
  }
}

/** What the line says that removes it. */
function removalOf({ address, reason }: Change, { removed }: Expanded): Pick<PlannedChange, 'removal'> {
  const line = reason === 'removed' && removed.find((removal) => removal.address.text === address.text)
  return line ? { removal: { reason: repeatable(line.reason), until: line.until } } : {}
}

const plannedAccess = ({ change, access }: Step): readonly PlannedAccess[] =>
  [...access]
    .sort((one, other) => byText(one.subject, other.subject))
    .map((one) => ({ address: change.address.text, ...one, source: sourceAt(change) }))

function sourceAt({ at, via, desired }: Change): Source | null {
  const brought = via ?? desired?.origin.via
  return at && sourceOf({ at, ...(brought && { via: brought }) })
}

function plannedChange(step: Step, registry: Registry, known: Parts): PlannedChange {
  const { change, impacts, consequences, dependsOn } = step
  const { address, action, reason } = change
  const type = registry.get(address.type)
  return {
    address: address.text,
    chain: partsOf(address, known),
    organization: organizationOf(address, registry),
    action,
    reason,
    impacts: impacts.length > 1 ? [...impacts].sort(byText) : impacts,
    source: sourceAt(change),
    fields: type ? plannedFields(change, type) : [],
    depends_on: dependsOn,
    live_digest: type ? liveDigest(change, type) : null,
    consequences,
    // Whatever is spread takes room in all of them.
    ...particularsOf(step, registry),
  }
}

/** What not every change has. */
function particularsOf({ change, narrows, held }: Step, registry: Registry): Partial<PlannedChange> {
  const { address, action, desired, live, values, exact } = change
  const type = registry.get(address.type)
  const schema = schemaOf(address, registry)
  return {
    ...(narrows && { narrows }),
    ...(held && { held: held.as }),
    ...(desired?.atLeast !== undefined && {
      pattern: { address: desired.atLeast, name: address.parent?.name ?? '' },
    }),
    ...(action !== 'delete' && { desired: concealed(schema, values) }),
    ...(action === 'update' && desired && { declared: concealed(schema, desired.attributes) }),
    ...(live && type && { live: masked(schema, seenBy(change, type)) }),
    ...(exact && exact.size > 0 && { exact: Object.fromEntries(exact) }),
    ...elsewhere(change, schema),
    ...(live?.remote !== undefined && { remote: live.remote }),
  }
}

/** The files of references that no field shows and that stand in another file than their object: a path is read beside the line that says it. */
function elsewhere({ values, desired, differences, at }: Change, schema: Schema): Partial<PlannedChange> {
  const shown = new Set(differences.map(({ attribute }) => attribute))
  const files = Object.entries(values).flatMap(([name, value]) => {
    const file = desired?.origins[name]?.at.file
    const isShown = shown.has(name) || file === undefined || file === at?.file
    return isShown || referencesIn(schema[name], value).length === 0 ? [] : [[name, file] as const]
  })
  return files.length > 0 ? { secret_files: Object.fromEntries(files) } : {}
}

/** The blocks of these steps whose objects depend on each other. */
function siblingsOf(steps: readonly Step[], registry: Registry): NonNullable<Plan['siblings']> {
  const blocks = new Map<string, Readonly<Record<string, Attributes>>>()
  for (const { change } of steps) {
    const block = blockOf(change.address)
    if (!change.siblings || blocks.has(block)) continue
    const schema = schemaOf(change.address, registry)
    const all = [...change.siblings].map(([name, attributes]) => [name, concealed(schema, attributes)])
    blocks.set(block, Object.fromEntries(all))
  }
  return Object.fromEntries(blocks)
}
