import type { Stats } from '../quay/stats.ts'
import { plural, wrapText } from '../render/style.ts'

const COLUMNS = 80

/** How many requests were sent, of which kind, and what for. */
export function statsText({ requests, retries, kinds }: Stats): string {
  const width = Math.max(0, ...kinds.map(({ request }) => request.length))
  const lines = kinds.map(({ request, count, for: reasons }) => {
    const line = `  ${String(count).padStart(6)}  ${request.padEnd(width)}  ${reasons.join(', ')}`.trimEnd()
    return wrapText(line, COLUMNS, ' '.repeat(12))
  })
  return [`${plural(requests, 'request')}, ${plural(retries, 'repetition')}`, ...lines].join('\n')
}
