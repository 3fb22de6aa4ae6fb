import { hash } from 'node:crypto'
import type { Plan, PlannedAccess, PlannedChange, PlannedField, Source } from '../model/plan.ts'

/** One line of a plan: a change, or the same change in several organizations. */
export interface Entry {
  readonly change: PlannedChange
  /** Where it happens, when that is more than one. */
  readonly organizations: readonly string[]
  /** What a pattern matched, when that is more than one. */
  readonly matches: readonly string[]
  /** Who gains or loses access by it. */
  readonly access: readonly PlannedAccess[]
}

type Accesses = ReadonlyMap<string, readonly PlannedAccess[]>

/** Fewer are said one by one. */
export const FEWEST = 3

const NONE: readonly never[] = []

/** Changes that are the same in at least three organizations, or for three names that a pattern matched, become one entry, at the place of the first. Sections keep their order. */
export function grouped({
  changes,
  access,
}: Pick<Plan, 'changes' | 'access'>): readonly (readonly Entry[])[] {
  const given = accessBy(access)
  const alike = new Map<string, { names: Names; list: PlannedChange[] }>()
  for (const { change, key, names } of formsOf(changes, given)) {
    const group = alike.get(key)
    if (group) group.list.push(change)
    else alike.set(key, { names, list: [change] })
  }
  const common: Entry[] = []
  const sections = new Map<string, Entry[]>()
  const matched = matchedBy(changes)
  const shown = new Set<string>()
  for (const { names, list } of alike.values()) {
    const [first] = list
    const organizations = [...new Set(list.map(({ organization }) => organization))]
    if (!first || organizations.length < FEWEST) continue
    for (const { address } of list) shown.add(address)
    common.push({
      change: { ...generalized(first, names), source: commonSource(list.map(({ source }) => source)) },
      organizations,
      matches: NONE,
      access: given.get(first.address) ?? NONE,
    })
  }
  for (const change of changes) {
    if (shown.has(change.address)) continue
    const list = change.pattern ? (matched.get(patternKey(change)) ?? NONE) : NONE
    const section = sections.get(change.organization) ?? []
    const own = given.get(change.address) ?? NONE
    if (change.pattern && list.length >= FEWEST) {
      for (const { address } of list) shown.add(address)
      const matches = list.flatMap(({ pattern }) => pattern?.name ?? [])
      section.push({
        change: { ...change, address: change.pattern.address },
        organizations: NONE,
        matches,
        access: own,
      })
    } else section.push({ change, organizations: NONE, matches: NONE, access: own })
    sections.set(change.organization, section)
  }
  return [...(common.length > 0 ? [common] : []), ...sections.values()]
}

function accessBy(access: readonly PlannedAccess[]): Accesses {
  const found = new Map<string, PlannedAccess[]>()
  for (const one of access) {
    const list = found.get(one.address)
    if (list) list.push(one)
    else found.set(one.address, [one])
  }
  return found
}

/** Changes by the pattern that asks for them, where it asks for the same. */
function matchedBy(changes: readonly PlannedChange[]): ReadonlyMap<string, readonly PlannedChange[]> {
  const found = new Map<string, PlannedChange[]>()
  for (const change of changes) {
    if (!change.pattern) continue
    const list = found.get(patternKey(change))
    if (list) list.push(change)
    else found.set(patternKey(change), [change])
  }
  return found
}

const patternKey = ({
  pattern,
  action,
  fields,
  held,
  impacts,
  consequences,
  ...change
}: PlannedChange): string =>
  JSON.stringify([
    pattern?.address,
    action,
    fields.map(({ source: _, ...field }) => field),
    held,
    impacts,
    consequences,
    change.earlier,
    change.earlier_fields,
  ])

interface Form {
  readonly change: PlannedChange
  readonly key: string
  readonly names: Names
}

/** What may be the same in several organizations: each change without its organization's name, the first of a value, or all of them, whatever more have in common (`{organization}@acme.io` in acme). */
function* formsOf(changes: readonly PlannedChange[], given: Accesses): Generator<Form> {
  const forms = changes.map((change) => {
    const access = given.get(change.address) ?? NONE
    const all = keyOf(change, access, 'all')
    return { change, all, first: isNamedTwice(change) ? keyOf(change, access, 'first') : all }
  })
  const counts = new Map<string, number>()
  for (const { all, first } of forms)
    for (const key of new Set([all, first])) counts.set(key, (counts.get(key) ?? 0) + 1)
  for (const { change, all, first } of forms) {
    const [few, many] = [counts.get(all) ?? 0, counts.get(first) ?? 0]
    if (Math.max(few, many) < FEWEST) continue
    yield many > few ? { change, key: first, names: 'first' } : { change, key: all, names: 'all' }
  }
}

/** Does a value have the organization's name more than once? */
function isNamedTwice({ fields, organization }: PlannedChange): boolean {
  const isTwice = (value: unknown) =>
    typeof value === 'string' && value.indexOf(organization) !== value.lastIndexOf(organization)
  return fields.some(({ before, after, added = [], removed = [], kept = [] }) =>
    [before, after, ...added, ...removed, ...kept].some(isTwice),
  )
}

/** What two organizations' changes must share to be one entry: all but the organization and the lines. As a digest, since there may be very many. */
function keyOf(change: PlannedChange, access: readonly PlannedAccess[], names: Names): string {
  const { action, reason, removal, address, fields, impacts, consequences, held, ...more } = generalized(
    change,
    names,
  )
  const unplaced = fields.map(({ source: _, ...field }) => field)
  const roles = access.map(({ subject, before, after }) => [subject, before, after])
  const { earlier, earlier_fields: some } = more
  const key = [action, reason, removal, address, unplaced, impacts, consequences, held, earlier, some, roles]
  return hash('sha1', JSON.stringify(key), 'base64')
}

type Names = 'all' | 'first'

/** The line of them all, if it is one. */
function commonSource([first, ...others]: readonly (Source | null)[]): Source | null {
  if (!first || others.some((other) => other?.file !== first.file || other.line !== first.line)) return null
  const { via: _, ...line } = first
  return line
}

/** With a star for the organization, in the address and in what is said of it. */
function generalized(change: PlannedChange, names: Names): PlannedChange {
  const { organization } = change
  return {
    ...change,
    address: starred(change.pattern?.address ?? change.address, organization),
    fields: change.fields.map((field) => generalizedField(field, organization, names)),
    consequences: change.consequences.map((text) => placeless(text, organization)),
  }
}

/** With a star for the organization in names and addresses that a text has. */
const placeless = (text: string, organization: string): string =>
  text.includes(organization) ? text.replace(regexOf(organization, 'places'), '*') : text

/** The organization follows the type's dot, which is the first. */
export const starred = (address: string, organization: string): string =>
  address.replace(`.${organization}`, '.*')

/** A value that holds the organization's name is shown with the placeholder that templates write for it. */
function generalizedField(
  { before, after, added, removed, kept, ...field }: PlannedField,
  organization: string,
  names: Names,
): PlannedField {
  const general = (value: unknown): unknown =>
    typeof value === 'string' ? named(value, organization, '{organization}', names) : value
  return {
    ...field,
    ...(before !== undefined && { before: general(before) }),
    ...(after !== undefined && { after: general(after) }),
    ...(added && { added: added.map(general) }),
    ...(removed && { removed: removed.map(general) }),
    ...(kept && { kept: kept.map(general) }),
  }
}

/** With a word for the organization's name, where that is not part of a longer word. */
export function named(text: string, organization: string, word: string, names: Names = 'all'): string {
  if (!text.includes(organization)) return text
  return text.replace(regexOf(organization, names), word)
}

const regexes = new Map<string, RegExp>()

function regexOf(organization: string, names: Names | 'places'): RegExp {
  const key = `${names} ${organization}`
  const name = organization.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const source =
    names === 'places'
      ? `(?<= )${name}(?=/)|(?<=\\b[a-z]\\w*\\.)${name}(?![\\w-]|\\.\\w)`
      : `(?<![\\p{L}\\p{N}])${name}(?![\\p{L}\\p{N}])`
  const regex = regexes.get(key) ?? new RegExp(source, names === 'first' ? 'u' : 'gu')
  regexes.set(key, regex)
  return regex
}
