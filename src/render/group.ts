import type { PlannedChange, PlannedField } from '../model/plan.ts'

/** One line of a plan: a change, or the same change in several organizations. */
export interface Entry {
  readonly change: PlannedChange
  /** Where it happens, when that is more than one. */
  readonly organizations: readonly string[]
}

const FEWEST = 3

/** Changes that are the same in at least three organizations become one entry, at the place of the first. Sections keep their order. */
export function grouped(changes: readonly PlannedChange[]): readonly (readonly Entry[])[] {
  const alike = new Map<string, PlannedChange[]>()
  const keys = changes.map((change) => likeness(change))
  changes.forEach((change, index) => {
    const key = keys[index] ?? ''
    const list = alike.get(key)
    if (list) list.push(change)
    else alike.set(key, [change])
  })
  const common: Entry[] = []
  const sections = new Map<string, Entry[]>()
  for (const list of alike.values()) {
    const [first] = list
    if (!first) continue
    if (list.length >= FEWEST)
      common.push({ change: generalized(first), organizations: list.map(({ organization }) => organization) })
  }
  changes.forEach((change, index) => {
    if ((alike.get(keys[index] ?? '')?.length ?? 0) >= FEWEST) return
    const section = sections.get(change.organization) ?? []
    section.push({ change, organizations: [] })
    sections.set(change.organization, section)
  })
  return [...(common.length > 0 ? [common] : []), ...sections.values()]
}

/** What two organizations' changes must share to be one entry: all but the organization and the lines. */
function likeness(change: PlannedChange): string {
  const { action, reason, address, fields, impacts, consequences } = generalized(change)
  return JSON.stringify([
    action,
    reason,
    address,
    fields.map(({ source: _, ...field }) => field),
    impacts,
    consequences,
  ])
}

/** With a star for the organization, in the address and in what is said of it. */
function generalized(change: PlannedChange): PlannedChange {
  const { organization, source } = change
  const general = (text: string) =>
    text.replaceAll(`.${organization}`, '.*').replaceAll(` ${organization}/`, ' */')
  const { via: _, ...line } = source ?? { file: '', line: 0, column: 0 }
  return {
    ...change,
    address: general(change.address),
    source: source && line,
    fields: change.fields.map((field) => generalizedField(field, organization)),
    consequences: change.consequences.map(general),
  }
}

/** A value that holds the organization's name is shown with the placeholder that templates write for it. */
function generalizedField(
  { before, after, added, removed, kept, ...field }: PlannedField,
  organization: string,
): PlannedField {
  const general = (value: unknown): unknown =>
    typeof value === 'string' ? value.replace(organization, '{organization}') : value
  return {
    ...field,
    ...(before !== undefined && { before: general(before) }),
    ...(after !== undefined && { after: general(after) }),
    ...(added && { added: added.map(general) }),
    ...(removed && { removed: removed.map(general) }),
    ...(kept && { kept: kept.map(general) }),
  }
}
