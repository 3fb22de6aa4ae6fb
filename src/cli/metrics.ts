import type { Drift } from '../model/drift.ts'
import { UsageError } from '../model/errors.ts'
import { renderMetrics } from '../render/openmetrics.ts'
import { checkOutput, writeOutput } from './outputs.ts'

const FORM = 'openmetrics'

/** The file of `--report openmetrics=FILE`; throws where it could not be written. */
export function metricsFile(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const [form, ...rest] = text.split('=')
  const path = rest.join('=')
  if (form !== FORM)
    throw new UsageError('QC6420', `--report knows no format "${form}"`, [
      `drift has one: --report ${FORM}=PATH`,
    ])
  if (path === '')
    throw new UsageError('QC6420', `--report ${text} names no file`, [`write --report ${FORM}=PATH`])
  checkOutput(path, '--report')
  return path
}

/** Does some work, and writes what came of it: a run that failed, too, whose figures nobody must take for today's. */
export async function measured<T>(
  path: string | undefined,
  now: () => Date,
  work: (tell: (drift: Drift) => void) => Promise<T>,
): Promise<T> {
  const started = now()
  let drift: Drift | null = null
  try {
    return await work((told) => {
      drift = told
    })
  } finally {
    const ended = now()
    if (path !== undefined) writeOutput(path, renderMetrics(drift, started, ended), '--report')
  }
}
