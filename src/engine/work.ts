import type { Change, Desired, Live, Work } from '../model/change.ts'
import type { Diagnostic, Place } from '../model/diagnostics.ts'

/** What Quay's workers do with the objects that the files speak of: for which changes wait, and what does not go on by itself. */
export function workFindings(
  desired: readonly Desired[],
  changes: readonly Change[],
  live: ReadonlyMap<string, Live>,
  now: Date,
): readonly Diagnostic[] {
  const working = new Set<string>()
  for (const { address, work } of live.values()) if (work) working.add(address.text)
  if (working.size === 0) return []
  const busy = ({ address }: Pick<Change, 'address'>) => working.has(address.text)
  const changed = new Set(changes.map(({ address }) => address.text))
  const places = new Map<string, Place | null>([
    ...changes.filter(busy).map(({ address, at }) => [address.text, at] as const),
    ...desired.filter(busy).map(({ address, origin }) => [address.text, origin.at] as const),
  ])
  return [...places].flatMap(([address, at]) => {
    const work = live.get(address)?.work
    const said = work && findingOf(address, work, changed.has(address), now)
    return said ? [{ ...said, address, at }] : []
  })
}

function findingOf(
  address: string,
  { words, until, remedy: hint }: Work,
  isChanged: boolean,
  now: Date,
): Omit<Diagnostic, 'address' | 'at'> | null {
  if (until === undefined)
    return { code: 'QC4027', severity: 'warning', message: `${address} ${words}`, hint }
  if (until && Date.parse(until) <= now.getTime())
    return {
      code: 'QC4026',
      severity: 'warning',
      message: `${address} ${words}, and hangs: that was to end by ${until}`,
      hint,
    }
  if (!isChanged) return null
  return {
    code: 'QC4025',
    severity: 'note',
    message: `${address} ${words}: its change waits`,
    hint: 'apply does all else first, then waits as long as --sync-wait says; --cancel-sync cancels the sync',
  }
}
