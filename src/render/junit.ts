import type { Finding, PlannedChange, Stop } from '../model/plan.ts'
import type { Review, ReviewedStep } from '../model/review.ts'
import { fieldLines } from './fields.ts'
import { messageOf, sourceText } from './findings.ts'
import { heldNote } from './held.ts'
import { notesOf } from './notes.ts'
import { visible } from './style.ts'
import { outlineOf } from './title.ts'

/** A case of a suite; `bad`: what came of it, where it did not pass. */
interface Case {
  readonly name: string
  readonly bad?: {
    readonly as: 'failure' | 'error' | 'skipped'
    readonly type: string
    readonly message: string
  }
  /** What else there is to say, a line each. */
  readonly lines: readonly string[]
}

interface Suite {
  readonly name: string
  readonly cases: readonly Case[]
}

/** A plan as tests that CI systems show: what is to change passes, what stops it fails, what is held is skipped. */
export function renderJunit(review: Review): string {
  const { title } = outlineOf(review)
  const suites = [{ name: 'quayctl', cases: checksOf(review, title) }, ...suitesOf(review)]
  const text = suites.map((suite) => suiteText(suite, review)).join('\n')
  const counts = countsOf(suites.flatMap(({ cases }) => cases))
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${xmlText(title)}" tests="${counts.tests}" failures="${counts.failures}" errors="${counts.errors}">`,
    text,
    '</testsuites>\n',
  ].join('\n')
}

/** Whatever is said of the whole; there is always one, as readers take a file without a case for a broken one. */
function checksOf({ plan, findings, checked }: Review, title: string): readonly Case[] {
  const isRight = checked && findings.every(({ severity }) => severity !== 'error')
  const whole =
    plan || isRight ? [{ name: plan ? (plan.diff ? 'diff' : 'plan') : 'files', lines: [title] }] : []
  return [...whole, ...(plan?.safety.stops ?? []).map(stopCase), ...findings.map(findingCase)]
}

const stopCase = ({ code, message, hint, addresses, source }: Stop): Case => ({
  name: `${code} ${message}`,
  bad: { as: 'failure', type: code, message },
  lines: [sourceText(source ?? null), hint, ...addresses],
})

function findingCase(finding: Finding): Case {
  const { code, severity, hint, source } = finding
  const message = messageOf(finding)
  return {
    name: `${code} ${sourceText(source ?? null)} ${message}`.replace('  ', ' '),
    ...(severity === 'error' && { bad: { as: 'failure', type: code, message } }),
    lines: [`${severity}: ${message}`, ...(hint ? [hint] : [])],
  }
}

function suitesOf({ plan, steps }: Review): readonly Suite[] {
  const suites = new Map<string, Case[]>()
  const changes = new Map((plan?.changes ?? []).map((change) => [change.address, change]))
  const add = (organization: string, one: Case) => {
    const name = organization === '-' ? 'registry' : organization
    const cases = suites.get(name)
    if (cases) cases.push(one)
    else suites.set(name, [one])
  }
  if (steps) for (const step of steps) add(step.organization, stepCase(step, changes.get(step.address)))
  else for (const change of changes.values()) add(change.organization, changeCase(change))
  return [...suites].map(([name, cases]) => ({ name, cases }))
}

const changeCase = (change: PlannedChange): Case => ({
  name: `${change.action} ${change.address}`,
  ...(change.held && { bad: { as: 'skipped', type: change.held, message: heldNote(change.held) } }),
  lines: aboutOf(change),
})

const words = {
  done: null,
  already: null,
  failed: 'failure',
  stale: 'failure',
  unknown: 'error',
  skipped: 'skipped',
} as const

function stepCase({ action, address, status, because, error }: ReviewedStep, change?: PlannedChange): Case {
  const as = words[status]
  return {
    name: `${action} ${address}`,
    ...(as && { bad: { as, type: error?.code ?? status, message: error?.message ?? because ?? status } }),
    lines: [status, ...(change ? aboutOf(change) : [])],
  }
}

const aboutOf = (change: PlannedChange): readonly string[] => [
  sourceText(change.source),
  ...(change.impacts.length > 0 ? [`impacts: ${change.impacts.join(', ')}`] : []),
  ...fieldLines(change, '', Number.POSITIVE_INFINITY),
  ...notesOf(change),
]

const countsOf = (cases: readonly Case[]) => {
  const count = (wanted: string) => cases.filter(({ bad }) => bad?.as === wanted).length
  return {
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
  }
}

function suiteText({ name, cases }: Suite, { run }: Review): string {
  const { tests, failures, errors, skipped } = countsOf(cases)
  const time = run ? ` timestamp="${xmlText(run.started_at)}"` : ''
  return [
    `  <testsuite name="${xmlText(name)}" tests="${tests}" failures="${failures}" errors="${errors}" skipped="${skipped}"${time}>`,
    ...cases.map((one) => caseText(one, name)),
    '  </testsuite>',
  ].join('\n')
}

function caseText({ name, bad, lines }: Case, suite: string): string {
  const said = lines.filter((line) => line !== '').map(xmlText)
  const about = said.join('\n')
  const isBroken = bad?.as === 'failure' || bad?.as === 'error'
  return [
    `    <testcase classname="${xmlText(suite)}" name="${xmlText(name)}">`,
    ...(bad
      ? [
          `      <${bad.as} type="${xmlText(bad.type)}" message="${xmlText(bad.message)}">${isBroken ? about : ''}</${bad.as}>`,
        ]
      : []),
    ...(isBroken || about === '' ? [] : [`      <system-out>${about}</system-out>`]),
    '    </testcase>',
  ].join('\n')
}

/** Nothing in it is markup, nor a character that XML has not. */
const xmlText = (text: string): string =>
  text
    .split('\n')
    .map(visible)
    .join('\n')
    .replace(/[\p{Cs}\uFFFE\uFFFF]/gu, '?')
    .replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
