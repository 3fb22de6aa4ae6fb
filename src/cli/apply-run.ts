import { unallowed } from '../engine/guard.ts'
import { going, outcomesOfHeld } from '../engine/holds.ts'
import { planText, type Step } from '../engine/plan.ts'
import type { Outcome } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import { AuthError, BlockedError, ConfigError, UnavailableError, UsageError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'
import type { Server } from '../model/server.ts'
import type { Client } from '../quay/client.ts'
import { heldLines } from '../render/held.ts'
import { renderOutcomes } from '../render/outcome.ts'
import { renderPlan } from '../render/plan.ts'
import { reportText } from '../render/report.ts'
import { type Style, uncolored } from '../render/style.ts'
import { applySteps, parseAllowances, toldOnce, withoutCredential } from './applying.ts'
import { ask, type Open, question, uncovered } from './confirm.ts'
import { CredentialsFile } from './credentials.ts'
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
    const { plan } = planned
    const steps = going(planned.steps)
    const waiting = outcomesOfHeld(planned.steps)
    if (!this.#flags.json) this.#voice.print(renderPlan(plan, this.#voice.style))
    else if (!this.#flags.yes && steps.length > 0) this.#voice.tell(renderPlan(plan, uncolored))
    if (plan.safety.blocked && !(this.#flags['hold-blocked'] && steps.length > 0)) {
      if (this.#flags.json) this.#voice.print(planText(plan))
      this.#voice.tell('Stopped: nothing was changed.')
      return exitCodes.blocked
    }
    if (steps.length === 0) {
      if (this.#flags.json) this.#voice.print(reportText(plan, changesOf(planned.steps), waiting))
      return exitCodes.ok
    }
    if (this.#quay.server.readOnly)
      throw new UnavailableError('QC7503', 'the registry is in read-only mode: it would refuse every write', [
        'apply when it takes writes again; nothing was changed',
      ])
    this.#keepsPasswords(steps)
    const open = unallowed(
      steps.map(({ change, impacts }) => ({ change, impacts })),
      allowances,
    )
    const stopped = await this.#consent(plan, open)
    if (stopped !== null) return stopped
    const progress = new Progress(steps, process.stderr.isTTY === true, (text) => process.stderr.write(text))
    const { signal, code } = listenForSignals((text) => {
      progress.clear()
      this.#voice.tell(text)
    })
    const written = await this.#write(steps, planned, signal, progress)
    if (!written) return exitCodes.config
    const { outcomes, saved } = written
    this.#conclude(plan, planned.steps, new Map([...waiting, ...outcomes]))
    const ended = [...outcomes.values()].every(({ status }) => status === 'done' || status === 'already')
    if (ended && saved) return plan.safety.blocked ? exitCodes.blocked : exitCodes.ok
    return code() ?? (refused([...outcomes.values()]) ? exitCodes.auth : exitCodes.partial)
  }

  /** A secret that Quay tells once needs a place before it is made. */
  #keepsPasswords(steps: readonly Step[]): void {
    const lost = this.#flags['credentials-out'] === undefined ? toldOnce(steps) : []
    if (lost.length === 0) return
    throw new BlockedError(
      'QC4106',
      `Quay tells the password of ${lost.join(', ')} once, and nothing says where to keep it`,
      ['--credentials-out FILE keeps it, readable for you only', 'nothing was changed'],
    )
  }

  /** A yes of the flags or of a person; otherwise nothing is sent. The exit code where a signal was the answer. */
  async #consent(plan: Plan, open: Open): Promise<number | null> {
    if (this.#flags.yes) {
      const refusal = uncovered(open)
      if (refusal) throw refusal
      return null
    }
    if (!process.stdin.isTTY)
      throw new UsageError('QC6405', 'nobody can answer: standard input is no terminal', ['pass --yes'])
    const reply = await ask(question(plan, open))
    if (reply === 'no') throw new BlockedError('QC4104', 'declined: nothing was changed')
    if (reply === 'yes') return null
    this.#voice.tell('Interrupted: nothing was changed.')
    return reply === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated
  }

  async #write(
    steps: readonly Step[],
    { live }: { readonly live: Parameters<typeof applySteps>[0]['live'] },
    signal: AbortSignal,
    progress: Progress,
  ) {
    const { cwd, env, now } = this.#surroundings
    const path = this.#flags['credentials-out']
    let file: CredentialsFile | undefined
    const result = await applySteps({
      steps,
      live,
      ...this.#quay,
      readSecret: secretReader(cwd, env),
      now,
      signal,
      failFast: this.#flags['fail-fast'] === true,
      credentials: path !== undefined,
      ready() {
        if (path !== undefined) file = openCredentials(path)
      },
      told: (address, credential) => file?.add(address, credential),
      report(step, outcome) {
        if ('credential' in outcome && outcome.credential)
          file?.add(step.change.address.text, outcome.credential)
        progress.report(step, outcome)
      },
    })
    progress.end()
    if (result.errors) {
      this.#voice.stopsAt(result.errors)
      return null
    }
    const { outcomes } = result
    return { outcomes, saved: !file || this.#tellCredentials(file, steps, outcomes) }
  }

  /** What the file has, and what it has not; false where secrets could not be saved. */
  #tellCredentials(
    file: CredentialsFile,
    steps: readonly Step[],
    outcomes: ReadonlyMap<string, Outcome>,
  ): boolean {
    const path = this.#flags['credentials-out']
    const { saved, lost, problem } = file.end()
    const missing = [...lost, ...withoutCredential(steps, outcomes)]
    if (problem) this.#voice.tell(`Credentials: ${path} could not be written (${problem.message}).`)
    else if (saved.length > 0) this.#voice.tell(`Credentials: ${saved.length} in ${path} (mode 600).`)
    if (missing.length > 0)
      this.#voice.tell(`Not in ${path}: ${missing.join(', ')}. Quay shows an administrator the token.`)
    return problem === null
  }

  #conclude(plan: Plan, steps: readonly Step[], outcomes: ReadonlyMap<string, Outcome>): void {
    const stats = this.#quay.client.stats()
    this.#voice.print(
      this.#flags.json
        ? reportText(plan, changesOf(steps), outcomes)
        : `\n${[renderOutcomes(plan.plan_id, changesOf(going(steps)), outcomes, stats), ...heldLines(plan)].join('\n')}`,
    )
    if (this.#flags.stats) this.#voice.tell(statsText(stats))
  }
}

const changesOf = (steps: readonly Step[]) => steps.map(({ change }) => change)

/** Nothing was done, and all that was tried was refused to this token. */
const refused = (outcomes: readonly Outcome[]): boolean =>
  outcomes.every(
    (outcome) =>
      outcome.status === 'skipped' || (outcome.status === 'failed' && outcome.error instanceof AuthError),
  )

function openCredentials(path: string) {
  try {
    return new CredentialsFile(path)
  } catch {
    throw new ConfigError('QC3110', `--credentials-out: ${path} cannot be made anew`, [
      'name a file that does not exist, in a folder that does',
      'nothing was changed',
    ])
  }
}
