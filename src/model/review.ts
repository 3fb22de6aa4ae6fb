import type { Action, Outcome } from './change.ts'
import type { Finding, Plan, Run, Source } from './plan.ts'

/** What a run has to tell whoever reviews it; every form of `--report` is made of it. */
export interface Review {
  /** Null: there is none, and the findings say why. */
  readonly plan: Plan | null
  /** Those of the plan, or what kept one from being made. */
  readonly findings: readonly Finding[]
  /** Of an apply: what came of the steps, in order. */
  readonly steps?: readonly ReviewedStep[]
  readonly run?: Run
  /** Where a line of a file can be read by everybody; null: nowhere. */
  link(source: Source): string | null
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
