import type { Plan, PlannedChange } from '../model/plan.ts'
import type { Review } from '../model/review.ts'
import { gainsAndLosses, risksOf } from './attention.ts'
import { type Extent, extents } from './extent.ts'
import { grouped } from './group.ts'
import { codeText } from './markdown.ts'
import { accessPart } from './markdown-access.ts'
import { attentionPart, notesPart, troublesPart } from './markdown-attention.ts'
import { detailsPart } from './markdown-details.ts'
import { plural } from './style.ts'

/** GitHub takes 65,536 characters; what is put around it has its room. */
const MOST = 60_000

/** A plan, or what came of it, as a comment of a pull request; as much of it as `most` characters hold, and never a part of a list or a fence. */
export function renderMarkdown(review: Review, most: number = MOST): string {
  let text = ''
  for (const extent of extents) {
    text = markdown(review, extent)
    if (text.length <= most) break
  }
  return text
}

function markdown(review: Review, extent: Extent): string {
  const { plan } = review
  const [sections, earlier] = plan ? sectionsOf(plan) : [[], []]
  const entries = [...sections, ...earlier].flat()
  const parts = [
    `## ${titleOf(review, risksOf(entries).length)}`,
    plan && plan.changes.length > 0 ? countsOf(plan) : '',
    troublesPart(review, extent),
    attentionPart(review, risksOf(entries), extent),
    accessPart(gainsAndLosses(entries), review, extent),
    ...(extent.details ? sections.map((section) => detailsPart(section, review, extent)) : []),
    ...(extent.details ? earlierPart(earlier, review, extent) : [shortened(review)]),
    notesPart(review, extent),
    plan ? footOf(plan, review) : '',
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

type Sections = ReturnType<typeof grouped>

/** What these files bring about, and what Quay differed in before. */
function sectionsOf({ changes, access }: Plan): readonly [Sections, Sections] {
  const isEarlier = ({ earlier }: PlannedChange) => earlier === true
  const own = changes.filter((change) => !isEarlier(change))
  return [grouped({ changes: own, access }), grouped({ changes: changes.filter(isEarlier), access })]
}

function earlierPart(sections: Sections, review: Review, extent: Extent): readonly string[] {
  if (sections.length === 0) return []
  const folded = { ...extent, opens: false }
  return [
    '### Quay differed before',
    'The files of the base ask for this, too: it is not what this change brings about.',
    ...sections.map((section) => detailsPart(section, review, folded)),
  ]
}

function titleOf({ plan, findings, steps }: Review, risks: number): string {
  if (!plan) return `Quay plan failed: ${plural(findings.length, 'problem')}`
  if (steps) {
    const done = steps.filter(({ status }) => status === 'done' || status === 'already').length
    return `Quay apply: ${done} of ${steps.length} done`
  }
  const needy =
    risks + plan.safety.stops.length + findings.filter(({ severity }) => severity !== 'note').length
  if (plan.changes.length === 0 && needy === 0) return 'Quay plan: no changes'
  const attention = needy > 0 ? `, ${needy} ${needy === 1 ? 'needs' : 'need'} attention` : ''
  const stopped = plan.safety.blocked ? 'stopped, ' : ''
  return `Quay plan: ${stopped}${plural(plan.changes.length, 'change')}${attention}`
}

const COUNTS = ['create', 'update', 'replace', 'delete', 'unchanged', 'unmanaged'] as const

function countsOf({ summary }: Plan): string {
  const counts = COUNTS.map((name) => [name, summary[name]] as const)
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    row(counts.map(([name]) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`)),
    row(counts.map(() => '--:')),
    row(counts.map(([, count]) => String(count))),
  ].join('\n')
}

const shortened = ({ run }: Review): string =>
  `The changes are too many to be shown here; the saved plan has them all${run?.url ? `, and [the run](${run.url}) shows it` : ''}.`

function footOf({ plan_id: id, server, changes, config }: Plan, { run, steps }: Review): string {
  const about = [
    `Plan ${codeText(id.slice(0, 12))}`,
    ...(run?.commit ? [`of ${codeText(run.commit.slice(0, 12))}`] : []),
    `for ${codeText(server.url.replace(/^https?:\/\//, ''))}`,
    ...(config.base ? [`since ${codeText(config.base.slice(0, 12))}`] : []),
  ].join(' ')
  const applies = changes.length > 0 && !steps
  const expected = applies
    ? ` Apply just this: ${codeText(`quayctl apply --expect ${id.slice(0, 12)}`)}.`
    : ''
  const link = run?.url ? ` [Run](${run.url})` : ''
  return `${about}.${expected}${link}`
}
