import { isCollection, isMap, isPair, isScalar, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml'
import type { Value } from '../model/schema.ts'
import { endOf, type Held, isBlockText, rangeOf, type Sheet, Unwritable } from './rewrite-sheet.ts'
import { entryText, inline, inlineEntry, likewise } from './rewrite-text.ts'

const EXOTIC = 'it is written in a way that cannot be edited without touching the lines around it'

/** Puts a value in the place of another, inside brackets or not. Returns the offset where it stands, as all of these do. */
export function replaceValue(sheet: Sheet, old: Node, value: Value, isInside = true): number {
  const [start, end] = rangeOf(old)
  if (!isScalar(old) && isCollection(old) && !old.flow) throw new Unwritable(EXOTIC)
  const line = sheet.text.slice(sheet.startOfLine(start))
  const text = likewise(old, value, sheet, { indent: /^ */.exec(line)?.[0] ?? '', isInside })
  sheet.splice({ start, end, text })
  return start
}

/** Takes out an entry of a map or a list, with the comment lines right above it and its own. Of the last one brackets are left, or nothing of its key, as `empty` says. */
export function removeEntry(
  sheet: Sheet,
  above: readonly Held[],
  isEmptyKept: (depth: number) => boolean,
): number {
  const depth = above.length - 1
  const held = above[depth]
  if (!held) throw new Unwritable(EXOTIC)
  const { holder, item } = held
  if (holder.items.length > 1 || depth === 0) return takeOut(sheet, held)
  if (!isEmptyKept(depth)) return removeEntry(sheet, above.slice(0, -1), isEmptyKept)
  return emptied(sheet, above[depth - 1], holder, item)
}

/** The last entry goes, and its map or list stays as an empty one. */
function emptied(
  sheet: Sheet,
  owner: Held | undefined,
  holder: YAMLMap | YAMLSeq,
  item: Pair | Node,
): number {
  const brackets = isMap(holder) ? '{}' : '[]'
  const [start, end] = rangeOf(holder)
  if (holder.flow) {
    sheet.splice({ start, end, text: brackets })
    return start
  }
  const pair = owner?.item
  if (!isPair(pair)) throw new Unwritable(EXOTIC)
  const colon = sheet.text.indexOf(':', rangeOf(pair.key)[1])
  const rest = sheet.text.slice(colon + 1, sheet.endOfLine(colon))
  if (colon < 0 || !/^\s*(#.*)?$/.test(rest)) throw new Unwritable(EXOTIC)
  const lines = linesOf(sheet, item)
  sheet.splice({ start: colon + 1, end: colon + 1, text: ` ${brackets}` }, { ...lines, text: '' })
  return colon
}

function takeOut(sheet: Sheet, { holder, item }: Held): number {
  if (!holder.flow) {
    const lines = linesOf(sheet, item)
    sheet.splice({ ...lines, text: '' })
    return Math.min(lines.start, Math.max(0, sheet.text.length - 1))
  }
  const [start, end] = spanOf(item)
  const own = linesIfAlone(sheet, start, end)
  if (own) {
    sheet.splice({ ...own, text: '' })
    return own.start
  }
  const items = holder.items as readonly (Pair | Node)[]
  const at = items.indexOf(item)
  const [next, before] = [items[at + 1], items[at - 1]]
  if (next) return takeOutBefore(sheet, [start, end], spanOf(next)[0], !before)
  if (before) return takeOutLast(sheet, [start, end], spanOf(before)[1])
  sheet.splice({ start, end, text: '' })
  return start
}

type Span = readonly [start: number, end: number]

/** In brackets, with its comma. What stands on later lines is the next entry's; a comment on its own line is its own, unless another entry is there, too. */
function takeOutBefore(sheet: Sheet, [start, end]: Span, next: number, isFirst: boolean): number {
  const between = sheet.text.slice(end, next)
  const line = between.search(/\r?\n/)
  if (line < 0) {
    sheet.splice({ start, end: next, text: '' })
    return start
  }
  const comma = /^[ \t]*,[ \t]*/.exec(between)?.[0].length
  if (comma === undefined) throw new Unwritable(EXOTIC)
  const gone = isFirst ? line : comma
  const lead = gone === line ? (/[ \t]*$/.exec(sheet.text.slice(0, start))?.[0].length ?? 0) : 0
  sheet.splice({ start: start - lead, end: end + gone, text: '' })
  return start - lead
}

/** The last one in brackets, with the comma before it, or its own where one ends the list. */
function takeOutLast(sheet: Sheet, [start, end]: Span, before: number): number {
  const between = sheet.text.slice(before, start)
  if (!between.includes('\n')) {
    sheet.splice({ start: before, end, text: '' })
    return before
  }
  const [comma, own] = [between, sheet.text.slice(end)].map((text) => /^[ \t]*,/.exec(text)?.[0].length)
  if (comma === undefined) throw new Unwritable(EXOTIC)
  const from = sheet.startOfLine(start)
  const lead = sheet.text.slice(from, start)
  const above = /^[ \t]*$/.test(lead) ? withCommentsAbove(sheet, from, lead.length) : from
  sheet.splice(
    ...(own === undefined ? [{ start: before, end: before + comma, text: '' }] : []),
    ...(above < from ? [{ start: above, end: from, text: '' }] : []),
    { start, end: end + (own ?? 0), text: '' },
  )
  return before
}

/** From the key to the end of the value. */
const spanOf = (item: Pair | Node): readonly [number, number] => {
  if (!isPair(item)) return rangeOf(item)
  const [start, end] = rangeOf(item.key)
  return [start, endOf(item) ?? end]
}

/** An entry in brackets that has its lines for itself. */
function linesIfAlone(sheet: Sheet, start: number, end: number) {
  const [from, to] = [sheet.startOfLine(start), sheet.endOfLine(end)]
  const isAlone =
    /^\s*$/.test(sheet.text.slice(from, start)) && /^\s*,?\s*(#.*)?\s*$/.test(sheet.text.slice(end, to))
  return isAlone ? { start: withCommentsAbove(sheet, from, start - from), end: to } : null
}

/** All lines of an entry that is written without brackets. */
function linesOf(sheet: Sheet, item: Pair | Node): { readonly start: number; readonly end: number } {
  const [begin, end] = spanOf(item)
  const from = sheet.startOfLine(begin)
  const lead = sheet.text.slice(from, begin)
  const isListed = /^ *- +$/.test(lead)
  if (!/^ *$/.test(lead) && !isListed) throw new Unwritable(EXOTIC)
  const indent = isListed ? lead.indexOf('-') : lead.length
  const last = trimmedEnd(sheet.text, end)
  return {
    start: withCommentsAbove(sheet, from, indent),
    end: withCommentsBelow(sheet, sheet.endOfLine(last), indent),
  }
}

function trimmedEnd(text: string, end: number): number {
  let at = end
  while (at > 0 && /[\r\n]/.test(text[at - 1] ?? '')) at--
  return at
}

/** Comment lines with the same indentation, right above. */
function withCommentsAbove(sheet: Sheet, from: number, indent: number): number {
  let start = from
  while (start > 0) {
    const above = sheet.startOfLine(start - 1)
    const line = sheet.text.slice(above, start)
    if (!line.trimStart().startsWith('#') || line.search(/\S/) !== indent) break
    start = above
  }
  return start
}

/** Comment lines right below that stand deeper: they are about what is inside. */
function withCommentsBelow(sheet: Sheet, from: number, indent: number): number {
  let end = from
  while (end < sheet.text.length) {
    const line = sheet.text.slice(end, sheet.endOfLine(end))
    if (!line.trimStart().startsWith('#') || line.search(/\S/) <= indent) break
    end = sheet.endOfLine(end)
  }
  return end
}

/** Adds an entry to a map; keys that are missing come with it. */
export const addPair = (sheet: Sheet, map: YAMLMap, keys: readonly string[], value: Value): number =>
  map.flow
    ? addInBrackets(sheet, map, inlineEntry(keys, value))
    : addLine(sheet, map, entryText(keys, value), '')

/** Adds an entry to a list, in the quotes of the one before it. */
export function addItem(sheet: Sheet, list: YAMLSeq, value: Value): number {
  const last = list.items.at(-1)
  const text = isScalar(last) && !isBlockText(last) ? likewise(last, value, sheet) : inline(value)
  return list.flow ? addInBrackets(sheet, list, text) : addLine(sheet, list, text, '- ')
}

function addLine(sheet: Sheet, holder: YAMLMap | YAMLSeq, text: string, dash: string): number {
  const [first, last] = [holder.items[0], holder.items.at(-1)] as (Pair | Node | undefined)[]
  if (!first || !last) throw new Unwritable(EXOTIC)
  const begin = spanOf(first)[0]
  const lead = sheet.text.slice(sheet.startOfLine(begin), begin)
  const indent = dash === '' ? lead.length : lead.lastIndexOf('-')
  if (!/^[ -]*$/.test(lead) || indent < 0) throw new Unwritable(EXOTIC)
  const end = trimmedEnd(sheet.text, spanOf(last)[1])
  const at = withCommentsBelow(sheet, sheet.endOfLine(end), indent)
  const isOpen = at > 0 && sheet.text[at - 1] !== '\n'
  const line = `${' '.repeat(indent)}${dash}${text}`
  sheet.splice({ start: at, end: at, text: isOpen ? `\n${line}` : `${line}\n` })
  return isOpen ? at + 1 : at
}

function addInBrackets(sheet: Sheet, holder: YAMLMap | YAMLSeq, text: string): number {
  const [start, end] = rangeOf(holder)
  const last = holder.items.at(-1) as Pair | Node | undefined
  if (!last) {
    sheet.splice({ start: start + 1, end: end - 1, text })
    return start
  }
  const [begin, after] = spanOf(last)
  const comma = /^\s*,/.exec(sheet.text.slice(after, end))?.[0].length ?? 0
  const from = sheet.startOfLine(begin)
  const lead = sheet.text.slice(from, begin)
  const at = after + comma
  const isLast = !sheet.text.slice(at, end).includes('\n')
  if (/^\s*$/.test(lead) && !isLast) {
    const line = sheet.endOfLine(at) - (sheet.text[sheet.endOfLine(at) - 2] === '\r' ? 2 : 1)
    const added = { start: line, end: line, text: `\n${lead}${text}${comma > 0 ? ',' : ''}` }
    sheet.splice(...(comma > 0 ? [] : [{ start: after, end: after, text: ',' }]), added)
    return line + sheet.newline.length + (comma > 0 ? 0 : 1)
  }
  sheet.splice({ start: at, end: at, text: comma > 0 ? ` ${text},` : `, ${text}` })
  return at
}
