import { byText } from '../model/address.ts'
import { levelOf, levels, type Standing, type StatusReport, sizeText } from '../model/vitals.ts'
import {
  ageWords,
  barOf,
  largest,
  nextOf,
  parts,
  resultWords,
  shortTime,
  timeOn,
  unseenWords,
  useWords,
} from './status-words.ts'
import { firstOf, plural, type Style, visible, wrapText } from './style.ts'

/** So many that are well are shown one by one: a registry that is well fits a screen. */
const MOST_WELL = 5
/** Longer addresses stand out. */
const WIDEST = 28
const INDENT = ' '.repeat(10)

/** How a registry fares, as a terminal shows it: the worst first. */
export function renderStatus(report: StatusReport, style: Style): string {
  const { server, at, standings } = report
  const head = `Status of ${server.url}${server.sandbox ? ' (sandbox)' : ''}${server.user ? ` as ${server.user}` : ''}, ${shortTime(at)}`
  const sections = parts.flatMap(({ title, has }) => {
    const all = standings.filter(has).sort(worstFirst)
    return all.length === 0 ? [] : [[style.bold(title), ...section(all, report, style)].join('\n')]
  })
  return [
    style.bold(wrapText(visible(head), style.width, '  ')),
    ...sections,
    ...unmanaged(standings, style),
    summaryLine(report),
  ].join('\n\n')
}

/** What the run was to fail on and found, and what it could not see. */
export const hitLines = ({ hits, unseen }: StatusReport): readonly string[] => [
  ...hits.map(({ condition, addresses }) => `warning QC4080 ${condition}: ${firstOf(addresses, MOST_WELL)}`),
  ...(unseen.length > 0
    ? [`warning QC4081 the token may not see ${firstOf(unseen.map(unseenWords), MOST_WELL)}`]
    : []),
]

/** What is in use most, or due next, is first among equals. */
function worstFirst(a: Standing, b: Standing): number {
  const level = levels.indexOf(levelOf(a)) - levels.indexOf(levelOf(b))
  const use = ({ vitals: { use: of } }: Standing) => (of?.used ?? 0) / (of?.limit ?? 1)
  const next = ({ vitals }: Standing) => (vitals.sync && nextOf(vitals.sync)) ?? '~'
  return level || use(b) - use(a) || byText(next(a), next(b)) || byText(a.address.text, b.address.text)
}

function section(all: readonly Standing[], report: StatusReport, style: Style): readonly string[] {
  const bad = all.filter((standing) => levelOf(standing) !== 'ok')
  const well = all.filter((standing) => levelOf(standing) === 'ok')
  // Of what is well there may be nothing more to say than how many.
  const shown = well.filter(({ vitals }) => vitals.sync || vitals.use).slice(0, MOST_WELL)
  const rest = well.length - shown.length
  const more = bad.length + shown.length > 0 ? 'more' : 'in all'
  const lengths = [...bad, ...shown].map(({ address }) => visible(address.text).length)
  const wide = Math.min(WIDEST, Math.max(...lengths, 0))
  return [
    ...[...bad, ...shown].map((standing) => entry(standing, wide, report, style)),
    ...(rest > 0 ? [` ${style.good('ok')}       ${rest} ${more}`] : []),
  ]
}

/** On one line, where it fits; a bar is not broken. */
function entry(standing: Standing, wide: number, { at, standings }: StatusReport, style: Style): string {
  const { address, vitals, troubles } = standing
  const { use } = vitals
  const level = levelOf(standing)
  const said = visible(troubles.map(({ words }) => words).join('; '))
  const words = use ? `${barOf(use)}  ${useWords(use)}` : said || syncWords(standing, at)
  const start = ` ${level.padEnd(7)}  ${visible(address.text)}`
  const whole = `${start.padEnd(wide + INDENT.length)}  ${words}`
  const first = words === '' ? start : whole.length <= style.width ? whole : start
  const below = [
    ...(first === start && words !== '' ? [words] : []),
    ...(use && said !== '' ? [said] : []),
    ...(use && level !== 'ok' ? largestWords(standing, standings) : []),
  ]
  return [
    ` ${painted(level, style)}${first.slice(1 + level.length)}`,
    ...below.map((text) => wrapText(`${INDENT}${text}`, style.width, INDENT)),
  ].join('\n')
}

function syncWords({ vitals: { sync } }: Standing, at: string): string {
  const next = sync && nextOf(sync)
  return sync ? [resultWords(sync, at), ...(next ? [`next ${timeOn(at, next)}`] : [])].join(', ') : ''
}

function largestWords(quota: Standing, standings: readonly Standing[]): readonly string[] {
  const top = largest(quota, standings).slice(0, 3)
  return top.length === 0
    ? []
    : [`largest: ${top.map(({ address, size }) => `${visible(address.name)} ${sizeText(size)}`).join(', ')}`]
}

function painted(level: string, style: Style): string {
  if (level === 'ok') return style.good(level)
  return level === 'note' ? style.faint(level) : style.care(level)
}

/** By type, the longest there first. */
function unmanaged(standings: readonly Standing[], style: Style): readonly string[] {
  const all = standings.filter(({ managed }) => !managed)
  const types = [...new Set(all.map(({ address }) => address.type))].sort(byText)
  const lines = types.map((type) => {
    const found = all.filter(({ address }) => address.type === type).sort(oldestFirst)
    const names = found.slice(0, MOST_WELL).map(({ address, vitals }) => {
      const age = ageWords(vitals)
      return `${visible(address.place)}${age === '' ? '' : ` (${age})`}`
    })
    const more = found.length > names.length ? [`and ${found.length - names.length} more`] : []
    return wrapText(` ${type} ${found.length}: ${[...names, ...more].join(', ')}`, style.width, '   ')
  })
  return lines.length === 0 ? [] : [[style.bold('Unmanaged: in Quay, and in no file'), ...lines].join('\n')]
}

const sinceOf = ({ vitals }: Standing): string =>
  vitals.created ?? (vitals.last_pushed === undefined ? '~' : (vitals.last_pushed ?? ''))

const oldestFirst = (a: Standing, b: Standing): number =>
  byText(sinceOf(a), sinceOf(b)) || byText(a.address.text, b.address.text)

function summaryLine({ standings }: StatusReport): string {
  const count = (level: string) => standings.filter((standing) => levelOf(standing) === level).length
  const strays = standings.filter(({ managed }) => !managed).length
  return `${count('failing')} failing, ${plural(count('warning'), 'warning')}, ${strays} unmanaged, of ${plural(standings.length, 'object')}.`
}
