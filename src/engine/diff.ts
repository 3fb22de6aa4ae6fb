import { type Address, byText, rootOf } from '../model/address.ts'
import type { Change, Desired, Live, Reason } from '../model/change.ts'
import type { Diagnostic, Place } from '../model/diagnostics.ts'
import { covers } from '../model/glob.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Server } from '../model/server.ts'
import { creation, differencesOf, updateValues } from './compare.ts'
import type { Expanded } from './expand.ts'
import { referencesOf, type Selected } from './select.ts'

export interface DiffOptions {
  /** `YYYY-MM-DD` in UTC: what `until` is compared with. */
  readonly today: string
  /** Globs over addresses that may be replaced. */
  readonly replace: readonly string[]
  /** Organizations of which not all files were loaded. */
  readonly partial: ReadonlySet<string>
}

export interface Diff {
  readonly changes: readonly Change[]
  readonly unchanged: number
  /** Live, listed by no file, left alone. */
  readonly unmanaged: readonly Address[]
  readonly findings: readonly Diagnostic[]
}

type Users = ReadonlyMap<string, ReadonlyMap<string, Address>>

/** Two worlds, desired and live, to the changes between them. */
export function diff(
  expanded: Expanded,
  selected: Selected,
  live: ReadonlyMap<string, Live>,
  registry: Registry,
  server: Server,
  options: DiffOptions,
): Diff {
  const findings: Diagnostic[] = []
  const users = usersOf(expanded, live, registry)
  let unchanged = 0
  const changes: Change[] = []
  for (const desired of selected.desired) {
    const type = registry.get(desired.address.type)
    if (!type || desired.mustExist) continue
    const found = live.get(desired.address.text) ?? null
    const change = desired.absent
      ? takenAway(desired, found)
      : found
        ? changed(type, desired, found, users, findings, options)
        : created(type, desired, server)
    if (!change) unchanged++
    else if (!selected.pulledIn.has(desired.address.text) || change.action === 'create') changes.push(change)
  }
  const leftovers = leftAlone(expanded, live)
  for (const { object, pruneAt } of leftovers)
    if (pruneAt && selected.complete && selected.includes(object.address))
      changes.push(deletion(object, 'pruned', pruneAt))
  changes.push(...removals(expanded, selected, live, findings, options.today))
  const kept = new Set(
    changes.filter(({ action, address }) => action === 'delete' && options.partial.has(rootOf(address).name)),
  )
  for (const { address, at } of kept)
    findings.push({
      code: 'QC4007',
      severity: 'warning',
      message: `${address.text} stays: not all files of ${rootOf(address).name} were loaded`,
      at,
      address: address.text,
      hint: 'load them all to delete it',
    })
  return {
    changes: changes.filter((change) => !kept.has(change)),
    unchanged,
    unmanaged: leftovers.filter(({ pruneAt }) => !pruneAt).map(({ object }) => object.address),
    findings,
  }
}

const takenAway = (desired: Desired, live: Live | null): Change | null =>
  live && { ...deletion(live, 'config', desired.origin.at), desired }

function created(type: ResourceType, desired: Desired, server: Server): Change {
  return {
    address: desired.address,
    action: 'create',
    reason: 'config',
    desired,
    live: null,
    at: desired.origin.at,
    ...creation(type, desired, server),
  }
}

function changed(
  type: ResourceType,
  desired: Desired,
  live: Live,
  users: Users,
  findings: Diagnostic[],
  { replace }: DiffOptions,
): Change | null {
  const { address } = desired
  const all = differencesOf(type, desired, live)
  const forcing = all.filter(({ replaces }) => replaces)
  const allowed = desired.replaceAllowed || replace.some((glob) => covers(glob, address))
  const kept = type.keepsFromReplace?.([...(users.get(address.text)?.values() ?? [])]) ?? null
  const base = { address, desired, live, at: desired.origin.at }
  if (forcing.length > 0 && allowed && !kept)
    return {
      ...base,
      action: 'replace',
      reason: 'immutable-field',
      differences: all,
      values: desired.attributes,
    }
  for (const { attribute, origin } of forcing)
    findings.push({
      code: 'QC4004',
      severity: 'warning',
      message: `${attribute} of ${address.text} stays as it is: Quay cannot change it in place`,
      at: origin?.at ?? desired.origin.at,
      address: address.text,
      hint:
        kept ??
        `to delete and create it again: --replace '${address.text}', or "lifecycle: {replace: allow}" on it`,
    })
  const differences = all.filter(({ replaces }) => !replaces)
  return differences.length > 0
    ? { ...base, action: 'update', reason: 'config', differences, values: updateValues(desired, differences) }
    : null
}

function deletion(live: Live, reason: Reason, at: Place): Change {
  return {
    address: live.address,
    action: 'delete',
    reason,
    desired: null,
    live,
    differences: [],
    values: {},
    at,
  }
}

/** Live objects that no file lists, in blocks that were read. */
function leftAlone(expanded: Expanded, live: ReadonlyMap<string, Live>) {
  const listed = new Set(
    [...expanded.desired, ...expanded.removed, ...expanded.external].map(({ address }) => address.text),
  )
  const released = new Set(expanded.released.map(({ text }) => text))
  const prunes = new Map(
    expanded.blocks.flatMap(({ type, parent, pruneAt }) =>
      pruneAt ? [[`${type} ${parent.text}`, pruneAt] as const] : [],
    ),
  )
  return [...live.values()]
    .filter(({ address }) => !listed.has(address.text))
    .map((object) => ({
      object,
      pruneAt: released.has(object.address.text)
        ? null
        : (prunes.get(`${object.address.type} ${object.address.parent?.text ?? ''}`) ?? null),
    }))
    .sort((a, b) => byText(a.object.address.text, b.object.address.text))
}

function removals(
  { removed }: Expanded,
  selected: Selected,
  live: ReadonlyMap<string, Live>,
  findings: Diagnostic[],
  today: string,
): readonly Change[] {
  return removed.flatMap(({ address, at, until, reason }) => {
    if (!selected.includes(address)) return []
    const found = live.get(address.text)
    const about = { at, address: address.text }
    if (!found) {
      findings.push({
        ...about,
        code: 'QC4002',
        severity: 'note',
        message: `${address.text} is already gone: delete this line`,
      })
      return []
    }
    if (until < today) {
      findings.push({
        ...about,
        code: 'QC4001',
        severity: 'warning',
        message: `${address.text} is still there, and its removal ended on ${until}: nothing is deleted`,
        hint: `set a later "until", or remove the line (${reason})`,
      })
      return []
    }
    return [deletion(found, 'removed', at)]
  })
}

/** Who refers to an object, declared or live. */
function usersOf(expanded: Expanded, live: ReadonlyMap<string, Live>, registry: Registry): Users {
  const users = new Map<string, Map<string, Address>>()
  for (const object of [...expanded.desired.filter(({ absent }) => !absent), ...live.values()])
    for (const target of referencesOf(object, registry)) {
      const known = users.get(target.text) ?? new Map()
      users.set(target.text, known.set(object.address.text, object.address))
    }
  return users
}

/** How many of each type an organization has unmanaged. */
export function countUnmanaged(unmanaged: readonly Address[]) {
  const counts = new Map<string, { organization: string; type: string; count: number }>()
  for (const address of unmanaged) {
    const organization = rootOf(address).name
    const key = `${organization} ${address.type}`
    const before = counts.get(key)
    counts.set(key, { organization, type: address.type, count: (before?.count ?? 0) + 1 })
  }
  return [...counts.values()]
}
