import type { Action, Impact } from '../model/change.ts'
import type { Code } from '../model/code.ts'
import { codes } from '../model/codes.ts'
import type { Severity } from '../model/diagnostics.ts'
import type { Plan, Source } from '../model/plan.ts'
import type { Review } from '../model/review.ts'
import { manyOf, namesOf, risksOf } from './attention.ts'
import { messageOf } from './findings.ts'
import { grouped } from './group.ts'
import { groupedFindings } from './group-findings.ts'
import { goesOn, stopWords } from './held.ts'
import { notesOf } from './notes.ts'

/** One thing that somebody has to look at, as tools take it: by its rule, at its line. */
export interface Remark {
  /** A code, or what a change can cost. */
  readonly rule: string
  readonly level: Severity
  readonly message: string
  /** What else there is to say, a line each. */
  readonly more: readonly string[]
  readonly source: Source | null
  /** What it is about, whatever the words. */
  readonly subject: string
}

/** What went wrong, what stops the plan, what was found and what a change can cost. */
export function remarksOf(review: Review): readonly Remark[] {
  const { plan, findings } = review
  return [
    ...brokenSteps(review),
    ...stopped(plan),
    ...groupedFindings(findings).map(({ finding, organizations }) => ({
      rule: finding.code,
      level: finding.severity,
      message: messageOf(finding),
      more: [
        ...(finding.hint ? [finding.hint] : []),
        ...(organizations.length > 0 ? [`in ${organizations.join(', ')}`] : []),
      ],
      source: finding.source ?? null,
      subject: finding.address ?? '',
    })),
    ...risks(review),
  ]
}

function stopped(plan: Plan | null): readonly Remark[] {
  if (!plan) return []
  const rest = goesOn(plan) ? [stopWords(plan)] : []
  return plan.safety.stops.map(({ code, message, hint, source, addresses }) => ({
    rule: code,
    level: 'error',
    message,
    more: [hint, ...rest],
    source: source ?? null,
    subject: addresses.join(' '),
  }))
}

function brokenSteps({ plan, steps = [] }: Review): readonly Remark[] {
  const sources = new Map(plan?.changes.map(({ address, source }) => [address, source]))
  return steps.flatMap(({ address, action, status, error }) =>
    error
      ? {
          rule: error.code ?? 'QC0001',
          level: 'error' as const,
          message: `${action} ${address}: ${status}`,
          more: [error.message],
          source: sources.get(address) ?? null,
          subject: address,
        }
      : [],
  )
}

const risks = ({ plan }: Review): readonly Remark[] =>
  risksOf(plan ? grouped(plan).flat() : []).flatMap(({ impacts, entry }) =>
    impacts.map((impact) => ({
      rule: ruleOf(impact, entry.change.action),
      level: 'warning' as const,
      message: `${impact}: ${entry.change.action} ${entry.change.address}${manyOf(entry)}`,
      more: [...(namesOf(entry) === '' ? [] : [`in ${namesOf(entry)}`]), ...notesOf(entry.change)],
      source: entry.change.source,
      subject: `${entry.change.action} ${entry.change.address}`,
    })),
  )

/** A credential ends with its object, is made with it, or is another one from now on. */
const ruleOf = (impact: Impact, action: Action): string =>
  impact !== 'credential' || action === 'delete' || action === 'replace'
    ? `impact-${impact}`
    : `impact-credential-${action === 'create' ? 'made' : 'sent'}`

const meanings: Readonly<Record<string, Code>> = {
  'impact-access': {
    title: 'Somebody gains or loses access',
    text: 'The change gives rights to users, teams or robots, or takes some away.',
    fix: 'Look at who it is.',
  },
  'impact-credential': {
    title: 'A credential ends',
    text: 'What uses the token or the password of this object stops working until it has the new one.',
    fix: 'See who uses it; quayctl apply --allow credential goes on.',
  },
  'impact-credential-made': {
    title: 'A credential is made',
    text: 'Quay makes a password together with this object, and tells it once.',
    fix: 'quayctl apply --credentials-out FILE --allow credential keeps it.',
  },
  'impact-credential-sent': {
    title: 'A credential is used anew',
    text: 'A secret is sent to an object that exists, or what Quay has of it is shown to another upstream. Quay does not tell what it has, so nobody can put the former one back from there.',
    fix: 'See that the reference has the right one, and that the upstream may see it; quayctl apply --allow credential goes on.',
  },
  'impact-data': {
    title: 'Images can be lost',
    text: 'The change deletes images or tags, or lets Quay delete some, or keeps some from being pushed.',
    fix: 'See what is in there; quayctl apply --allow data goes on.',
  },
  'impact-public': {
    title: 'Everybody can read it',
    text: 'What is in the repository can be pulled without signing in.',
    fix: 'See what is in there; quayctl apply --allow public goes on.',
  },
}

/** What a rule means. */
export const meaningOf = (rule: string): Code | undefined => codes[rule] ?? meanings[rule]
