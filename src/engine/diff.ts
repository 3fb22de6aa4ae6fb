import { type Address, rootOf } from '../model/address.ts'
import { type Change, type Desired, type Live, originOf } from '../model/change.ts'
import { type Diagnostic, placeText } from '../model/diagnostics.ts'
import { covers } from '../model/glob.ts'
import type { Registry, Remark, ResourceType } from '../model/resource.ts'
import type { Server } from '../model/server.ts'
import { type Base, forgotten } from './base.ts'
import { creation, differencesOf, settled, updateValues } from './compare.ts'
import { deletion, deletions, superseded } from './deletions.ts'
import type { Expanded } from './expand.ts'
import { isSecret } from './fields.ts'
import { means, resent } from './resend.ts'
import { referencesOf, type Selected } from './select.ts'
import { blockOf, Siblings } from './siblings.ts'
import { type Unsent, unsentFindings, unsentOf } from './since.ts'

export interface DiffOptions {
  /** `YYYY-MM-DD` in UTC: what `until` is compared with. */
  readonly today: string
  /** Globs over addresses that may be replaced. */
  readonly replace: readonly string[]
  /** Organizations of which not all files were loaded. */
  readonly partial: ReadonlySet<string>
  /** What the files said before. */
  readonly base?: Base | undefined
  /** Globs over addresses, and entries of `upstreams`, whose secrets are to be sent again. */
  readonly resend?: readonly string[]
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
  present: ReadonlyMap<string, Live>,
  registry: Registry,
  server: Server,
  options: DiffOptions,
): Diff {
  const live = withoutTaken(selected.desired, present, registry)
  const findings: Diagnostic[] = []
  const unsent: Unsent[] = []
  let known: Users | undefined
  const users = () => (known ??= usersOf(selected.desired, live, registry))
  const taken = superseded(expanded, registry)
  const leaving = taken.map(({ address }) => address)
  const { dropped } = forgotten(expanded, options.base, registry)
  const siblings = new Siblings(expanded, selected.desired, live, leaving, server, registry, dropped)
  const isAsked = (desired: Desired) =>
    (options.resend ?? []).some((entry) => means(entry, desired, expanded.settings, registry))
  const comparison = { siblings, users, findings, unsent, isAsked, options }
  let unchanged = 0
  const changes: Change[] = []
  for (const desired of selected.desired) {
    const type = registry.get(desired.address.type)
    if (!type || desired.mustExist || (desired.atLeast && !selected.includes(desired.address))) continue
    const found = live.get(desired.address.text) ?? null
    const change = desired.absent
      ? takenAway(desired, found)
      : found
        ? changed(type, desired, found, comparison)
        : created(type, desired, siblings, server)
    if (!change) unchanged++
    else if (!selected.pulledIn.has(desired.address.text) || change.action === 'create') changes.push(change)
  }
  const gone = deletions(
    { expanded, selected, live, registry, siblings, findings, taken, today: options.today },
    changes,
  )
  changes.push(...gone.changes)
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
  findings.push(...unsentFindings(unsent), ...withoutBase(expanded, selected, registry, options))
  return {
    changes: changes.filter((change) => !kept.has(change)),
    unchanged,
    unmanaged: gone.unmanaged,
    findings,
  }
}

/** Lines of `prune` that delete nothing, because nobody says what was there; a template's once. */
function withoutBase(
  { blocks }: Expanded,
  selected: Selected,
  registry: Registry,
  { base }: DiffOptions,
): readonly Diagnostic[] {
  if (base || !selected.complete) return []
  const lines = blocks.flatMap(({ dropped, pruneAt: at, parent, type }) =>
    dropped && at && selected.includes(parent) ? [[placeText(at), { at, type }] as const] : [],
  )
  return [...new Map(lines).values()].map(({ at, type }) => ({
    code: 'QC4018',
    severity: 'warning',
    message: `"${registry.get(type)?.block}: dropped" deletes nothing without --base`,
    at,
    hint: 'pass --base with the commit that was applied last',
  }))
}

/** What one object is compared by. */
interface Comparison {
  readonly siblings: Siblings
  readonly users: () => Users
  readonly findings: Diagnostic[]
  readonly unsent: Unsent[]
  /** Does the run ask for its secrets? */
  isAsked(desired: Desired): boolean
  readonly options: DiffOptions
}

/** What stays there: not what goes together with a singleton that shall not be. */
function withoutTaken(
  desired: readonly Desired[],
  live: ReadonlyMap<string, Live>,
  registry: Registry,
): ReadonlyMap<string, Live> {
  const taking = new Set(
    desired.flatMap(({ absent, address }) =>
      absent && live.has(address.text)
        ? (registry.get(address.type)?.takes ?? []).map((type) => `${type} ${address.parent?.text}`)
        : [],
    ),
  )
  return taking.size === 0
    ? live
    : new Map([...live].filter(([, { address }]) => !taking.has(blockOf(address))))
}

const takenAway = (desired: Desired, live: Live | null): Change | null =>
  live && { ...deletion(live, 'config', desired.origin.at), desired }

/** The change that makes an object anew. */
export function created(type: ResourceType, desired: Desired, siblings: Siblings, server: Server): Change {
  return {
    address: desired.address,
    action: 'create',
    reason: 'config',
    desired,
    live: null,
    at: desired.origin.at,
    ...(type.settle && { siblings: siblings.block(desired.address) }),
    exact: siblings.exactBelow(desired.address),
    ...creation(type, desired, server),
  }
}

function changed(
  type: ResourceType,
  written: Desired,
  live: Live,
  { siblings, users, findings, unsent, isAsked, options: { replace, base } }: Comparison,
): Change | null {
  const { address } = written
  const say = (remark: Remark) => findings.push(remarkAt(written, remark))
  if (live.obscure !== undefined) {
    say({ code: 'QC4009', severity: 'warning', message: `${address.text} is left alone: ${live.obscure}` })
    return null
  }
  const facts = type.settle ? siblings.around(address) : { server: siblings.server, others: [] }
  const { desired, remarks } = settled(type, written, live, facts)
  for (const remark of remarks) say(remark)
  const past = base?.declared.get(address.text)
  const all = differencesOf(type, desired, live, resent(type, desired, past, isAsked(written)))
  if (past) unsent.push(...unsentOf(type, desired, past, live, all))
  if (all.length === 0) return null
  const forcing = all.filter(({ replaces }) => replaces)
  const allowed = desired.replaceAllowed || replace.some((glob) => covers(glob, address))
  const kept = forcing.length > 0 ? keptFromReplace(type, live, users()) : null
  const about = {
    address,
    desired,
    live,
    at: desired.origin.at,
    ...(type.settle && { siblings: siblings.block(address), written: written.attributes }),
  }
  if (forcing.length > 0 && allowed && !kept)
    return {
      ...about,
      action: 'replace',
      reason: 'immutable-field',
      differences: all,
      values: desired.attributes,
    }
  for (const { attribute } of forcing)
    say({
      code: 'QC4004',
      severity: 'warning',
      attribute,
      message: `${attribute} of ${address.text} stays as it is: Quay cannot change it in place`,
      hint:
        kept ??
        `to delete and create it again: --replace '${address.text}', or "lifecycle: {replace: allow}" on it`,
    })
  const differences = all.filter(({ replaces }) => !replaces)
  if (differences.length === 0) return null
  const reason = differences.every((difference) => isSecret(difference, type)) ? 'rotate' : 'config'
  const values = updateValues(type, desired, differences)
  return { ...about, action: 'update', reason, differences, values }
}

/** Why it may not be replaced, if there is a reason. */
const keptFromReplace = (type: ResourceType, live: Live, users: Users): string | null =>
  type.keepsFromReplace?.([...(users.get(live.address.text)?.values() ?? [])], live) ?? null

/** A remark at the line of its attribute, or of the object. */
function remarkAt(desired: Desired, { attribute, ...remark }: Remark): Diagnostic {
  return { ...remark, address: desired.address.text, at: originOf(desired, attribute).at }
}

/** By address, the declared and live objects that refer to it. */
export function usersOf(
  desired: readonly Desired[],
  live: ReadonlyMap<string, Live>,
  registry: Registry,
): Users {
  const users = new Map<string, Map<string, Address>>()
  for (const object of [...desired.filter(({ absent }) => !absent), ...live.values()])
    for (const target of referencesOf(object, registry)) {
      const known = users.get(target.text) ?? new Map()
      users.set(target.text, known.set(object.address.text, object.address))
    }
  return users
}
