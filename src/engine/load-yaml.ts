import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseAllDocuments,
  type Scalar,
  type YAMLMap,
  type YAMLParseError,
} from 'yaml'
import type { Diagnostic, Place } from '../model/diagnostics.ts'
import { looksSecret, type Mask } from '../model/excerpt.ts'
import type { Entry, MapTree, ScalarTree, Tree } from '../model/tree.ts'
import { aliasTargets, placeOfError } from './load-syntax.ts'

interface Parsed {
  readonly trees: readonly MapTree[]
  readonly problems: readonly Diagnostic[]
  readonly masks: Mask[]
  readonly broken: boolean
}

/** Values after resolving aliases; more is a bomb, not a configuration. */
const MOST_VALUES = 2_000_000

/** YAML 1.2, strict: text to trees with places, and every problem on the way. */
export function readYaml(file: string, text: string, secretKeys: ReadonlySet<string>): Parsed {
  const lines = new LineCounter()
  const source = text.replace(/^\uFEFF/, '')
  // uniqueKeys is quadratic in the library; the walk finds duplicates with a map.
  const parsed = parseAllDocuments(source, {
    lineCounter: lines,
    uniqueKeys: false,
    version: '1.2',
    stringKeys: false,
  })
  const documents = Array.isArray(parsed) ? (parsed as Document.Parsed[]) : []
  const walk = new Walk(file, source, lines, secretKeys)
  const broken = documents.some((document) => document.errors.length > 0)
  if (broken) {
    const problems = documents.flatMap((document) =>
      document.errors.map((error) => walk.syntax(error, document)),
    )
    return { trees: walk.quietly(documents), problems: problems.slice(0, 20), masks: [], broken }
  }
  const trees = documents.flatMap((document) => walk.document(document))
  return { trees, problems: walk.problems, masks: walk.masks, broken }
}

class Walk {
  readonly problems: Diagnostic[] = []
  readonly masks: Mask[] = []
  readonly #file: string
  readonly #source: string
  readonly #lines: LineCounter
  readonly #secretKeys: ReadonlySet<string>
  #targets: ReturnType<typeof aliasTargets> = new Map()
  readonly #places = new Map<unknown, Place>()
  #values = 0

  constructor(file: string, source: string, lines: LineCounter, secretKeys: ReadonlySet<string>) {
    this.#file = file
    this.#source = source
    this.#lines = lines
    this.#secretKeys = secretKeys
  }

  document(document: Document.Parsed): MapTree[] {
    this.#targets = aliasTargets(document)
    const { contents } = document
    if (contents === null || (isScalar(contents) && contents.value === null && contents.source === ''))
      return []
    const version = document.directives?.yaml
    if (version?.explicit && version.version !== '1.2')
      this.#problem(
        'QC1007',
        `%YAML ${version.version} is not supported`,
        this.#place([0, 5, 5]),
        'remove the directive: files are YAML 1.2',
      )
    const tree = this.#tree(contents, [])
    if (tree?.kind === 'map') return [tree]
    if (tree)
      this.#problem('QC1008', 'a document is a map', tree.at, 'begin it with "apiVersion: quayctl/v1"')
    return []
  }

  /** The maps of a file with syntax errors, only to see whether it is ours. */
  quietly(documents: readonly Document.Parsed[]): MapTree[] {
    try {
      return documents.flatMap((document) =>
        new Walk(this.#file, this.#source, this.#lines, new Set()).document(document),
      )
    } catch {
      return []
    }
  }

  syntax(error: YAMLParseError, document: Document.Parsed): Diagnostic {
    const at = this.#place(placeOfError(error, document))
    const tab = error.code === 'TAB_AS_INDENT'
    const [first = ''] = error.message.split('\n')
    // What follows a colon, or is an escape, is text of the file: perhaps of a secret.
    const said = first.replace(/ at line \d+, column \d+:?$/, '').replace(/(: | sequence \\).*$/, '')
    const message = tab ? 'a tab indents this line' : said
    return {
      code: 'QC1001',
      severity: 'error',
      message: tab ? message : `not YAML: ${message}`,
      at,
      ...(tab ? { hint: 'YAML is indented with spaces' } : {}),
    }
  }

  #tree(node: unknown, path: readonly unknown[]): Tree | null {
    if (++this.#values > MOST_VALUES) {
      if (this.#values === MOST_VALUES + 1)
        this.#problem(
          'QC1007',
          'aliases expand to more than 2 million values',
          this.#rangeOf(node),
          'write it out',
        )
      return null
    }
    if (isAlias(node)) return this.#alias(node, path)
    if (isMap(node)) return this.#map(node, [...path, node])
    if (isSeq(node)) {
      this.#tag(node.tag, node)
      const all = node.items.map((item) => this.#tree(item, [...path, node]))
      const items = all.filter((item) => item !== null)
      for (const item of items)
        if (item.kind === 'scalar' && item.value === null)
          this.#problem(
            'QC1005',
            'an entry of this list has no value',
            item.at,
            'remove it, or write what it holds',
          )
      return { kind: 'list', at: this.#rangeOf(node), items }
    }
    if (!isScalar(node)) return { kind: 'scalar', at: this.#rangeOf(node), value: null, text: '' }
    this.#tag(node.tag, node)
    this.#credentials(node)
    const value = node.value as ScalarTree['value'] | bigint
    return {
      kind: 'scalar',
      at: this.#rangeOf(node),
      value: typeof value === 'bigint' ? Number(value) : value,
      text: node.source ?? String(value),
    }
  }

  #alias(node: Alias, path: readonly unknown[]): Tree | null {
    const target = this.#targets.get(node)
    if (target && !path.includes(target)) return this.#tree(target, path)
    const what = target ? 'this alias holds itself' : 'this alias has no anchor before it'
    this.#problem('QC1007', what, this.#rangeOf(node), 'write the value out; quote it if a text is meant')
    return null
  }

  #map(node: YAMLMap, path: readonly unknown[]): MapTree {
    this.#tag(node.tag, node)
    const entries = new Map<string, Entry>()
    for (const pair of node.items as Pair[]) this.#entry(pair, path, entries)
    return { kind: 'map', at: this.#rangeOf(node), entries }
  }

  #entry(pair: Pair, path: readonly unknown[], entries: Map<string, Entry>): void {
    const keyNode = isAlias(pair.key) ? this.#targets.get(pair.key) : pair.key
    const key = this.#rangeOf(pair.key)
    if (!isScalar(keyNode)) {
      this.#problem('QC1008', 'a key is a text', key)
      return
    }
    const text = keyNode.source ?? String(keyNode.value)
    if (text === '<<') {
      this.#problem('QC1007', 'merge keys (<<) are not supported', key, 'write the keys out')
      return
    }
    const secret = this.#secretKeys.has(text) || looksSecret(text)
    if (secret && !isMap(pair.value)) this.masks.push(this.#mask(pair))
    const value = this.#tree(pair.value, path)
    if (!value) return
    const before = entries.get(text)
    if (before) {
      this.problems.push({
        code: 'QC1003',
        severity: 'error',
        message: `key "${text}" is written twice`,
        at: key,
        also: [{ at: before.key, text: 'here first' }],
      })
      return
    }
    if (value.kind === 'scalar' && value.value === null)
      this.#problem(
        'QC1005',
        `"${text}" has no value`,
        value.text === '' ? key : value.at,
        'write {} for an object without attributes, none for a singleton that shall not be, or remove the line',
      )
    entries.set(text, { key, value })
  }

  /** All that follows the key: what looks like a tag, an anchor or an alias may be how a secret begins. */
  #mask({ key, value }: Pair): Mask {
    const [, after] = rangeOf(key)
    const [start, end] = rangeOf(value)
    const gap = /^\s*:\s*/.exec(this.#source.slice(after, end))?.[0].length
    return this.#between(gap === undefined ? start : after + gap, end)
  }

  /** What a URL holds before its @. */
  #credentials(node: Scalar): void {
    const [start, end] = rangeOf(node)
    const written = this.#source.slice(start, end)
    if (!written.includes('://')) return
    for (const { 0: text, index } of written.matchAll(/:\/\/[^/@\s]+(?=@)/g))
      this.masks.push(this.#between(start + index + 3, start + index + text.length))
  }

  #between(start: number, end: number): Mask {
    const [from, to] = [this.#lines.linePos(start), this.#lines.linePos(end)]
    return { from: { line: from.line, column: from.col }, to: { line: to.line, column: to.col } }
  }

  #tag(tag: string | undefined, node: unknown): void {
    if (tag !== undefined)
      this.#problem(
        'QC1007',
        'tags are not supported',
        this.#rangeOf(node),
        'remove it; quote the value if a text is meant',
      )
  }

  #problem(code: string, message: string, at: Place, hint?: string): void {
    this.problems.push({ code, severity: 'error', message, at, ...(hint ? { hint } : {}) })
  }

  /** Computed once: an alias brings its nodes again. */
  #rangeOf(node: unknown): Place {
    const place = this.#places.get(node) ?? this.#place(rangeOf(node))
    this.#places.set(node, place)
    return place
  }

  #place([start, end]: readonly [number, number, number]): Place {
    const { line, col } = this.#lines.linePos(start)
    const newline = this.#source.indexOf('\n', start)
    const first = this.#source.slice(start, newline < 0 ? end : Math.min(end, newline))
    return {
      file: this.#file,
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      length: Math.max(first.trimEnd().length, 1),
    }
  }
}

function rangeOf(node: unknown): readonly [number, number, number] {
  const range =
    node && typeof node === 'object' && 'range' in node
      ? (node.range as [number, number, number] | null)
      : null
  return range ?? [0, 1, 1]
}
