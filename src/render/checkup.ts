import { canonicalJson } from '../model/canonical.ts'
import { type Checkup, countOf, type Row, type Status } from '../model/checkup.ts'
import { plural, type Style, visible, wrapText } from './style.ts'

const WIDTH = 80
const CHECK = 14
const INDENT = ' '.repeat(26)
/** What to do has more room: it may hold paths, which are not broken. */
const BELOW = ' '.repeat(10)

/** The table for people: what was found, and below it what to do. */
export function renderCheckup(checkup: Checkup, style: Style): string {
  const { url, user } = checkup.server
  const head = `Doctor of ${url ?? 'no server'}${user === null ? '' : ` as ${user}`}`
  return [
    style.bold(visible(head)),
    '',
    ...checkup.rows.map((row) => renderRow(row, style)),
    '',
    summaryLine(checkup),
  ].join('\n')
}

function renderRow({ check, status, finding, fix, code, source }: Row, style: Style): string {
  const start = ` ${status.padEnd(7)}  ${check.replaceAll('_', ' ').padEnd(CHECK)}  `
  const isGood = status === 'ok' || status === 'skipped'
  const text = wrapText(`${start}${visible(`${code && !isGood ? `${code} ` : ''}${finding}`)}`, WIDTH, INDENT)
  const below = [
    ...(source ? [`${BELOW}at ${visible(source)}`] : []),
    ...(fix ? [wrapText(`${BELOW}fix: ${visible(fix)}`, WIDTH, `${BELOW}     `)] : []),
  ]
  return [` ${painted(status, style)}${text.slice(1 + status.length)}`, ...below].join('\n')
}

function painted(status: Status, style: Style): string {
  if (status === 'ok') return style.good(status)
  return status === 'skipped' ? style.faint(status) : style.care(status)
}

function summaryLine(checkup: Checkup): string {
  const count = (status: Status) => countOf(checkup, status)
  return `${count('ok')} ok, ${plural(count('warning'), 'warning')}, ${count('failed')} failed, ${count('skipped')} skipped.`
}

/** The same as data; `exitCode` is that of the run. */
export function checkupText(checkup: Checkup, exitCode: number): string {
  const document = {
    format_version: '1.0',
    kind: 'quayctl.checkup',
    server: checkup.server,
    summary: {
      ok: countOf(checkup, 'ok'),
      warnings: countOf(checkup, 'warning'),
      failed: countOf(checkup, 'failed'),
      skipped: countOf(checkup, 'skipped'),
      exit_code: exitCode,
    },
    rows: checkup.rows.map(({ exit, ...row }) => ({
      ...row,
      ...(exit !== undefined && { exit_code: exit }),
    })),
  }
  return `${JSON.stringify(JSON.parse(canonicalJson(document)), null, 2)}\n`
}
