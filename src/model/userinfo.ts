/** A stretch of a text; `after` is put before what stands for it. */
interface Span {
  readonly from: number
  readonly to: number
  readonly after?: '/'
}

/** What stands for it. */
export const USERINFO_MARK = '***'

/** Where it may begin: in a URL, or after the colon of `user:password@host`. A time of day, or one whose kind is said, is no user. */
const starts =
  /(?:^|[:"'`(,=[{])[/\\]{2,}|(?:^|["'`(,=[{])(?!\d{1,2}:\d{2}(?::\d{2})?@)(?:(user|team|robot|mailto)|[^/:@"'`(,=[{]+):(?![/\\]{2})/g
/** As in `git@host`: what has digits or capitals, or is long, may be a token. */
const name = /^[a-z][a-z._+-]{0,11}$/
/** As in `user:Bob.Smith@host`. */
const named = /^(?=\S{1,20}$)[A-Z]?[a-z]+(?:[._+-]+[A-Z]?[a-z]+)*$/
/** Not the one before a digest, as in `ubi9:9.4@sha256:...`. */
const ends = /@(?!sha\d+:)/g
/** In a URL `sha256:3128` may be a host and its port. */
const endsInUrl = /@(?!sha\d+:[0-9a-f]{32})/g
/** What ends the host of a URL, for those who open it. */
const delimiter = /[/?#\\]/
/** What stands after the colon of `host:3128/`, and of `https:/host`. */
const port = /^\d{0,5}[/?#\\]/

/** What of a text stands before the @ of a URL, or after the colon in `user:password@host`, and may let in whoever knows it. */
export const userinfoIn = (text: string): readonly Span[] =>
  text.includes('@')
    ? [...text.matchAll(/\S+/g)].flatMap(({ 0: word, index }) =>
        inWord(word).map((span) => ({ ...span, from: index + span.from, to: index + span.to })),
      )
    : []

/** `http://***@proxy:3128` */
export function withoutUserinfo(text: string, mark = USERINFO_MARK): string {
  let shown = ''
  let end = 0
  for (const { from, to, after = '' } of userinfoIn(text)) {
    shown += text.slice(end, from) + after + mark
    end = to
  }
  return shown + text.slice(end)
}

function inWord(word: string): readonly Span[] {
  const last = lastOf(word, ends)
  const lastInUrl = lastOf(word, endsInUrl)
  const spans: Span[] = []
  let end = 0
  for (const { 0: start, 1: kind, index } of word.matchAll(starts)) {
    const from = index + start.length
    if (from < end) continue
    const isUrl = !start.endsWith(':')
    const isName = kind !== undefined && named.test(word.slice(from, last))
    const to = isUrl ? endInUrl(word, from, lastInUrl) : isName ? -1 : last
    if (to > from) {
      const span = honest(word, { from, to }, isUrl)
      spans.push(span)
      end = span.to
    }
  }
  return spans
}

const lastOf = (word: string, at: RegExp): number => [...word.matchAll(at)].at(-1)?.index ?? -1

/** A password may have a slash or an @ in it; -1 where there is nothing but a name. */
function endInUrl(word: string, from: number, last: number): number {
  if (last < from) return -1
  const authority = word.slice(from).split('/', 1)[0] ?? ''
  const colon = authority.indexOf(':')
  const isPort = /^\d{1,5}\//.test(word.slice(from + colon + 1, from + colon + 7))
  if (colon >= 0 && from + colon < last && !isPort) return last
  const at = authority.lastIndexOf('@')
  return at < 0 || name.test(authority.slice(0, at)) ? -1 : from + at
}

/** Where what follows the @ is not the host, it is not shown as if it were: only the real one is, if it can be told. */
function honest(word: string, span: Span, isUrl: boolean): Span {
  const text = word.slice(span.from, span.to)
  if (!(isUrl ? delimiter : port).test(text)) return span
  const to = word.length
  const [authority = ''] = text.split(delimiter, 1)
  if (!isUrl || authority.includes('@') || !URL.canParse(`https://${authority}`)) return { ...span, to }
  const host = /^(?:\[[^\]]*\]|[^:]*)/.exec(authority)?.[0] ?? ''
  return { from: span.from + host.length, to, after: '/' }
}
