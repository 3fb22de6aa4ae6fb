import { plural, visible, wrapText } from './style.ts'

const WIDTH = 80
const MOST_NAMED = 3

interface Variable {
  readonly name: string
  readonly uses: readonly string[]
}

/** Where an export was written to. */
export interface Written {
  readonly folder: string
  readonly files: number
  /** What a new main file would say, where one that was there stays. */
  readonly kept: string | null
  /** Files that it does not include. */
  readonly unread: readonly string[]
  /** Files of the same organizations, or of all, that were there and are not of this export. */
  readonly leftovers: readonly string[]
}

/** What an export came to. */
export interface ExportSummary {
  /** `organization 2`, by type. */
  readonly counts: ReadonlyMap<string, number>
  /** Null: to standard output. */
  readonly written: Written | null
  /** What templates say is not counted. */
  readonly templates: boolean
  /** Things that stand in comments only; null: of what must not be said. */
  readonly notes: readonly { readonly at: string | null; readonly note: string }[]
  /** Roots that are not in it, and why. */
  readonly missing: ReadonlyMap<string, string>
  /** Blocks that the token may not see. */
  readonly unseen: number
  readonly variables: readonly Variable[]
}

/** What an export came to, in words: what is in it, what is not, and what is to be filled in. */
export function renderExport(summary: ExportSummary): string {
  const { counts, written, templates, notes, missing, unseen, variables } = summary
  const objects = [...counts]
    .map(([type, count]) => plural(count, type.replaceAll('_', ' '), many(type)))
    .join(', ')
  const head = written ? `Wrote ${plural(written.files, 'file')} to ${written.folder}: ` : 'Exported: '
  const secrets = variables.map(
    ({ name, uses }) => `  ${name}  ${uses.slice(0, MOST_NAMED).join(', ')}${more(uses.length)}`,
  )
  const lines = [
    `${head}${objects || 'nothing'}${templates ? ', besides what templates say' : ''}.`,
    ...(written ? besideLines(written) : []),
    ...(notes.length > 0 ? ['Not managed, because no file can say it; the files have it as comments:'] : []),
    ...notes
      .slice(0, MOST_NAMED)
      .map(({ at, note }) => `  ${at === null || /^[a-z_]+\.\S+: /.test(note) ? note : `${at}: ${note}`}`),
    ...(notes.length > MOST_NAMED ? [`  and ${notes.length - MOST_NAMED} more`] : []),
    ...(unseen > 0 ? [`${plural(unseen, 'block')} that the token may not see: the comments name them.`] : []),
    ...[...missing].map(([address, why]) => `Not exported: ${address}: ${why}.`),
    ...(secrets.length > 0
      ? ['Secrets that Quay does not tell; apply takes them from these variables:', ...secrets]
      : []),
  ]
  return lines.map((line) => wrapText(visible(line), WIDTH, '    ')).join('\n')
}

/** What is to be said of the folder that others have written to, too. */
function besideLines({ kept, unread, leftovers }: Written): readonly string[] {
  const few = (paths: readonly string[]) => `${paths.slice(0, MOST_NAMED).join(', ')}${more(paths.length)}`
  return [
    ...(kept ? [`quayctl.yaml was there and stays; a new one would say ${kept}.`] : []),
    ...(unread.length > 0 ? [`quayctl.yaml does not include ${few(unread)}: nothing reads it.`] : []),
    ...(leftovers.length > 0
      ? [
          `Not of this export, and still read: ${few(leftovers)}. Delete what is gone in Quay, or lies elsewhere by now.`,
        ]
      : []),
  ]
}

const more = (count: number): string => (count > MOST_NAMED ? ` and ${count - MOST_NAMED} more` : '')

const many = (type: string): string => {
  const word = type.replaceAll('_', ' ')
  return word.endsWith('y') ? `${word.slice(0, -1)}ies` : word.endsWith('s') ? word : `${word}s`
}

/** The variables as a file that a shell reads, without values; those that `listed` has already stay as they are there. */
export function renderVariables(variables: readonly Variable[], listed = ''): string {
  const known = new Set([...listed.matchAll(/^(\w+)=/gm)].map(([, name]) => name))
  const added = variables.filter(({ name }) => !known.has(name))
  const lines = added.flatMap(({ name, uses }) => [
    '',
    ...uses.slice(0, MOST_NAMED).map((use) => `# ${use}`),
    ...(uses.length > MOST_NAMED ? [`# and ${uses.length - MOST_NAMED} more`] : []),
    `${name}=`,
  ])
  return [listed.trimEnd() || HEAD, ...lines, ''].join('\n')
}

const HEAD = `# Secrets that Quay does not tell. Copy this to secrets.env, keep that out of Git, and fill it in; then, before
# quayctl apply: set -a; . ./secrets.env; set +a`
