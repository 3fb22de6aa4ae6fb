import type { Action, Outcome } from './change.ts'
import type { Finding, Plan, Run, Source } from './plan.ts'

/** What a run has to tell whoever reviews it; every form of `--report` is made of it. */
export interface Review {
  /** What tells it from the other reviews of the same files. */
  readonly name: string
  /** Null: there is none, and the findings say why. */
  readonly plan: Plan | null
  /** Those of the plan, or what kept one from being made. */
  readonly findings: readonly Finding[]
  /** Nothing was to be planned: only the files were looked at, so many, and they declare so much. */
  readonly checked?: Checked
  /** Of an apply: what came of the steps, in order. */
  readonly steps?: readonly ReviewedStep[]
  readonly run?: Run
  /** Those of the request without which some of it would not be applied. */
  readonly labels?: readonly string[]
  /** Where a line of a file can be read by everybody; null: nowhere. */
  link(source: Source): string | null
  /** What the repository calls a file; null: it has none of that name. */
  path(file: string): string | null
}

export interface Checked {
  readonly files: number
  readonly objects: number
}

/** One step of an apply, as a report has it. */
export interface ReviewedStep {
  readonly address: string
  readonly organization: string
  readonly action: Action
  readonly status: Outcome['status']
  /** Why it was not begun. */
  readonly because?: string
  readonly error?: { readonly code?: string; readonly message: string }
  readonly ended_at?: string
}
