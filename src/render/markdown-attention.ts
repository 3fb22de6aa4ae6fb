import type { Finding, Source, Stop } from '../model/plan.ts'
import type { Review } from '../model/review.ts'
import { manyOf, type Risk } from './attention.ts'
import type { Extent } from './extent.ts'
import { groupedFindings, type Said } from './group.ts'
import { brokenLines, codeText, linked, proseText } from './markdown.ts'
import { notesOf } from './notes.ts'
import { visible } from './style.ts'

type Alert = 'CAUTION' | 'WARNING' | 'NOTE'

/** A box that nobody overlooks; nothing without items. */
const alert = (kind: Alert, head: string, items: readonly string[]): string =>
  items.length === 0
    ? ''
    : [`[!${kind}]`, head, '', ...items.flatMap((item) => item.split('\n'))]
        .map((line) => `> ${line}`.trimEnd())
        .join('\n')

const BROKEN: readonly string[] = ['failed', 'stale', 'unknown', 'skipped']

/** What kept a plan from being made, and the steps of an apply that did not end well. */
export function troublesPart(review: Review, { lists }: Extent): string {
  const { plan, findings, checked, steps = [] } = review
  if (!plan) {
    const head = checked ? '**This was found.**' : '**Nothing was planned.**'
    const kind = findings.some(({ severity }) => severity === 'error') ? 'CAUTION' : 'WARNING'
    return alert(kind, head, saidItems(findings, review, lists))
  }
  const broken = steps.filter(({ status }) => BROKEN.includes(status))
  const items = broken.map(({ status, action, address, because, error }) => {
    const why = error ? `${error.code ?? ''} ${error.message}`.trim() : because
    return itemText([`**${status}** ${action} ${codeText(visible(address))}`, why ? proseText(why) : ''])
  })
  return alert(
    'CAUTION',
    '**Not everything was done.**',
    lists ? items : tallied(broken.map(({ status }) => `**${status}**`)),
  )
}

/** What stops the plan, what it can cost, and what was found. */
export function attentionPart(review: Review, risks: readonly Risk[], { lists }: Extent): string {
  const { plan, findings } = review
  if (!plan) return ''
  const loud = findings.filter(({ severity }) => severity !== 'note')
  const boxes = [
    alert('CAUTION', '**It is stopped.**', stopItems(plan.safety.stops, review, lists)),
    alert(
      'WARNING',
      '**This can cost something.**',
      lists ? risks.map((risk) => riskItem(risk, review)) : counted(risks),
    ),
    alert('WARNING', '**This was found.**', saidItems(loud, review, lists)),
  ].filter((box) => box !== '')
  return boxes.length === 0 ? '' : ['### Attention', ...boxes].join('\n\n')
}

export const notesPart = (review: Review, { lists }: Extent): string =>
  review.plan === null
    ? ''
    : alert(
        'NOTE',
        '**Good to know.**',
        saidItems(
          review.findings.filter(({ severity }) => severity === 'note'),
          review,
          lists,
        ),
      )

/** An item of a list, with what is said of it below. */
const itemText = (lines: readonly string[]): string =>
  `- ${brokenLines(lines.filter((line) => line !== '')).replaceAll('\n', '\n  ')}`

function riskItem({ impact, entry }: Risk, review: Review): string {
  const { change, organizations } = entry
  const line = organizations.length === 0 ? sourceLink(change.source, review) : ''
  const head = `**${impact}** ${change.action} ${codeText(visible(change.address))}${manyOf(entry)}${line}`
  return itemText([head, ...notesOf(change).map(proseText)])
}

/** How many of one kind there are: nothing is left out of it. */
function counted(risks: readonly Risk[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { impact, entry } of risks) {
    const { change, organizations, matches } = entry
    const key = `- **${impact}** ${change.action} ${change.chain.at(-1)?.[0] ?? ''}`
    counts.set(key, (counts.get(key) ?? 0) + Math.max(1, organizations.length, matches.length))
  }
  return [...counts].map(([key, count]) => `${key}: ${count}`)
}

function stopItems(stops: readonly Stop[], review: Review, lists: boolean): readonly string[] {
  if (!lists) return tallied(stops.map(({ code }) => codeText(code)))
  return stops.map(({ code, message, hint, source, addresses }) => {
    const head = `${codeText(code)} ${proseText(message)}${sourceLink(source ?? null, review)}`
    const what = addresses.map((address) => codeText(visible(address))).join(', ')
    return itemText([head, proseText(hint), what])
  })
}

/** How many there are of each kind. */
function tallied(kinds: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].map(([kind, count]) => `- ${kind}: ${count}`)
}

function saidItems(findings: readonly Finding[], review: Review, lists: boolean): readonly string[] {
  if (lists) return groupedFindings(findings).map((said) => saidItem(said, review))
  return tallied(findings.map(({ code, severity }) => `**${severity}** ${codeText(code)}`))
}

function saidItem({ finding, organizations }: Said, review: Review): string {
  const { code, severity, message, hint, source } = finding
  const where =
    organizations.length > 0
      ? `in ${organizations.length} organizations: ${proseText(organizations.join(', '))}`
      : ''
  const head = `**${severity}** ${codeText(code)} ${proseText(message)}${sourceLink(source ?? null, review)}`
  return itemText([head, where, hint ? proseText(hint) : ''])
}

/** ` (orgs/acme.yaml:21)`, as a link where there is one. */
function sourceLink(source: Source | null, { link }: Review): string {
  if (!source) return ''
  const text = codeText(visible(`${source.file}:${source.line}`))
  return ` (${linked(text, link(source))})`
}
