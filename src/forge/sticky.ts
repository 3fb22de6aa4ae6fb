import { ApiError, AuthError } from '../model/errors.ts'
import { bodyOf, type Last, type Marker, outdatedText, readBody } from './body.ts'
import type { Comment, Forge, Patience, Pull } from './forge.ts'

/** Which comment is meant; without a server, whatever its server is. */
export interface Identity {
  readonly server: string | null
  readonly key: string | null
}

/** What a comment is to say. */
export interface Page extends Identity {
  /** The commit that it is about, or at least 7 digits of it. */
  readonly head: string
  readonly plan: string | null
  /** The commit that the plan says it was made for, where that is to be compared with the head. */
  readonly made: string | null
  readonly state: 'plan' | 'failed'
  readonly seen: readonly string[]
  /** Of a commit. Null: nothing, where there is no comment yet. */
  text(
    existing: { readonly last: Last | null } | null,
    size: 'whole' | 'small',
    commit: string,
  ): string | null
}

/** What came of it. `moved`: the page is of another commit than the head, which it is shown as or not. */
export type Published = Written | { readonly moved: Pull; readonly of: string; readonly shown: boolean }
type Written = 'created' | 'updated' | 'unchanged' | 'nothing'

/** A comment of ours, as it is. */
interface Sticky extends Comment {
  readonly marker: Marker
  readonly last: Last | null
}

/** How often a comment is created whose answer gets lost, and how long after that it is looked for. */
const CREATES = 3
const SETTLED = 2000

/** One comment for one page: created, or edited in place. A page of an older head never replaces one of a newer. */
export async function publish(forge: Forge, page: Page, patience: Patience): Promise<Published> {
  const found = await ours(forge, page)
  // After the comments: whoever commented for a newer head had moved it before.
  const pull = await forge.pull()
  if (!isHead(page.head, pull)) {
    await mark(forge, found, pull)
    return { moved: pull, of: page.head, shown: false }
  }
  const { made } = page
  if (made !== null && !isHead(made, pull) && !(await forge.parents(made)).includes(pull.head))
    return publishOld(forge, { ...page, head: made }, { pull, found }, patience)
  const [kept = null, ...others] = found
  const published = await put(forge, { ...page, head: pull.head }, pull, kept, patience)
  // Two runs may have raced.
  for (const { id, marker } of others) if (marker.server === kept?.marker.server) await forge.remove(id)
  return published
}

/** A plan that was not made for the head takes the place of no comment that is of it. */
async function publishOld(
  forge: Forge,
  page: Page,
  { pull, found }: { readonly pull: Pull; readonly found: readonly Sticky[] },
  patience: Patience,
): Promise<Published> {
  const moved = { moved: pull, of: page.head }
  if (found.some(({ marker }) => marker.head === pull.head)) return { ...moved, shown: false }
  const written = await put(forge, outdatedPage(page, pull.head), pull, found[0] ?? null, patience)
  return { ...moved, shown: written !== 'nothing' }
}

/** A page of an older commit, as it is shown where the head is another one. */
const outdatedPage = (page: Page, now: string): Shown => ({
  ...page,
  state: 'outdated',
  seen: [],
  text(existing, size, commit) {
    const text = page.text(existing, size, commit)
    return text && outdatedText({ head: commit, state: page.state }, { head: commit, text }, now)
  },
})

type Shown = Omit<Page, 'state'> & Pick<Marker, 'state'>

/** Marks comments of older heads; says how many. */
export async function outdate(forge: Forge, identity: Identity): Promise<number> {
  const found = await ours(forge, identity)
  return found.length === 0 ? 0 : mark(forge, found, await forge.pull())
}

/** What reviewers of this commit were shown; null: nobody has shown them a plan of it. */
export async function seenOn(
  forge: Forge,
  identity: Identity,
  head: string,
): Promise<readonly string[] | null> {
  const shown = (await ours(forge, identity)).filter(
    ({ marker }) => marker.state === 'plan' && marker.head === head,
  )
  return shown.length > 0 ? shown.flatMap(({ marker }) => marker.seen) : null
}

async function ours(forge: Forge, { server, key }: Identity): Promise<readonly Sticky[]> {
  return (await forge.comments()).flatMap(({ id, body: told }) => {
    const body = plain(told)
    const read = readBody(body)
    if (!read || read.marker.key !== key) return []
    const isOther = server !== null && read.marker.server !== null && read.marker.server !== server
    return isOther ? [] : [{ id, body, ...read }]
  })
}

async function mark(forge: Forge, found: readonly Sticky[], pull: Pull): Promise<number> {
  const old = found.filter(({ marker }) => marker.head !== pull.head)
  for (const { id, body, marker, last } of old) {
    const outdated = bodyOf({ ...marker, state: 'outdated' }, outdatedText(marker, last, pull.head))
    if (outdated !== body) await allowed(forge, pull, () => forge.edit(id, outdated))
  }
  return old.length
}

async function put(forge: Forge, page: Shown, pull: Pull, kept: Sticky | null, patience: Patience) {
  const { server, key, plan, head, state, seen } = page
  const marker = { server: server ?? kept?.marker.server ?? null, key, plan, head, state, seen }
  const write = async (size: 'whole' | 'small'): Promise<Written> => {
    const text = page.text(kept, size, head)
    if (text === null) return 'nothing'
    const body = plain(bodyOf(marker, text))
    if (body === kept?.body) return 'unchanged'
    await allowed(forge, pull, () => (kept ? forge.edit(kept.id, body) : create(forge, body, patience)))
    return kept ? 'updated' : 'created'
  }
  try {
    return await write('whole')
  } catch (error) {
    if (isTooLong(error)) return write('small')
    throw error
  }
}

/** No comment twice: where an answer is lost it is looked for before it is created again. */
async function create(forge: Forge, body: string, patience: Patience): Promise<void> {
  for (let times = 1; ; times += 1) {
    const lost = await forge.create(body)
    if (!lost) return
    patience.tell(`${lost.message}. Looking whether the comment is there.`)
    await patience.sleep(SETTLED)
    if ((await forge.comments()).some((comment) => plain(comment.body) === body)) return
    if (times >= CREATES) throw lost
  }
}

/** A refusal has another reason, and another way out, where the request comes from a fork. */
async function allowed(forge: Forge, { fork }: Pull, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!(fork && error instanceof AuthError && error.status !== 401)) throw error
    const why = `${forge.place} comes from a fork, and this run may not comment on it: ${error.message}`
    throw new AuthError('QC7705', why, forge.forkHints, error.failed, error)
  }
}

/** GitHub answers 422, GitLab 400, and what stands before them 413. */
const isTooLong = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 413 || error.says(/too long/i))

const isHead = (head: string, pull: Pull): boolean => pull.head.startsWith(head.toLowerCase())

/** As it comes back, whatever ends its lines. */
const plain = (body: string): string => body.replaceAll('\r\n', '\n').trimEnd()
