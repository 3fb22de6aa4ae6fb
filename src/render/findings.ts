import type { Source, Stop } from '../model/plan.ts'
import type { Said } from './group.ts'
import { type Style, visible, wrapText } from './style.ts'

/** A finding as it stands under Attention. */
export function findingLines({ finding, organizations }: Said, style: Style): string {
  const { severity, code, source, message, hint } = finding
  const lines = attentionLines([severity, code], source, message, hint, style)
  return [lines, ...listed(organizations, ' '.repeat(5), style)].join('\n')
}

/** A guard that stands in the way, likewise. */
export function stopLines({ code, message, hint, source }: Stop, style: Style): string {
  return attentionLines(['stopped', code], source, message, hint, style)
}

function attentionLines(
  [word, code]: readonly [string, string],
  source: Source | undefined,
  message: string,
  hint: string | undefined,
  { width }: Style,
): string {
  const texts = [`     ${visible(message)}`, ...(hint ? [`     = ${visible(hint)}`] : [])]
  return [
    ` ! ${word.padEnd(10)} ${code}  ${sourceText(source ?? null)}`.trimEnd(),
    ...texts.map((text) => wrapText(text, width, text.startsWith('     = ') ? '       ' : '     ')),
  ].join('\n')
}

/** Where an entry happens, when that is more than one organization. */
export function listed(
  organizations: readonly string[],
  indent: string,
  { width }: Style,
): readonly string[] {
  if (organizations.length === 0) return []
  const text = `${indent}in ${organizations.length} organizations: ${organizations.join(', ')}`
  return [wrapText(text, width, `${indent}   `)]
}

/** The line of a file; empty where there is none. */
export const sourceText = (source: Source | null): string =>
  source ? visible(`${source.file}:${source.line}${source.via ? ` via ${source.via}` : ''}`) : ''
