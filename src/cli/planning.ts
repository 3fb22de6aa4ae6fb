import { changedSince, sayingsOf } from '../engine/changed.ts'
import { type Planned, planConfiguration } from '../engine/pipeline.ts'
import type { Selection } from '../engine/select.ts'
import type { Shard } from '../model/plan.ts'
import type { Server } from '../model/server.ts'
import type { Client } from '../quay/client.ts'
import { refuseIdle } from './narrowing.ts'
import { watchReading } from './progress.ts'
import { refuseIdleResend } from './resending.ts'
import { type Loaded, registry, type Surroundings } from './world.ts'

export interface PlanFlags {
  readonly organization?: readonly string[] | undefined
  readonly target?: readonly string[] | undefined
  readonly exclude?: readonly string[] | undefined
  readonly replace?: readonly string[] | undefined
  readonly resend?: readonly string[] | undefined
  readonly 'changed-since'?: string | undefined
  readonly 'max-deletes'?: number | undefined
  readonly 'max-revokes'?: number | undefined
  readonly 'max-delete-percent'?: number | undefined
  readonly 'min-org-admins'?: number | undefined
  readonly 'allow-empty'?: boolean
  readonly 'hold-blocked'?: boolean
}

/** What names on the command line narrow a run to. */
export const selectionOf = ({ organization = [], target = [], exclude = [] }: PlanFlags): Selection => ({
  organizations: organization,
  targets: target,
  excludes: exclude,
})

/** A plan by the flags that `plan` and `apply` share. */
export async function planByFlags(
  configuration: Loaded,
  flags: PlanFlags,
  {
    client,
    server,
    sandbox,
  }: { readonly client: Client; readonly server: Server; readonly sandbox: boolean },
  { now, version }: Surroundings,
  { onlyPlan, shard }: { readonly onlyPlan?: boolean; readonly shard?: Shard | undefined } = {},
): Promise<Planned> {
  const { expanded, since } = configuration
  const changed = since && changedSince(since.earlier.ref, sayingsOf(expanded, registry), since.sayings)
  const selection = { ...(changed && !changed.isAll && { changed }), ...selectionOf(flags) }
  refuseIdle(expanded, selection, registry)
  refuseIdleResend(expanded, selection, flags.resend ?? [], registry)
  let expected: number | null = null
  const options = {
    expect: (requests: number) => {
      expected = requests + client.stats().requests
    },
    selection: { ...selection, shard },
    replace: flags.replace ?? [],
    resend: flags.resend ?? [],
    base: configuration.base,
    since: since?.earlier,
    maxDeletes: flags['max-deletes'],
    maxRevokes: flags['max-revokes'],
    maxDeletePercent: flags['max-delete-percent'],
    minOrgAdmins: flags['min-org-admins'],
    allowEmpty: flags['allow-empty'],
    holdBlocked: flags['hold-blocked'],
    today: now().toISOString().slice(0, 10),
    now: now(),
    version,
    sandbox,
    partial: configuration.partial,
    onlyPlan,
  }
  const planned = client.whole(() => planConfiguration(configuration, registry, client, server, options))
  return watchReading(client, planned, () => expected)
}
