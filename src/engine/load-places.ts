import type { Pair, Scalar } from 'yaml'
import type { Place } from '../model/diagnostics.ts'
import type { Mask, Position } from '../model/excerpt.ts'
import { tokenIn } from '../model/secret-shapes.ts'
import { withoutUserinfo } from '../model/userinfo.ts'

/** From where to where something stands in a text; what follows is not looked at. */
export type Range = readonly [number, number, ...unknown[]]

/** Lines and columns of what stands in one text. */
export class Places {
  readonly #file: string
  readonly source: string
  /** Where each line begins; the library's own counter loses lines of broken text. */
  readonly #starts: readonly number[]

  constructor(file: string, source: string) {
    this.#file = file
    this.source = source
    this.#starts = [0, ...Array.from(source.matchAll(/\n/g), ({ index }) => index + 1)]
  }

  of(node: unknown): Place {
    return this.at(rangeOf(node))
  }

  /** As far as the first line goes. */
  at([start, end]: Range): Place {
    const { line, column } = this.position(start)
    const newline = this.source.indexOf('\n', start)
    const first = this.source.slice(start, newline < 0 ? end : Math.min(end, newline))
    return {
      file: this.#file,
      line,
      column,
      length: Math.max(first.trimEnd().length, 1),
    }
  }

  /** All that follows the key: what looks like a tag, an anchor or an alias may be how a secret begins. */
  valueOf({ key, value }: Pair): Mask {
    const [, after] = rangeOf(key)
    const [start, end] = rangeOf(value)
    const gap = /^\s*:\s*/.exec(this.source.slice(after, end))?.[0].length
    return this.#between(gap === undefined ? start : after + gap, end)
  }

  /** All of a text that looks like a secret, or in which userinfo is written so that no line shows it as such. */
  credentialsOf(node: Scalar): readonly Mask[] {
    const { value } = node
    if (typeof value !== 'string') return []
    const [start, end] = rangeOf(node)
    const isSpelt = () => withoutUserinfo(this.source.slice(start, end)) === this.source.slice(start, end)
    const isHidden = tokenIn(value) !== null || (withoutUserinfo(value) !== value && isSpelt())
    return isHidden ? [this.#between(start, end)] : []
  }

  #between(start: number, end: number): Mask {
    return { from: this.position(start), to: this.position(end) }
  }

  position(offset: number): Position {
    let [low, high] = [0, this.#starts.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 }
  }
}

/** Of a file's text, which may begin with a byte order mark. */
export const placesIn = (file: string, text: string): Places => new Places(file, text.replace(/^\uFEFF/, ''))

export function rangeOf(node: unknown): Range {
  const range = node && typeof node === 'object' && 'range' in node ? (node.range as Range | null) : null
  return range ?? [0, 1]
}

/** Where the value of a pair ends, or its key where it has none, as an offset. */
export const lastOf = ({ key, value }: Pair): number =>
  Math.max(rangeOf(key)[1], value ? rangeOf(value)[1] : 0)
