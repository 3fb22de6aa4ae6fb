import type { Move, Moves } from '../model/drift.ts'
import { minute } from './drift.ts'
import { findingLines } from './findings.ts'
import { groupedFindings } from './group-findings.ts'
import { firstOf, plural, type Style, visible, wrapText } from './style.ts'

const MOST_NAMED = 10

/** Which organizations have moved, as a person reads it. */
export function renderMoves({ server, base, organizations, findings }: Moves, style: Style): string {
  const since = base ? ` since ${base.commit.slice(0, 7)} (${minute(base.date)})` : ''
  const of = (status: Move['status']) => organizations.filter((one) => one.status === status)
  const names = (list: readonly Move[]) =>
    firstOf(
      list.map(({ organization }) => organization),
      MOST_NAMED,
    )
  const [moved, still, unknown] = [of('moved'), of('still'), of('unknown')]
  const rest = [
    ...(still.length > 0 ? [`Nothing logged${server.user ? ' by others' : ''}: ${names(still)}.`] : []),
    ...(unknown.length > 0 ? [`Not known: ${names(unknown)}.`] : []),
    `${moved.length} of ${organizations.length} organizations moved. That is a hint and no proof: logs may be off, late or elsewhere. quayctl drift looks.`,
  ]
  const but = server.user ? `, not counting what ${server.user} did, whose token this is` : ''
  const lines = findings.length > 0 ? groupedFindings(findings).map((said) => findingLines(said, style)) : []
  return [
    wrapText(`Logged at ${server.url}${since}${but}`, style.width, '  '),
    ...(moved.length > 0 ? [[style.bold('Moved'), ...moved.map(lineOf)].join('\n')] : []),
    ...(lines.length > 0 ? [[style.bold('Attention'), ...lines].join('\n')] : []),
    rest.map((text) => wrapText(text, style.width, '  ')).join('\n'),
  ].join('\n\n')
}

function lineOf({ organization, entries, last }: Move): string {
  const by = last ? `, last by ${visible(last.by ?? 'somebody')}, ${minute(last.at)}` : ''
  return ` ~ ${organization.padEnd(24)}  ${plural(entries, 'entry', 'entries')}${by}`
}
