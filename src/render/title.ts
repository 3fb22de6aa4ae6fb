import type { Finding, Plan, PlannedChange, Shard } from '../model/plan.ts'
import type { Review, ReviewedStep } from '../model/review.ts'
import { risksOf } from './attention.ts'
import { type Entry, grouped } from './group.ts'
import { groupedFindings } from './group-findings.ts'
import { goesOn, heldWords } from './held.ts'
import { plural } from './style.ts'

/** A review's changes in sections, and its heading. */
export interface Outline {
  readonly title: string
  /** What these files bring about. */
  readonly sections: Sections
  /** What Quay differed in before. */
  readonly earlier: Sections
  readonly entries: readonly Entry[]
}

type Sections = readonly (readonly Entry[])[]

/** Groups once what every part of a report is made of. */
export function outlineOf(review: Review): Outline {
  const [sections, earlier] = review.plan ? sectionsOf(review.plan) : [[], []]
  const entries = [...sections, ...earlier].flat()
  return { title: titleOf(review, entries), sections, earlier, entries }
}

function sectionsOf({ changes, access }: Plan): readonly [Sections, Sections] {
  const isEarlier = ({ earlier }: PlannedChange) => earlier === true
  const own = changes.filter((change) => !isEarlier(change))
  return [grouped({ changes: own, access }), grouped({ changes: changes.filter(isEarlier), access })]
}

function titleOf({ plan, findings, checked, steps }: Review, entries: readonly Entry[]): string {
  if (!plan) {
    const problems = problemsOf(findings)
    if (!checked) return `Quay plan failed: ${problems || 'no problem is known'}`
    const what = `${plural(checked.objects, 'object')} in ${plural(checked.files, 'file')}`
    return `Quay files: ${problems || `valid, ${what}`}`
  }
  const part = plan.shard ? `, ${shardWords(plan.shard)}` : ''
  if (steps) return `Quay apply${part}: ${doneOf(steps)} of ${steps.length} done`
  const loud = findings.filter(({ severity }) => severity !== 'note')
  const needy = risksOf(entries).length + plan.safety.stops.length + groupedFindings(loud).length
  const word = plan.diff ? 'diff' : 'plan'
  const attention = needy > 0 ? `, ${plural(needy, 'thing needs', 'things need')} attention` : ''
  const stopped = plan.safety.blocked && !goesOn(plan) ? 'stopped, ' : ''
  const held = goesOn(plan) ? `, ${heldWords(plan)}` : ''
  const changes = plan.changes.length > 0 ? plural(plan.changes.length, 'change') : 'no changes'
  return `Quay ${word}${part}: ${stopped}${changes}${attention}${held}`
}

/** Which part of a plan it is. */
export const shardWords = ({ index, count }: Shard): string => `shard ${index} of ${count}`

/** `1 error, 2 warnings`; empty where there are none. */
export function problemsOf(findings: readonly Finding[]): string {
  const counts = (['error', 'warning'] as const).map((word) => {
    const count = findings.filter(({ severity }) => severity === word).length
    return count > 0 ? plural(count, word) : ''
  })
  return counts.filter((text) => text !== '').join(', ')
}

/** How many steps need nothing more. */
export const doneOf = (steps: readonly ReviewedStep[]): number =>
  steps.filter(({ status }) => status === 'done' || status === 'already').length

/** Whose changes a section has; null: those that several organizations have alike. */
export const ownerOf = ([first]: readonly Entry[]): string | null =>
  !first || first.organizations.length > 0 ? null : first.change.organization

/** For how many changes an entry stands. */
export const sizeOf = ({ organizations, matches }: Entry): number =>
  Math.max(1, organizations.length, matches.length)

/** `2 update, 1 delete` */
export function countsOf(section: readonly Entry[]): string {
  const counts = new Map<PlannedChange['action'], number>()
  for (const entry of section)
    counts.set(entry.change.action, (counts.get(entry.change.action) ?? 0) + sizeOf(entry))
  return [...counts].map(([action, count]) => `${count} ${action}`).join(', ')
}

const COUNTS = ['create', 'update', 'replace', 'delete', 'unchanged', 'unmanaged'] as const

/** The counts of a plan, each with its word; what nobody manages no diff knows. */
export const summaryOf = ({ summary, diff }: Plan): readonly (readonly [string, number])[] =>
  COUNTS.filter((name) => !diff || name !== 'unmanaged').map((name) => [
    `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    summary[name],
  ])

/** What is said of changes that Quay differed in before. */
export const earlierTexts = {
  heading: 'Quay differed before',
  text: 'The files of the base ask for this, too: it is not what this change brings about.',
} as const
