import { type ApiPath, path, pathOf, type Reader } from './api.ts'
import { flag, list, name, record } from './shape.ts'
import { type Tally, unlessRefused } from './tally.ts'

/** Of a hundred tags each: more would take a plan too long. */
const MOST_PAGES = 10

const tagsPage = record({ tags: list(record({ name })), has_additional: flag })

/** The live tags of a repository, the first thousand or so many pages; null where Quay does not show them. */
export const readTags = (
  namespace: string,
  repository: string,
  reader: Reader,
  most: number = MOST_PAGES,
): Promise<Tally | null> =>
  unlessRefused(tagsOf(path`/repository/${namespace}/${repository}/tag/`, reader, most))

/** Page by page, in an order that moves when somebody pushes: a tag may come twice. A page that brings nothing new is the last. */
async function tagsOf(all: ApiPath, reader: Reader, most: number): Promise<Tally> {
  const names = new Set<string>()
  for (let page = 1, before = -1; page <= most && names.size > before; page++) {
    before = names.size
    const { tags, has_additional } = await reader.get(
      pathOf(`${all}?onlyActiveTags=true&limit=100&page=${page}`),
      tagsPage,
    )
    for (const tag of tags) names.add(tag.name)
    if (!has_additional) return { names: [...names] }
  }
  return { names: [...names], more: true }
}

/** Does a mirror's glob match a whole tag, as Python's fnmatch has it: `*`, `?`, `[seq]` and `[!seq]`, and case counts? In time that grows with the product of their lengths. */
export function tagMatches(glob: string, tag: string): boolean {
  const parts = partsOf(glob)
  const text = [...tag]
  let at = 0
  let part = 0
  /** The last star, and how far it reaches by now. */
  let star = -1
  let reach = 0
  while (at < text.length) {
    const wanted = parts[part]
    if (wanted === '*') {
      star = part++
      reach = at
    } else if (wanted?.(text[at] ?? '')) {
      part++
      at++
    } else if (star >= 0) {
      part = star + 1
      at = ++reach
    } else return false
  }
  return parts.slice(part).every((left) => left === '*')
}

type Part = '*' | ((char: string) => boolean)

function partsOf(glob: string): readonly Part[] {
  const chars = [...glob]
  const parts: Part[] = []
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? ''
    const end = char === '[' ? endOfSet(chars, i + 1) : -1
    if (char === '*') parts.push('*')
    else if (char === '?') parts.push(() => true)
    else if (end < 0) parts.push((other) => other === char)
    else {
      parts.push(setOf(chars.slice(i + 1, end)))
      i = end
    }
  }
  return parts
}

/** Where the ] of a set is; one that comes first in it does not end it. A [ without end is an ordinary character. */
function endOfSet(chars: readonly string[], start: number): number {
  const first = chars[start] === '!' ? start + 1 : start
  return chars.indexOf(']', chars[first] === ']' ? first + 1 : first)
}

/** A range that runs backwards holds nothing. */
function setOf(chars: readonly string[]): (char: string) => boolean {
  const negated = chars[0] === '!'
  const listed = negated ? chars.slice(1) : chars
  const ranges: (readonly [string, string])[] = []
  for (let i = 0; i < listed.length; i++) {
    const from = listed[i] ?? ''
    const to = listed[i + 2]
    if (listed[i + 1] === '-' && to !== undefined) {
      ranges.push([from, to])
      i += 2
    } else ranges.push([from, from])
  }
  const holds = (char: string) => ranges.some(([from, to]) => from <= char && char <= to)
  return negated ? (char) => !holds(char) : holds
}
