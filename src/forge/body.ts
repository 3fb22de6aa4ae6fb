/** What the first line of a comment says of it, unseen by readers: by this it is found again. */
export interface Marker {
  /** The host of the Quay that the plan is for; null where only an error is known. */
  readonly server: string | null
  /** Tells several comments on one request apart. */
  readonly key: string | null
  readonly plan: string | null
  /** The commit that it is about, in full. */
  readonly head: string
  readonly state: State
  /** Ids by which an apply knows again what the plan would do. */
  readonly seen: readonly string[]
}

/** `plan`: the plan of its commit. `outdated`: the head has moved since. `failed`: there is no plan of its commit. */
type State = (typeof states)[number]
const states = ['plan', 'outdated', 'failed'] as const

/** The newest plan that a comment still shows, folded or not. */
export interface Last {
  readonly head: string
  readonly text: string
}

const MARKER = /^<!-- quayctl:plan((?: [a-z]+=[^\s>]*)*) -->\n?/
/** Stands before what is folded. */
const FOLDED = /<!-- quayctl:last head=([0-9a-f]+) -->\n([\s\S]*)\n\n<\/details>$/

/** A whole comment. */
export function bodyOf({ server, key, plan, head, state, seen }: Marker, text: string): string {
  const ids = seen.length > 0 ? seen.join('.') : null
  const facts = { server, key, plan, head, state: state === 'plan' ? null : state, seen: ids }
  const words = Object.entries(facts).flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${encoded(value)}`],
  )
  return `<!-- quayctl:plan ${words.join(' ')} -->\n${text.trimEnd()}`
}

/** Null: the comment is none of quayctl's. */
export function readBody(body: string): { readonly marker: Marker; readonly last: Last | null } | null {
  const [line, words] = MARKER.exec(body) ?? []
  if (line === undefined || words === undefined) return null
  const facts = new Map(
    words
      .split(' ')
      .filter(Boolean)
      .map((word) => [word.replace(/=.*/, ''), decoded(word.replace(/^[^=]*=/, ''))] as const),
  )
  const [server, key, plan] = ['server', 'key', 'plan'].map((name) => facts.get(name) ?? null)
  const head = facts.get('head') ?? ''
  const state = states.find((one) => one === facts.get('state')) ?? 'plan'
  const seen = (facts.get('seen') ?? '').split('.').filter(Boolean)
  const marker: Marker = { server: server ?? null, key: key ?? null, plan: plan ?? null, head, state, seen }
  const text = body.slice(line.length)
  if (state === 'plan') return { marker, last: { head, text } }
  const [, of, inner] = FOLDED.exec(text) ?? []
  return { marker, last: of !== undefined && inner !== undefined ? { head: of, text: inner } : null }
}

/** No blank, no `>`, and nothing that ends a comment of HTML. */
const encoded = (text: string): string => encodeURIComponent(text).replaceAll('--', '-%2D')

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** As people write commits. */
export const short = (commit: string): string => commit.slice(0, 7)

/** Instead of the text of a comment whose commit is not the head any more. */
export function outdatedText(
  { head, state }: Pick<Marker, 'head' | 'state'>,
  last: Last | null,
  now: string,
): string {
  const what = state === 'failed' ? 'planning failed' : 'made'
  return `> [!NOTE]\n> **Outdated**: ${what} at ${short(head)}, the head is ${short(now)}.${folded(last)}`
}

/** Why there is no plan. */
interface Reason {
  readonly said: string
  /** As a report of quayctl is; else it is shown as text. */
  readonly isMarkdown: boolean
}

/** Instead of a plan that could not be made. */
export function failedText(head: string, { said, isMarkdown }: Reason, last: Last | null): string {
  // What is folded below is found by such a comment, and files may hold one, too.
  const whole = said.trim().replaceAll('<!--', '<! --')
  if (isMarkdown) {
    const text = whole + folded(last)
    return text.length <= MOST ? text : whole
  }
  const errors = shortened(whole)
  const longest = Math.max(2, ...[...errors.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const start = `> [!CAUTION]\n> **There is no plan of ${short(head)}**: planning failed.`
  return `${start}\n\n${fence}text\n${errors}\n${fence}${folded(last)}`
}

/** Instead of a plan that changes nothing. */
export const quietText = (head: string): string => `No changes at ${short(head)}.`

function folded(last: Last | null): string {
  if (!last) return ''
  const summary = `<details><summary>The plan of ${short(last.head)}</summary>`
  return `\n\n${summary}\n\n<!-- quayctl:last head=${last.head} -->\n${last.text.trim()}\n\n</details>`
}

/** GitHub takes 65,536 characters. */
const MOST = 65_000
/** Beside the last plan there must be room for it. */
const MOST_ERRORS = 4000

/** Whole lines from the beginning. */
function shortened(text: string): string {
  if (text.length <= MOST_ERRORS) return text
  const cut = text.slice(0, MOST_ERRORS)
  return `${cut.slice(0, Math.max(cut.lastIndexOf('\n'), 0) || MOST_ERRORS)}\n... the rest is in the log`
}
