import { appendFileSync, statSync } from 'node:fs'
import { UsageError } from '../model/errors.ts'
import type { Review } from '../model/review.ts'
import { renderAnnotations, renderOutputs } from '../render/github.ts'
import { renderMarkdown } from '../render/markdown-review.ts'
import { harmless } from '../render/style.ts'
import type { Surroundings } from './world.ts'

/** Of one step of a workflow GitHub takes no larger summary: it would show none. */
const MOST_BYTES = 1024 * 1024

/** Tells a step of GitHub Actions what there is to tell: its summary, lines of the files, and outputs for later steps. */
export function actionsOf(env: Surroundings['env']): (review: Review) => void {
  const { GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: outputs } = env
  if (!summary || !outputs)
    throw new UsageError(
      'QC6420',
      '--report github is for GitHub Actions: GITHUB_STEP_SUMMARY and GITHUB_OUTPUT are not set',
      ['elsewhere write --report markdown=PATH'],
    )
  return (review) => {
    appendFileSync(summary, summaryOf(review, MOST_BYTES - sizeOf(summary)))
    appendFileSync(outputs, renderOutputs(review))
    // The runner looks for its commands on both streams, and standard output is for the result.
    process.stderr.write(harmless(renderAnnotations(review)))
  }
}

/** What this step has written there before. */
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/** Three bytes are the most that a character takes. */
function summaryOf(review: Review, room: number): string {
  const text = renderMarkdown(review, room)
  return Buffer.byteLength(text) <= room ? text : renderMarkdown(review, Math.floor(room / 3))
}
