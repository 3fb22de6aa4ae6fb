/** What stands before a number that is kept as a text, in JSON: no text of Quay's begins so. */
const MARK = '\\u0000#'
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g
const MARKED = /"\\u0000#(-?\d[\d.eE+-]*)"/g

/** JSON whose numbers are printed by `exactText` as they came: above 2^53 `JSON.parse` makes others of them. Those are texts here. */
export const parseExact = (text: string): unknown =>
  JSON.parse(
    text.replace(TOKEN, (token) =>
      token.startsWith('"') || String(Number(token)) === token ? token : `"${MARK}${token}"`,
    ),
  )

/** What `parseExact` has read, as JSON again. */
export const exactText = (value: unknown, indent = 0): string =>
  JSON.stringify(value, null, indent).replace(MARKED, '$1')
