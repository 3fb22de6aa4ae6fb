/** A stretch of a text. */
interface Span {
  readonly from: number
  readonly to: number
}

/** What stands for it. */
export const USERINFO_MARK = '***'

/** Where it may begin: in a URL, or after the colon of `user:password@host`. A time of day, or one whose kind is said, is no user. */
const starts =
  /(?:^|[:"'`(,=[{])\/\/|(?:^|["'`(,=[{])(?!\d+:)(?:(user|team|robot|mailto)|[^/:@"'`(,=[{]+):(?!\/\/)/g
/** As in `git@host`: what has digits, or is long, may be a token. */
const name = /^[A-Za-z][A-Za-z._+-]{0,19}$/
/** Not the one before a digest, as in `ubi9:9.4@sha256:...`. */
const ends = /@(?!sha\d+:)/g

/** What of a text stands before the @ of a URL, or after the colon in `user:password@host`, and may let in whoever knows it. */
export const userinfoIn = (text: string): readonly Span[] =>
  text.includes('@')
    ? [...text.matchAll(/\S+/g)].flatMap(({ 0: word, index }) =>
        inWord(word).map(({ from, to }) => ({ from: index + from, to: index + to })),
      )
    : []

/** `http://***@proxy:3128` */
export function withoutUserinfo(text: string, mark = USERINFO_MARK): string {
  let shown = ''
  let end = 0
  for (const { from, to } of userinfoIn(text)) {
    shown += text.slice(end, from) + mark
    end = to
  }
  return shown + text.slice(end)
}

function inWord(word: string): readonly Span[] {
  const last = [...word.matchAll(ends)].at(-1)?.index ?? -1
  const spans: Span[] = []
  if (last < 0) return spans
  let end = 0
  for (const { 0: start, 1: kind, index } of word.matchAll(starts)) {
    const from = index + start.length
    if (from < end) continue
    const isNamed = kind !== undefined && name.test(word.slice(from, last))
    const to = start.endsWith('//') ? endInUrl(word, from, last) : isNamed ? -1 : last
    if (to > from) {
      spans.push({ from, to })
      end = to
    }
  }
  return spans
}

/** A password may have a slash or an @ in it; -1 where there is nothing but a name. */
function endInUrl(word: string, from: number, last: number): number {
  const authority = word.slice(from).split('/', 1)[0] ?? ''
  const colon = authority.indexOf(':')
  const isPort = /^\d{1,5}\//.test(word.slice(from + colon + 1, from + colon + 7))
  if (colon >= 0 && from + colon < last && !isPort) return last
  const at = authority.lastIndexOf('@')
  return at < 0 || name.test(authority.slice(0, at)) ? -1 : from + at
}
