import { dirname, resolve } from 'node:path'
import { type Departure, departuresOf, secretsIn } from '../engine/drift.ts'
import type { Step } from '../engine/plan.ts'
import type { Live } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import type { Drift, Left, Written } from '../model/drift.ts'
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
  const { departures, waiting } = departuresOf(planned, configuration.base, registry)
  const objects = departures.map(({ drifted }) => drifted)
  const conflicts = objects.filter(({ conflict }) => conflict).length
  const drift: Drift = {
    format_version: '1.0',
    kind: 'quayctl.drift',
    tool: plan.tool,
    server: plan.server,
    base: baseOf(configuration, surroundings),
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
    unmanaged: plan.unmanaged,
    findings: plan.findings.filter(({ code }) => TOLD.has(code)),
  }
  return { errors: null, drift, departures, steps, live }
}

/** The commit that the files are held against, and when it was made. */
function baseOf({ base, expanded }: Loaded, { cwd, env }: Surroundings): Drift['base'] {
  if (!base) return null
  const file = [...expanded.desired, ...base.declared.values()][0]?.origin.at.file
  const folder = file === undefined || file.includes(':') ? cwd : dirname(resolve(cwd, file))
  const { ref, commit } = base
  return { ref, commit, date: new Git(commit, folder, env, askerOf('--base')).dateOf(commit) }
}

/** The same, once some of it was written into the files. */
export const afterWriting = (
  drift: Drift,
  { written, left }: { readonly written: readonly Written[]; readonly left: readonly Left[] },
): Drift => ({ ...drift, written, left })
