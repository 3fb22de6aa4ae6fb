import { createHash } from 'node:crypto'
import type { Severity } from '../model/diagnostics.ts'
import type { Review } from '../model/review.ts'
import { meaningOf, type Remark, remarksOf } from './remarks.ts'
import { plural, visible } from './style.ts'
import { doneOf } from './title.ts'

/** GitHub shows no more of one level, of one step of a workflow. */
const MOST = 10
const commands = { error: 'error', warning: 'warning', note: 'notice' } as const
const levels: readonly Severity[] = ['error', 'warning', 'note']

/** What GitHub Actions puts at lines of the files: commands of its runner, a line each. */
export function renderAnnotations(review: Review): string {
  const remarks = remarksOf(review)
  const of = (level: Severity) => remarks.filter((remark) => remark.level === level)
  const lines = levels.flatMap((level) =>
    of(level)
      .slice(0, MOST)
      .map((remark) => annotation(remark, review)),
  )
  const hidden = levels.flatMap((level) => {
    const count = of(level).length - MOST
    return count > 0 ? [plural(count, level)] : []
  })
  const more = hidden.length > 0 ? [`and ${hidden.join(', ')} more: the summary of the step has all`] : []
  return [...lines, ...more].map((line) => `${line}\n`).join('')
}

function annotation({ rule, level, message, more, source }: Remark, { path }: Review): string {
  const file = source && path(source.file)
  const title = `${rule} ${meaningOf(rule)?.title ?? ''}`.trim()
  const properties = {
    ...(source && file !== null && { file, line: source.line, col: source.column }),
    title,
  }
  const list = Object.entries(properties).map(([name, value]) => `${name}=${propertyText(String(value))}`)
  return `::${commands[level]} ${list.join(',')}::${dataText([message, ...more].map(visible).join('\n'))}`
}

const codeOf = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`

const dataText = (text: string): string => text.replace(/[%\r\n]/g, codeOf)

const propertyText = (text: string): string => text.replace(/[%\r\n:,]/g, codeOf)

/** What later steps of a workflow can go by, as `$GITHUB_OUTPUT` takes it. */
export function renderOutputs(review: Review): string {
  const { plan } = review
  const changed = new Set(plan?.changes.map(({ organization }) => organization))
  const ids = Object.entries(plan?.diff ? {} : (plan?.plan_ids ?? {})).filter(([organization]) =>
    changed.has(organization),
  )
  const outputs = {
    status: statusOf(review),
    'plan-id': plan?.diff ? '' : (plan?.plan_id ?? ''),
    changes: plan?.changes.length ?? '',
    create: plan?.summary.create ?? '',
    update: plan?.summary.update ?? '',
    replace: plan?.summary.replace ?? '',
    delete: plan?.summary.delete ?? '',
    expect: ids.map(([organization, id]) => `${organization}=${id}`).join(' '),
  }
  return Object.entries(outputs)
    .map(([name, value]) => outputText(name, String(value)))
    .join('')
}

/** Of a plan: `clean`, `changes` or `blocked`; of an apply: `clean`, `applied`, `partial` or `blocked`; of files: `valid`; else `failed`. */
function statusOf({ plan, findings, checked, steps }: Review): string {
  if (!plan) return checked && findings.every(({ severity }) => severity !== 'error') ? 'valid' : 'failed'
  if (!steps || steps.length === 0) return plan.status
  if (doneOf(steps) === steps.length) return 'applied'
  return steps.every(({ status }) => status === 'skipped') ? 'blocked' : 'partial'
}

/** The end of a value is a line that cannot be in it. */
function outputText(name: string, value: string): string {
  const end = `quayctl-${createHash('sha256').update(value).digest('hex').slice(0, 32)}`
  return `${name}<<${end}\n${value}\n${end}\n`
}
