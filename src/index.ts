import { applySteps, parseAllowances } from './cli/applying.ts'
import { keepsPasswords } from './cli/keeping.ts'
import { atQuay, documentsText, keeper, type Place, readAt, refuseUnallowed } from './cli/library.ts'
import { refuseIdle } from './cli/narrowing.ts'
import { secretReader } from './cli/secrets.ts'
import { type Loaded, registry } from './cli/world.ts'
import { going } from './engine/holds.ts'
import { type Planned, planConfiguration } from './engine/pipeline.ts'
import { planText } from './engine/planfile.ts'
import { unitWarnings } from './engine/unit-warnings.ts'
import { unitsOf } from './engine/units.ts'
import type { Credential, Outcome } from './model/change.ts'
import { type Diagnostic, hasErrors, sortDiagnostics } from './model/diagnostics.ts'
import type { Document } from './model/documents.ts'
import { BlockedError, ConfigError } from './model/errors.ts'
import type { Plan } from './model/plan.ts'
import type { GivenToApply, Granularity, Unit } from './model/unit.ts'
import { renderDiagnostics } from './render/diagnostics.ts'
import { renderMarkdown } from './render/markdown-review.ts'
import { renderPlan } from './render/plan.ts'
import { on, uncolored } from './render/style.ts'

export { documentsText } from './cli/library.ts'
export type { Credential, Impact, Outcome } from './model/change.ts'
export type { Diagnostic } from './model/diagnostics.ts'
export type * from './model/documents.ts'
export { QuayctlError } from './model/errors.ts'
export type { Plan, PlannedChange } from './model/plan.ts'
export type { GivenToApply, Granularity, Unit } from './model/unit.ts'

/** What is to be loaded, and from where. */
export interface LoadOptions {
  /** Files, and folders with all below them, as of `-f`. Default: the nearest `quayctl.yaml`, and what it includes. */
  readonly file?: string | readonly string[] | undefined
  /** Documents instead of files. */
  readonly documents?: Document | readonly Document[] | undefined
  /** Another registry of the same files: `registries/NAME.yaml`. */
  readonly registry?: string | undefined
  /** The commit whose files were applied last. */
  readonly base?: string | undefined
  /** What paths are relative to, those of secrets in documents too. Default: the working directory. */
  readonly directory?: string | undefined
  /** Variables: where Quay is and its token (`QUAY_URL`, `QUAY_TOKEN`), proxies, secrets that files refer to. Nothing is taken from the process; hand over `process.env` for that. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
}

/** What files say. There is no error in it, or `load` would have thrown. */
export interface Configuration {
  /** Warnings and notes. */
  readonly diagnostics: readonly Diagnostic[]
  /** Addresses of the objects that the files declare, sorted. */
  readonly addresses: readonly string[]
}

/** The files cannot be used. Its message shows each mistake with its line. */
export class InvalidConfiguration extends ConfigError {
  readonly diagnostics: readonly Diagnostic[]
  constructor(diagnostics: readonly Diagnostic[], shown: string) {
    super(diagnostics.find(({ severity }) => severity === 'error')?.code ?? 'QC1004', shown)
    this.diagnostics = diagnostics
  }
}

function invalid(diagnostics: readonly Diagnostic[], { sources, files }: Loaded): InvalidConfiguration {
  const sorted = sortDiagnostics(diagnostics)
  return new InvalidConfiguration(sorted, renderDiagnostics(sorted, sources, files, uncolored))
}

interface Read {
  readonly loaded: Loaded
  readonly place: Place
}
const reads = new WeakMap<Configuration, Read>()

/** Reads and checks files, or documents; no network, no secrets. Throws `InvalidConfiguration` where something is wrong with them. */
export function load({
  file,
  documents,
  registry: name,
  base,
  directory,
  env,
}: LoadOptions = {}): Configuration {
  const place = { directory, env }
  const named = [file ?? []].flat()
  if (documents !== undefined && (named.length > 0 || [documents].flat().length === 0))
    throw new TypeError('documents stand instead of files, and are one or several')
  if (named.includes('-')) throw new TypeError('a library has no standard input: hand over documents')
  const files = documents === undefined ? named : ['-']
  const loaded = readAt({ file: files, registry: name, base }, place, documentsText(documents ?? []))
  if (hasErrors(loaded.diagnostics)) throw invalid(loaded.diagnostics, loaded)
  const objects = loaded.expanded.desired.filter(({ absent, mustExist }) => !absent && !mustExist)
  const configuration: Configuration = {
    diagnostics: sortDiagnostics(loaded.diagnostics),
    addresses: objects.map(({ address }) => address.text),
  }
  reads.set(configuration, { loaded, place })
  return configuration
}

/** The desired state in units that `quayctl apply` can be narrowed to, in the order of an apply. */
export const units = (
  configuration: Configuration,
  granularity: Granularity = 'organization',
): readonly Unit[] => unitsOf(known(reads, configuration).loaded.expanded, registry, granularity)

/** What applies of units will ask for and are not given, as of the flags of `quayctl apply`. */
export const warningsOf = (
  all: readonly Unit[],
  { allow = [], credentialsOut, base }: GivenToApply = {},
): readonly string[] => {
  const given = { keeps: credentialsOut !== undefined, hasBase: base !== undefined }
  return unitWarnings(all, { allowances: parseAllowances(allow), ...given })
}

/** Where Quay is, and what is planned there. */
export interface PlanOptions {
  /** Goes before what files and `QUAY_URL` say. */
  readonly url?: string
  /** A PEM file with an authority to trust besides the known ones. */
  readonly caFile?: string
  /** How many requests run at once at most. Default: 16. */
  readonly concurrency?: number
  /** Only these organizations and all below them; `-`: what is in none. */
  readonly organizations?: readonly string[]
  /** Globs over addresses: only these; then nothing is pruned. */
  readonly targets?: readonly string[]
  readonly excludes?: readonly string[]
  /** Globs over addresses that may be deleted and created again where Quay cannot change them. */
  readonly replace?: readonly string[]
}

interface Made {
  readonly planned: Extract<Planned, { readonly errors: null }>
  /** The caller has the plan, too. */
  readonly safety: Plan['safety']
  readonly read: Read
  readonly options: PlanOptions
}
const made = new WeakMap<Plan, Made>()

/** Compares files with Quay, which is only read. */
export async function plan(configuration: Configuration, options: PlanOptions = {}): Promise<Plan> {
  const read = known(reads, configuration)
  return atQuay(read.loaded, read.place, options, async ({ client, server, sandbox }, { now, version }) => {
    const { organizations = [], targets = [], excludes = [], replace = [] } = options
    const selection = { organizations, targets, excludes }
    refuseIdle(read.loaded.expanded, selection, registry)
    const planned = await client.whole(() =>
      planConfiguration(read.loaded, registry, client, server, {
        selection,
        replace,
        base: read.loaded.base,
        partial: read.loaded.partial,
        today: now().toISOString().slice(0, 10),
        now: now(),
        version,
        sandbox,
      }),
    )
    if (planned.errors) throw invalid(planned.errors, read.loaded)
    made.set(planned.plan, { planned, safety: structuredClone(planned.plan.safety), read, options })
    return planned.plan
  })
}

export interface ApplyOptions {
  /** What can cost something, as of `--allow`: `data`, `public:repository.acme/*`. `access` needs no word. */
  readonly allow?: readonly string[]
  /** No step begins once it is aborted; those under way end. */
  readonly signal?: AbortSignal
  /** Begin no further step after one failed. */
  readonly failFast?: boolean
  /** Takes each secret that Quay makes, as soon as it is told, and is waited for; without it none is asked for. */
  readonly onCredential?: (address: string, credential: Credential) => unknown
}

/** How an apply ended. */
export interface Applied {
  /** Is all done, or was already? */
  readonly ok: boolean
  /** By address. */
  readonly outcomes: ReadonlyMap<string, Outcome>
}

/** Carries out a plan that `plan` has made. Each object is read again right before its write, and what was changed meanwhile is not written. Throws where a guard stops it or something is not allowed: then nothing was sent. */
export async function apply(plan: Plan, options: ApplyOptions = {}): Promise<Applied> {
  const { planned, safety, read, options: way } = known(made, plan)
  const { allow = [], signal = new AbortController().signal, failFast = false, onCredential } = options
  const steps = going(planned.steps)
  if (safety.blocked) {
    const [first] = safety.stops
    throw new BlockedError(first?.code ?? 'QC4101', first?.message ?? 'a guard stops this plan', [
      ...(first ? [first.hint] : []),
      'nothing was changed',
    ])
  }
  refuseUnallowed(steps, parseAllowances(allow))
  keepsPasswords(steps, onCredential !== undefined, 'onCredential takes it')
  const keep = keeper(onCredential)
  return atQuay(read.loaded, read.place, way, async ({ client, server }, { cwd, env, now }) => {
    const result = await applySteps({
      steps,
      live: planned.live,
      client,
      server,
      readSecret: secretReader(cwd, env),
      now,
      signal,
      failFast,
      recheck: { user: plan.server.user ?? null },
      credentials: onCredential !== undefined,
      told: keep.told,
      report: () => {},
    })
    if (result.errors) throw invalid(result.errors, read.loaded)
    const outcomes = new Map([...result.outcomes, ...(await keep.failures())])
    const isDone = ({ status }: Outcome) => status === 'done' || status === 'already'
    return { ok: [...outcomes.values()].every(isDone), outcomes }
  })
}

export interface RenderOptions {
  /** `text` as on a terminal, `markdown` as in a review, `json` as `--out` saves it. Default: `text`. */
  readonly format?: 'text' | 'markdown' | 'json'
  /** Of text, in columns. Default: 80. */
  readonly width?: number
}

/** A plan to be read. */
export function render(plan: Plan, { format = 'text', width }: RenderOptions = {}): string {
  if (format === 'json') return planText(plan)
  if (format === 'text') return renderPlan(plan, on(uncolored, width))
  return renderMarkdown({
    name: 'plan',
    plan,
    findings: plan.findings,
    link: () => null,
    path: (file) => file,
  })
}

function known<K extends object, V>(map: WeakMap<K, V>, key: K): V {
  const value = map.get(key)
  if (value === undefined) throw new TypeError('this was not made by quayctl in this process')
  return value
}
