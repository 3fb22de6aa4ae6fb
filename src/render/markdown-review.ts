import type { Plan } from '../model/plan.ts'
import type { Review } from '../model/review.ts'
import type { Revisions } from '../model/revisions.ts'
import { gainsAndLosses, risksOf } from './attention.ts'
import { type Extent, extents } from './extent.ts'
import { codeText, linked, proseText } from './markdown.ts'
import { accessPart } from './markdown-access.ts'
import { attentionPart, notesPart, troublesPart } from './markdown-attention.ts'
import { detailsPart } from './markdown-details.ts'
import { visible } from './style.ts'
import { earlierTexts, type Outline, outlineOf, summaryOf } from './title.ts'
import { diffHead } from './unknown.ts'

/** GitHub takes 65,536 characters; what is put around it has its room. */
const MOST = 60_000

/** A plan, or what came of it, as a comment of a pull request; as much of it as `most` characters hold, and never a part of a list or a fence. */
export function renderMarkdown(review: Review, most: number = MOST): string {
  const outline = outlineOf(review)
  let shortest: string | null = null
  for (const extent of extents) {
    const text = markdown(review, outline, extent)
    if (text.length <= most) return text
    if (shortest === null || text.length < shortest.length) shortest = text
  }
  return shortest ?? ''
}

function markdown(review: Review, outline: Outline, extent: Extent): string {
  const { plan } = review
  const { title, sections, earlier, entries } = outline
  const parts = [
    `## ${proseText(title)}`,
    plan && plan.changes.length > 0 ? countsTable(plan) : '',
    troublesPart(review, extent),
    attentionPart(review, risksOf(entries), extent),
    accessPart(gainsAndLosses(entries), review, extent),
    ...(extent.details ? sections.map((section) => detailsPart(section, review, extent)) : []),
    ...(extent.details
      ? earlierPart(earlier, review, extent)
      : [entries.length > 0 ? shortened(review) : '']),
    plan?.diff ? unknownPart(plan.diff, extent) : '',
    notesPart(review, extent),
    plan ? footOf(plan, review) : '',
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function earlierPart(sections: Outline['earlier'], review: Review, extent: Extent): readonly string[] {
  if (sections.length === 0) return []
  const folded = { ...extent, opens: false }
  return [
    `### ${earlierTexts.heading}`,
    earlierTexts.text,
    ...sections.map((section) => detailsPart(section, review, folded)),
  ]
}

function countsTable(plan: Plan): string {
  const counts = summaryOf(plan)
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    row(counts.map(([name]) => name)),
    row(counts.map(() => '--:')),
    row(counts.map(([, count]) => String(count))),
  ].join('\n')
}

const shortened = ({ plan, run }: Review): string =>
  `The changes are too many to be shown here; ${plan?.diff ? 'quayctl diff' : 'the saved plan'} has them all${run?.url ? `, and ${linked('the run', run.url)} shows it` : ''}.`

function unknownPart({ unknown }: Revisions, { asides }: Extent): string {
  if (unknown.length === 0) return ''
  const items = unknown.map(({ message, addresses }) => {
    const named = asides
      ? addresses.map((address) => codeText(visible(address))).join(', ')
      : addresses.length
    return `- ${proseText(message)}: ${named}`
  })
  return ['### Only Quay knows', items.join('\n')].join('\n\n')
}

function footOf(plan: Plan, { run }: Review): string {
  const { plan_id: id, server, config, diff } = plan
  if (diff) return `${diffHead(diff, config.files).map(proseText).join('. ')}.`
  const about = [
    `Plan ${codeText(id.slice(0, 12))}`,
    ...(run?.commit ? [`of ${codeText(run.commit.slice(0, 12))}`] : []),
    `for ${codeText(server.url.replace(/^https?:\/\//, ''))}`,
    ...(config.base ? [`since ${codeText(config.base.slice(0, 12))}`] : []),
  ].join(' ')
  const link = run?.url ? ` ${linked('Run', run.url)}` : ''
  return `${about}.${link}`
}
