import { type Diagnostic, type Place, sortDiagnostics } from '../model/diagnostics.ts'
import { repeatable } from '../model/secrets.ts'
import { PLACEHOLDER } from './placeholders.ts'

/** What is said of one place. */
interface Group {
  readonly entry: Diagnostic
  readonly via: Map<string, Place>
  readonly each: Diagnostic[]
}

/** One diagnostic a place and code, sorted: what a template says wrong is said once, with the lines that brought it in. */
export function gather(list: readonly Diagnostic[]): readonly Diagnostic[] {
  const found = new Map<string, Group>()
  for (const entry of list.map(harmless)) {
    const key = `${placeOf(entry)} ${entry.code} ${likeness(entry)}`
    const group: Group = found.get(key) ?? { entry, via: new Map(), each: [] }
    found.set(key, group)
    group.each.push(entry)
    for (const place of entry.via ?? []) group.via.set(`${place.file}:${place.line}`, place)
  }
  const all = [...found.values()].map(({ entry, via, each }) =>
    entry.via ? { ...entry, via: [...via.values()], ...(each.length > 1 && { each }) } : entry,
  )
  // Where a value is wrong, what it lacks besides is not said.
  const wrong = new Set(all.filter(({ code }) => code === 'QC1004' || code === 'QC1005').map(placeOf))
  const empty = new Set(all.filter(({ code }) => code === 'QC1005').map(placeOf))
  return sortDiagnostics(
    all.filter(
      (entry) =>
        !(entry.code === 'QC1006' && ownPlaces(entry).some((place) => wrong.has(place))) &&
        !(entry.code === 'QC1002' && empty.has(placeOf(entry))),
    ),
  )
}

/** What it repeats of a file is no secret. */
const harmless = ({ message, label, ...entry }: Diagnostic): Diagnostic => ({
  ...entry,
  message: repeatable(message),
  ...(label !== undefined && { label: repeatable(label) }),
})

/** What a template says wrong of one organization it says of all that use it. */
const likeness = ({ message, via, organization }: Diagnostic): string =>
  via && organization ? message.replaceAll(organization, PLACEHOLDER) : message

/** The place of a key, and where its own value begins: other values on the line are other objects'. */
const ownPlaces = (entry: Diagnostic): readonly string[] => {
  const { column = 0, length = 0 } = entry.at ?? {}
  return [column, column + length + ': '.length].map((start) => `${lineOf(entry)}:${start}`)
}

const lineOf = ({ at }: Diagnostic): string => `${at?.file}:${at?.line}`
const placeOf = (entry: Diagnostic): string => `${lineOf(entry)}:${entry.at?.column}`
