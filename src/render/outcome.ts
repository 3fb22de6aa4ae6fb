import type { Change, Outcome } from '../model/change.ts'
import { placeText } from '../model/diagnostics.ts'
import { UnavailableError } from '../model/errors.ts'
import { plural, type Style, visible, wrapText } from './style.ts'

/** ` 1/14 done    create  organization.globex` */
export function stepLine(
  number: number,
  total: number,
  { action, address }: Change,
  outcome: Outcome,
): string {
  const count = `${String(number).padStart(String(total).length)}/${total}`
  const why = outcome.status === 'skipped' ? `  ${outcome.because}` : ''
  return visible(` ${count} ${outcome.status.padEnd(7)} ${action.padEnd(7)} ${address.text}${why}`)
}

/** What an apply came to, and every step that did not end well with its reason. */
export function renderOutcomes(
  planId: string,
  changes: readonly Change[],
  outcomes: ReadonlyMap<string, Outcome>,
  requests: { readonly requests: number; readonly retries: number },
  style: Style,
): string {
  const details = changes.flatMap((change) => {
    const outcome = outcomes.get(change.address.text)
    return outcome && 'error' in outcome ? [trouble(change, outcome, style)] : []
  })
  return [...details, totals(planId, changes, outcomes, requests)].join('\n\n')
}

const words = { failed: 'Failed', unknown: 'Unknown', stale: 'Stale' } as const

function trouble(
  { address, at }: Change,
  outcome: Extract<Outcome, { error: Error }>,
  { width }: Style,
): string {
  const { error, status } = outcome
  const hints = 'hints' in error && Array.isArray(error.hints) ? error.hints.map(String) : []
  const code = 'code' in error ? `${error.code} ` : ''
  return [
    visible(`${words[status]}: ${address.text}${at ? `  ${placeText(at)}` : ''}`),
    wrapText(`  ${code}${visible(error.message)}`, width, '  '),
    ...hints.map((hint) => wrapText(`  = ${visible(hint)}`, width, '    ')),
  ].join('\n')
}

function totals(
  planId: string,
  changes: readonly Change[],
  outcomes: ReadonlyMap<string, Outcome>,
  { requests, retries }: { readonly requests: number; readonly retries: number },
): string {
  const count = (...wanted: readonly Outcome['status'][]) =>
    changes.filter(({ address }) => wanted.some((status) => outcomes.get(address.text)?.status === status))
      .length
  const done = count('done', 'already')
  const sent = `${plural(requests, 'request')}${retries > 0 ? `, ${plural(retries, 'repetition')}` : ''}`
  const before = count('already')
  if (done === changes.length && before === done)
    return `Nothing to do for ${planId.slice(0, 12)}: ${before} of ${changes.length} were so already, ${sent}.`
  if (done === changes.length)
    return `Applied ${planId.slice(0, 12)}: ${done} of ${changes.length} done and read back${before > 0 ? `, ${before} of them before` : ''}, ${sent}.`
  const rest = (['failed', 'stale', 'unknown', 'skipped'] as const)
    .map((status) => [count(status), status] as const)
    .filter(([number]) => number > 0)
  const words = [`${done} done`, ...rest.map(([number, status]) => `${number} ${status}`)].join(', ')
  return `Partly applied ${planId.slice(0, 12)}: ${words}, ${sent}.\n${next([...outcomes.values()])}`
}

/** To run it again is enough, unless something was refused: that would be refused again. */
const next = (outcomes: readonly Outcome[]): string =>
  outcomes.some(({ status }) => status === 'stale')
    ? 'What somebody else has changed was not written: plan again, and look at it.'
    : outcomes.some((outcome) => outcome.status === 'failed' && !(outcome.error instanceof UnavailableError))
      ? 'See to what failed, then run the same command: what is done is recognized.'
      : 'Run the same command again to go on: what is done is recognized.'
