import { type Address, rootOf } from '../model/address.ts'
import type { Reader } from '../model/api.ts'
import type { Desired, Live } from '../model/change.ts'
import { type Diagnostic, hasErrors } from '../model/diagnostics.ts'
import type { SourceText } from '../model/excerpt.ts'
import type { Plan } from '../model/plan.ts'
import type { Registry } from '../model/resource.ts'
import type { Schema } from '../model/schema.ts'
import { maySecret } from '../model/secrets.ts'
import type { Server } from '../model/server.ts'
import { type Base, forgotten } from './base.ts'
import { bindingProblems } from './binding-rules.ts'
import { bindingsOf, organizationsAt } from './bindings.ts'
import { withRank } from './capabilities.ts'
import { leftOut } from './changed.ts'
import { unmet } from './demands.ts'
import { diff } from './diff.ts'
import { type Expanded, expand } from './expand.ts'
import { withoutFollowers } from './followers.ts'
import { gather } from './gather.ts'
import { guard } from './guard.ts'
import type { Budgets } from './guard-budgets.ts'
import { going, hold, restingOnes, stoppedOnes } from './holds.ts'
import { idleGlobs, usesOf } from './idle.ts'
import { lacks, missingParents } from './lacks.ts'
import { leftovers } from './leftovers.ts'
import { lint } from './lint.ts'
import { type Loaded, load, type SourceFile } from './load.ts'
import type { Parsed } from './load-yaml.ts'
import { pauseFinding } from './pauses.ts'
import { makePlan, makeSteps, type Step } from './plan.ts'
import { refresh } from './refresh.ts'
import { checkRules } from './rules.ts'
import { NO_ORGANIZATION, organizationOf, type Selection, saidOf, select } from './select.ts'
import { type Earlier, sinceThen } from './settings-changes.ts'
import { wholeOf } from './shards.ts'
import { type Validator, validate } from './validate.ts'
import { weigh } from './weigh.ts'
import { workFindings } from './work.ts'

/** What the files say, and everything that is wrong with them. */
export interface Configuration {
  readonly expanded: Expanded
  readonly diagnostics: readonly Diagnostic[]
  /** Of rules, where a comment says so. */
  readonly ignored: readonly Diagnostic[]
  readonly sources: ReadonlyMap<string, SourceText>
  readonly files: number
}

/** load → validate → expand → rules → lint. Needs no network and no credentials. `siblings`: paths of included files, loaded or not, for what they say; `known`: what some files were read as already. */
export function readConfiguration(
  files: readonly SourceFile[],
  registry: Registry,
  validators: Readonly<Record<string, Validator>>,
  siblings: readonly string[] = [],
  known?: ReadonlyMap<SourceFile, Parsed>,
): Configuration {
  return configurationOf(load(files, unshownKeys(registry), known), registry, validators, siblings)
}

/** The same of documents that were loaded, or made. */
export function configurationOf(
  loaded: Loaded,
  registry: Registry,
  validators: Readonly<Record<string, Validator>>,
  siblings: readonly string[] = [],
): Configuration {
  const validated = validate(loaded.documents, validators, loaded.sources)
  const expanded = expand(loaded.documents, registry, validated.invalid)
  const said = new Set(expanded.desired.map(({ address }) => organizationOf(address, registry)))
  said.delete(NO_ORGANIZATION)
  const names = [...said, ...organizationsAt(siblings, expanded.settings)]
  const bindings = bindingsOf(expanded.settings, loaded.documents, names)
  const diagnostics = [
    ...loaded.diagnostics,
    ...validated.diagnostics,
    ...expanded.diagnostics,
    ...checkRules(expanded, registry, bindings),
    ...bindingProblems(loaded.documents, expanded, registry, bindings, names),
  ]
  const { ignores, sources } = loaded
  // With --registry other lines may hold than without.
  const sound = !hasErrors(diagnostics) && !loaded.documents.some(({ overlay }) => overlay)
  const { heard, ignored } = lint({ expanded, registry, ignores, sources, sound })
  return {
    expanded,
    diagnostics: gather(withoutFollowers([...diagnostics, ...heard], sources)),
    ignored,
    sources: loaded.sources,
    files: new Set(loaded.documents.map(({ file }) => file)).size,
  }
}

export interface PlanOptions extends Budgets {
  readonly selection: Selection
  readonly replace: readonly string[]
  readonly today: string
  /** By it Quay's work is late. Absent: none is. */
  readonly now?: Date | undefined
  readonly version: string
  readonly sandbox: boolean
  /** Organizations of which not all files were loaded: nothing of them is deleted. */
  readonly partial: ReadonlySet<string>
  /** Another token is to write: what this one lacks for that is a warning. */
  readonly onlyPlan?: boolean | undefined
  /** What the files said before. */
  readonly base?: Base | undefined
  /** How they held plans to something at the commit since which changes count; where there is none, as at the base. */
  readonly since?: Earlier | undefined
  /** Told how many requests reading Quay takes, about. */
  readonly expect?: (requests: number) => void
  /** Whose secrets are to be sent again. */
  readonly resend?: readonly string[]
  /** Organizations that no guard stops go on; the others are held. */
  readonly holdBlocked?: boolean | undefined
}

/** A plan, and what an apply of it needs. `errors`: what the server cannot do; then there is no plan. */
export type Planned =
  | { readonly errors: readonly Diagnostic[] }
  | {
      readonly errors: null
      readonly plan: Plan
      readonly steps: readonly Step[]
      readonly live: ReadonlyMap<string, Live>
      /** What Quay has, and no file lists. */
      readonly unmanaged: readonly Address[]
    }

/** select → refresh → diff → order → plan → guard. Reads, never writes: it has only a reader. */
export async function planConfiguration(
  configuration: Configuration,
  registry: Registry,
  reader: Reader,
  server: Server,
  options: PlanOptions,
): Promise<Planned> {
  const { expanded, diagnostics, ignored, files } = configuration
  const selected = select(expanded, registry, options.selection)
  const removed = expanded.removed.filter(({ address }) => selected.includes(address))
  const missingAt = (at: Server) => lacks(selected.desired, removed, registry, at)
  const missing = missingAt(await withRank(server, reader, missingAt))
  if (missing.length > 0) return { errors: gather(missing) }
  const blocks = selected.complete ? expanded.blocks.filter(({ parent }) => selected.includes(parent)) : []
  const patterns = expanded.patterns.filter(({ address }) => selected.inOrganization(address))
  const { dropped, left } = forgotten(expanded, options.base, registry)
  const isOurs = ({ address }: Desired) =>
    selected.includes(address) && !options.partial.has(rootOf(address).name)
  const gone = [...removed, ...(selected.complete ? dropped.filter(isOurs) : [])]
  const interest = { desired: selected.desired, patterns, external: expanded.external, blocks, removed: gone }
  const { live, desired } = await refresh(interest, registry, reader, server, options.expect)
  const absent = missingParents(selected.desired, live, registry)
  if (absent.length > 0) return { errors: absent }
  const found = diff(expanded, { ...selected, desired }, live, registry, server, options)
  const pauses = expanded.paused.filter(({ address }) => selected.inOrganization(address))
  const resting = restingOnes(pauses, options.today)
  const weighed = await weigh(found.changes, live, registry, reader.because('what changes put at stake'))
  const { shard } = options.selection
  const made = makeSteps(found.changes, live, registry, weighed, { inShard: shard !== undefined })
  const steps = hold(made, resting, registry)
  const awaited = going(steps)
  const changes = awaited.map(({ change }) => change)
  const demands = await unmet(
    changes,
    live,
    registry,
    reader.because('what changes take'),
    server,
    options.onlyPlan,
  )
  if (hasErrors(demands)) return { errors: gather(demands) }
  const flag = (from: string) => (text: string) => ({ text, from, at: null })
  const globs = [
    ...options.selection.excludes.map(flag('--exclude')),
    ...options.replace.map(flag('--replace')),
    ...expanded.settings.protect.map(({ text, at }) => ({ text, from: 'protect', at })),
  ]
  const uses = usesOf(globs, [expanded.desired, expanded.removed, [...live.values()]])
  const earlier = options.since ?? options.base
  // A comment alone changes no organization.
  const named = () => select(expanded, registry, { ...options.selection, changed: undefined })
  const findings = [
    // The renderer groups them by organization.
    ...saidOf(diagnostics, expanded, selected),
    ...(selected.tells(NO_ORGANIZATION) ? undeclared(expanded) : []),
    ...(options.selection.changed && selected.tells(NO_ORGANIZATION)
      ? [leftOut(options.selection.changed)]
      : []),
    ...(earlier ? sinceThen(earlier, { expanded, ignored }, changes, named()) : []),
    ...pauses.map((pause) => pauseFinding(pause, options.today)),
    ...found.findings,
    ...(await leftovers(left.filter(isOurs), live, registry, reader, server)),
    ...workFindings(selected.desired, changes, live, options.now ?? new Date(0)),
    ...demands,
    // What matches nothing here may match in another shard.
    ...(shard ? [] : idleGlobs(uses, registry)),
  ]
  const given = { ...options, shard }
  const guarded = guard(awaited, expanded.settings, given, registry, { live, expanded, user: server.user })
  const stopped = options.holdBlocked ? stoppedOnes(guarded.stops, awaited, registry) : new Map()
  const settled = hold(steps, stopped, registry)
  const plan = makePlan(settled, found, findings, {
    expanded,
    selection: options.selection,
    selected,
    live,
    registry,
    server,
    sandbox: options.sandbox,
    version: options.version,
    files,
    guarded,
    partial: options.partial,
    base: options.base,
    whole: shard && wholeOf(configuration, options, uses),
  })
  return { errors: null, plan, steps: settled, live, unmanaged: found.unmanaged }
}

/** Files that say nothing of any object. */
function undeclared({ desired, patterns, removed }: Expanded): readonly Diagnostic[] {
  if (patterns.length + removed.length > 0 || desired.some(({ mustExist }) => !mustExist)) return []
  return [
    {
      code: 'QC4015',
      severity: 'note',
      message: 'nothing is declared',
      at: null,
      hint: 'the files that were loaded declare and remove no object',
    },
  ]
}

/** Keys whose literal values no message may show; some only below another, `config.url`. */
export function unshownKeys(registry: Registry): ReadonlySet<string> {
  const below = (schema: Schema, above: string): readonly string[] =>
    Object.entries(schema).flatMap(([name, attribute]) => [
      ...(maySecret(attribute, 'file') ? [attribute.kind === 'secret' ? name : above + name] : []),
      ...below(attribute.fields ?? {}, `${name}.`),
    ])
  return new Set(['password', ...[...registry.values()].flatMap(({ schema }) => below(schema, ''))])
}
