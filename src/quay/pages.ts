import { type ApiPath, pathOf } from '../model/api.ts'
import { UsageError } from '../model/errors.ts'
import { listError, subject } from './errors.ts'

const emptyPagesInARow = 20
/** Half a million of anything with a name, at the 100 a page of Quay. Of events there may be more. */
const MOST_PAGES = 5000

/** The pages of a list, in the server's order, following `next_page`, or `has_additional` where pages have numbers. `key`: where the list stands; null: it is the only one of an answer. Throws when the list starts over, which Quay does silently for a token it cannot use, or never ends; of events, which may be as many and as equal as they like, an only list has less to be judged by. */
export async function* readPages(
  read: (path: ApiPath) => Promise<unknown>,
  path: ApiPath,
  key: string | null,
): AsyncGenerator<readonly unknown[]> {
  let [first, known]: [readonly string[], ReadonlySet<string>] = [[], new Set()]
  const tokens = new Set<string>()
  let empty = 0
  let [at, page] = [path, read(path)]
  for (let pages = 1; ; pages++) {
    const { items, next } = pageOf(await page, at, key)
    const isEvents = key === null && !items.some(isNamed)
    const isRestart = isEvents ? beginsAnew(textsOf(items), first) : isMostly(items, known)
    empty = items.length === 0 ? empty + 1 : 0
    if (isRestart) throw listError(path, 'the list repeats a page', 'QC7612')
    if (next !== null && (tokens.has(next) || empty > emptyPagesInARow || (pages > MOST_PAGES && !isEvents)))
      throw listError(path, 'the list has no end', 'QC7612')
    if (pages === 1) {
      first = textsOf(items)
      known = new Set(first)
    }
    if (next !== null) {
      tokens.add(next)
      at = pathAt(path, next)
      // Asked for before anything is done with this one, and so before all that this one leads to.
      page = read(at)
      page.catch(() => {})
    }
    yield items
    if (next === null) return
  }
}

const isNamed = (item: unknown): boolean =>
  typeof item === 'object' && item !== null && ['name', 'username', 'id', 'uuid'].some((key) => key in item)

const textsOf = (items: readonly unknown[]): readonly string[] => items.map((item) => JSON.stringify(item))

/** Half a page of the first one is a restart; a few may have moved while reading. */
function isMostly(page: readonly unknown[], first: ReadonlySet<string>): boolean {
  if (first.size === 0) return false
  let left = page.length
  let old = 0
  for (const item of page) {
    if (first.has(JSON.stringify(item))) old += 1
    left -= 1
    // Of a long list the texts of all pages take longer than their objects.
    if ((old + left) * 2 < page.length) return false
  }
  return old > 0
}

/** Is it the first page again, behind what has been added since? One that is all the same event says nothing: there may be many of that. */
function beginsAnew(page: readonly string[], first: readonly string[]): boolean {
  const most = page.length / 2
  return page.some((_, added) => {
    const rest = added > most ? [] : page.slice(added)
    return new Set(rest).size > 1 && rest.every((text, index) => text === first[index])
  })
}

/** The same path for another page. */
function pathAt(path: ApiPath, next: string): ApiPath {
  const [name = ''] = next.split('=')
  const [route = '', query = ''] = path.split('?')
  const kept = query.split('&').filter((one) => one !== '' && !one.startsWith(`${name}=`))
  return pathOf(`${route}?${[...kept, next].join('&')}`)
}

/** `next`: what the query of the next page says. */
function pageOf(
  body: unknown,
  path: ApiPath,
  key: string | null,
): { items: readonly unknown[]; next: string | null } {
  const page: Readonly<Record<string, unknown>> = typeof body === 'object' && body !== null ? { ...body } : {}
  const items = key === null ? onlyList(body, path) : page[key]
  if (!Array.isArray(items)) throw listError(path, `the answer has no list "${key}"`, 'QC7610')
  if (key !== null && page.search_unavailable === true) throw listError(path, unsearched(page), 'QC4090')
  const next = page.next_page ?? ''
  if (typeof next !== 'string' || /\p{Surrogate}/u.test(next))
    throw listError(path, 'what leads to its next page is no text', 'QC7610')
  if (next !== '') return { items, next: `next_page=${encodeURIComponent(next)}` }
  const isMore = page.has_additional === true && Number.isSafeInteger(page.page)
  return { items, next: isMore ? `page=${Number(page.page) + 1}` : null }
}

/** A log that goes where Quay cannot search is answered as if it were empty. */
const unsearched = ({ message }: Readonly<Record<string, unknown>>): string =>
  `Quay cannot search it${typeof message === 'string' ? `: ${message}` : ''}`

/** The answer itself, or the one list in it. */
function onlyList(body: unknown, path: ApiPath): readonly unknown[] {
  const [list, ...others] = Array.isArray(body) ? [body] : Object.values(body ?? {}).filter(Array.isArray)
  if (list && others.length === 0) return list
  const what = list ? `has ${others.length + 1} lists` : 'has no list'
  throw new UsageError(
    'QC6459',
    `${subject({ method: 'GET', path })}: the answer ${what}, so nobody knows what to page through`,
    ['leave --paginate out'],
  )
}
