import { readFileSync, writeFileSync } from 'node:fs'
import { here } from './measure.mjs'

const page = here('../docs/performance.md')
const [from, to] = ['<!-- figures -->\n', '<!-- /figures -->']

const digits = (value) => (Number.isInteger(value) || value >= 100 ? 0 : value >= 10 ? 1 : 2)
const number = (value) => (typeof value === 'number' ? value.toFixed(digits(value)) : value)

function table(head, rows) {
  if (rows.length === 0) return ''
  const cells = [head, ...rows.map((row) => row.map(number))]
  const widths = head.map((_, at) => Math.max(...cells.map((row) => row[at].length)))
  const line = (row) => `| ${row.map((cell, at) => cell.padEnd(widths[at])).join(' | ')} |`
  return [
    line(cells[0]),
    line(widths.map((width) => '-'.repeat(width))),
    ...cells.slice(1).map(line),
    '',
  ].join('\n')
}

const words = (name) => name.replaceAll('_', ' ')
/** Some figures are promised of large estates alone. */
const isKept = ({ value, most }) => most === null || value <= most

/** Every budget, with where it stands. */
export const budgets = ({ parts, sizes }) => [
  ...Object.entries(parts).flatMap(([part, { held = {} }]) => rowsOf(part, held)),
  ...Object.entries(sizes).flatMap(([size, { held }]) => rowsOf(size, held)),
  ...linear(sizes),
]

const rowsOf = (where, held) =>
  Object.entries(held).map(([name, budget]) => ({ where, name: words(name), ...budget }))

/** CPU a repository, of the largest size and the smallest that were run. */
function linear(sizes) {
  const [least, ...more] = Object.keys(sizes)
  const most = more.at(-1)
  if (most === undefined) return []
  const value = sizes[most].cpu_ms_per_repository / sizes[least].cpu_ms_per_repository
  return [{ where: `${least} to ${most}`, name: 'CPU of a plan a repository', value, most: 1.2 }]
}

/** Does every budget hold that was measured? */
export const areKept = (result) => budgets(result).every(isKept)

const verdict = (row) => (row.most === null ? '' : isKept(row) ? 'ok' : 'MISSED')

const budgetTable = (result) =>
  table(
    ['budget', 'of', 'measured', 'at most', ''],
    budgets(result).map((row) => [row.name, row.where, row.value, row.most ?? '', verdict(row)]),
  )

const estates = (sizes) =>
  table(
    [
      'estate',
      'organizations',
      'repositories',
      'mirrors',
      'objects',
      'YAML, KB',
      'CPU of a plan a repository, ms',
    ],
    Object.entries(sizes).map(([name, size]) => [
      name,
      size.organizations,
      size.repositories,
      size.mirrors,
      size.objects,
      size.yaml_kb,
      size.cpu_ms_per_repository,
    ]),
  )

const phases = (sizes) =>
  table(
    ['phase', 'estate', 'seconds', 'of these Quay', 'CPU, s', 'memory, MB', 'requests'],
    Object.entries(sizes).flatMap(([name, size]) =>
      Object.entries(size.phases).map(([phase, took]) => [
        words(phase),
        name,
        took.wall_s,
        took.quay_s,
        took.cpu_s,
        took.peak_mb,
        took.requests,
      ]),
    ),
  )

const floors = (sizes) =>
  table(
    ['floor', 'estate', 'seconds'],
    Object.entries(sizes).flatMap(([name, { floors: found }]) => [
      ['the requests of the plan alone', name, found.plan_loop_s],
      ['the requests of the apply alone', name, found.apply_loop_s],
      ['parsing the YAML alone', name, found.parse_s],
      ['`node -e 0`', name, found.node_s],
    ]),
  )

const connections = (sizes) =>
  table(
    ['a request, ms', 'keep-alive', 'estate', 'reading, s', 'requests alone, s', 'times'],
    Object.entries(sizes).flatMap(([name, size]) =>
      size.connections.map((row) => [
        row.latency,
        row.keepAlive ? 'yes' : 'no',
        name,
        row.quay_s,
        row.loop_s,
        row.ratio,
      ]),
    ),
  )

const costs = (rows) =>
  table(
    ['files', 'signed in by', 'lists', 'requests', 'seconds'],
    rows.map((row) => [row.files, row.sign_in, row.lists, row.requests, row.quay_s]),
  )

const limit = ({ rate, burst, requests, refused, quay_s }) =>
  `${requests} requests in ${number(quay_s)} s, ${refused} of them refused, of a server that allows ${rate} a second and ${burst} at once.\n`

const starts = (costs) =>
  table(
    ['command', 'CPU, ms', 'times `node -e 0`'],
    Object.entries(costs).map(([name, cost]) => [
      name === 'node' ? '`node -e 0`' : name,
      1000 * cost,
      cost / costs.node,
    ]),
  )

/** The figures in words and tables: what the run prints, and what the page has. */
export function figures(result) {
  const { parts, sizes } = result
  const { servers, start } = parts
  const chapters = [
    ['Estates', estates(sizes)],
    ['Phases', phases(sizes)],
    ['Floors', floors(sizes)],
    ['Connections', connections(sizes)],
    ['What calls cost a server', costs(servers?.costs ?? [])],
    ['A limited rate', servers ? limit(servers.limited) : ''],
    ['Start', start ? starts(start.cpu_s) : ''],
    ['Budgets', budgetTable(result)],
  ].filter(([, text]) => text !== '')
  const measured = `Measured on Node ${result.node} with ${result.cores} cores.\n`
  return [measured, ...chapters.map(([title, text]) => `### ${title}\n\n${text}`)].join('\n')
}

/** Puts the figures into docs/performance.md. */
export function writePage(result) {
  const text = readFileSync(page, 'utf8')
  const [before, rest] = text.split(from)
  const [, after] = rest.split(to)
  writeFileSync(page, `${before}${from}${figures(result)}${to}${after}`)
}
