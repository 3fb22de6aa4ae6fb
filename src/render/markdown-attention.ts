import type { Finding, Source, Stop } from '../model/plan.ts'
import type { Review } from '../model/review.ts'
import { manyOf, markOf, namesOf, type Risk } from './attention.ts'
import type { Extent } from './extent.ts'
import { messageOf } from './findings.ts'
import { groupedFindings, worstFirst } from './group-findings.ts'
import { stopWords } from './held.ts'
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
export function troublesPart(review: Review, { attention }: Extent): string {
  const { plan, findings, checked, steps = [] } = review
  if (!plan) {
    const head = checked ? '**This was found.**' : '**Nothing was planned.**'
    const kind = findings.some(({ severity }) => severity === 'error') ? 'CAUTION' : 'WARNING'
    return alert(kind, head, within(said(findings, review), attention))
  }
  const broken = steps.filter(({ status }) => BROKEN.includes(status))
  const items = broken.map(({ status, action, address, because, error }) => {
    const why = error ? `${error.code ?? ''} ${error.message}`.trim() : because
    const text = itemText([
      `**${status}** ${action} ${codeText(visible(address))}`,
      why ? proseText(why) : '',
    ])
    return { text, kind: `**${status}**`, count: 1 }
  })
  return alert('CAUTION', '**Not everything was done.**', within(items, attention))
}

/** What stops the plan, what it can cost, and what was found. */
export function attentionPart(review: Review, risks: readonly Risk[], { attention }: Extent): string {
  const { plan, findings } = review
  if (!plan) return ''
  const loud = findings.filter(({ severity }) => severity !== 'note')
  const boxes = [
    alert('CAUTION', `**${proseText(stopWords(plan))}.**`, stopItems(plan.safety.stops, review, attention)),
    alert(
      'WARNING',
      `**This can cost something.**${labelsText(review)}`,
      within(
        risks.map((risk) => riskItem(risk, review)),
        attention,
      ),
    ),
    alert('WARNING', '**This was found.**', within(said(loud, review), attention)),
  ].filter((box) => box !== '')
  return boxes.length === 0 ? '' : ['### Attention', ...boxes].join('\n\n')
}

const labelsText = ({ labels = [] }: Review): string =>
  labels.length === 0
    ? ''
    : ` An apply waits for the ${labels.length === 1 ? 'label' : 'labels'} ${labels.map(codeText).join(', ')} on this request.`

export function notesPart(review: Review, { asides }: Extent): string {
  if (review.plan === null) return ''
  const notes = review.findings.filter(({ severity }) => severity === 'note')
  return alert(
    'NOTE',
    '**Good to know.**',
    within(said(notes, review), asides ? Number.POSITIVE_INFINITY : 0),
  )
}

/** Something that is listed, or, where there is no room, counted with others of its kind. */
interface Item {
  readonly text: string
  readonly kind: string
  readonly count: number
}

/** The first items that have room, and how many more there are of each kind: nothing is left out of it. */
function within(items: readonly Item[], room: number): readonly string[] {
  let used = 0
  const fits = items.findIndex(({ text }) => {
    used += text.length + 1
    return used > room
  })
  const listed = fits < 0 ? items : items.slice(0, fits)
  const counts = new Map<string, number>()
  for (const { kind, count } of items.slice(listed.length)) counts.set(kind, (counts.get(kind) ?? 0) + count)
  const more = listed.length > 0 ? 'more ' : ''
  return [
    ...listed.map(({ text }) => text),
    ...[...counts].map(([kind, count]) => `- ${more}${kind}: ${count}`),
  ]
}

/** An item of a list, with what is said of it below. */
const itemText = (lines: readonly string[]): string =>
  `- ${brokenLines(lines.filter((line) => line !== '')).replaceAll('\n', '\n  ')}`

function riskItem({ impacts, entry }: Risk, review: Review): Item {
  const words = `**${impacts.join(', ')}**`
  const { change, organizations, matches } = entry
  const line = organizations.length === 0 ? sourceLink(change.source, review) : ''
  const head = `${words} ${change.action} ${codeText(visible(change.address))}${manyOf(entry)}${markOf(entry)}${line}`
  return {
    text: itemText([head, proseText(namesOf(entry)), ...notesOf(change).map(proseText)]),
    kind: `${words} ${change.action} ${change.chain.at(-1)?.[0] ?? ''}`,
    count: Math.max(1, organizations.length, matches.length),
  }
}

const MOST_NAMED = 20

/** A guard is always said in full; where there is no room, of many objects the first. */
function stopItems(stops: readonly Stop[], review: Review, room: number): readonly string[] {
  return stops.map(({ code, message, hint, source, addresses }) => {
    const head = `${codeText(code)} ${proseText(message)}${sourceLink(source ?? null, review)}`
    const named = room === Number.POSITIVE_INFINITY ? addresses : addresses.slice(0, MOST_NAMED)
    const more = addresses.length - named.length
    const what = named.map((address) => codeText(visible(address))).join(', ')
    return itemText([head, proseText(hint), more > 0 ? `${what} and ${more} more` : what])
  })
}

/** What was found, errors first. */
function said(findings: readonly Finding[], review: Review): readonly Item[] {
  return groupedFindings(worstFirst(findings)).map(({ finding, organizations }) => {
    const { code, severity, hint, source } = finding
    const where =
      organizations.length > 0
        ? `in ${organizations.length} organizations: ${proseText(organizations.join(', '))}`
        : ''
    const head = `**${severity}** ${codeText(code)} ${proseText(messageOf(finding))}${sourceLink(source ?? null, review)}`
    return {
      text: itemText([head, where, hint ? proseText(hint) : '']),
      kind: `**${severity}** ${codeText(code)}`,
      count: Math.max(1, organizations.length),
    }
  })
}

/** ` (orgs/acme.yaml:21)`, as a link where there is one. */
function sourceLink(source: Source | null, { link }: Review): string {
  if (!source) return ''
  const text = codeText(visible(`${source.file}:${source.line}`))
  return ` (${linked(text, link(source))})`
}
