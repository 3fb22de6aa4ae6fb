import { canonicalJson } from '../model/canonical.ts'
import { type SyncAction, type SyncRow, syncOutcomes } from '../model/syncs.ts'
import { plural, type Style, visible, wrapText } from './style.ts'

/** What each outcome is called, by what was asked for. */
const words = {
  sync: { done: 'asked', already: 'at it', failed: 'failed', unfinished: 'going on' },
  waited: { done: 'synced', already: 'synced', failed: 'failed', unfinished: 'going on' },
  cancel: { done: 'cancelled', already: 'idle', failed: 'failed', unfinished: 'going on' },
} as const

const longest = Math.max(
  ...Object.values(words).flatMap((by) => Object.values(by).map((word) => word.length)),
)

export interface Asked {
  readonly action: SyncAction
  readonly waits: boolean
}

const wordOf = ({ action, waits }: Asked, { outcome }: SyncRow): string =>
  words[action === 'sync' && waits ? 'waited' : action][outcome]

/** ` synced     mirror.acme/ubi9` */
export const syncLine = (asked: Asked, row: SyncRow): string =>
  visible(` ${wordOf(asked, row).padEnd(longest)}  ${row.address}`)

/** One line a mirror, what there is to know below it, and how many came to what. */
export function renderSyncs(asked: Asked, rows: readonly SyncRow[], style: Style): string {
  const indent = ' '.repeat(longest + 3)
  const below = (text: string) => wrapText(indent + visible(text), style.width, indent)
  const lines = rows.flatMap((row) => {
    const { outcome, notes, error } = row
    const [start, rest] = [` ${wordOf(asked, row)}`, syncLine(asked, row)]
    const paint = outcome === 'failed' || outcome === 'unfinished' ? style.care : style.good
    return [
      ` ${paint(start.slice(1))}${rest.slice(start.length)}`,
      ...notes.map(below),
      ...(error
        ? [below(`${error.code} ${error.message}`), ...error.hints.map((hint) => below(`= ${hint}`))]
        : []),
    ]
  })
  const counts = syncOutcomes.flatMap((outcome) => {
    const found = rows.filter((row) => row.outcome === outcome)
    return found[0] ? [`${found.length} ${wordOf(asked, found[0])}`] : []
  })
  const merged = [...new Set(counts)].join(', ')
  return [...lines, '', `${plural(rows.length, 'sync')}: ${merged}.`].join('\n')
}

/** The same as data; `exitCode` is that of the run. */
export function syncsText({ action, waits }: Asked, rows: readonly SyncRow[], exitCode: number): string {
  const document = {
    format_version: '1.0',
    kind: 'quayctl.syncs',
    action,
    waited: waits,
    summary: {
      ...Object.fromEntries(
        syncOutcomes.map((outcome) => [outcome, rows.filter((row) => row.outcome === outcome).length]),
      ),
      exit_code: exitCode,
    },
    mirrors: rows.map(({ error, ...row }) => ({
      ...row,
      ...(error && { error: { code: error.code, message: error.message, hints: error.hints } }),
    })),
  }
  return `${JSON.stringify(JSON.parse(canonicalJson(document)), null, 2)}\n`
}
