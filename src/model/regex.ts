/** One piece of a regular expression; `broken` is a class without its end, or a backslash before nothing. A ] that begins a class does not end it. */
const PIECE =
  /(?<whole>\\[\s\S]|\[(?=(?<first>\^?\]?))\k<first>(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]|\(\?#[^)]*\))|(?<open>\(\??)|(?<close>\))|(?<either>\|)|(?<repeat>[*+?])|(?<broken>[\\[])|[\s\S]/gy

/** Why a text is no regular expression in any of the dialects that Quay and its databases speak; null where one of them may take it. */
export function patternFault(pattern: string): string | null {
  // PostgreSQL's own beginning; what follows may be a plain text.
  if (/^\*\*\*[:=]/.test(pattern)) return null
  let depth = 0
  let before: 'nothing' | 'piece' | 'repeat' = 'nothing'
  for (const { 0: text, groups = {} } of pattern.matchAll(PIECE)) {
    if (groups.broken) return text === '[' ? 'a [ has no ]' : 'it ends with a \\'
    if (groups.open) depth++
    if (groups.close && depth-- === 0) return 'a ) has no ('
    if (groups.repeat && (before === 'nothing' || (before === 'repeat' && text === '*')))
      return `a ${text} has nothing to repeat`
    if (groups.repeat) before = 'repeat'
    else before = groups.either || text === '(' ? 'nothing' : 'piece'
  }
  return depth > 0 ? 'a ( has no )' : null
}
