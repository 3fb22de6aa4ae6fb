import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
  Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import type { Source } from '../model/plan.ts'
import { aliasTargets } from './load-syntax.ts'

/** Why something cannot be written where it would have to be, in words. */
export class Unwritable extends Error {}

/** Some characters of a text, and what takes their place. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** A key of a map, or what tells the entry of a list that is meant. */
export type Step = string | ((entry: unknown) => boolean)

/** A map or a list, and one of what is in it. */
export interface Held {
  readonly holder: YAMLMap | YAMLSeq
  readonly item: Pair | Node
}

/** How far a path leads. */
export interface Spot {
  readonly above: readonly Held[]
  /** What stands at its end, or where it ends too early. */
  readonly node: Node | null
  readonly missing: readonly Step[]
  /** The anchor by which this stands elsewhere, too. */
  readonly shared: string | null
}

/** A document of a file: its map, by which keys and entries are found. */
export interface Page {
  readonly root: YAMLMap
  readonly targets: ReadonlyMap<Alias, Node>
}

/** A place that moves with what stands there. */
interface Mark {
  offset: number
}

/** The text of a file that is edited: whatever is not spliced stays as it is, byte by byte. */
export class Sheet {
  #text: string
  #pages: readonly Page[] | undefined
  readonly #marks: Mark[] = []
  readonly #mark: string
  readonly file: string

  constructor(file: string, text: string) {
    this.file = file
    this.#mark = text.startsWith('\uFEFF') ? '\uFEFF' : ''
    this.#text = text.slice(this.#mark.length)
  }

  get text(): string {
    return this.#text
  }

  /** With the mark that its bytes begin with. */
  get whole(): string {
    return this.#mark + this.#text
  }

  /** How its lines end. */
  get newline(): string {
    return this.#text.includes('\r\n') ? '\r\n' : '\n'
  }

  get pages(): readonly Page[] {
    this.#pages ??= parsed(this.#text)
    return this.#pages
  }

  splice(...splices: readonly Splice[]): void {
    for (const { start, end, text } of [...splices].sort((a, b) => b.start - a.start)) {
      const lines = text.replaceAll(/\r?\n/g, this.newline)
      this.#text = this.#text.slice(0, start) + lines + this.#text.slice(end)
      for (const mark of this.#marks) if (mark.offset >= end) mark.offset += lines.length - (end - start)
    }
    this.#pages = undefined
  }

  /** Takes back what was spliced since it had this text. */
  restore(text: string): void {
    if (text === this.#text) return
    this.#text = text
    this.#pages = undefined
  }

  /** Remembers a place, whatever is spliced before it later. */
  mark(offset: number): () => Source {
    const mark: Mark = { offset }
    this.#marks.push(mark)
    return () => ({
      file: this.file,
      line: this.#text.slice(0, mark.offset).split('\n').length,
      column: mark.offset - this.startOfLine(mark.offset) + 1,
    })
  }

  /** Where the line of an offset begins. */
  startOfLine(offset: number): number {
    return this.#text.lastIndexOf('\n', offset - 1) + 1
  }

  /** Where the next line begins, or the text ends. */
  endOfLine(offset: number): number {
    const at = this.#text.indexOf('\n', offset)
    return at < 0 ? this.#text.length : at + 1
  }
}

function parsed(text: string): readonly Page[] {
  const documents = parseAllDocuments(text, { uniqueKeys: false, version: '1.2' })
  if (!Array.isArray(documents)) return []
  return (documents as Document.Parsed[]).flatMap((document) =>
    isMap(document.contents) ? [{ root: document.contents, targets: aliasTargets(document, text) }] : [],
  )
}

/** The text of a key. */
export const keyOf = ({ key }: Pair): string => (isScalar(key) ? (key.source ?? String(key.value)) : '')

/** Follows a path from the map of a document. */
export function spotAt({ root, targets }: Page, steps: readonly Step[]): Spot {
  const used = new Set(targets.values())
  const above: Held[] = []
  let node: Node | null = root
  let shared: string | null = null
  for (const [at, step] of steps.entries()) {
    if (isAlias(node)) {
      shared = node.source
      node = targets.get(node) ?? null
    }
    const holder: Node | null = node
    const item = entryOf(holder, step, targets)
    if (item === undefined) return { above, node, missing: steps.slice(at), shared }
    above.push({ holder: holder as YAMLMap | YAMLSeq, item })
    node = (isPair(item) ? item.value : item) as Node | null
    if (node && used.has(node)) shared = (isCollection(node) || isScalar(node) ? node.anchor : null) ?? shared
  }
  return { above, node, missing: [], shared }
}

function entryOf(node: Node | null, step: Step, targets: Page['targets']): Pair | Node | undefined {
  if (typeof step === 'string')
    return isMap(node) ? (node.items as Pair[]).find((pair) => keyOf(pair) === step) : undefined
  return isSeq(node) ? (node.items as Node[]).find((item) => step(plainOf(item, targets))) : undefined
}

/** The value of a node, aliases followed. */
export function plainOf(node: unknown, targets: Page['targets']): unknown {
  if (isAlias(node)) return plainOf(targets.get(node), targets)
  if (isMap(node))
    return Object.fromEntries(
      (node.items as Pair[]).map((pair) => [keyOf(pair), plainOf(pair.value, targets)]),
    )
  if (isSeq(node)) return node.items.map((item) => plainOf(item, targets))
  return isScalar(node) ? node.value : null
}

/** Where a node begins and its value ends, without what follows on its last line. */
export function rangeOf(node: unknown): readonly [number, number] {
  const range = node && typeof node === 'object' && 'range' in node ? (node.range as number[] | null) : null
  const start = range?.[0]
  if (start === undefined) throw new Unwritable('its place in the file is not known')
  return [start, endOf(node) ?? start]
}

/** Where the value ends. */
export function endOf(node: unknown): number | undefined {
  if (isPair(node)) return endOf(node.value) ?? endOf(node.key)
  if (isCollection(node) && !node.flow) return endOf(node.items.at(-1)) ?? node.range?.[1]
  return node && typeof node === 'object' && 'range' in node
    ? (node.range as number[] | null)?.[1]
    : undefined
}

/** Is it a text over several lines, each with its indentation? */
export const isBlockText = (node: unknown): node is Scalar =>
  isScalar(node) && (node.type === Scalar.BLOCK_FOLDED || node.type === Scalar.BLOCK_LITERAL)
