import { writeFileSync } from 'node:fs'
import { apply } from '../engine/apply.ts'
import type { Allowance } from '../engine/guard.ts'
import type { Step } from '../engine/plan.ts'
import type { ReadSecret } from '../engine/secrets.ts'
import { resolveSecrets } from '../engine/secrets.ts'
import type { Impact, Live, Outcome } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import { UsageError } from '../model/errors.ts'
import type { Server } from '../model/server.ts'
import type { Client } from '../quay/client.ts'
import { registry } from './world.ts'

const IMPACTS: readonly Impact[] = ['access', 'credential', 'data', 'public']

/** `--allow data,public:repository.acme/*` */
export function parseAllowances(texts: readonly string[]): readonly Allowance[] {
  return texts
    .flatMap((text) => text.split(','))
    .map((text) => {
      const [word = '', ...rest] = text.trim().split(':')
      const impact = IMPACTS.find((known) => known === word)
      if (!impact)
        throw new UsageError('QC6404', `--allow knows no impact "${word}"`, [
          `impacts: ${IMPACTS.join(', ')}`,
        ])
      return { impact, glob: rest.length > 0 ? rest.join(':') : null }
    })
}

export interface Application {
  readonly steps: readonly Step[]
  readonly live: ReadonlyMap<string, Live>
  readonly client: Client
  readonly server: Server
  readonly readSecret: ReadSecret
  readonly now: () => Date
  readonly signal: AbortSignal
  readonly failFast: boolean
  /** Called once all secrets are there, before the first write. */
  ready?(): void
  report(step: Step, outcome: Outcome): void
}

/** Resolves all secrets, then writes. `errors`: secrets that are missing; then nothing was sent. */
export async function applySteps(
  application: Application,
): Promise<
  | { readonly errors: readonly Diagnostic[] }
  | { readonly errors: null; readonly outcomes: ReadonlyMap<string, Outcome> }
> {
  const { steps, client, server, now, live, signal, failFast } = application
  const { secrets, diagnostics } = await resolveSecrets(
    steps.map(({ change }) => change),
    application.readSecret,
  )
  if (diagnostics.length > 0) return { errors: diagnostics }
  application.ready?.()
  const outcomes = await apply(
    steps,
    registry,
    { api: client, server, now },
    { secrets, live, failFast, signal, report: application.report },
  )
  return { errors: null, outcomes }
}

/** Opens the file for credentials before the first write, so that none can be lost; only its owner may read it. */
export function credentialsFile(path: string): (outcomes: ReadonlyMap<string, Outcome>) => number {
  writeFileSync(path, '{}\n', { mode: 0o600, flag: 'wx' })
  return (outcomes) => {
    const made = [...outcomes].flatMap(([address, outcome]) =>
      'credential' in outcome && outcome.credential ? [[address, outcome.credential] as const] : [],
    )
    writeFileSync(path, `${JSON.stringify(Object.fromEntries(made), null, 2)}\n`, { mode: 0o600 })
    return made.length
  }
}
