import { type ApiPath, pathOf } from '../model/api.ts'
import { listError } from './errors.ts'

const emptyPagesInARow = 20
/** Half a million of anything, at the 100 a page of Quay. */
const MOST_PAGES = 5000

/** The pages of a list, in the server's order, following `next_page`. Throws when the list starts over, which Quay does silently for a token it cannot use, or never ends. */
export async function* readPages(
  read: (path: ApiPath) => Promise<unknown>,
  path: ApiPath,
  key: string,
): AsyncGenerator<readonly unknown[]> {
  const first = new Set<string>()
  const tokens = new Set<string>()
  let empty = 0
  let [at, page] = [path, read(path)]
  for (let pages = 1; ; pages++) {
    const { items, next } = pageOf(await page, at, key)
    const texts = items.map((item) => JSON.stringify(item))
    // Half a page of the first one is a restart; a few may be equal by chance (log entries) or have moved while reading.
    const old = texts.filter((text) => first.has(text)).length
    empty = items.length === 0 ? empty + 1 : 0
    if (old > 0 && old * 2 >= items.length) throw listError(path, 'the list repeats a page', 'QC7612')
    if (next !== null && (tokens.has(next) || empty > emptyPagesInARow || pages > MOST_PAGES))
      throw listError(path, 'the list has no end', 'QC7612')
    if (pages === 1) for (const text of texts) first.add(text)
    if (next !== null) {
      tokens.add(next)
      at = pathOf(`${path}${path.includes('?') ? '&' : '?'}next_page=${encodeURIComponent(next)}`)
      // Asked for before anything is done with this one, and so before all that this one leads to.
      page = read(at)
      page.catch(() => {})
    }
    yield items
    if (next === null) return
  }
}

function pageOf(
  body: unknown,
  path: ApiPath,
  key: string,
): { items: readonly unknown[]; next: string | null } {
  const page: Readonly<Record<string, unknown>> = typeof body === 'object' && body !== null ? { ...body } : {}
  const items = page[key]
  if (!Array.isArray(items)) throw listError(path, `the answer has no list "${key}"`, 'QC7610')
  const next = page.next_page ?? ''
  if (typeof next !== 'string' || /\p{Surrogate}/u.test(next))
    throw listError(path, 'what leads to its next page is no text', 'QC7610')
  return { items, next: next === '' ? null : next }
}
