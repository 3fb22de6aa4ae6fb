import { dirname, resolve } from 'node:path'
import { type Departure, departuresOf, secretsIn } from '../engine/drift.ts'
import { deedOf, entryFor, type Log, logReader, windowOf } from '../engine/logged.ts'
import type { Step } from '../engine/plan.ts'
import { finding } from '../engine/plan-parts.ts'
import { organizationOf } from '../engine/select.ts'
import { type Address, byText, rootOf } from '../model/address.ts'
import type { Live } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import type { Drift, Drifted } from '../model/drift.ts'
import type { Finding } from '../model/plan.ts'
import type { Next } from '../render/drift.ts'
import { quoted } from '../render/style.ts'
import { askerOf, Git } from './git.ts'
import { type PlanFlags, planByFlags } from './planning.ts'
import { type Loaded, type Quayside, registry, type Surroundings } from './world.ts'

/** What is another in Quay, as the files, a base and Quay say it. */
export interface Seen {
  readonly drift: Drift
  readonly departures: readonly Departure[]
  readonly steps: readonly Step[]
  readonly live: ReadonlyMap<string, Live>
}

/** Findings of a plan about what Quay has and no plan would change. */
const TOLD = new Set(['QC4004', 'QC4009', 'QC4010'])

/** Reads Quay, and tells what of it the files did not ask for. `errors`: what the server cannot do. */
export async function readDrift(
  configuration: Loaded,
  flags: PlanFlags,
  quay: Quayside,
  surroundings: Surroundings,
): Promise<{ readonly errors: readonly Diagnostic[] } | (Seen & { readonly errors: null })> {
  const planned = await planByFlags(configuration, flags, quay, surroundings, { onlyPlan: true })
  if (planned.errors) return { errors: planned.errors }
  const { plan, steps, live } = planned
  const strays = planned.unmanaged.map((address) => [organizationOf(address, registry), address] as const)
  const { departures, waiting } = departuresOf(planned, configuration.base, registry)
  const base = baseOf(configuration, surroundings)
  const { objects, findings } = await withAuthors(departures, quay, base?.date, surroundings.now())
  const conflicts = objects.filter(({ conflict }) => conflict).length
  const drift: Drift = {
    format_version: '1.0',
    kind: 'quayctl.drift',
    tool: plan.tool,
    server: plan.server,
    base,
    status: objects.length > 0 ? 'drift' : 'clean',
    summary: {
      changed: objects.length - conflicts,
      conflicts,
      waiting,
      unchanged: plan.summary.unchanged,
      unmanaged: plan.summary.unmanaged,
      secrets: secretsIn(configuration.expanded, registry),
    },
    objects,
    unmanaged: plan.unmanaged.map((row) => ({
      ...row,
      addresses: strays
        .filter(([organization, { type }]) => organization === row.organization && type === row.type)
        .map(([, { text }]) => text)
        .sort(byText),
    })),
    findings: [...plan.findings.filter(({ code }) => TOLD.has(code)), ...findings],
  }
  return { errors: null, drift, departures, steps, live }
}

/** Flags that say which files, which Quay, and what of them. */
const OF_STATUS = {
  file: '-f',
  registry: '--registry',
  url: '--url',
  organization: '--organization',
} as const
const OF_PLAN = { base: '--base', ...OF_STATUS, target: '--target', exclude: '--exclude' } as const

type Given = Readonly<Partial<Record<keyof typeof OF_PLAN, string | readonly string[] | undefined>>>

/** How to go on about the same: without the flags that were given it would be about more. */
export function nextOf(given: Given, isWritable: boolean): Next {
  const same: Partial<Record<string, Given['base']>> = given
  const line = (command: string, flags: Readonly<Record<string, string>>) =>
    Object.entries(flags)
      .flatMap(([name, flag]) => [same[name] ?? []].flat().map((value) => `${flag} ${quoted(value)}`))
      .reduce((text, one) => `${text} ${one}`, `quayctl ${command}`)
  return {
    plan: line('plan', OF_PLAN),
    status: line('status', OF_STATUS),
    write: isWritable ? line('drift --write', OF_PLAN) : null,
  }
}

/** The commit that the files are held against, and when it was made. */
export function baseOf({ base, expanded }: Loaded, { cwd, env }: Surroundings): Drift['base'] {
  if (!base) return null
  const file = expanded.desired[0]?.origin.at.file
  const folder = file === undefined ? cwd : dirname(resolve(cwd, file))
  const { ref, commit } = base
  return { ref, commit, date: new Git(commit, folder, env, askerOf('--base')).dateOf(commit) }
}

/** The same objects with who did that, as far as the logs of their organizations tell. */
async function withAuthors(
  departures: readonly Departure[],
  { client, server }: Quayside,
  since: string | undefined,
  now: Date,
): Promise<{ readonly objects: readonly Drifted[]; readonly findings: readonly Finding[] }> {
  const roots = new Map<string, Address>()
  for (const { change } of departures) roots.set(rootOf(change.address).text, rootOf(change.address))
  const gone = new Set(
    departures.flatMap(({ change }) => (change.action === 'create' ? change.address.text : [])),
  )
  const reader = client.because('who changed it')
  const readLog = logReader({ registry, reader, window: windowOf(since, now), server })
  const logs = new Map<string, Log>()
  const read = [...roots.values()].map(async (root) => {
    logs.set(root.text, await readLog(root, gone.has(root.text)))
  })
  await Promise.all(read)
  const objects = departures.map(({ change: { address }, drifted }) => {
    const { entries = [] } = logs.get(rootOf(address).text) ?? {}
    const entry = entryFor(address, drifted, entries, registry)
    return entry ? { ...drifted, logged: deedOf(entry) } : drifted
  })
  const findings = [...roots.keys()].flatMap((text) => logs.get(text)?.findings ?? [])
  return { objects, findings: findings.map(finding) }
}
