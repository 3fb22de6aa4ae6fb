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

/** One page of rows, and the token of the next where there is one; a page of nothing has one too. No more rows are looked at than that takes. */
export function pageOf<T>(
  rows: Iterable<T>,
  size: number,
  {
    text,
    now,
    isShown = () => true,
  }: { text: string | null; now: Date; isShown?: ((row: T) => boolean) | undefined },
): { readonly rows: readonly T[]; readonly next_page?: string } {
  const [from, page]: [number, T[]] = [start(text, now), []]
  let index = -1
  for (const row of rows) {
    index += 1
    if (index < from || !isShown(row)) continue
    if (page.length === size) return { rows: page, next_page: token(index, now) }
    page.push(row)
  }
  return { rows: page }
}
