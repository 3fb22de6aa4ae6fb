import type { Checked, Review, ReviewedStep } from '../model/review.ts'
import { findingLines } from './findings.ts'
import { groupedFindings, worstFirst } from './group-findings.ts'
import { renderPlan } from './plan.ts'
import { plural, type Style, uncolored, visible, wrapText } from './style.ts'
import { doneOf, problemsOf } from './title.ts'

/** A plan, and what came of it, as a terminal shows them. */
export function renderText({ plan, findings, checked, steps }: Review, style: Style = uncolored): string {
  const said = groupedFindings(worstFirst(findings)).map((one) => findingLines(one, style))
  const isWrong = findings.some(({ severity }) => severity === 'error')
  const problems = problemsOf(findings) || 'no problem is known'
  const parts = plan
    ? [renderPlan(plan, style), ...(steps ? stepLines(steps, style) : [])]
    : [
        ...said,
        checked
          ? isWrong
            ? `Not valid: ${problems}.`
            : validText(checked)
          : `Nothing was planned: ${problems}.`,
      ]
  return `${parts.join('\n\n')}\n`
}

/** What is said of files without a mistake. */
export const validText = ({ objects, files }: Checked): string =>
  `Valid: ${plural(objects, 'object')} in ${plural(files, 'file')}.`

function stepLines(steps: readonly ReviewedStep[], { width }: Style): readonly string[] {
  const lines = steps.map(({ status, action, address, because, error }) => {
    const why = error ? `${error.code ?? ''} ${error.message}`.trim() : (because ?? '')
    return [
      visible(` ${status.padEnd(7)} ${action.padEnd(7)} ${address}`),
      ...(why === '' ? [] : [wrapText(`     ${visible(why)}`, width, '     ')]),
    ].join('\n')
  })
  return [['Steps', ...lines].join('\n'), `Applied: ${doneOf(steps)} of ${steps.length} done.`]
}
