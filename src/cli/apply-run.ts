import { unallowed } from '../engine/guard.ts'
import { planText, type Step } from '../engine/plan.ts'
import type { Impact, Outcome } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import { AuthError, BlockedError, ConfigError, UnavailableError, UsageError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'
import type { Server } from '../model/server.ts'
import type { Client } from '../quay/client.ts'
import { renderOutcomes } from '../render/outcome.ts'
import { renderPlan } from '../render/plan.ts'
import { reportText } from '../render/report.ts'
import { type Style, uncolored } from '../render/style.ts'
import { applySteps, credentialsFile, parseAllowances } from './applying.ts'
import { ask, question } from './confirm.ts'
import { exitCodes } from './exit.ts'
import { type PlanFlags, planByFlags } from './planning.ts'
import { Progress } from './progress.ts'
import { secretReader } from './secrets.ts'
import { listenForSignals } from './signals.ts'
import { statsText } from './stats.ts'
import type { Loaded, Surroundings } from './world.ts'

export interface ApplyFlags extends PlanFlags {
  readonly yes?: boolean
  readonly json?: boolean
  readonly stats?: boolean
  readonly allow?: readonly string[] | undefined
  readonly 'credentials-out'?: string | undefined
  readonly 'fail-fast'?: boolean
}

/** How a run talks. */
interface Voice {
  print(text: string): void
  tell(text: string): void
  stopsAt(list: readonly Diagnostic[]): boolean
  readonly style: Style
}

/** One apply: plan, guard, ask, write, read back, say what came of it. */
export class ApplyRun {
  readonly #configuration: Loaded
  readonly #flags: ApplyFlags
  readonly #quay: { readonly client: Client; readonly server: Server; readonly sandbox: boolean }
  readonly #surroundings: Surroundings
  readonly #voice: Voice

  constructor(
    configuration: Loaded,
    flags: ApplyFlags,
    quay: { client: Client; server: Server; sandbox: boolean },
    surroundings: Surroundings,
    voice: Voice,
  ) {
    this.#configuration = configuration
    this.#flags = flags
    this.#quay = quay
    this.#surroundings = surroundings
    this.#voice = voice
  }

  /** Resolves with the exit code. */
  async run(): Promise<number> {
    const allowances = parseAllowances(this.#flags.allow ?? [])
    const planned = await planByFlags(this.#configuration, this.#flags, this.#quay, this.#surroundings)
    if (planned.errors) {
      this.#voice.stopsAt(planned.errors)
      return exitCodes.config
    }
    const { plan, steps } = planned
    if (!this.#flags.json) this.#voice.print(renderPlan(plan, this.#voice.style))
    else if (!this.#flags.yes && steps.length > 0) this.#voice.tell(renderPlan(plan, uncolored))
    if (plan.safety.blocked) {
      if (this.#flags.json) this.#voice.print(planText(plan))
      this.#voice.tell('Stopped: nothing was changed.')
      return exitCodes.blocked
    }
    if (steps.length === 0) {
      if (this.#flags.json) this.#voice.print(reportText(plan, [], new Map()))
      return exitCodes.ok
    }
    if (this.#quay.server.readOnly)
      throw new UnavailableError('QC7503', 'the registry is in read-only mode: it would refuse every write', [
        'apply when it takes writes again; nothing was changed',
      ])
    const { signal, code } = listenForSignals((text) => this.#voice.tell(text))
    const open = unallowed(
      steps.map(({ change, impacts }) => ({ change, impacts })),
      allowances,
    )
    await this.#consent(plan, open, signal)
    const outcomes = await this.#write(steps, planned, signal)
    if (!outcomes) return exitCodes.config
    this.#conclude(plan, steps, outcomes)
    const ended = [...outcomes.values()].every(({ status }) => status === 'done' || status === 'already')
    return (
      code() ?? (ended ? exitCodes.ok : refused([...outcomes.values()]) ? exitCodes.auth : exitCodes.partial)
    )
  }

  /** A yes of the flags or of a person; otherwise nothing is sent. */
  async #consent(
    plan: Plan,
    open: ReadonlyMap<Impact, readonly { address: { text: string } }[]>,
    signal: AbortSignal,
  ): Promise<void> {
    const risky = [...open.keys()].filter((impact) => impact !== 'access')
    if (this.#flags.yes) {
      if (risky.length === 0) return
      const named = risky.map(
        (impact) => `${impact}: ${(open.get(impact) ?? []).map(({ address }) => address.text).join(', ')}`,
      )
      throw new BlockedError('QC4103', `--yes does not cover ${named.join('; ')}`, [
        `if that is meant: --allow ${risky.join(',')}`,
        'nothing was changed',
      ])
    }
    if (!process.stdin.isTTY)
      throw new UsageError('QC6405', 'nobody can answer: standard input is no terminal', ['pass --yes'])
    if (!(await ask(question(plan, open), signal)))
      throw new BlockedError('QC4104', 'declined: nothing was changed')
  }

  async #write(
    steps: readonly Step[],
    { live }: { readonly live: Parameters<typeof applySteps>[0]['live'] },
    signal: AbortSignal,
  ) {
    const { cwd, env, now } = this.#surroundings
    const path = this.#flags['credentials-out']
    let save: ReturnType<typeof openCredentials> | undefined
    const progress = new Progress(steps, process.stderr.isTTY === true, (text) => process.stderr.write(text))
    const result = await applySteps({
      steps,
      live,
      ...this.#quay,
      readSecret: secretReader(cwd, env),
      now,
      signal,
      failFast: this.#flags['fail-fast'] === true,
      ready() {
        if (path !== undefined) save = openCredentials(path)
      },
      report: (step, outcome) => progress.report(step, outcome),
    })
    progress.end()
    if (result.errors) {
      this.#voice.stopsAt(result.errors)
      return null
    }
    const saved = save?.(result.outcomes)
    if (saved) this.#voice.tell(`Credentials: ${saved} in ${path} (mode 600).`)
    return result.outcomes
  }

  #conclude(plan: Plan, steps: readonly Step[], outcomes: ReadonlyMap<string, Outcome>): void {
    const changes = steps.map(({ change }) => change)
    const stats = this.#quay.client.stats()
    this.#voice.print(
      this.#flags.json
        ? reportText(plan, changes, outcomes)
        : `\n${renderOutcomes(plan.plan_id, changes, outcomes, stats)}`,
    )
    if (this.#flags.stats) this.#voice.tell(statsText(stats))
  }
}

/** Nothing was done, and all that was tried was refused to this token. */
const refused = (outcomes: readonly Outcome[]): boolean =>
  outcomes.every(
    (outcome) =>
      outcome.status === 'skipped' || (outcome.status === 'failed' && outcome.error instanceof AuthError),
  )

function openCredentials(path: string) {
  try {
    return credentialsFile(path)
  } catch {
    throw new ConfigError('QC3110', `--credentials-out: ${path} cannot be made anew`, [
      'name a file that does not exist, in a folder that does',
      'nothing was changed',
    ])
  }
}
