import { outcomesOfHeld } from '../engine/holds.ts'
import type { Step } from '../engine/plan.ts'
import type { Outcome } from '../model/change.ts'
import { asError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'
import { type Applied, reportText, reviewedSteps } from '../render/report.ts'
import type { Tell } from './reports.ts'
import { runOf } from './runs.ts'
import type { Quayside, Surroundings } from './world.ts'

/** What a record is about. */
interface Subject {
  readonly plan: Plan
  readonly steps: readonly Step[]
  readonly quay: Quayside
  readonly started: Date
}

/** What an apply does, in the files of `--report`: there before its first write, and whole at its end, however it ends. */
export class ApplyRecord {
  readonly #subject: Subject
  readonly #tell: Tell
  readonly #surroundings: Surroundings
  readonly #outcomes: Map<string, Outcome>
  readonly #times = new Map<string, string>()
  /** A second signal ends the process at once. */
  readonly #atExit = (code: number) => this.end(code)

  constructor(subject: Subject, tell: Tell, surroundings: Surroundings) {
    this.#subject = subject
    this.#outcomes = new Map(outcomesOfHeld(subject.steps))
    this.#tell = tell
    this.#surroundings = surroundings
  }

  /** Throws where a file cannot be written: then nothing is sent. */
  begin(): void {
    this.#write(null)
    process.once('exit', this.#atExit)
  }

  add(address: string, outcome: Outcome): void {
    this.#outcomes.set(address, outcome)
    this.#times.set(address, this.#surroundings.now().toISOString())
  }

  /** The record as a document. */
  text(exit: number | null, error?: unknown): string {
    return reportText(this.#applied(exit, error))
  }

  #applied(exit: number | null, error?: unknown): Applied {
    const { plan, steps, quay, started } = this.#subject
    return {
      plan,
      user: quay.server.user,
      changes: steps.map(({ change }) => change),
      outcomes: this.#outcomes,
      times: this.#times,
      run: runOf(started, this.#surroundings, quay.client.stats()),
      exit,
      ...(error instanceof Error && { error }),
    }
  }

  /** Why it could not be written, if it could not. */
  end(code: number, error?: unknown): Error | null {
    process.off('exit', this.#atExit)
    try {
      this.#write(code, error)
      return null
    } catch (problem) {
      return asError(problem)
    }
  }

  #write(code: number | null, error?: unknown): void {
    const applied = this.#applied(code, error)
    const { plan, run } = applied
    this.#tell({
      plan,
      findings: plan.findings,
      steps: reviewedSteps(applied),
      run,
      json: () => reportText(applied),
      begins: code === null,
    })
  }
}
