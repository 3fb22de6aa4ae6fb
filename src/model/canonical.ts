import type { Value } from './schema.ts'

/** JSON with sorted keys: equal values give equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const fields = value as Readonly<Record<string, unknown>>
    let text = ''
    for (const key of Object.keys(fields).sort())
      if (fields[key] !== undefined)
        text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(fields[key])}`
    return `{${text}}`
  }
  return JSON.stringify(value ?? null)
}

/** The canonical JSON of an object in pieces, its lists entry by entry, so that a large one is never one text; `indent`: two blanks a level, for people. */
export function* jsonPieces(
  whole: Readonly<Record<string, unknown>>,
  { indent = false } = {},
): Generator<string> {
  if (Object.values(whole).every((value) => value === undefined)) return yield '{}'
  const [line, colon, step] = indent ? ['\n', ': ', '  '] : ['', ':', '']
  const inner = (value: unknown, level: number) => {
    const text = canonicalJson(value)
    return indent
      ? JSON.stringify(JSON.parse(text), null, step).replaceAll('\n', `\n${step.repeat(level)}`)
      : text
  }
  let before = `{${line}${step}`
  for (const key of Object.keys(whole).sort()) {
    const value = whole[key]
    if (value === undefined) continue
    yield `${before}${JSON.stringify(key)}${colon}`
    before = `,${line}${step}`
    if (!Array.isArray(value) || value.length === 0) yield inner(value, 1)
    else {
      for (const [at, entry] of value.entries())
        yield `${at === 0 ? '[' : ','}${line}${step.repeat(2)}${inner(entry, 2)}`
      yield `${line}${step}]`
    }
  }
  yield `${line}}`
}

/** Equal as values; `undefined` and `null` are the same absence. */
export const sameValue = (a: Value | undefined, b: Value | undefined): boolean =>
  a === b || canonicalJson(a ?? null) === canonicalJson(b ?? null)

/** A set's canonical form: without duplicates, sorted; maps by their canonical JSON. */
export function asSet<T extends Value>(values: readonly T[]): readonly T[] {
  const keyed = new Map(values.map((value) => [isPlain(value) ? value : canonicalJson(value), value]))
  return [...keyed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)
}

const isPlain = (value: Value): value is string | number =>
  typeof value === 'string' || typeof value === 'number'

/** What is longer is no misspelt word. */
const LONGEST_WORD = 100

/** The entry of a list that is most like a text, if any is near enough to be meant. */
export function nearest(text: string, known: readonly string[]): string | undefined {
  if (text.length > LONGEST_WORD) return undefined
  const ranked = known
    .map((word) => ({ word, far: distance(text.toLowerCase(), word.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)
  const best = ranked[0]
  return best && best.far <= Math.max(1, Math.floor(Math.max(text.length, best.word.length) / 3))
    ? best.word
    : undefined
}

const at = (row: readonly number[], index: number): number => row[index] ?? 0

function distance(a: string, b: string): number {
  let above: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = at(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const turned = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const least = Math.min(swap, at(row, j) + 1, at(next, j - 1) + 1)
      next.push(turned ? Math.min(least, at(above, j - 2) + 1) : least)
    }
    above = row
    row = next
  }
  return at(row, b.length)
}
