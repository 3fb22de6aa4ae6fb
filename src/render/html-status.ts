import { byText } from '../model/address.ts'
import { levelOf, levels, percentOf, type Standing, type StatusReport, sizeText } from '../model/vitals.ts'
import { codeHtml, htmlPage, listHtml, sectionHtml, tableHtml } from './html-page.ts'
import { SORTING, TABLES } from './html-sorting.ts'
import { htmlText } from './markdown.ts'
import { ageWords, largest, nextOf, parts, shortTime, unseenWords } from './status-words.ts'
import { plural } from './style.ts'

/** How a registry fares, as one page that needs nothing but itself. */
export function statusPage(report: StatusReport, version: string): string {
  const { server, at, standings, unseen } = report
  const sorted = [...standings].sort(
    (a, b) => orderOf(a) - orderOf(b) || byText(a.address.text, b.address.text),
  )
  const about = `${codeHtml(server.url)}${server.sandbox ? ' (sandbox)' : ''}${server.user ? ` as ${codeHtml(server.user)}` : ''}`
  const pieces = [
    '<h1>Quay status</h1>',
    `<p class="soft">${about}, ${timeHtml(at)}</p>`,
    listHtml(countsOf(report), 'counts'),
    FILTER,
    ...tablesOf(sorted),
    unseen.length === 0
      ? ''
      : sectionHtml(
          'Not seen',
          `<p>The token may not see ${htmlText(unseen.map(unseenWords).join(', '))}.</p>`,
        ),
    `<footer>\n<p>quayctl ${htmlText(version)}</p>\n</footer>`,
  ]
  return htmlPage('Quay status', pieces, { style: TABLES, script: SORTING })
}

/** Shown by the script that makes it work. */
const FILTER =
  '<p id="filter" hidden><label>Filter <input type="search"></label> <output aria-live="polite"></output></p>'

const orderOf = (standing: Standing): number => levels.indexOf(levelOf(standing))

function countsOf({ standings }: StatusReport): readonly string[] {
  const count = (level: string) => standings.filter((standing) => levelOf(standing) === level).length
  const counts = {
    failing: count('failing'),
    warnings: count('warning'),
    unmanaged: standings.filter(({ managed }) => !managed).length,
    objects: standings.length,
  }
  return Object.entries(counts).map(([name, number]) => `<b>${number}</b> ${name}`)
}

interface Column {
  readonly head: string
  cell(standing: Standing): string
}

const level: Column = { head: 'State', cell: (standing) => keyed(levelHtml(standing), orderOf(standing)) }
const words: Column = {
  head: 'What',
  cell: ({ troubles }) => troubles.map((trouble) => htmlText(trouble.words)).join('; '),
}

/** What each part has beside its state, by title. */
const columns = (all: readonly Standing[]): Readonly<Record<string, readonly Column[]>> => ({
  Mirrors: [
    {
      head: 'Last result',
      cell: ({ vitals: { sync } }) => htmlText(sync?.result.replaceAll('_', ' ') ?? ''),
    },
    { head: 'Ended after', cell: ({ vitals: { sync } }) => timeHtml(sync?.since) },
    { head: 'Next', cell: ({ vitals: { sync } }) => timeHtml(sync && nextOf(sync)) },
    { head: 'Retries left', cell: ({ vitals: { sync } }) => String(sync?.retries ?? '') },
  ],
  Quotas: [
    { head: 'In use', cell: barHtml },
    { head: 'Bytes', cell: ({ vitals: { use } }) => sizeHtml(use?.used) },
    { head: 'Limit', cell: ({ vitals: { use } }) => sizeHtml(use?.limit) },
    { head: 'Largest', cell: (quota) => largestHtml(quota, all) },
  ],
  Notifications: [{ head: 'Failures', cell: ({ vitals: { failures } }) => String(failures ?? '') }],
})

const tablesOf = (all: readonly Standing[]): readonly string[] => [
  ...parts.map(({ title, has }) =>
    part(title, all.filter(has), [level, words, ...(columns(all)[title] ?? [])]),
  ),
  part(
    'Unmanaged',
    all.filter(({ managed }) => !managed),
    [
      { head: 'Type', cell: ({ address }) => htmlText(address.type.replaceAll('_', ' ')) },
      { head: 'Age', cell: ({ vitals }) => htmlText(ageWords(vitals)) },
      { head: 'Size', cell: ({ vitals }) => sizeHtml(vitals.size) },
    ],
  ),
]

/** A table that scrolls by itself where the page is narrow. */
function part(title: string, rows: readonly Standing[], columns: readonly Column[]): string {
  if (rows.length === 0) return ''
  const table = tableHtml(
    plural(rows.length, 'object'),
    ['Object', ...columns.map(({ head }) => head)],
    rows.map((row) => [codeHtml(row.address.text), ...columns.map(({ cell }) => cell(row))]),
  )
  const scrolling = `<div class="wide" role="region" aria-label="${title}" tabindex="0">\n${table}\n</div>`
  return sectionHtml(title, scrolling)
}

/** A cell that is sorted by something else than its text. */
const keyed = (html: string, key: number): string => `<span data-key="${key}">${html}</span>`

function levelHtml(standing: Standing): string {
  const level = levelOf(standing)
  return `<span class="${level === 'ok' ? 'good' : level === 'note' ? 'soft' : 'care'}">${level}</span>`
}

const sizeHtml = (bytes: number | null | undefined): string =>
  bytes === null || bytes === undefined ? '' : keyed(sizeText(bytes), bytes)

function barHtml(standing: Standing): string {
  const { use } = standing.vitals
  const percent = use ? percentOf(use) : null
  if (percent === null) return 'not counted'
  const name = levelOf(standing) === 'ok' ? 'bar' : 'bar care'
  const bar = `<span class="${name}" aria-hidden="true"><span style="width: ${Math.min(100, percent)}%"></span></span>`
  return keyed(`${bar} ${percent}%`, percent)
}

const largestHtml = (quota: Standing, all: readonly Standing[]): string =>
  largest(quota, all)
    .slice(0, 3)
    .map(({ address, size }) => `${codeHtml(address.name)} ${sizeText(size)}`)
    .join(', ')

const timeHtml = (iso: string | null | undefined): string =>
  iso ? `<time datetime="${htmlText(iso)}">${shortTime(iso)}</time>` : ''
