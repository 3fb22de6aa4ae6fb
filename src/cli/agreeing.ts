import { unallowed } from '../engine/guard.ts'
import type { Step } from '../engine/plan.ts'
import { planText } from '../engine/planfile.ts'
import type { Recheck } from '../engine/recheck.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import { UnavailableError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'
import type { Server } from '../model/server.ts'
import { heldLines } from '../render/held.ts'
import { renderPlan } from '../render/plan.ts'
import { type Style, uncolored } from '../render/style.ts'
import type { Spoken } from './applying.ts'
import { consent } from './confirm.ts'
import { exitOfDone } from './exit.ts'
import { checkExpectations } from './expect.ts'
import { keepsPasswords } from './keeping.ts'

export interface AskFlags extends Spoken {
  readonly yes?: boolean
  readonly json?: boolean
  readonly 'hold-blocked'?: boolean
  readonly 'credentials-out'?: string | undefined
  /** The plan was made before this run. */
  readonly saved: boolean
}

/** How a run talks. */
export interface Voice {
  print(text: string): void
  tell(text: string): void
  stopsAt(list: readonly Diagnostic[]): boolean
  readonly style: Style
}

/** Shows a plan; true where guards stop all of it, which is said. Throws where it is not the one that was expected. */
export function isStopped(plan: Plan, steps: readonly Step[], flags: AskFlags, voice: Voice): boolean {
  const { json, yes, expectations } = flags
  if (!json) voice.print(renderPlan(plan, voice.style))
  else if (!yes && steps.length > 0) voice.tell(renderPlan(plan, uncolored))
  checkExpectations(plan, expectations)
  if (!plan.safety.blocked || (goesOn(plan, flags) && steps.length > 0)) return false
  if (json) voice.print(planText(plan))
  voice.tell('Stopped: nothing was changed.')
  return true
}

/** Of a plan that was saved the holds say it. */
const goesOn = ({ changes }: Plan, flags: AskFlags): boolean =>
  flags['hold-blocked'] === true || changes.some(({ held }) => held === 'blocked')

/** Null where the answer is yes; the exit code where a signal was the answer. Throws where it is no, or nothing may be written. */
export async function answer(
  plan: Plan,
  steps: readonly Step[],
  flags: AskFlags,
  server: Server,
  voice: Voice,
): Promise<number | null> {
  if (server.readOnly)
    throw new UnavailableError('QC7503', 'the registry is in read-only mode: it would refuse every write', [
      'apply when it takes writes again; nothing was changed',
    ])
  keepsPasswords(steps, flags['credentials-out'] !== undefined)
  return consent(plan, unallowed(steps, flags.allowances), flags.yes === true, (text) => voice.tell(text))
}

/** What an apply needs of a plan once it was agreed to: all of it takes as much memory as the steps. */
export interface Kept {
  readonly plan_id: string
  readonly recheck: Recheck | undefined
  /** The exit code once all is done. */
  readonly exit: number
  /** What is said of what is held. */
  readonly waiting: readonly string[]
}

export const kept = (plan: Plan, { saved, yes }: AskFlags, { style }: Voice): Kept => ({
  plan_id: plan.plan_id,
  // Whoever answered took a time of which nobody knows how long it was.
  recheck: saved || !yes ? { user: plan.server.user ?? null } : undefined,
  exit: exitOfDone(plan),
  waiting: heldLines(plan, style),
})
