import type { Diagnostic, Place } from '../model/diagnostics.ts'
import type { SourceText } from '../model/excerpt.ts'
import { isOfRules } from '../model/rules.ts'

/** A template that no document has. */
export const NO_TEMPLATE = 'QC2009'

/** What is missed because a template is: an object that it may declare, an attribute, a whole block. */
const MISSED = new Set(['QC1006', 'QC2001', 'QC2007', 'QC4006'])

/** Without what only follows from another mistake: a template that is not there is said once, and not at all where a file that cannot be read may hold it. */
export function withoutFollowers(
  list: readonly Diagnostic[],
  sources: ReadonlyMap<string, SourceText>,
): readonly Diagnostic[] {
  const causes = list.filter(({ code }) => code === NO_TEMPLATE)
  if (causes.length === 0) return list
  const organizations = new Set(causes.map(({ organization }) => organization))
  const unread = [...sources.values()].filter(({ broken }) => broken)
  const mayHold = ({ at }: Diagnostic) => {
    const name = at ? textAt(at, sources.get(at.file)) : ''
    return unread.some(({ lines }) => lines.some((line) => line.includes(name)))
  }
  const first = new Map<string, Diagnostic>()
  const others = new Map<string, Place[]>()
  for (const cause of causes) {
    const { message, at } = cause
    if (first.has(message)) others.set(message, [...(others.get(message) ?? []), ...(at ? [at] : [])])
    else first.set(message, cause)
  }
  return list.flatMap((one) => {
    const { code, organization, message } = one
    if (code !== NO_TEMPLATE)
      return organizations.has(organization) && (MISSED.has(code) || isOfRules(code)) ? [] : [one]
    if (first.get(message) !== one || mayHold(one)) return []
    const [next, ...more] = others.get(message) ?? []
    const text = more.length > 0 ? `${more.length + 1} more use it, such as` : 'used here, too'
    return [{ ...one, ...(next && { also: [{ at: next, text }] }) }]
  })
}

const textAt = ({ line, column, length }: Place, source: SourceText | undefined): string =>
  (source?.lines[line - 1] ?? '').slice(column - 1, column - 1 + length).replace(/^["']|["']$/g, '')
