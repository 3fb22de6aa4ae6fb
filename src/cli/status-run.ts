import { type Condition, conditionOf, conditionsOf, hitsOf } from '../engine/conditions.ts'
import type { Expanded } from '../engine/expand.ts'
import { readStatus, tellingTypes } from '../engine/status.ts'
import { rootOf } from '../model/address.ts'
import { nearest } from '../model/canonical.ts'
import { UsageError } from '../model/errors.ts'
import { isoOf, type Status, type StatusReport } from '../model/vitals.ts'
import { exitCodes } from './exit.ts'
import { typesOf } from './exporting.ts'
import { watchReading } from './progress.ts'
import { type Quayside, registry, type Surroundings } from './world.ts'

export interface StatusFlags {
  readonly all?: boolean
  readonly organization?: readonly string[] | undefined
  readonly blocks?: readonly string[] | undefined
  readonly 'fail-on'?: readonly string[] | undefined
}

/** Every condition that `--fail-on` takes, and when it holds. */
export const conditions = conditionsOf(registry)

/** The conditions of `--fail-on`; throws where one is none, or can never hold of what --blocks leaves. */
export function parseConditions(flags: StatusFlags): readonly Condition[] {
  const all = namedConditions(flags)
  const blocks = toldOf(flags)
  const idle = blocks && all.find(({ types }) => types && ![...types].some((name) => blocks.has(name)))
  if (!idle) return all
  const needed = [...(idle.types ?? [])].flatMap((name) => registry.get(name)?.block ?? [])
  throw new UsageError(
    'QC6492',
    `--fail-on ${idle.text} can never hold: --blocks leaves out what it is about`,
    [`add to --blocks: ${needed.join(' or ')}`],
  )
}

const namedConditions = ({ 'fail-on': lists = [] }: StatusFlags): readonly Condition[] =>
  lists
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .map((text) => {
      const found = conditionOf(text, registry)
      if (found) return found
      const names = Object.keys(conditions)
      const guess = nearest(text, names)
      throw new UsageError('QC6480', `--fail-on: there is no condition ${text}`, [
        ...(guess ? [`did you mean "${guess}"?`] : []),
        `conditions: ${names.join(', ')}`,
      ])
    })

/** Reads how all that the flags ask for fares. `expanded`: what the files say, null where there are none. */
export async function statusReport(
  flags: StatusFlags,
  expanded: Expanded | null,
  { client, server, sandbox }: Quayside,
  { now }: Surroundings,
): Promise<StatusReport> {
  const wanted = parseConditions(flags)
  const types = toldOf(flags)
  const at = now()
  const names = namesOf(flags, expanded)
  const scope = { names, types, expanded, now: at }
  const status = await watchReading(
    client,
    client.whole(() => readStatus(scope, registry, client, server)),
  )
  refuseUnknown(flags.organization ?? [], status, expanded)
  return {
    server: { url: server.url, user: server.user, sandbox },
    at: isoOf(at.getTime()),
    ...status,
    hits: hitsOf(wanted, status.standings),
  }
}

/** The types of --blocks. */
function toldOf({ blocks = [] }: StatusFlags): ReadonlySet<string> | null {
  const types = typesOf(blocks)
  const telling = tellingTypes(registry)
  const mute = [...(types ?? [])].find((name) => !telling.has(name))
  if (mute === undefined) return types
  throw new UsageError('QC6482', `--blocks: there is nothing to tell of ${mute}`, [
    `blocks: ${[...telling].flatMap((name) => registry.get(name)?.block ?? []).join(', ')}`,
  ])
}

function namesOf({ all, organization = [] }: StatusFlags, expanded: Expanded | null) {
  if (all) return null
  if (organization.length > 0) return organization
  const documents = (expanded?.desired ?? []).filter(({ address }) => registry.get(address.type)?.document)
  return [...new Set(documents.map(({ address }) => rootOf(address).name))]
}

function refuseUnknown(names: readonly string[], { standings, unseen }: Status, expanded: Expanded | null) {
  const known = new Set([
    ...standings.map(({ address }) => rootOf(address).name),
    ...unseen.map(({ below }) => below.slice(below.indexOf('.') + 1)),
    ...(expanded?.desired ?? []).map(({ address }) => rootOf(address).name),
  ])
  const unknown = names.filter((name) => !known.has(name))
  if (unknown.length > 0)
    throw new UsageError('QC6481', `there is no organization ${unknown.join(', ')} that the token may see`, [
      'correct the name; --all is about all that it may see',
    ])
}

/** How the run ends: what cannot be seen is not known to be well. */
export function exitOf(conditions: readonly Condition[], { hits, unseen }: StatusReport): number {
  if (hits.length > 0) return exitCodes.blocked
  return conditions.length > 0 && unseen.length > 0 ? exitCodes.auth : exitCodes.ok
}
