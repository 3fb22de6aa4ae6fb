import { going } from '../engine/holds.ts'
import type { Patience } from '../engine/patience.ts'
import type { Planned } from '../engine/pipeline.ts'
import type { Step } from '../engine/plan.ts'
import type { Live, Outcome } from '../model/change.ts'
import { renderOutcomes } from '../render/outcome.ts'
import { type AskFlags, answer, isStopped, type Kept, kept, type Voice } from './agreeing.ts'
import { applySteps, quayFor } from './applying.ts'
import { exitCodeAfter, exitCodeOf, exitCodes, exitOfDone } from './exit.ts'
import { alreadyThere, Keeping } from './keeping.ts'
import { patient } from './patience.ts'
import { Progress, screen, watched } from './progress.ts'
import { ApplyRecord } from './record.ts'
import { mistakes, type Tell } from './reports.ts'
import { secretReader } from './secrets.ts'
import { listenForSignals } from './signals.ts'
import { statsText } from './stats.ts'
import type { Quayside, Surroundings } from './world.ts'

export interface ApplyFlags extends AskFlags {
  readonly stats?: boolean
  readonly 'fail-fast'?: boolean
  readonly started: Date
  readonly 'cancel-sync'?: boolean
}

type Ready = Extract<Planned, { readonly errors: null }>

/** One apply: show, ask, write, read back, say what came of it. */
export class ApplyRun {
  readonly #flags: ApplyFlags
  readonly #quay: Quayside
  readonly #keeping: Keeping | null
  readonly #surroundings: Surroundings
  readonly #voice: Voice

  constructor(flags: ApplyFlags, quay: Quayside, surroundings: Surroundings, voice: Voice) {
    const path = flags['credentials-out']
    this.#keeping = path === undefined ? null : new Keeping(path, (text) => voice.tell(text))
    this.#flags = flags
    this.#quay = quay
    this.#surroundings = surroundings
    this.#voice = voice
  }

  /** Resolves with the exit code. `tell`: takes what is to be reported. */
  run(planned: Planned, tell: Tell): Promise<number> {
    if (planned.errors) {
      tell(mistakes(planned.errors))
      this.#voice.stopsAt(planned.errors)
      return Promise.resolve(exitCodes.config)
    }
    const record = this.#recordOf(planned, tell)
    return this.#recorded(this.#apply(planned, record), record)
  }

  /** Null where nobody asks for one: it takes the whole plan. */
  #recordOf({ plan, steps }: Ready, tell: Tell): ApplyRecord | null {
    const { json, reports, started } = this.#flags
    if (!json && reports.length === 0) return null
    return new ApplyRecord({ plan, steps, quay: this.#quay, started }, tell, this.#surroundings)
  }

  async #recorded(work: Promise<number>, record: ApplyRecord | null): Promise<number> {
    try {
      const code = await work
      const problem = record?.end(code)
      return problem ? this.#unrecorded(code, problem) : code
    } catch (error) {
      record?.end(exitCodeOf(error), error)
      throw error
    }
  }

  async #apply(planned: Ready, record: ApplyRecord | null): Promise<number> {
    const { plan, live } = planned
    const steps = going(planned.steps)
    if (isStopped(plan, steps, this.#flags, this.#voice)) return exitCodes.blocked
    if (steps.length === 0) {
      const code = (await this.#restore(live, this.#flags.yes === true))
        ? exitOfDone(plan)
        : exitCodes.partial
      if (this.#flags.json && record) this.#voice.print(record.text(code))
      return code
    }
    const stopped = await answer(plan, steps, this.#flags, this.#quay.server, this.#voice)
    // Not awaited: what waits for it would hold the plan.
    return stopped ?? this.#carryOut({ steps, live, ...kept(plan, this.#flags, this.#voice) }, record)
  }

  async #carryOut(agreed: Agreed, record: ApplyRecord | null): Promise<number> {
    const progress = new Progress(agreed.steps, () => this.#quay.client.limit(), screen)
    const { signal, code, say } = this.#endings(progress)
    const patience = patient(this.#flags.syncWait, say)
    const written = await this.#write(agreed, { signal, progress, record, patience })
    if (!written) return exitCodes.config
    const outcomes = [...written.outcomes.values()]
    const isDone = outcomes.every(({ status }) => status === 'done' || status === 'already')
    const ended = isDone && written.saved ? agreed.exit : (code() ?? exitCodeAfter(outcomes))
    this.#conclude(agreed, written.outcomes, ended, record)
    return ended
  }

  /** What is done is done; that nobody can look it up later is no success. */
  #unrecorded(code: number, problem: Error): number {
    this.#voice.tell(`The report is not complete. ${problem.message}`)
    return code === exitCodes.ok ? exitCodes.partial : code
  }

  async #write(
    { steps, live, recheck }: Agreed,
    { signal, progress, record, patience }: Way,
  ): Promise<Written | null> {
    const { cwd, env, now } = this.#surroundings
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
        record?.begin()
        keeping?.open(steps, this.#flags.saved)
        restored = await this.#restore(live)
      },
      told: (address, credential) => keeping?.told(address, credential),
      begin(step) {
        keeping?.begin(step)
        progress.begin(step)
      },
      report(step, outcome) {
        record?.add(step.change.address.text, outcome)
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
      progress.clear()
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

  #conclude(
    { plan_id, steps, waiting }: Agreed,
    outcomes: Outcomes,
    ended: number,
    record: ApplyRecord | null,
  ): void {
    const stats = this.#quay.client.stats()
    if (this.#flags.json && record) this.#voice.print(record.text(ended))
    else {
      const changes = steps.map(({ change }) => change)
      const said = renderOutcomes(plan_id, changes, outcomes, stats, this.#voice.style)
      this.#voice.print(`\n${[said, ...waiting].join('\n')}`)
    }
    if (this.#flags.stats) this.#voice.tell(statsText(stats))
  }
}

/** What was agreed to. */
interface Agreed extends Kept {
  readonly steps: readonly Step[]
  readonly live: ReadonlyMap<string, Live>
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
  readonly record: ApplyRecord | null
  readonly patience: Patience
}
