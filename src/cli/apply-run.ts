import { unallowed } from '../engine/guard.ts'
import { going, outcomesOfHeld } from '../engine/holds.ts'
import type { Patience } from '../engine/patience.ts'
import type { Planned } from '../engine/pipeline.ts'
import type { Step } from '../engine/plan.ts'
import { planText } from '../engine/planfile.ts'
import type { Recheck } from '../engine/recheck.ts'
import type { Live, Outcome } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import { UnavailableError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'
import { heldLines } from '../render/held.ts'
import { renderOutcomes } from '../render/outcome.ts'
import { renderPlan } from '../render/plan.ts'
import { type Style, uncolored } from '../render/style.ts'
import { applySteps, quayFor, type Spoken } from './applying.ts'
import { consent, type Open } from './confirm.ts'
import { exitCodeAfter, exitCodeOf, exitCodes, exitOfDone } from './exit.ts'
import { checkExpectations } from './expect.ts'
import { alreadyThere, Keeping, keepsPasswords } from './keeping.ts'
import { patient } from './patience.ts'
import { Progress, screen, watched } from './progress.ts'
import { ApplyRecord } from './record.ts'
import { mistakes, type Tell } from './reports.ts'
import { secretReader } from './secrets.ts'
import { listenForSignals } from './signals.ts'
import { statsText } from './stats.ts'
import type { Quayside, Surroundings } from './world.ts'

export interface ApplyFlags extends Spoken {
  readonly yes?: boolean
  readonly json?: boolean
  readonly stats?: boolean
  readonly 'hold-blocked'?: boolean
  readonly 'credentials-out'?: string | undefined
  readonly 'fail-fast'?: boolean
  /** The plan was made before this run. */
  readonly saved: boolean
  readonly started: Date
  readonly 'cancel-sync'?: boolean
}

/** How a run talks. */
interface Voice {
  print(text: string): void
  tell(text: string): void
  stopsAt(list: readonly Diagnostic[]): boolean
  readonly style: Style
}

type Ready = Extract<Planned, { readonly errors: null }>

/** One apply: show, ask, write, read back, say what came of it. */
export class ApplyRun {
  readonly #planned: Planned
  readonly #flags: ApplyFlags
  readonly #quay: Quayside
  readonly #keeping: Keeping | null
  readonly #surroundings: Surroundings
  readonly #voice: Voice

  constructor(planned: Planned, flags: ApplyFlags, quay: Quayside, surroundings: Surroundings, voice: Voice) {
    const path = flags['credentials-out']
    this.#keeping = path === undefined ? null : new Keeping(path, (text) => voice.tell(text))
    this.#planned = planned
    this.#flags = flags
    this.#quay = quay
    this.#surroundings = surroundings
    this.#voice = voice
  }

  /** Resolves with the exit code. `tell`: takes what is to be reported. */
  async run(tell: Tell): Promise<number> {
    const planned = this.#planned
    if (planned.errors) {
      tell(mistakes(planned.errors))
      this.#voice.stopsAt(planned.errors)
      return exitCodes.config
    }
    const { plan, steps } = planned
    const { started } = this.#flags
    const record = new ApplyRecord({ plan, steps, quay: this.#quay, started }, tell, this.#surroundings)
    try {
      const code = await this.#apply(planned, record)
      const problem = record.end(code)
      return problem ? this.#unrecorded(code, problem) : code
    } catch (error) {
      record.end(exitCodeOf(error), error)
      throw error
    }
  }

  async #apply(planned: Ready, record: ApplyRecord): Promise<number> {
    const { plan } = planned
    const { json, yes, expectations, saved } = this.#flags
    const steps = going(planned.steps)
    record.waits(outcomesOfHeld(planned.steps))
    if (!json) this.#voice.print(renderPlan(plan, this.#voice.style))
    else if (!yes && steps.length > 0) this.#voice.tell(renderPlan(plan, uncolored))
    checkExpectations(plan, expectations)
    if (plan.safety.blocked && !(goesOn(plan, this.#flags) && steps.length > 0)) {
      if (json) this.#voice.print(planText(plan))
      this.#voice.tell('Stopped: nothing was changed.')
      return exitCodes.blocked
    }
    if (steps.length === 0) {
      const code = (await this.#restore(planned.live, yes === true)) ? exitOfDone(plan) : exitCodes.partial
      if (json) this.#voice.print(record.text(code))
      return code
    }
    if (this.#quay.server.readOnly)
      throw new UnavailableError('QC7503', 'the registry is in read-only mode: it would refuse every write', [
        'apply when it takes writes again; nothing was changed',
      ])
    keepsPasswords(steps, this.#flags['credentials-out'] !== undefined)
    const stopped = await consent(plan, this.#open(steps), yes === true, (text) => this.#voice.tell(text))
    if (stopped !== null) return stopped
    const progress = new Progress(steps, () => this.#quay.client.limit(), screen)
    const { signal, code, say } = this.#endings(progress)
    // Whoever answered took a time of which nobody knows how long it was.
    const recheck = saved || !yes ? { user: plan.server.user ?? null } : undefined
    const written = await this.#write(steps, planned, {
      signal,
      progress,
      record,
      recheck,
      patience: patient(this.#flags.syncWait, say),
    })
    if (!written) return exitCodes.config
    const ended = this.#ended(plan, written) ?? code() ?? exitCodeAfter([...written.outcomes.values()])
    this.#conclude(plan, steps, written.outcomes, record.text(ended))
    return ended
  }

  #open(steps: readonly Step[]): Open {
    const weighed = steps.map(({ change, impacts }) => ({ change, impacts }))
    return unallowed(weighed, this.#flags.allowances)
  }

  #ended(plan: Plan, { outcomes, saved }: Written): number | null {
    const isDone = [...outcomes.values()].every(({ status }) => status === 'done' || status === 'already')
    if (!isDone || !saved) return null
    return exitOfDone(plan)
  }

  /** What is done is done; that nobody can look it up later is no success. */
  #unrecorded(code: number, problem: Error): number {
    this.#voice.tell(`The report is not complete. ${problem.message}`)
    return code === exitCodes.ok ? exitCodes.partial : code
  }

  async #write(
    steps: readonly Step[],
    { live }: Ready,
    { signal, progress, record, recheck, patience }: Way,
  ): Promise<Written | null> {
    const { cwd, env, now } = this.#surroundings
    const { saved } = this.#flags
    const keeping = this.#keeping
    let restored = true
    const work = applySteps({
      steps,
      live,
      ...this.#quay,
      readSecret: secretReader(cwd, env),
      now,
      signal,
      recheck,
      failFast: this.#flags['fail-fast'] === true,
      patience,
      cancelSync: this.#flags['cancel-sync'] === true,
      credentials: keeping !== null,
      ready: async () => {
        record.begin()
        keeping?.open(steps, saved)
        restored = await this.#restore(live)
      },
      told: (address, credential) => keeping?.told(address, credential),
      begin(step) {
        keeping?.begin(step)
        progress.begin(step)
      },
      report(step, outcome) {
        record.add(step.change.address.text, outcome)
        keeping?.add(step, outcome)
        progress.report(step, outcome)
      },
    })
    const result = await watched(work, progress)
    if (result.errors) {
      this.#voice.stopsAt(result.errors)
      return null
    }
    const { outcomes } = result
    const renewed = await this.#restore(alreadyThere(steps, outcomes))
    return { outcomes, saved: (keeping?.end(steps, outcomes) ?? true) && restored && renewed }
  }

  /** What ends the run before all is done: a signal, or the time. */
  #endings(progress: Progress) {
    const say = (text: string) => {
      progress.clear()
      this.#voice.tell(text)
    }
    const signals = listenForSignals(say, () => {
      const begun = progress.inFlight
      if (begun.length > 0) say(`Stopped. Whether these are done is not known: ${begun.join(', ')}`)
    })
    const limit = this.#quay.limit.steps()
    limit.addEventListener('abort', () => say(`Ending the steps in flight: ${limit.reason}.`))
    return { signal: AbortSignal.any([signals.signal, limit]), code: signals.code, say }
  }

  #restore(live: ReadonlyMap<string, Live>, mayRenew = true): Promise<boolean> {
    const { client, server } = this.#quay
    const quay = quayFor(client, server, this.#surroundings.now)
    return this.#keeping?.restore(live, quay, mayRenew) ?? Promise.resolve(true)
  }

  #conclude(plan: Plan, steps: readonly Step[], outcomes: Outcomes, report: string): void {
    const stats = this.#quay.client.stats()
    const changes = steps.map(({ change }) => change)
    this.#voice.print(
      this.#flags.json
        ? report
        : `\n${[renderOutcomes(plan.plan_id, changes, outcomes, stats, this.#voice.style), ...heldLines(plan, this.#voice.style)].join('\n')}`,
    )
    if (this.#flags.stats) this.#voice.tell(statsText(stats))
  }
}

type Outcomes = ReadonlyMap<string, Outcome>

/** What came of the steps; false where secrets that Quay made could not be saved. */
interface Written {
  readonly outcomes: Outcomes
  readonly saved: boolean
}

interface Way {
  readonly signal: AbortSignal
  readonly progress: Progress
  readonly record: ApplyRecord
  readonly recheck: Recheck | undefined
  readonly patience: Patience
}

/** Of a plan that was saved the holds say it. */
const goesOn = ({ changes }: Plan, flags: ApplyFlags): boolean =>
  flags['hold-blocked'] === true || changes.some(({ held }) => held === 'blocked')
