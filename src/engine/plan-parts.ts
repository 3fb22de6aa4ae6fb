import { type Address, byText, chainOf } from '../model/address.ts'
import { canonicalJson } from '../model/canonical.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import type { Finding, Plan, PlannedChange } from '../model/plan.ts'
import type { Registry } from '../model/resource.ts'
import { sourceOf } from './fields.ts'
import { organizationOf } from './select.ts'

type Part = PlannedChange['chain'][number]

/** By type and name: organizations have many of the same name. */
export type Parts = Map<string, Map<string, Part>>

/** An address in parts, from its root. */
export const partsOf = (address: Address, known: Parts): readonly Part[] =>
  [...chainOf(address)].reverse().map(({ type, name }) => {
    const named = known.get(type) ?? new Map<string, Part>()
    const part: Part = named.get(name) ?? [type, name]
    known.set(type, named.set(name, part))
    return part
  })

/** A finding as a plan has it. */
export const finding = ({
  code,
  severity,
  message,
  address,
  at,
  label,
  hint,
  via,
  tally,
}: Diagnostic): Finding => ({
  code,
  severity,
  message,
  ...(address && { address }),
  ...(at && { source: sourceOf({ at, ...(via?.[0] && { via: via[0] }) }) }),
  ...(label && { label }),
  ...(hint && { hint }),
  ...(tally && { tally }),
})

/** Each once, by file, line, column, code, and what they say; without a place first. */
export function sortedFindings(findings: readonly Finding[]): readonly Finding[] {
  const keyed = findings.map((one) => {
    const { source, code } = one
    const place = source
      ? `1${source.file}\0${String(source.line).padStart(9, '0')}${String(source.column).padStart(9, '0')}`
      : '0'
    return [`${place}${code}${canonicalJson(one)}`, one] as const
  })
  return [...new Map(keyed)].sort(([a], [b]) => byText(a, b)).map(([, one]) => one)
}

type Unmanaged = Plan['unmanaged']

/** How many of each type an organization has unmanaged. */
export const countUnmanaged = (unmanaged: readonly Address[], registry: Registry): Unmanaged =>
  addedUp(
    unmanaged.map((address) => ({
      organization: organizationOf(address, registry),
      type: address.type,
      count: 1,
    })),
  )

/** One row of each type and organization, by these. */
export function addedUp(rows: Unmanaged): Unmanaged {
  const sums = new Map<string, Unmanaged[number]>()
  for (const { organization, type, count } of rows) {
    const key = `${type} ${organization}`
    sums.set(key, { organization, type, count: (sums.get(key)?.count ?? 0) + count })
  }
  return [...sums].sort(([a], [b]) => byText(a, b)).map(([, row]) => row)
}
