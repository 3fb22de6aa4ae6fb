import { randomBytes } from 'node:crypto'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { apply } from '../engine/apply.ts'
import type { Allowance } from '../engine/guard.ts'
import type { Patience } from '../engine/patience.ts'
import type { Step } from '../engine/plan.ts'
import type { Recheck } from '../engine/recheck.ts'
import type { ReadSecret } from '../engine/secrets.ts'
import { resolveSecrets } from '../engine/secrets.ts'
import type { Credential, Impact, Live, Outcome } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import { UsageError } from '../model/errors.ts'
import type { Quay } from '../model/resource.ts'
import type { Server } from '../model/server.ts'
import type { Client } from '../quay/client.ts'
import { type Expectation, parseExpectations } from './expect.ts'
import { parseSyncWait } from './patience.ts'
import { parseReports, type Report } from './reports.ts'
import { registry } from './world.ts'

/** All that can be allowed. */
export const IMPACTS: readonly Impact[] = ['access', 'credential', 'data', 'public']

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

/** What the flags of an apply say in a form of their own. */
export interface Spoken {
  readonly allowances: readonly Allowance[]
  readonly expectations: readonly Expectation[]
  readonly reports: readonly Report[]
  /** In milliseconds. */
  readonly syncWait: number
}

type Texts = readonly string[] | undefined

export const spokenIn = (flags: {
  readonly allow?: Texts
  readonly expect?: Texts
  readonly report?: Texts
  readonly 'sync-wait': string
}): Spoken => ({
  allowances: parseAllowances(flags.allow ?? []),
  expectations: parseExpectations(flags.expect),
  reports: parseReports(flags.report),
  syncWait: parseSyncWait(flags['sync-wait']),
})

export interface Application {
  readonly steps: readonly Step[]
  readonly live: ReadonlyMap<string, Live>
  readonly client: Client
  readonly server: Server
  readonly readSecret: ReadSecret
  readonly now: () => Date
  readonly signal: AbortSignal
  readonly failFast: boolean
  /** Each object is read again right before its write. */
  readonly recheck?: Recheck | undefined
  readonly patience?: Patience
  readonly cancelSync?: boolean
  /** Outcomes hold the secrets that Quay made. */
  readonly credentials?: boolean
  /** Called once all secrets are there, before the first write. */
  ready?(): Promise<void>
  /** Takes each secret that Quay makes, as soon as it is told. */
  told?(address: string, credential: Credential): void
  begin?(step: Step): void
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
  const { credentials = false, cancelSync = false, recheck, patience } = application
  const { secrets, diagnostics } = await resolveSecrets(
    steps.map(({ change }) => change),
    registry,
    application.readSecret,
  )
  if (diagnostics.length > 0) return { errors: diagnostics }
  client.conceal(secrets.values())
  await application.ready?.()
  // While a large plan is computed nobody hears that the server has closed idle connections, and a write is not repeated.
  await setImmediate()
  const quay = { ...quayFor(client, server, now), cancelSync }
  const outcomes = await apply(steps, registry, quay, {
    secrets,
    live,
    failFast,
    signal,
    recheck,
    patience,
    credentials,
    told: (address, credential) => application.told?.(address, credential),
    begin: (step) => application.begin?.(step),
    report: (step, outcome) => application.report(step, outcome),
  })
  return { errors: null, outcomes }
}

/** What writes may use. */
export const quayFor = (api: Client, server: Server, now: () => Date): Quay => ({
  api,
  server,
  now,
  sleep: (milliseconds) => setTimeout(milliseconds),
  newPassword: () => randomBytes(24).toString('base64url'),
})

/** Does Quay make a secret when this is done? */
export const makesCredential = ({ change: { address, action } }: Step): boolean =>
  registry.get(address.type)?.makesCredential !== undefined && (action === 'create' || action === 'replace')

/** Objects to be created whose secret Quay tells at their creation and never again. */
export const toldOnce = (steps: readonly Step[]): readonly string[] =>
  steps
    .filter(
      ({ change: { address, action } }) =>
        action === 'create' && registry.get(address.type)?.makesCredential === 'once',
    )
    .map(({ change }) => change.address.text)
