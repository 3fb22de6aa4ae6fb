import { plural, visible, wrapText } from './style.ts'

const WIDTH = 80
const MOST_NAMED = 3

interface Variable {
  readonly name: string
  readonly uses: readonly string[]
}

/** What an export came to. */
export interface ExportSummary {
  /** `organization 2`, by type. */
  readonly counts: ReadonlyMap<string, number>
  /** Where it was written to, and how many files; what the main file would say, where one that was there stays. Null: to standard output. */
  readonly written: { readonly folder: string; readonly files: number; readonly kept: string | null } | null
  /** Things that stand in comments only. */
  readonly notes: number
  /** Roots that are not in it, and why. */
  readonly missing: ReadonlyMap<string, string>
  /** Blocks that the token may not see. */
  readonly unseen: number
  readonly variables: readonly Variable[]
}

/** What an export came to, in words: what is in it, what is not, and what is to be filled in. */
export function renderExport({ counts, written, notes, missing, unseen, variables }: ExportSummary): string {
  const objects = [...counts]
    .map(([type, count]) => plural(count, type.replaceAll('_', ' '), many(type)))
    .join(', ')
  const head = written ? `Wrote ${plural(written.files, 'file')} to ${written.folder}: ` : 'Exported: '
  const secrets = variables.map(
    ({ name, uses }) => `  ${name}  ${uses.slice(0, MOST_NAMED).join(', ')}${more(uses.length)}`,
  )
  const lines = [
    `${head}${objects || 'nothing'}.`,
    ...(written?.kept ? [`quayctl.yaml was there and stays; a new one would say ${written.kept}.`] : []),
    ...(notes > 0
      ? [`${plural(notes, 'thing')} that no file can say: see the comments "not managed" in the files.`]
      : []),
    ...(unseen > 0 ? [`${plural(unseen, 'block')} that the token may not see: the comments name them.`] : []),
    ...[...missing].map(([address, why]) => `Not exported: ${address}: ${why}.`),
    ...(secrets.length > 0
      ? ['Secrets that Quay does not tell; apply takes them from these variables:', ...secrets]
      : []),
  ]
  return lines.map((line) => wrapText(visible(line), WIDTH, '    ')).join('\n')
}

const more = (count: number): string => (count > MOST_NAMED ? ` and ${count - MOST_NAMED} more` : '')

const many = (type: string): string => {
  const word = type.replaceAll('_', ' ')
  return word.endsWith('y') ? `${word.slice(0, -1)}ies` : word.endsWith('s') ? word : `${word}s`
}

/** The variables as a file that a shell reads, without values. */
export const renderVariables = (variables: readonly Variable[]): string =>
  [
    '# Secrets that Quay does not tell. Fill them in, keep them out of Git, and hand them to quayctl apply.',
    ...variables.flatMap(({ name, uses }) => [
      '',
      ...uses.slice(0, MOST_NAMED).map((use) => `# ${use}`),
      ...(uses.length > MOST_NAMED ? [`# and ${uses.length - MOST_NAMED} more`] : []),
      `${name}=`,
    ]),
    '',
  ].join('\n')
