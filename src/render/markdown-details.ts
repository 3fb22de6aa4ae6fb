import type { Source } from '../model/plan.ts'
import type { Review } from '../model/review.ts'
import { manyOf } from './attention.ts'
import type { Extent } from './extent.ts'
import { fieldLines } from './fields.ts'
import { sourceText } from './findings.ts'
import type { Entry } from './group.ts'
import { codeText, fenced, htmlText, linked } from './markdown.ts'
import { notesOf } from './notes.ts'
import { visible, wrapText } from './style.ts'
import { countsOf, ownerOf, sizeOf } from './title.ts'

const INDENT = ' '.repeat(10)
const WIDTH = 100
const signs = { create: '+', update: '!', replace: '!', delete: '-' } as const

/** The changes of one organization, or those that several have alike, to be unfolded. */
export function detailsPart(section: readonly Entry[], review: Review, extent: Extent): string {
  const opens =
    extent.opens && section.some(({ change: { action } }) => action === 'delete' || action === 'replace')
  const lines = [
    ...(extent.creates === 'count' ? createsOf(section) : []),
    ...section.flatMap((entry) => entryLines(entry, extent)),
  ]
  const summary = `<b>${nameOf(section)}</b>: ${countsOf(section)}`
  return [
    `<details${opens ? ' open' : ''}><summary>${summary}</summary>`,
    fenced('diff', lines.join('\n')),
    ...(extent.notes ? linksOf(section, review) : []),
    '</details>',
  ].join('\n\n')
}

function nameOf(section: readonly Entry[]): string {
  const owner = ownerOf(section)
  return owner === null
    ? 'Several organizations'
    : owner === '-'
      ? 'Of the registry'
      : `<code>${htmlText(owner)}</code>`
}

/** How many of each type come into being. */
function createsOf(section: readonly Entry[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const entry of section) {
    if (entry.change.action !== 'create') continue
    const type = entry.change.chain.at(-1)?.[0] ?? ''
    counts.set(type, (counts.get(type) ?? 0) + sizeOf(entry))
  }
  return [...counts].map(([type, count]) => `+ create  ${count} ${type}`)
}

function entryLines(entry: Entry, { notes, creates }: Extent): readonly string[] {
  const { change, organizations, matches } = entry
  const { action, address } = change
  if (action === 'create' && creates === 'count') return []
  const line = notes ? sourceText(change.source) : ''
  const head = `${signs[action]} ${action.padEnd(7)} ${visible(address)}${manyOf(entry)}  ${line}`.trimEnd()
  if (action === 'create' && creates === 'line') return [head]
  const names = organizations.length > 0 ? organizations : matches
  return [
    head,
    ...fieldLines(change, INDENT, WIDTH)
      .flatMap((text) => text.split('\n'))
      .map(signed),
    ...(names.length > 0 ? listed(names) : []),
    ...(notes
      ? notesOf(change).map((text) => wrapText(`${INDENT}note: ${text}`, WIDTH, `${INDENT}      `))
      : []),
  ]
}

const listed = (names: readonly string[]): readonly string[] => [
  wrapText(`${INDENT}${visible(names.join(', '))}`, WIDTH, INDENT),
]

/** What comes and what goes is colored by the first sign of a line. */
const signed = (line: string): string =>
  line.replace(/^ (\s*)([+-]) /, (_, blanks: string, sign: string) => `${sign}${blanks}${sign} `)

/** The lines of the files that ask for it, a paragraph a file. */
function linksOf(section: readonly Entry[], { link }: Review): readonly string[] {
  const files = new Map<string, Map<number, Source>>()
  for (const { change, organizations } of section) {
    const { source } = change
    if (!source || organizations.length > 0 || !link(source)) continue
    const lines = files.get(source.file) ?? new Map()
    files.set(source.file, lines.set(source.line, source))
  }
  const text = [...files].map(([file, lines]) => {
    const all = [...lines].sort(([one], [other]) => one - other)
    return `${codeText(visible(file))} ${all.map(([line, source]) => linked(String(line), link(source))).join(' ')}`
  })
  return text.length > 0 ? [`Lines: ${text.join(', ')}`] : []
}
