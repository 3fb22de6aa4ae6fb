import { rootOf } from '../model/address.ts'
import type { Reader } from '../model/api.ts'
import type { Change, Desired, Live } from '../model/change.ts'
import { AuthError } from '../model/errors.ts'
import type { Finding, Plan, PlannedChange, Stop } from '../model/plan.ts'
import type { Registry } from '../model/resource.ts'
import type { Revisions } from '../model/revisions.ts'
import { type Base, forgotten } from './base.ts'
import { changedSince, sayingsOf } from './changed.ts'
import { diff } from './diff.ts'
import type { Expanded } from './expand.ts'
import { protectedOnes } from './guard.ts'
import { hold, restingOnes } from './holds.ts'
import { leftovers } from './leftovers.ts'
import { pauseFinding } from './pauses.ts'
import type { Configuration } from './pipeline.ts'
import { makePlan, makeSteps } from './plan.ts'
import { refresh } from './refresh.ts'
import { type Selection, saidOf, select } from './select.ts'
import { sinceThen } from './settings-changes.ts'
import { anyServer, readFrom, supposed } from './supposed.ts'
import { unknownPaths, unknownsOf } from './unknown.ts'
import { judge, weigh } from './weigh.ts'

/** What the files said, and what of it counts as declared. */
export interface Past {
  readonly base: Base
  readonly expanded: Expanded
}

export interface RevisionOptions {
  readonly selection: Selection
  /** `YYYY-MM-DD` in UTC: what `until` is compared with. */
  readonly today: string
  readonly version: string
  /** Organizations of which not all files were loaded: nothing of them is deleted. */
  readonly partial: ReadonlySet<string>
  readonly names: Omit<Revisions, 'unknown'>
}

/** What a change of files means: the plan of the second for a Quay that is as the first say. No Quay is asked. */
export async function compareRevisions(
  { base, expanded: before }: Past,
  { expanded, diagnostics, ignored, files }: Configuration,
  registry: Registry,
  { selection, today, version, partial, names }: RevisionOptions,
): Promise<Plan> {
  const selected = select(expanded, registry, selection)
  const ours = <T extends Pick<Desired, 'address'>>(list: readonly T[]): readonly T[] =>
    list.filter(({ address }) => selected.includes(address))
  const removed = ours(expanded.removed)
  const patterns = expanded.patterns.filter(({ address }) => selected.inOrganization(address))
  const { dropped, left } = forgotten(expanded, base, registry)
  const whole = ({ address }: Desired) => !partial.has(rootOf(address).name)
  const gone = [...removed, ...ours(dropped).filter(whole)]
  const blocks = expanded.blocks.filter(({ parent }) => selected.includes(parent))
  const there = withRoots(supposed(before, registry), expanded, registry)
  const types = readFrom(there, expanded.desired, registry)
  const server = anyServer(expanded)
  const interest = { desired: selected.desired, patterns, external: expanded.external, blocks, removed: gone }
  const { live, desired } = await refresh(interest, types, silence(), server)
  const options = { today, replace: [], partial, base }
  const found = diff(expanded, { ...selected, desired }, live, registry, server, options)
  const { changes } = found
  const asked = new Set(stakesOf(changes, live, registry))
  const weighed = await Promise.all(
    changes.map((change) => weigh([change], live, registry, silence(asked, change))),
  )
  const pauses = expanded.paused.filter(({ address }) => selected.inOrganization(address))
  const judged = makeSteps(changes, live, registry, new Map(weighed.flatMap((one) => [...one])))
  const steps = hold(judged, restingOnes(pauses, today), registry)
  const findings = [
    ...saidOf(diagnostics, expanded, selected),
    ...pauses.map((pause) => pauseFinding(pause, today)),
    ...sinceThen(base, { expanded, ignored }, changes, selected),
    ...found.findings.filter(({ code }) => !OPEN.has(code)),
    ...(await leftovers(ours(left).filter(whole), there, types, silence(), server)),
  ]
  const plan = makePlan(steps, found, findings, {
    expanded,
    selection,
    selected,
    live,
    registry,
    server,
    sandbox: false,
    version,
    files,
    guarded: { stops: [], limits: [] },
    partial,
  })
  const [says, said] = [sayingsOf(expanded, registry), sayingsOf(before, registry)]
  const { names: changed } = changedSince('', says, said)
  const known = {
    before,
    changed,
    patterns,
    blocks,
    removed,
    desired,
    there,
    changes,
    asked,
    registry,
    today,
  }
  const paths = new Map(changes.map((change) => [change.address.text, unknownPaths(change, registry)]))
  return {
    ...plan,
    kind: 'quayctl.diff',
    config: { ...plan.config, ...(base.commit !== '' && { base: base.commit }) },
    summary: { ...plan.summary, unmanaged: 0 },
    unmanaged: [],
    changes: plan.changes.map((change) => marked(change, paths.get(change.address) ?? new Set())),
    findings: [...plan.findings, ...protectedOnes(steps, expanded.settings).map(warned)],
    diff: { ...names, unknown: unknownsOf(known, found.findings) },
  }
}

/** Findings that turn on what Quay has: the list of what only Quay knows says it. */
const OPEN: ReadonlySet<string> = new Set(['QC4002', 'QC4021'])

/** With the roots that are there whatever the files do: those that only parts speak of, and those that nobody makes. */
function withRoots(
  there: ReadonlyMap<string, Live>,
  { desired }: Expanded,
  registry: Registry,
): ReadonlyMap<string, Live> {
  const known = new Map(there)
  const isMade = ({ type }: Desired['address']) =>
    registry.get(type)?.removable || !registry.get(type)?.document
  for (const { address, mustExist } of desired)
    if ((mustExist || !isMade(address)) && !known.has(address.text))
      known.set(address.text, { address, attributes: {} })
  return known
}

/** Changes that mean something else where nothing is in what they are about, and those that take away what may be in use. */
function stakesOf(
  changes: readonly Change[],
  live: ReadonlyMap<string, Live>,
  registry: Registry,
): readonly string[] {
  const empty = new Map([...live].map(([text, object]) => [text, { ...object, empty: true as const }]))
  return changes.flatMap((change) => {
    const [meant, otherwise] = [live, empty].map((there) => judge(change, there, registry, new Map()))
    const isNarrower = meant?.narrows && registry.get(change.address.type)?.weigh
    return isNarrower || JSON.stringify(meant) !== JSON.stringify(otherwise) ? [change.address.text] : []
  })
}

/** A Quay that refuses every question; who asked for the sake of which change is noted. */
export function silence(asked: Set<string> = new Set(), change?: Change): Reader {
  const refuse = async () => {
    if (change) asked.add(change.address.text)
    throw new AuthError('QC7403', 'no Quay is asked')
  }
  const reader: Reader = {
    get: refuse,
    find: refuse,
    list: refuse,
    pages: () => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) }),
    because: () => reader,
  }
  return reader
}

/** A guard that stops an apply, as far as files show it. */
const warned = ({ code, message, hint, addresses: [address], source }: Stop): Finding => ({
  code,
  severity: 'warning',
  message,
  hint,
  ...(address && { address }),
  ...(source && { source }),
})

function marked(change: PlannedChange, unknown: ReadonlySet<string>): PlannedChange {
  if (unknown.size === 0) return change
  const fields = change.fields.map((field) => {
    const { before: _, raw_before: __, ...rest } = field
    return unknown.has(field.path) ? { ...rest, unknown: true as const } : field
  })
  if (!fields.every((field) => field.unknown)) return { ...change, fields }
  return { ...change, fields, perhaps: true, consequences: [...change.consequences, PERHAPS] }
}

const PERHAPS = 'only if Quay has it otherwise now, which the base does not say'
