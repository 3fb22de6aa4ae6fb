import type { Diagnostic } from '../model/diagnostics.ts'
import { QuayctlError, UsageError } from '../model/errors.ts'
import type { Finding } from '../model/plan.ts'
import type { Review } from '../model/review.ts'
import { linksOf } from './links.ts'
import { checkOutput, writeOutput } from './outputs.ts'
import type { Surroundings } from './world.ts'

/** A form of `--report`; null: what a command has to tell to programs. */
type Render = ((review: Review) => string) | null

/** Each is loaded when it is asked for. */
const forms = {
  text: async () => (await import('../render/text.ts')).renderText,
  markdown: async () => (await import('../render/markdown-review.ts')).renderMarkdown,
  json: async () => null,
} as const satisfies Readonly<Record<string, () => Promise<Render>>>

type Form = keyof typeof forms

/** One thing that `--report` asks for. */
export interface Report {
  readonly form: Form
  readonly path: string
}

/** What a command has to tell; `json`: null where there is nothing for programs. */
export interface Told extends Omit<Review, 'link'> {
  readonly json: (() => string) | null
}

/** Writes all reports; may be called again, with more to tell. */
export type Tell = (told: Told) => void

const isForm = (text: string): text is Form => Object.hasOwn(forms, text)

/** `--report markdown=plan.md` */
export function parseReports(texts: readonly string[] = []): readonly Report[] {
  return texts.map((text) => {
    const [form = '', ...rest] = text.split('=')
    const path = rest.join('=')
    if (!isForm(form))
      throw new UsageError('QC6420', `--report knows no format "${form}"`, [
        `formats: ${Object.keys(forms).join(', ')}`,
      ])
    if (path === '')
      throw new UsageError('QC6420', `--report ${text} names no file`, [`write --report ${form}=PATH`])
    return { form, path }
  })
}

/** Does some work that has something to report; what ends it before there is a plan is reported, too. */
export async function reporting<T>(
  reports: readonly Report[],
  surroundings: Surroundings,
  work: (tell: Tell) => Promise<T>,
): Promise<T> {
  const tell = await teller(reports, surroundings)
  let isTold = false
  try {
    return await work((told) => {
      isTold = true
      tell(told)
    })
  } catch (error) {
    if (!isTold && error instanceof QuayctlError) tell(nothing([problemOf(error)]))
    throw error
  }
}

/** Writes at once when it is called, as it may be at the end of the process. */
async function teller(reports: readonly Report[], surroundings: Surroundings): Promise<Tell> {
  for (const { path } of reports) checkOutput(path, '--report')
  const ready = await Promise.all(
    reports.map(async ({ form, path }) => ({ path, render: (await forms[form]()) as Render })),
  )
  const link = linksOf(surroundings)
  return ({ json, ...told }) => {
    for (const { path, render } of ready) {
      const text = render ? render({ ...told, link }) : (json?.() ?? null)
      if (text !== null) writeOutput(path, text, '--report')
    }
  }
}

/** No plan came of it. */
const nothing = (findings: readonly Finding[]): Told => ({ plan: null, findings, json: null })

/** What is wrong with the files. */
export const mistakes = (list: readonly Diagnostic[]): Told =>
  nothing(
    list.map(({ code, severity, message, at, hint, address, organization }) => ({
      code,
      severity,
      message,
      ...(at && { source: { file: at.file, line: at.line, column: at.column } }),
      ...(hint && { hint }),
      ...(address && { address }),
      ...(organization && { organization }),
    })),
  )

const problemOf = ({ code, message, hints: [hint] }: QuayctlError): Finding => ({
  code,
  severity: 'error',
  message,
  ...(hint && { hint }),
})
