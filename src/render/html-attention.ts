import type { Finding, Source } from '../model/plan.ts'
import type { Review } from '../model/review.ts'
import { gainsAndLosses, manyOf, markOf, namesOf, risksOf, whereOf, whoOf } from './attention.ts'
import { messageOf, sourceText } from './findings.ts'
import type { Entry } from './group.ts'
import { groupedFindings, type Said, worstFirst } from './group-findings.ts'
import { goesOn, stopWords } from './held.ts'
import { codeHtml, linkHtml, listHtml, sectionHtml, tableHtml } from './html-page.ts'
import { htmlText } from './markdown.ts'
import { notesOf } from './notes.ts'

/** A line of a file, as a link where somebody can read it. */
export function sourceHtml(source: Source | null | undefined, { link }: Review): string {
  if (!source) return ''
  const { via, ...place } = source
  const [, file = '', line] = /^(.*):(\d+)$/s.exec(via ?? '') ?? []
  const by = line
    ? ` via ${linkHtml(codeHtml(via ?? ''), link({ file, line: Number(line), column: 1 }))}`
    : ''
  return `<span class="line">${linkHtml(codeHtml(sourceText(place)), link(place))}${by}</span>`
}

const box = (heading: string, items: readonly string[], calm = ''): string =>
  items.length === 0 ? '' : `<div class="box${calm}">\n<h3>${heading}</h3>\n${listHtml(items)}\n</div>`

const paragraphs = (texts: readonly string[]): string => texts.map((text) => `<p>${text}</p>`).join('')

const isQuiet = ({ severity }: Finding): boolean => severity === 'note'

/** What stops a plan, what it can cost, and what was found. */
export function attentionHtml(review: Review, entries: readonly Entry[]): string {
  const { plan, findings, checked } = review
  const loud = worstFirst(findings.filter((finding) => !isQuiet(finding)))
  const head = plan || checked ? 'This was found' : 'Nothing was planned'
  const stops = (plan?.safety.stops ?? []).map(
    ({ code, message, hint, source, addresses }) =>
      `<b class="care">${plan && goesOn(plan) ? 'held' : 'stopped'}</b> ${codeHtml(code)} ${htmlText(message)} ${sourceHtml(source, review)}${paragraphs([htmlText(hint), addresses.map(codeHtml).join(', ')])}`,
  )
  const risks = risksOf(entries).map(({ impacts, entry }) => {
    const { change } = entry
    const line = entry.organizations.length === 0 ? sourceHtml(change.source, review) : ''
    const names = namesOf(entry, Number.POSITIVE_INFINITY)
    const more = [...(names === '' ? [] : [names]), ...notesOf(change)]
    return `<b class="care">${impacts.join(', ')}</b> ${change.action} ${codeHtml(change.address)}${manyOf(entry)}${markOf(entry)} ${line}${paragraphs(more.map(htmlText))}`
  })
  return sectionHtml(
    'Attention',
    [
      box(plan ? htmlText(stopWords(plan)) : '', stops),
      box('This can cost something', risks),
      box(
        head,
        groupedFindings(loud).map((said) => saidHtml(said, review)),
      ),
    ]
      .filter((part) => part !== '')
      .join('\n'),
  )
}

/** What is good to know. */
export function notesHtml(review: Review): string {
  const items = groupedFindings(review.findings.filter(isQuiet)).map((said) => saidHtml(said, review))
  return items.length === 0 ? '' : sectionHtml('Notes', box('Good to know', items, ' calm'))
}

function saidHtml({ finding, organizations }: Said, review: Review): string {
  const { code, severity, hint, source } = finding
  const more = [
    ...(organizations.length > 0
      ? [`in ${organizations.length} organizations: ${htmlText(organizations.join(', '))}`]
      : []),
    ...(hint ? [htmlText(hint)] : []),
  ]
  const word = severity === 'note' ? 'good' : 'care'
  return `<b class="${word}">${severity}</b> ${codeHtml(code)} ${htmlText(messageOf(finding))} ${sourceHtml(source, review)}${paragraphs(more)}`
}

const words = { broadens: 'gains', narrows: 'loses' } as const

/** Who gains access, and who loses some. */
export function accessHtml(review: Review, entries: readonly Entry[]): string {
  const rows = gainsAndLosses(entries).map((gain) => {
    const { before, after, effect, source } = gain.access
    const [address = ''] = whereOf(gain)
    const many = manyOf(gain.entry)
    return [
      words[effect],
      codeHtml(whoOf(gain)),
      `${linkHtml(codeHtml(address), source && many === '' ? review.link(source) : null)}${many}${markOf(gain.entry)}`,
      htmlText(before ?? '(none)'),
      htmlText(after ?? '(none)'),
    ]
  })
  const head = ['Effect', 'Who', 'By', 'Before', 'After']
  return rows.length === 0
    ? ''
    : sectionHtml('Access', tableHtml('Who gains access, and who loses some', head, rows))
}
