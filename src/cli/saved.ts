import { normalUrl } from '../engine/ids.ts'
import type { Planned } from '../engine/pipeline.ts'
import type { Step } from '../engine/plan.ts'
import { readPlan } from '../engine/planfile.ts'
import { ready } from '../engine/planfile-ready.ts'
import { stepsOf } from '../engine/planfile-steps.ts'
import { hidesTexts, withTexts } from '../engine/planfile-texts.ts'
import type { Line } from '../engine/settings.ts'
import { partOfPlan } from '../engine/shards.ts'
import { ConfigError, StaleError, UsageError } from '../model/errors.ts'
import type { Plan, SavedPlan } from '../model/plan.ts'
import type { FileFlags } from './chosen.ts'
import { planFlags } from './flags.ts'
import { planFileText } from './outputs.ts'
import { parseShard, type ShardFlag } from './shard.ts'
import { chooseUrl } from './target.ts'
import type { Trace } from './trace.ts'
import { loadPlanValidator } from './validators.ts'
import { type ConnectFlags, connect, type Quayside, readFiles, registry, type Surroundings } from './world.ts'

type SavedFlags = FileFlags & ConnectFlags & ShardFlag & Readonly<Record<string, unknown>>

/** Opens a saved plan, and the door to the Quay that it is for. */
export async function openSaved(
  path: string,
  flags: SavedFlags,
  surroundings: Surroundings,
  trace?: Trace,
): Promise<{ readonly quay: Quayside; readonly planned: Planned }> {
  refuseShaping(path, flags)
  const plan = partBy(flags, readPlan(planFileText(path), path, await loadPlanValidator()), path)
  const steps = await withHidden(stepsOf(plan, registry, path), flags, surroundings)
  const url = serverOf(plan, path, flags, surroundings)
  const quay = await connect({ expanded: { settings: { url } } }, flags, surroundings, trace)
  return { quay, planned: await ready(plan, steps, registry, quay.client, quay.server) }
}

/** One runner of several applies its part of a plan that is whole. */
function partBy(flags: ShardFlag, plan: SavedPlan, path: string): SavedPlan {
  const shard = parseShard(flags.shard)
  if (!shard) return plan
  if (!plan.shard) return partOfPlan(plan, shard)
  throw new UsageError('QC6419', `${path} is a shard already: --shard takes a part of a whole plan`, [
    'put the shards together: quayctl plan merge shard-*.json --out plan.json',
  ])
}

/** A saved plan is applied as it is. */
function refuseShaping(path: string, flags: SavedFlags): void {
  const { json: _, shard: __, ...shaping } = planFlags
  const given = Object.keys(shaping).filter((name) => flags[name] !== undefined && flags[name] !== false)
  if (given.length === 0) return
  const names = given.map((name) => `--${name}`).join(' ')
  throw new UsageError('QC6419', `${path} is a plan already: ${names} would make another one`, [
    `plan with it: quayctl plan ${names} ... --out ${path}`,
  ])
}

/** The server that was named, or the plan's own: they must be one. The token goes nowhere before. */
function serverOf({ server }: Plan, path: string, flags: ConnectFlags, { env }: Surroundings): Line {
  const own = { text: server.url, at: { file: path, line: 1, column: 1, length: 1 } }
  const { url, sandbox } = chooseUrl(env.QUAY_URL ? null : own, flags.url, env)
  const isOwn = URL.canParse(url) && normalUrl(url) === normalUrl(server.url)
  if (isOwn && sandbox === (server.sandbox === true)) return { ...own, text: url }
  const hint = isOwn
    ? 'a sandbox is what QUAY_URL and QUAYCTL_SANDBOX say together: set both as quayctl sandbox prints them'
    : 'make a plan for this server, or name the other one with --url'
  const words = (address: string, ofSandbox: boolean) => `${address}, ${ofSandbox ? 'a' : 'no'} sandbox`
  throw new StaleError(
    'QC4303',
    `${path} is a plan for ${words(server.url, server.sandbox === true)}; this is ${words(url, sandbox)}`,
    [hint],
  )
}

/** Texts that no plan shows are read from the files again. */
async function withHidden(
  steps: readonly Step[],
  flags: SavedFlags,
  surroundings: Surroundings,
): Promise<readonly Step[]> {
  if (!hidesTexts(steps, registry)) return steps
  return withTexts(steps, await declaredIn(flags, surroundings), registry)
}

/** Files that are not there say nothing. */
async function declaredIn(flags: FileFlags, surroundings: Surroundings) {
  try {
    return (await readFiles(flags, surroundings)).expanded.desired
  } catch (error) {
    if (error instanceof ConfigError) return []
    throw error
  }
}
