import { basename, extname } from 'node:path'
import type { Diagnostic } from '../model/diagnostics.ts'
import { QuayctlError, UsageError } from '../model/errors.ts'
import type { Finding } from '../model/plan.ts'
import type { Checked, Review } from '../model/review.ts'
import { linksOf } from './links.ts'
import { clearOutput, type Pieces, writeOutput } from './outputs.ts'
import type { Surroundings } from './world.ts'

/** A form of `--report` that is a file; null: what a command has to tell to programs. */
type Render = ((review: Review) => string) | null

/** Each is loaded when it is asked for. */
const forms = {
  text: async () => {
    const { renderText } = await import('../render/text.ts')
    return (review) => renderText(review)
  },
  markdown: async () => {
    const { renderMarkdown } = await import('../render/markdown-review.ts')
    return (review) => renderMarkdown(review)
  },
  html: async () => (await import('../render/html.ts')).renderHtml,
  json: async () => null,
  sarif: async () => (await import('../render/sarif.ts')).renderSarif,
  junit: async () => (await import('../render/junit.ts')).renderJunit,
} as const satisfies Readonly<Record<string, () => Promise<Render>>>

/** What is told to the CI system that the run is part of. */
const GITHUB = 'github'

/** One thing that `--report` asks for. */
export interface Report {
  readonly form: keyof typeof forms | typeof GITHUB
  /** What is told to a CI system has none. */
  readonly path?: string
}

/** What a command has to tell. */
export interface Told extends Omit<Review, 'name' | 'link' | 'path'> {
  /** Null where there is nothing for programs. */
  readonly json: (() => Pieces) | null
  /** There will be more to tell. */
  readonly begins?: boolean
}

/** Writes all reports; may be called again, with more to tell. */
export type Tell = (told: Told) => void

const isForm = (text: string): text is keyof typeof forms => Object.hasOwn(forms, text)

/** `--report markdown=plan.md`, `--report github` */
export function parseReports(texts: readonly string[] = []): readonly Report[] {
  return texts.map((text) => {
    const [form = '', ...rest] = text.split('=')
    const path = rest.join('=')
    if (text === GITHUB) return { form: GITHUB }
    if (form === GITHUB)
      throw new UsageError('QC6420', `--report ${text}: github is no file`, [
        'write --report github: GitHub Actions says by its variables where it goes',
      ])
    if (!isForm(form))
      throw new UsageError('QC6420', `--report knows no format "${form}"`, [
        `formats: ${[...Object.keys(forms), GITHUB].join(', ')}`,
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
  for (const { path } of reports) if (path !== undefined) clearOutput(path, '--report')
  const links = linksOf(surroundings)
  const ready = await Promise.all(reports.map((report) => writerOf(report, surroundings)))
  return (told) => {
    for (const { name, write } of ready) write({ ...told, ...links, name })
  }
}

interface Writer {
  readonly name: string
  write(told: Told & Review): void
}

async function writerOf({ form, path = '' }: Report, { env }: Surroundings): Promise<Writer> {
  if (form === GITHUB) {
    const { actionsOf } = await import('./actions.ts')
    const write = actionsOf(env)
    return { name: form, write: (told) => (told.begins ? undefined : write(told)) }
  }
  const render: Render = await forms[form]()
  return {
    name: basename(path, extname(path)),
    write(told) {
      const text = render ? render(told) : (told.json?.() ?? null)
      if (text !== null) writeOutput(path, text, '--report')
    },
  }
}

/** No plan came of it. */
const nothing = (findings: readonly Finding[]): Told => ({ plan: null, findings, json: null })

/** What is wrong with the files. */
export const mistakes = (list: readonly Diagnostic[]): Told => nothing(list.map(findingOf))

/** What is to be said of files that were only looked at. */
export function checked(list: readonly Diagnostic[], counts: Checked): Told {
  const findings = list.map(findingOf)
  const document = { format_version: '1.0', kind: 'quayctl.findings', ...counts, findings }
  return {
    plan: null,
    findings,
    checked: counts,
    json: () => `${JSON.stringify(document, null, 2)}\n`,
  }
}

/** A diagnostic without its excerpt. */
const findingOf = ({ code, severity, message, at, hint, address, organization }: Diagnostic): Finding => ({
  code,
  severity,
  message,
  ...(at && { source: { file: at.file, line: at.line, column: at.column } }),
  ...(hint && { hint }),
  ...(address && { address }),
  ...(organization && { organization }),
})

const problemOf = ({ code, message, hints: [hint] }: QuayctlError): Finding => ({
  code,
  severity: 'error',
  message,
  ...(hint && { hint }),
})
