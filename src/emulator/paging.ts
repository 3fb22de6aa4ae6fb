const lifetime = 2 * 24 * 60 * 60 * 1000

/** An opaque token for the page that starts there, good for two days. */
const token = (start: number, now: Date): string =>
  `gAAAAA${Buffer.from(JSON.stringify([start, now.getTime() + lifetime])).toString('base64url')}`

/** Where a token's page starts; 0 for whatever is no token or too old (util/pagination.py:11). */
function start(text: string | null, now: Date): number {
  if (!text?.startsWith('gAAAAA')) return 0
  try {
    const [at, until]: unknown[] = JSON.parse(Buffer.from(text.slice(6), 'base64url').toString('utf8'))
    return Number.isInteger(at) && Number(until) >= now.getTime() ? Number(at) : 0
  } catch {
    return 0
  }
}

/** One page of rows, and the token of the next where there is one; a page of nothing has one too. */
export function pageOf<T>(rows: readonly T[], size: number, text: string | null, now: Date) {
  const from = start(text, now)
  const slice = rows.slice(from, from + size)
  return from + size < rows.length ? { rows: slice, next_page: token(from + size, now) } : { rows: slice }
}
