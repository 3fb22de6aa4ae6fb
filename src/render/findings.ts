import type { Finding, Source, Stop } from '../model/plan.ts'
import { rootNameIn, type Said } from './group-findings.ts'
import { type Style, visible, wrapText } from './style.ts'

/** A finding as it stands under Attention. */
export function findingLines({ finding, organizations }: Said, style: Style): string {
  const { severity, code, source, hint } = finding
  const lines = attentionLines([severity, code], source, messageOf(finding), hint, style)
  return [lines, ...listed(organizations, ' '.repeat(5), style)].join('\n')
}

/** What was found, and of what, where its words do not name that. */
export function messageOf({ message, address, organization }: Finding): string {
  const name = organization ?? rootNameIn(address)
  if (name === undefined || saidOf(message, name)) return message
  return `${address ?? name}: ${message}`
}

/** Is an organization named in a text, alone or in an address? */
function saidOf(text: string, name: string): boolean {
  const isPart = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}_-]/u.test(char)
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
    if (!isPart(text[at - 1]) && !isPart(text[at + name.length])) return true
  return false
}

/** A guard that stands in the way, likewise. */
export function stopLines(
  { code, message, hint, source }: Stop,
  word: 'held' | 'stopped',
  style: Style,
): string {
  return attentionLines([word, code], source, message, hint, style)
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
